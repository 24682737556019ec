/** The forms of a step's operators that ONNX Runtime computes fastest. */
import proto from "onnx-proto";
import { describe, expect, it } from "vitest";
import { compile, programOf } from "./programs.ts";

const model = (activation: string) =>
  compile({
    "form.net": `model Form {
  input x: f32[B, C = 3, Y = 8, X = 8]
  let hidden = ${activation}(Conv(x, out: 4, kernel: 3))
  output y: f32[B] = mean(Linear(hidden, over: C, out: D = 1)[D = 0], over: [Y, X])
}
train Form {
  data folder(split: train) { x: f32[B, C = 3, Y = 8, X = 8]  target: f32[B] }
  loss bce_with_logits(y, target)
  optimizer sgd(lr: 0.1)
  batch 1
}
`,
  });

const counts = (activation: string): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const { opType } of proto.onnx.ModelProto.decode(programOf(model(activation)).step).graph!.node!) found[opType!] = (found[opType!] ?? 0) + 1;
  return found;
};

describe("a step in ONNX Runtime", () => {
  // Two kernels and a bias; the other bias is one number.
  it("squares and sums a gradient in one pass", () => expect(counts("relu").ReduceSumSquare).toBe(3));

  it("chooses nothing for the slope of leaky_relu", () => {
    expect(counts("leaky_relu").Where).toBeUndefined();
    expect(counts("leaky_relu").Sign).toBe(1);
    expect(counts("relu").Where).toBe(1);
  });
});
