/** ONNX Runtime, in 32-bit floats and after all passes, gives PyTorch's values: every library case, both towers of CLIP, the seven variants. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildOnnx } from "../../backends/onnx/index.ts";
import { emptyFacts } from "../../compiler/dims/index.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { createEngine, type EngineTensor } from "../../runtime/engine.ts";
import { cases } from "./cases.ts";
import { distance, lowerTexts, surroundingsOf, type GoldenCase } from "./golden.ts";
import variantsGolden from "./golden/cd2fsan.json";
import libraryGolden from "./golden/library.json";
import { shrink } from "./shrink.ts";

const TOLERANCE = 1e-5;

/** Distances of every output, by name. */
async function distances(lowered: Graph, golden: GoldenCase): Promise<readonly string[]> {
  const { inputs, parameters } = surroundingsOf(lowered, golden);
  const graph = optimise(lowered, { facts: emptyFacts() });
  const of = (node: { readonly attributes: { readonly path: string } }): Float32Array => Float32Array.from(parameters.get(node.attributes.path)!.data);
  const built = buildOnnx(graph, { producerVersion: "test", metadata: new Map(), weights: { kind: "values", of } });
  if ("refused" in built) return built.refused.map(({ operator, needs }) => `${operator} needs ${needs}`);
  const engine = await createEngine(built.model);
  const feeds: Record<string, EngineTensor> = {};
  for (const name of engine.inputs) {
    const { dtype, shape, data } = inputs.get(name)!;
    feeds[name] = dtype === "i32" ? { dtype, shape, data: Int32Array.from(data) } : dtype === "bool" ? { dtype, shape, data: Uint8Array.from(data) } : { dtype: "f32", shape, data: Float32Array.from(data) };
  }
  const results = await engine.run(feeds);
  await engine.dispose();
  return Object.entries(golden.outputs).flatMap(([name, kept]) => {
    const { dtype, shape, data } = results[name];
    const found = distance({ dtype: dtype === "i32" ? "i32" : "f64", shape, data: Float64Array.from(data as Float32Array) }, kept);
    return found <= TOLERANCE ? [] : [`${name}: ${found}`];
  });
}

describe("ONNX Runtime computes what PyTorch computes", () => {
  for (const golden of libraryGolden as unknown as readonly GoldenCase[]) {
    if (golden.training) continue;
    it(golden.name, async () => expect(await distances(lowerTexts(new Map([["case.net", cases[golden.name].text]])), golden)).toEqual([]));
  }
  const read = (name: string): string => readFileSync(new URL(`../../models/${name}`, import.meta.url), "utf8");
  const text = shrink(read("cd2fsan.net"));
  for (const golden of variantsGolden as unknown as readonly GoldenCase[]) {
    it(`CD2FSAN variant ${golden.name}`, async () => {
      const graph = lowerTexts(new Map([["cd2fsan.net", text], ["clip.net", read("clip.net")]]), { variant: golden.name });
      expect(await distances(graph, golden)).toEqual([]);
    });
  }
});
