/** What a written project is made of: its files are those of netc, all of them and no others, and its packages those that are tested here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { libraryFiles } from "../../backends/tfjs/library/index.ts";
import { libraryModules } from "../../backends/tfjs/library/modules.ts";
import { importsOf, placeOf, plainFiles, projectFiles, readerNames } from "../../cli/project/layout.ts";
import { pinned, toolFiles } from "../../cli/project/packages.ts";
import { sources } from "../../cli/project/sources.ts";
import { repository } from "../programs.ts";


it("the list of texts has what projects reach, and nothing else", () => {
  const reached = new Set([...projectFiles("pictures", true).files.keys(), ...projectFiles("arrays", false).files.keys(), ...plainFiles(readerNames).files.keys()]);
  expect(new Set(Object.keys(sources).map(placeOf))).toEqual(reached);
  for (const [path, text] of Object.entries(sources)) expect(text, path).toBe(readFileSync(join(repository, path), "utf8"));
});

it("a project of arrays has no pictures", () => {
  const { files, packages } = projectFiles("arrays", false);
  expect([...files.keys()].filter((path) => /picture|decode|data\/formats|tokenizer|predict/.test(path))).toEqual([]);
  expect([...packages]).toEqual(["@tensorflow/tfjs-core"]);
});

it("a project that does not train has no training, and reads what its inputs need", () => {
  const { files, packages, entries } = plainFiles(["array"]);
  expect([...files.keys()].sort()).toEqual([
    "backend/backend-names.ts", "backend/backend.ts", "backend/entries.ts", "backend/tables.ts", "command.ts", "errors.ts",
    "files/engine-tensor.ts", "files/npy.ts", "files/number-formats.ts", "files/safetensors.ts", "files/whole-file.ts", "files/writing-reason.ts",
    "inputs/array-input.ts", "inputs/free-sizes.ts", "inputs/model-input.ts", "inputs/read-file.ts", "inputs/read-inputs.ts",
    "parameters/initializer.ts", "parameters/weight-list.ts", "parameters/weights-file.ts", "predict.ts", "reports/terminal.ts",
  ]);
  expect([[...packages], entries]).toEqual([["@tensorflow/tfjs-core"], ["predict.ts"]]);
});

it("every import leads to a file of the project, to one that netc writes for the model, or to a package that it installs", () => {
  for (const { files, packages, entries } of [projectFiles("pictures", true), projectFiles("arrays", false), plainFiles(readerNames), plainFiles(["array"])]) {
    const manifest = JSON.parse(toolFiles({ name: "x", description: "", packages, entries, commands: [] }).get("package.json")!) as { readonly dependencies: object };
    for (const [path, text] of files) {
      for (const from of importsOf(text)) {
        const target = from.startsWith(".") ? join(path, "..", from) : from;
        const isThere = from.startsWith(".") ? files.has(target) || ["network.ts", "settings.ts", "signature.ts", "parameters.ts"].includes(target) : from.startsWith("node:") || (/^(@[^/]+\/)?[^/]+/.exec(from)![0] in manifest.dependencies);
        expect(isThere, `${path} imports ${from}`).toBe(true);
      }
    }
    expect([...files.keys()].filter((path) => /util/i.test(path))).toEqual([]);
  }
});

it("packages are pinned to what is tested here", () => {
  const version = (name: string): string => (JSON.parse(readFileSync(join(repository, "node_modules", name, "package.json"), "utf8")) as { readonly version: string }).version;
  expect(Object.fromEntries(Object.keys(pinned).map((name) => [name, version(name)]))).toEqual(pinned);
});

it("the library is there as functions as it is as texts", () => {
  expect(Object.keys(libraryModules).sort()).toEqual([...libraryFiles].sort());
});
