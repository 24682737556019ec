/** Bundles the viewer: the page as one HTML file with its script and style inside, and pictures as a script that no other command loads. */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { bundle } from "./bundle.mjs";

const page = join("editor", "view", "page");

/** A policy names its script and style by their hashes, so nothing else in the page can run. */
const hashed = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

async function browserText(entry, options) {
  const { outputFiles } = await build({ entryPoints: [join(page, entry)], bundle: true, write: false, minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning", ...options });
  return outputFiles[0].text.trim();
}

export async function bundleViewer(folder = join("dist", "view")) {
  const script = (await browserText("main.ts", { format: "iife", platform: "browser" })).replaceAll("</script", "<\\/script");
  const style = await browserText("page.css", {});
  const template = await readFile(join(page, "index.html"), "utf8");
  const html = template
    .replace("/*script-hash*/", () => hashed(script)).replace("/*style-hash*/", () => hashed(style))
    .replace("/*script*/", () => script).replace("/*style*/", () => style);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "page.html"), html);
  await bundle([join("editor", "view", "picture", "picture.ts")], folder, { format: "cjs", packages: "bundle", minify: true, outExtension: { ".js": ".cjs" } });
}
