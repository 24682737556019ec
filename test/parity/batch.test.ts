/** One ONNX file with a free batch: B samples together give what each gives alone, although every sample has kernels and layers of its own. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildOnnx } from "../../backends/onnx/index.ts";
import { constantValue, emptyFacts, multiply } from "../../compiler/dims/index.ts";
import { initialiseFloat32 } from "../../compiler/initialise.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { createEngine, type Engine, type EngineTensor } from "../../runtime/engine.ts";
import { lowerTexts } from "./golden.ts";
import { shrink } from "./shrink.ts";

const read = (name: string): string => readFileSync(new URL(`../../models/${name}`, import.meta.url), "utf8");

it("variant g of the small CD2FSAN at batches 1, 2, 3 and 7", async () => {
  const graph = optimise(lowerTexts(new Map([["cd2fsan.net", shrink(read("cd2fsan.net"))], ["clip.net", read("clip.net")]]), { variant: "g" }), { facts: emptyFacts() });
  const built = buildOnnx(graph, {
    producerVersion: "test", metadata: new Map(),
    weights: { kind: "values", of: (node) => initialiseFloat32(node.attributes.path, node.attributes.init, constantValue(multiply(...node.type.shape))!, 3) },
  });
  if ("refused" in built) throw new Error("refused");
  const engine = await createEngine(built.model, { threads: 2 });
  const [image, words] = ["image", "words"].map((name) => graph.inputs.find((input) => input.attributes.name === name)!.type.shape.slice(1).map((size) => constantValue(size)!));
  const [pixels, length] = [image.reduce((a, b) => a * b), words[0]];
  const feed = (from: number, to: number): Record<string, EngineTensor> => ({
    image: { dtype: "f32", shape: [to - from, ...image], data: Float32Array.from({ length: (to - from) * pixels }, (_, i) => Math.sin(0.7 * (i + from * pixels))) },
    words: { dtype: "i32", shape: [to - from, ...words], data: Int32Array.from({ length: (to - from) * length }, (_, i) => (11 * (i + from * length)) % 40) },
  });
  const mask = async (own: Engine, from: number, to: number): Promise<Float32Array> => (await own.run(feed(from, to)))["mask"].data as Float32Array;
  const alone: Float32Array[] = [];
  for (let i = 0; i < 7; i++) alone.push(await mask(engine, i, i + 1));
  expect(alone[0].some((value, i) => Math.abs(value - alone[1][i]) > 1e-3)).toBe(true);
  for (const batch of [1, 2, 3, 7]) {
    const together = await mask(engine, 0, batch);
    const largest = Math.max(...alone.slice(0, batch).flatMap((one, b) => [...one].map((value, i) => Math.abs(value - together[b * one.length + i]))));
    expect(largest).toBeLessThan(1e-4);
  }
  await engine.dispose();
});
