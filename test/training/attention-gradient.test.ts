/** The row sums of a softmax's gradient in attention are taken over the head, and are the same numbers. */
import { describe, expect, it } from "vitest";
import { topologicalOrder, type Graph } from "../../compiler/ir/graph.ts";
import { constantValue } from "../../compiler/dims/index.ts";
import { evaluated, stepOf, difference } from "./steps.ts";
import { batches, compile, programOf } from "./programs.ts";

const attention = (result: string) =>
  compile({
    "attention.net": `model Attention {
  input x: f32[B, T = 7, C = 6]
  let q = Linear(x)
  let k = rename(Linear(x), S = T)
  let v = rename(Linear(x), S = T)
  let a = softmax(einsum(q[B, T, C], k[B, S, C] -> [B, T, S]) / 2, over: S)
  let mixed = einsum(a[B, T, S], v[B, S, C] -> [B, T, C])
  output y: f32[B] = ${result}
}
train Attention {
  data folder(split: train) { x: f32[B, T = 7, C = 6]  target: f32[B] }
  loss bce_with_logits(y, target)
  optimizer sgd(lr: 0.1)
  batch 2
}
`,
  });

/** Sums over the last axis of seven numbers, and of six: of weights, and of a head. */
const lengths = (graph: Graph): readonly number[] =>
  topologicalOrder(graph.outputs.map(({ node }) => node)).flatMap((node) => (node.operator === "reduce" && node.attributes.kind === "sum" && node.inputs[0].operator === "mul" && node.attributes.axes.length === 1 && node.inputs[0].type.shape.length === 3 ? [constantValue(node.inputs[0].type.shape[node.attributes.axes[0]])!] : []));

describe("a step with attention", () => {
  it("sums over the head instead of the positions", () => expect(lengths(stepOf(attention("mean(mixed, over: [T, C])"), "default", 2).graph)).toEqual([6]));

  it("sums over the positions where the weights are read otherwise", () => expect(lengths(stepOf(attention("mean(a * a, over: [T, S])"), "default", 2).graph)).not.toContain(6));

  it("has the gradients that differences of its loss show", async () => {
    const compiled = attention("mean(mixed, over: [T, C])");
    const { feeds } = await batches(programOf(compiled), 2).batch(0, 0);
    const step = stepOf(compiled, "default", 2);
    const own = evaluated(step, feeds, 3, 0);
    // With the weights of k moved along their gradient, the loss moves by the square of its length.
    const parameter = step.trainable.find(({ attributes }) => attributes.path === "k.weight")!;
    const slope = own.get("gradient/k.weight")!.data;
    const [length, by] = [slope.reduce((sum, each) => sum + each * each, 0), 1e-4];
    const losses = [by, -by].map((distance) => evaluated(step, feeds, 3, 0, new Map([[parameter.attributes.path, (value: number, i: number) => value + distance * slope[i]]])).get("loss")!.data[0]);
    expect(difference(Float64Array.of((losses[0] - losses[1]) / (2 * by)), Float64Array.of(length))).toBeLessThan(1e-6);
  });
});
