/** Every model of the repository as a program of TensorFlow.js: what is written is well typed, all of it in front of the compiler at once. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planInference } from "../../cli/tfjs-inference.ts";
import type { TfjsFiles } from "../../cli/tfjs-program.ts";
import { planTfjs } from "../../cli/tfjs-training.ts";
import { compileFiles, netFiles, repository } from "../programs.ts";
import { complaints } from "./complaints.ts";

const zoo = readdirSync(join(repository, "examples", "zoo")).filter((name) => name.endsWith(".net")).sort().map((name) => `examples/zoo/${name}`);

/** The programs of the models of a file, in use and, where an example has a training section, in training. Other tests train the flagship, whose last variant is used here. */
function programsOf(name: string): readonly (readonly [string, TfjsFiles])[] {
  const compilation = compileFiles(name);
  return compilation.rootModels.flatMap((model) => {
    const variant = compilation.variantsOf(model).at(-1)!;
    const title = `${name}/${model.name.text}`;
    const trains = name.startsWith("examples/") && compilation.trainingOf(model).length > 0;
    return [
      [`${title}/predict`, planInference(compilation, model, variant, { fixed: new Map() }).files] as const,
      ...(trains ? [[`${title}/train`, planTfjs(compilation, model, variant).files] as const] : []),
    ];
  });
}

it("every model's program is well typed in strict mode", () => {
  const files = new Map<string, string>();
  const titles = [...netFiles(), ...zoo].flatMap((name) => programsOf(name).map(([title, own]) => {
    for (const [file, text] of own.files) files.set(`${title}/${file}`, text);
    return title;
  }));
  expect(titles.length).toBeGreaterThan(33);
  expect(titles).toContain("examples/small_cd2fsan.net/SmallCD2FSAN/train");
  expect(complaints({ files })).toEqual([]);
});
