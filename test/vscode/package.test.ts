/** The .vsix holds all that it names, and the netc inside works with nothing beside it. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textMateGrammar } from "../../editor/highlight/textmate.ts";
import { repository } from "../programs.ts";
import { hasServer, textIn, unpackedVsix, type Unpacked } from "./vsix.ts";

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly contributes: {
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[]; readonly configuration: string }[];
    readonly grammars: readonly { readonly language: string; readonly scopeName: string; readonly path: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly type: string }>> };
  };
}

const server = hasServer();
if (!server) console.log("netc: this netc has no language server yet, so its start inside the extension is not tested");

let vsix: Unpacked;
let manifest: Manifest;
beforeAll(() => {
  vsix = unpackedVsix();
  manifest = JSON.parse(textIn(vsix, "extension/package.json")) as Manifest;
});
afterAll(() => vsix && rmSync(vsix.folder, { recursive: true, force: true }));

describe("the .vsix", () => {
  it("has every file that package.json names", () => {
    const { main, contributes } = manifest;
    const named = [main, ...contributes.languages.map(({ configuration }) => configuration), ...contributes.grammars.map(({ path }) => path)];
    expect(named.map((path) => [path, posix.join("extension", path) in vsix.files])).toEqual(named.map((path) => [path, true]));
  });

  it("has the version of netc, and the grammar that is generated", () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { readonly version: string };
    expect([manifest.version, (JSON.parse(textIn(vsix, "extension/netc/package.json")) as { version: string }).version]).toEqual([version, version]);
    expect(textIn(vsix, "extension/syntaxes/netc.tmLanguage.json")).toBe(textMateGrammar());
    expect(manifest.contributes.grammars[0].scopeName).toBe((JSON.parse(textMateGrammar()) as { scopeName: string }).scopeName);
    expect(manifest.contributes.languages).toMatchObject([{ id: "netc", extensions: [".net"] }]);
  });

  it("has the manifest that VS Code reads: identity, engine, assets that are there, a type for every ending", () => {
    const text = textIn(vsix, "extension.vsixmanifest");
    expect(text).toContain(`<Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"/>`);
    expect(text).toContain(`Id="Microsoft.VisualStudio.Code.Engine" Value="${manifest.engines.vscode}"`);
    const assets = [...text.matchAll(/<Asset Type="[^"]+" Path="([^"]+)"/g)].map((match) => match[1]);
    expect(assets.length).toBe(2);
    for (const asset of assets) expect(vsix.files).toHaveProperty([asset]);
    const types = new Set([...textIn(vsix, "[Content_Types].xml").matchAll(/Extension="(\.[^"]+)"/g)].map((match) => match[1]));
    for (const path of Object.keys(vsix.files)) if (path !== "[Content_Types].xml") expect(types, path).toContain(posix.extname(path));
  });

  it("has the library, every page of explanation and the viewer, and nothing native", () => {
    for (const name of readdirSync(join(repository, "compiler/std")).filter((own) => own.endsWith(".net"))) expect(vsix.files).toHaveProperty([`extension/netc/compiler/std/${name}`]);
    for (const name of readdirSync(join(repository, "compiler/diagnostics/explain"))) expect(vsix.files).toHaveProperty([`extension/netc/compiler/diagnostics/explain/${name}`]);
    expect(vsix.files).toHaveProperty(["extension/netc/dist/view/page.html"]);
    expect(Object.keys(vsix.files).filter((path) => /\.(node|cache|so|dll|dylib)$|node_modules/.test(path))).toEqual([]);
  });

  it("is the same, byte for byte, when it is made again", () => {
    const again = join(vsix.folder, "again.vsix");
    expect(spawnSync(process.execPath, ["scripts/vscode-package.mjs", again], { cwd: repository }).status).toBe(0);
    expect(readFileSync(again).equals(vsix.bytes)).toBe(true);
  });

  it("every command of a menu is contributed, and the settings have defaults", () => {
    const commands = manifest.contributes.commands.map(({ command }) => command);
    for (const entries of Object.values(manifest.contributes.menus)) for (const { command } of entries) expect(commands).toContain(command);
    for (const [name, { default: own }] of Object.entries(manifest.contributes.configuration.properties)) expect([name, own]).not.toEqual([name, undefined]);
  });

  it.skipIf(!existsSync(join(repository, "editor/server/settings.ts")))("the settings are those that the server reads, with its defaults", async () => {
    const { defaultSettings } = (await import(/* @vite-ignore */ pathToFileURL(join(repository, "editor/server/settings.ts")).href)) as { readonly defaultSettings: Readonly<Record<string, unknown>> };
    const expected = Object.entries(defaultSettings).flatMap(([key, value]) => (key === "inlayHints" ? Object.entries(value as object).map(([kind, own]) => [`netc.inlayHints.${kind}`, own]) : [[`netc.${key}`, value]]));
    const own = Object.entries(manifest.contributes.configuration.properties).filter(([name]) => name !== "netc.path" && !name.startsWith("netc.trace."));
    expect(Object.fromEntries(own.map(([name, { default: value }]) => [name, value]))).toEqual(Object.fromEntries(expected));
  });
});

describe("the netc inside, with nothing beside it", () => {
  /** Writes down every file and package that is loaded. */
  const recording = (): readonly string[] => {
    const hook = join(vsix.folder, "record.cjs");
    writeFileSync(hook, `const Module = require("node:module"); const load = Module._load; const list = []; Module._load = function (name, ...rest) { list.push(name); return load.call(this, name, ...rest); };
process.on("exit", () => require("node:fs").writeFileSync(process.env.RECORD, JSON.stringify(list)));`);
    return ["--require", hook];
  };
  const record = (): string => join(vsix.folder, "record.json");
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_PATH: "", NO_COLOR: "1", RECORD: record() });
  const script = (): string => join(vsix.extension, "netc/bin/netc.mjs");
  const loadedPackages = (): readonly string[] => {
    const names = JSON.parse(readFileSync(record(), "utf8")) as readonly string[];
    expect(names.length, "what was loaded was written down").toBeGreaterThan(0);
    return names.filter((name) => !isBuiltin(name) && !name.startsWith(vsix.folder));
  };
  const inside = (args: readonly string[], input?: string) => spawnSync(process.execPath, [...recording(), script(), ...args], { cwd: vsix.folder, encoding: "utf8", env: env(), ...(input === undefined ? {} : { input }) });

  it("checks a program with layers of the library, and loads no package", () => {
    writeFileSync(join(vsix.folder, "small.net"), "model Small {\n  input x: f32[B, C = 4]\n  output y: f32[B, C = 8] = Linear(x, out: 9)\n}\n");
    const { status, stdout, stderr } = inside(["check", "small.net"]);
    expect([status, /error\[(NET\d+)\]/.exec(stdout + stderr)?.[1]]).toEqual([1, "NET0316"]);
    expect(loadedPackages()).toEqual([]);
  });

  it("explains and formats", () => {
    expect(inside(["explain", "NET0301"]).stdout).toContain("NET0301");
    expect(inside(["fmt", "--stdin"], "model   M {input x: f32[B]   output y: f32[B]=x}").stdout).toMatch(/^model M \{\n {2}input x: f32\[B\]\n/);
    expect(loadedPackages()).toEqual([]);
  });

  it.skipIf(!server)("answers an editor's first message, and loads no package", async () => {
    const child = spawn(process.execPath, [...recording(), script(), "lsp", "--stdio"], { cwd: vsix.folder, env: env() });
    let [out, complaint] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
    child.stderr.setEncoding("utf8").on("data", (part: string) => (complaint += part));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const send = (message: object): void => {
      const text = JSON.stringify({ jsonrpc: "2.0", ...message });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    const until = async (part: string): Promise<void> => {
      for (let waited = 0; !out.includes(part); waited += 20) {
        if (waited > 20_000) throw new Error(`no ${part} in: ${out}${complaint}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    send({ id: 1, method: "initialize", params: { processId: null, rootUri: pathToFileURL(vsix.folder).href, capabilities: {} } });
    await until('"id":1');
    const reply = JSON.parse(out.slice(out.indexOf("{"), out.lastIndexOf("}") + 1)) as { readonly result: { readonly capabilities: { readonly hoverProvider?: unknown }; readonly serverInfo: unknown } };
    expect(reply.result.serverInfo).toEqual({ name: "netc", version: manifest.version });
    expect(reply.result.capabilities.hoverProvider).toBeTruthy();
    send({ method: "initialized", params: {} });
    send({ id: 2, method: "shutdown" });
    await until('"id":2');
    send({ method: "exit" });
    expect([await ended, complaint]).toEqual([0, ""]);
    expect(loadedPackages()).toEqual([]);
  });
});
