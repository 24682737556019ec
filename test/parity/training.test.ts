/** What happens in training alone: branches and elements that are left out at random, and norms that stay as they are. */
import { describe, expect, it } from "vitest";
import { interpret } from "../../compiler/interpreter.ts";
import type { TensorData } from "../../compiler/ir/graph.ts";
import { lowerTexts } from "./golden.ts";

const graphOf = (inputs: string, output: string, training: boolean) => lowerTexts(new Map([["case.net", `model Case {\n${inputs}\n  output y: f32[B, C] = ${output}\n}\n`]]), { training });

/** `output` for an input x of ones, [400, 5]. */
function valueOf(output: string, training: boolean): Float64Array {
  const graph = graphOf("  input x: f32[B, C]", output, training);
  const x: TensorData = { dtype: "f32", shape: [400, 5], data: new Float64Array(2000).fill(1) };
  const [y] = interpret([graph.outputs[0].node], { inputs: new Map([["x", x]]), parameters: new Map(), sizes: new Map([["B", 400], ["C", 5]]) });
  return Float64Array.from(y.data);
}

describe("drop_path", () => {
  it("leaves out whole samples, as often as its rate says, and scales the others up", () => {
    const y = valueOf("drop_path(x, rate: 0.2)", true);
    const samples = Array.from({ length: 400 }, (_, i) => y.slice(5 * i, 5 * i + 5));
    for (const sample of samples) expect([...sample]).toEqual(Array(5).fill(sample[0] === 0 ? 0 : 1 / 0.8));
    const dropped = samples.filter(([first]) => first === 0).length / samples.length;
    expect(dropped).toBeGreaterThan(0.12);      // 0.2, and four standard deviations
    expect(dropped).toBeLessThan(0.28);
  });

  it("is nothing in evaluation, and nothing in training at rate 0", () => {
    expect(valueOf("drop_path(x, rate: 0.2)", false)).toEqual(new Float64Array(2000).fill(1));
    const { outputs } = graphOf("  input x: f32[B, C]", "drop_path(x, rate: 0.0)", true);
    expect(outputs[0].node.operator).toBe("input");
  });
});

describe("frozen norms", () => {
  const layer = "  input x: f32[B, C = 4, Y, X]\n  let layer = ConvNorm(x, frozen: true)";

  it("are states, and no step changes them", () => {
    const graph = graphOf(layer, "mean(layer, over: [Y, X])", true);
    expect(graph.updates).toEqual([]);
    expect(graph.parameters.map(({ attributes }) => attributes.path)).toEqual(["layer.conv.weight"]);
    expect(graph.states.map(({ attributes }) => attributes.path).sort()).toEqual(["running_mean", "running_variance", "scale", "shift"].map((name) => `layer.norm.${name}`));
  });
});

describe("the rate of a transformer layer", () => {
  const randoms = (rate: string): number => {
    const graph = lowerTexts(new Map([["case.net", `model Case {\n  input x: f32[B, T, C = 8]\n  let layer = EncoderLayer(x, heads: 2${rate})\n  output y: f32[B, T, C] = layer\n}\n`]]), { training: true });
    const seen = new Set<object>();
    const walk = (node: (typeof graph.outputs)[number]["node"]): number => (seen.has(node) ? 0 : (seen.add(node), (node.operator === "random" ? 1 : 0) + node.inputs.reduce((sum, input) => sum + walk(input), 0)));
    return graph.outputs.reduce((sum, { node }) => sum + walk(node), 0);
  };

  it("drops both branches, and by default neither", () => {
    expect(randoms(", rate: 0.1") - randoms("")).toBe(2);
  });
});
