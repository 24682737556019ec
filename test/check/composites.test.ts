/** A composite block of the library and the operator of its name mean the same: values of the definition against those of the operator. */
import { describe, expect, it } from "vitest";
import { compositeNames } from "../../compiler/check/composites.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { topologicalOrder, type TensorData } from "../../compiler/ir/graph.ts";
import { compileText } from "../programs.ts";

/** One call of each, over `x: f32[B, C = 5, Y = 7, X = 6]`, with one vector `v` of C's size. */
const calls: Readonly<Record<(typeof compositeNames)[number], readonly string[]>> = {
  softmax: ["softmax(x, over: C)", "softmax(x, over: X)"],
  log_softmax: ["log_softmax(x, over: C)", "log_softmax(x, over: Y)"],
  layer_norm: ["layer_norm(x, v, v, over: C)", "layer_norm(x, v, v, over: C, eps: 0.1)"],
  batch_norm: ["batch_norm(x, v, v * v + 0.5, v, v, over: C)"],
  relu: ["relu(x)"],
  gelu: ["gelu(x)"],
  quick_gelu: ["quick_gelu(x)"],
  silu: ["silu(x)"],
  softplus: ["softplus(x)", "softplus(100.0 * x)"],
  leaky_relu: ["leaky_relu(x)", "leaky_relu(x, slope: 0.3)"],
  resize: ["resize(x, to: (Y: 14, X: 9))", "resize(x, to: (Y: 3, X: 6))", "resize(x, to: (Y: 15, X: 4), mode: nearest)", "resize(x, to: 8, mode: nearest)"],
};

const values = (shape: readonly number[], scale: number): TensorData => ({
  dtype: "f64", shape, data: Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => scale * Math.sin(12.9898 * i + 4.1)),
});

describe.each(compositeNames)("%s", (name) => {
  it.each(calls[name])("%s", (call) => {
    const compilation = compileText(`model M {\n  input x: f32[B, C = 5, Y = 7, X = 6]\n${/\bv\b/.test(call) ? "  input v: f32[C = 5]\n" : ""}  let y = ${call}\n  output z: f32[B, C, Y = y.Y, X = y.X] = y\n}`);
    expect(compilation.diagnostics()).toEqual([]);
    const [model] = compilation.models;
    const [variant] = compilation.variantsOf(model);
    const inputs = new Map([["x", values([2, 5, 7, 6], 2)], ["v", values([5], 1.3)]]);
    const [whole, defined] = [false, true].map((definedComposites) => {
      const { graph } = compilation.lower(model, variant, { definedComposites });
      const root = graph.outputs[0].node;
      const uses = topologicalOrder([root]).some((node) => node.operator === name);
      expect(uses).toBe(!definedComposites);
      return interpret([root], { inputs, parameters: new Map() })[0];
    });
    expect(whole.shape).toEqual(defined.shape);
    const largest = Math.max(...defined.data.map(Math.abs));
    expect(Math.max(...whole.data.map((value, i) => Math.abs(value - defined.data[i]))) / largest).toBeLessThan(1e-12);
  });
});
