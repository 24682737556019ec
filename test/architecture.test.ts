/** The house keeps its shape: rooms are used only by those behind them, imports have no cycles, and the compiler touches no file system. */
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { repository } from "./programs.ts";

/** Which rooms each room may import from. */
const doors: Readonly<Record<string, readonly string[]>> = {
  grammar: [],
  compiler: ["grammar"],
  backends: ["grammar", "compiler"],
  runtime: ["grammar", "compiler", "backends"],
  "editor/service": ["grammar", "compiler"],
  "editor/server": ["grammar", "compiler", "editor/service"],
  "editor/view": ["grammar", "compiler"],
  "editor/highlight": ["grammar", "compiler"],
  "editor/vscode": ["grammar", "editor/view"],
  cli: ["grammar", "compiler", "backends", "runtime", "editor/server", "editor/view"],
};

const sources = Object.keys(doors).flatMap((room) => listed(room));

function listed(room: string): readonly string[] {
  const names = readdirSync(join(repository, room), { recursive: true, encoding: "utf8" }).map((name) => `${room}/${name}`);
  return names.filter((name) => name.endsWith(".ts")).filter((name) => !name.endsWith(".d.ts")).map((name) => name.replaceAll("\\", "/")).sort();
}

/** The imports of a file as its text says them, types included. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(repository, file), "utf8");
  return [...text.matchAll(/^(?:import|export)[\s\S]*?from\s+"([^"]+)"/gm), ...text.matchAll(/import\("([^"]+)"\)/g)].map((match) => match[1]);
}

/** What runs in a browser has its clock and its globals, and a types check of its own. */
const inBrowser = (file: string): boolean => file.startsWith("editor/view/page/");
/** The extension is a program of its own in VS Code, which starts netc as a person does: it uses the system, and nobody uses it. */
const inVisualStudio = (file: string): boolean => file.startsWith("editor/vscode/");

/** The room of a file; the rooms of the editor are its folders. */
const roomOf = (file: string): string => (file.startsWith("editor/") ? file.split("/").slice(0, 2).join("/") : file.split("/")[0]);

describe("rooms", () => {
  it.each(sources)("%s imports only through its doors", (file) => {
    for (const from of importsOf(file)) {
      if (!from.startsWith(".")) continue;
      const target = relative(repository, join(repository, file, "..", from)).replaceAll("\\", "/");
      const room = roomOf(target);
      expect(room === roomOf(file) || doors[roomOf(file)].includes(room), `${file} imports ${target}`).toBe(true);
    }
  });

  it("only its command, the language server and its own files use the formatter, so that nothing else loads it", () => {
    const users = sources.filter((file) => importsOf(file).some((from) => /(^|\/)format\//.test(from)));
    expect([...users].sort()).toEqual(["cli/format.ts", "cli/lsp.ts"]);
    expect(sources.filter((file) => importsOf(file).some((from) => /^prettier\b/.test(from)))).toEqual(["grammar/format/documents.ts", "grammar/format/format.ts", "grammar/format/prettier.ts", "cli/project/format.ts"]);
  });

  it("what reads data uses pictures and the tokenizer of the runtime, and nothing that builds or runs a graph", () => {
    const used = listed("runtime/data").flatMap((file) => importsOf(file).filter((from) => from.startsWith(".")).map((from) => relative(repository, join(repository, file, "..", from)).replaceAll("\\", "/")));
    const outside = [...new Set(used.filter((target) => !target.startsWith("runtime/data/")))].sort();
    expect(outside).toEqual(["compiler/operators/random.ts", "compiler/training/description.ts", "runtime/errors.ts", "runtime/npy.ts", "runtime/pictures.ts", "runtime/resize-plane.ts", "runtime/tokenizer.ts", "runtime/writing-reason.ts"]);
  });

  it("metrics and reports take plain data: neither loads a model or an engine, and only the files of a run are written", () => {
    const outside = (folder: string): readonly string[] => {
      const used = listed(folder).flatMap((file) => importsOf(file).filter((from) => from.startsWith(".")).map((from) => relative(repository, join(repository, file, "..", from)).replaceAll("\\", "/")));
      return [...new Set(used.filter((target) => !target.startsWith(`${folder}/`)))].sort();
    };
    expect(outside("runtime/metrics")).toEqual(["compiler/training/description.ts", "runtime/data/letterbox.ts", "runtime/data/resample.ts", "runtime/data/sample.ts"]);
    expect([...new Set(outside("runtime/reports").filter((target) => !target.startsWith("runtime/metrics/")))]).toEqual(["runtime/data/decode.ts", "runtime/data/resample.ts", "runtime/data/sample.ts", "runtime/errors.ts", "runtime/writing-reason.ts"]);
    const system = (folder: string): readonly string[] => listed(folder).filter((file) => importsOf(file).some((from) => from.startsWith("node:") && from !== "node:crypto"));
    expect(system("runtime/metrics")).toEqual([]);
    expect(system("runtime/reports")).toEqual(["runtime/reports/csv.ts", "runtime/reports/events.ts", "runtime/reports/files.ts"]);
  });

  it("TensorFlow.js is loaded by what computes with it alone, so that netc runs where it is not installed", () => {
    const users = sources.filter((file) => !file.startsWith("backends/tfjs/") && importsOf(file).some((from) => from.startsWith("@tensorflow/")));
    expect([...users].sort()).toEqual(["cli/contender-tfjs.ts", "cli/run-tfjs.ts", "cli/tfjs-load.ts", ...["backend-store", "backend", "entries", "forward", "learner", "native-adam", "optimiser", "project/plain/predict", "project/tables"].map((name) => `runtime/tfjs/${name}.ts`)]);
    const loaders = sources.filter((file) => !file.startsWith("runtime/tfjs/") && /^import (?!type)[^;]*from "[^"]*(tfjs-load|tfjs-machine|contender-tfjs|tfjs\/(backend|learner|forward|entries|optimiser|backend-store))\.ts"/m.test(readFileSync(join(repository, file), "utf8")));
    expect([...loaders].sort()).toEqual(["cli/contender-tfjs.ts", "cli/run-tfjs.ts", "cli/tfjs-load.ts", "cli/tfjs-machine.ts"]);
  });

  it("nothing but the extension itself uses the extension, and it uses the grammar, types of messages and how places move alone", () => {
    expect(sources.filter((file) => !inVisualStudio(file) && importsOf(file).some((from) => /(^|\/)vscode(\/|$)/.test(from)))).toEqual([]);
    const used = sources.filter(inVisualStudio).flatMap((file) => importsOf(file).filter((from) => from.startsWith("../")));
    expect([...new Set(used)].sort()).toEqual(["../../grammar/parse.ts", "../../grammar/source.ts", "../view/model/document.ts", "../view/model/messages.ts", "../view/model/moved.ts"]);
  });

  it("grammar, compiler, backends and what answers an editor use no file system, no process and no clock", () => {
    for (const file of [...listed("grammar"), ...listed("compiler"), ...listed("backends"), ...["service", "view", "highlight"].flatMap((room) => listed(`editor/${room}`)).filter((name) => !inBrowser(name))]) {
      const text = readFileSync(join(repository, file), "utf8");
      expect(importsOf(file).filter((from) => from.startsWith("node:")), file).toEqual([]);
      expect(/\bprocess\.|\bDate\b|performance\.now/.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "")), file).toBe(false);
    }
  });
});

describe("imports", () => {
  let inputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string }[] }>>;
  beforeAll(async () => {
    // Texts, and what netc writes for a model beside the files of a project.
    const raw = { name: "raw", setup: (context: Parameters<NonNullable<Parameters<typeof build>[0]["plugins"]>[number]["setup"]>[0]) => void context.onResolve({ filter: /\?raw$|^\.\/(network|settings|data|parameters|signature)\.ts$/ }, (found) => ({ path: found.path, external: true })) };
    const result = await build({ entryPoints: sources.map((file) => join(repository, file)), bundle: true, write: false, metafile: true, outdir: "unused", platform: "node", format: "esm", packages: "external", plugins: [raw], absWorkingDir: repository });
    inputs = result.metafile.inputs;
  });

  it("have no cycles", () => {
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const walk = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const { path } of inputs[file]?.imports ?? []) if (path in inputs) walk(path, [...trail, file]);
      state.set(file, "done");
    };
    for (const file of Object.keys(inputs).sort()) walk(file, []);
    expect(cycles).toEqual([]);
  });
});
