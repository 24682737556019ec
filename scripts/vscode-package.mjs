/**
 * `npm run vscode:package`: the extension for VS Code as one file, out/netc-VERSION.vsix. It carries a whole netc without packages beside it, so it is
 * installed and used without a network. A .vsix is a zip with a manifest, and is written here: `@vscode/vsce`, which does the same, wants Node 22 in the
 * version that is kept up, and brings some hundred packages for the marketplace.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";

const source = join("editor", "vscode");
const root = JSON.parse(readFileSync("package.json", "utf8"));
const [, , output = join("out", `netc-${root.version}.vsix`)] = process.argv;

for (const needed of ["dist/cli/main.cjs", "dist/view/page.html"]) {
  if (existsSync(needed)) continue;
  console.error(`netc: ${needed} is not built: run \`npm run build\``);
  process.exit(2);
}

/** Path in the .vsix to content. */
const files = new Map();
const add = (path, content) => files.set(path, typeof content === "string" ? Buffer.from(content) : content);
/** A file, or a folder with all in it, without what a start of netc left there. */
function copy(from, to) {
  for (const name of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!name.isFile() || /\.cache$|\.tmp$/.test(name.name)) continue;
    const path = join(name.parentPath, name.name);
    add(`${to}${path.slice(from.length)}`.replaceAll("\\", "/"), readFileSync(path));
  }
}

// ------------------------------------------------------------------------------------------------------------------- the extension

const extension = { ...JSON.parse(readFileSync(join(source, "package.json"), "utf8")), version: root.version };
const bundled = await build({
  entryPoints: [join(source, "extension.ts")], bundle: true, write: false, platform: "node", target: "node20", format: "cjs", external: ["vscode"],
  minifyWhitespace: true, minifySyntax: true, legalComments: "none", logLevel: "warning",
});
add("extension/package.json", `${JSON.stringify(extension, undefined, 2)}\n`);
add("extension/dist/extension.cjs", bundled.outputFiles[0].text);
add("extension/readme.md", readFileSync(join(source, "README.md")));
add("extension/language-configuration.json", readFileSync(join(source, "language-configuration.json")));
copy(join(source, "syntaxes"), "extension/syntaxes");

// ------------------------------------------------------------------------------------------------------------------- the netc inside

const { name, version, description, license, type, engines, bin, dependencies } = root;
add("extension/netc/package.json", `${JSON.stringify({ name, version, description, license, type, engines, bin, dependencies }, undefined, 2)}\n`);
copy("bin", "extension/netc/bin");
copy(join("dist", "cli"), "extension/netc/dist/cli");
copy(join("dist", "view"), "extension/netc/dist/view");
copy(join("compiler", "std"), "extension/netc/compiler/std");
copy(join("compiler", "diagnostics", "explain"), "extension/netc/compiler/diagnostics/explain");

// ------------------------------------------------------------------------------------------------------------------- the manifest

const text = (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
add("extension.vsixmanifest", `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${text(extension.name)}" Version="${text(extension.version)}" Publisher="${text(extension.publisher)}"/>
    <DisplayName>${text(extension.displayName)}</DisplayName>
    <Description xml:space="preserve">${text(extension.description)}</Description>
    <Tags>${text(extension.keywords.join(","))}</Tags>
    <Categories>${text(extension.categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${text(extension.engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionDependencies" Value=""/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionPack" Value=""/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/readme.md" Addressable="true"/>
  </Assets>
</PackageManifest>
`);
const endings = new Set([...files.keys()].map((path) => path.slice(path.lastIndexOf(".") + 1)).concat("vsixmanifest"));
const types = { json: "application/json", md: "text/markdown", html: "text/html", cjs: "application/javascript", mjs: "application/javascript", vsixmanifest: "text/xml" };
add("[Content_Types].xml", `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${[...endings].sort().map((ending) => `<Default Extension=".${ending}" ContentType="${types[ending] ?? "text/plain"}"/>`).join("")}</Types>
`);

// One date for all: the same input gives the same bytes. Noon, so that no time zone makes it another year; a zip knows none before 1980.
const dated = { level: 9, mtime: new Date(1980, 0, 1, 12) };
const bytes = zipSync(Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, content]) => [path, [content, dated]])));
mkdirSync(dirname(output), { recursive: true });
const temporary = `${output}.tmp-${process.pid}`;
try {
  writeFileSync(temporary, bytes);
  renameSync(temporary, output);
} catch (error) {
  rmSync(temporary, { force: true });
  console.error(`netc: cannot write ${output}: ${error.code ?? error.message}`);
  process.exit(1);
}
console.log(`${output}  ${files.size} files, ${(bytes.length / 1e6).toFixed(2)} MB`);
