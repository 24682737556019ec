/** Every example runs in ONNX Runtime at two sizes from one graph, and each output has the shape that its type predicts. */
import { describe, expect, it } from "vitest";
import { buildOnnx } from "../../backends/onnx/index.ts";
import type { Expression } from "../../grammar/ast.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import { evaluate, variablesOf } from "../../compiler/dims/index.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { createEngine, type EngineTensor } from "../../runtime/engine.ts";
import { compileFiles, netFiles } from "../programs.ts";
import { firstValues } from "./artefact.ts";

/** Free sizes of the two runs, and config values that keep a large example small. */
const settings: Readonly<Record<string, { readonly sizes: readonly Readonly<Record<string, number>>[]; readonly config?: Readonly<Record<string, number>> }>> = {
  "examples/autoencoder.net": { sizes: [{ B: 1 }, { B: 3 }] },
  "examples/gpt.net": { sizes: [{ B: 1, T: 5 }, { B: 2, T: 9 }], config: { depth: 2, width: 48, vocabulary: 101, context: 12 } },
  "examples/mixer.net": { sizes: [{ B: 1 }, { B: 2 }], config: { depth: 1 } },
  "examples/perceptron.net": { sizes: [{ B: 1 }, { B: 4 }] },
  "examples/recurrent.net": { sizes: [{ B: 1 }, { B: 3 }] },
  "examples/resnet.net": { sizes: [{ B: 1 }, { B: 2 }] },
  "examples/siamese.net": { sizes: [{ B: 1 }, { B: 2 }] },
  "examples/small_cd2fsan.net": { sizes: [{ B: 1 }, { B: 2 }] },
  "examples/squeeze_excite.net": { sizes: [{ B: 1, Y: 9, X: 12 }, { B: 2, Y: 1, X: 2 }] },
  "examples/swin_block.net": { sizes: [{ B: 1 }, { B: 2 }] },
  "examples/unet.net": { sizes: [{ B: 1, Y: 16, X: 32 }, { B: 2, Y: 48, X: 16 }] },
  "examples/wavenet.net": { sizes: [{ B: 1, T: 1 }, { B: 2, T: 37 }] },
};

const examples = netFiles().filter((name) => name.startsWith("examples/"));

it("has settings for every example", () => expect(Object.keys(settings).sort()).toEqual(examples));

describe.each(examples)("%s", (name) => {
  it("runs at two sizes with the predicted shapes", async () => {
    const compilation = compileFiles(name);
    const [model] = compilation.models;
    const [variant] = compilation.variantsOf(model);
    const span = spanIn(createSourceFile("test", ""), 0, 0);
    const config = Object.entries(settings[name].config ?? {}).map(([key, value]): [string, Expression] => [key, { kind: "IntegerLiteral", text: String(value), value, span }]);
    const { graph: lowered, facts } = compilation.lower(model, { ...variant, configuration: new Map(config) });
    const graph = optimise(lowered, { facts, verify: true });
    const built = buildOnnx(graph, {
      producerVersion: "test", metadata: new Map(),
      weights: { kind: "values", of: firstValues },
    });
    if ("refused" in built) throw new Error(JSON.stringify(built.refused.map(({ operator, needs }) => ({ operator, needs }))));
    const engine = await createEngine(built.model, { threads: 1 });
    for (const sizes of settings[name].sizes) {
      const values = new Map(Object.entries(sizes));
      const shapeAt = (shape: readonly Parameters<typeof evaluate>[0][]): number[] => shape.map((size) => Number(evaluate(size, values)));
      const feeds: Record<string, EngineTensor> = {};
      for (const input of graph.inputs) {
        expect(input.type.shape.flatMap(variablesOf).every((free) => values.has(free))).toBe(true);
        const shape = shapeAt(input.type.shape);
        const count = shape.reduce((product, size) => product * size, 1);
        feeds[input.attributes.name] = input.type.dtype === "i32" ? { dtype: "i32", shape, data: Int32Array.from({ length: count }, (_, i) => (7 * i) % 50) } : { dtype: "f32", shape, data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)) };
      }
      const results = await engine.run(feeds);
      for (const output of graph.outputs) {
        expect(results[output.name].shape).toEqual(shapeAt(output.node.type.shape));
        expect((results[output.name].data as Float32Array).every(Number.isFinite)).toBe(true);
      }
    }
    await engine.dispose();
  });
});
