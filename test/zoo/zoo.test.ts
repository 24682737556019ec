/** Every network of the zoo checks, has the published number of parameters, and runs in ONNX Runtime at two sizes from one artefact. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Expression } from "../../grammar/ast.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import { evaluate, type Size } from "../../compiler/dims/index.ts";
import { costOf, sizeAt } from "../../compiler/cost.ts";
import type { Compilation, Lowered } from "../../compiler/compilation.ts";
import { renderHuman } from "../../compiler/diagnostics/render-human.ts";
import type { NodeOf } from "../../compiler/ir/graph.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { createEngine, type EngineTensor } from "../../runtime/engine.ts";
import { built, firstValues } from "../onnx/artefact.ts";
import { compileFiles, repository } from "../programs.ts";
import { convolutionalZoo } from "./convolutional.ts";
import type { ZooEntry } from "./entry.ts";
import { transformerZoo } from "./transformers.ts";

const zoo = [...convolutionalZoo, ...transformerZoo];

it("has an entry for every file", () => {
  const files = readdirSync(join(repository, "examples/zoo")).filter((name) => name.endsWith(".net"));
  expect(zoo.map(({ file }) => file).sort()).toEqual(files.map((name) => `examples/zoo/${name}`).sort());
});

/** The graph of the entry's model, with config values other than its defaults. */
function lower(compilation: Compilation, entry: ZooEntry, config: Readonly<Record<string, number>> = {}): Lowered {
  const model = compilation.models.find(({ name }) => name.text === entry.model)!;
  const span = spanIn(createSourceFile("test", ""), 0, 0);
  const values = Object.entries(config).map(([key, value]): [string, Expression] => [key, { kind: "IntegerLiteral", text: String(value), value, span }]);
  return compilation.lower(model, { ...compilation.variantsOf(model)[0], configuration: new Map(values) });
}

function feed({ attributes, type }: NodeOf<"input">, shape: readonly number[], below = 50): EngineTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  switch (type.dtype) {
    case "i32":
      return { dtype: "i32", shape, data: Int32Array.from({ length: count }, (_, i) => (7 * i) % below) };
    case "bool":
      return { dtype: "bool", shape, data: new Uint8Array(count).fill(1) };
    case "f32":
      return { dtype: "f32", shape, data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)) };
    default:
      throw new Error(`the input ${attributes.name} is ${type.dtype}`);
  }
}

describe.each(zoo)("$file", (entry) => {
  const compilation = compileFiles(entry.file);

  it("has no diagnostics", () => expect(compilation.diagnostics().map((diagnostic) => renderHuman(diagnostic))).toEqual([]));

  it(`has ${entry.parameters.toLocaleString("en")} parameters`, () => {
    const { graph } = lower(compilation, entry);
    expect(sizeAt(costOf(graph).parameters, new Map())).toBe(entry.parameters);
  });

  it("runs at two sizes with the predicted shapes", async () => {
    const { graph: lowered, facts } = lower(compilation, entry, entry.run);
    const graph = optimise(lowered, { facts, verify: true });
    const { model } = built(graph, { weights: { kind: "values", of: firstValues } });
    const engine = await createEngine(model, { threads: 1 });
    try {
      for (const sizes of entry.sizes) {
        const values = new Map(Object.entries(sizes));
        const shapeAt = (shape: readonly Size[]): number[] => shape.map((size) => Number(evaluate(size, values)));
        const results = await engine.run(Object.fromEntries(graph.inputs.map((input) => [input.attributes.name, feed(input, shapeAt(input.type.shape), entry.below?.[input.attributes.name])])));
        for (const { name, node } of graph.outputs) {
          expect(results[name].shape, name).toEqual(shapeAt(node.type.shape));
          expect(Array.from(results[name].data, Number).every(Number.isFinite), name).toBe(true);
        }
      }
    } finally {
      await engine.dispose();
    }
  });
});
