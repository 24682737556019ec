/** A small CLIP, saved by PyTorch in each layout, gives PyTorch's features after its import. No Python here: golden/ is made by make_golden.py. */
import { describe, expect, it } from "vitest";
import { constantValue } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { expandPlan } from "../../compiler/check/weights-plan.ts";
import { itemsOfKind } from "../../compiler/check/program.ts";
import { createSink } from "../../compiler/diagnostics/diagnostic.ts";
import type { TensorData } from "../../compiler/ir/graph.ts";
import { openCheckpoint } from "../../runtime/checkpoints/open.ts";
import { importWeights, type ImportGoal } from "../../runtime/import/import-weights.ts";
import { resizeTable, type ResizeMode } from "../../runtime/import/resize.ts";
import { inputValue } from "../parity/formula.ts";
import { compile } from "../training/programs.ts";
import features from "./golden/features.json";
import { goldenFile, smallClip } from "./small-clip.ts";

type Stored = { readonly shape: readonly number[]; readonly data: readonly number[] };

const image: TensorData = { dtype: "f32", shape: [2, 3, 48, 48], data: inputValue("image", { kind: "real", shape: [2, 3, 48, 48], low: -1.5, high: 1.5 }) };
const words: TensorData = { dtype: "i32", shape: [2, 9], data: inputValue("words", { kind: "whole", shape: [2, 9], below: 40 }) };

/** Both towers' results with the weights of a golden file, by a plan of the flagship. */
function featuresOf(file: string, planName: string, mode: ResizeMode): readonly TensorData[] {
  const compilation = compile(smallClip(mode));
  const [model] = compilation.rootModels;
  const { graph } = compilation.lower(model, compilation.variantsOf(model)[0]);
  const goals = graph.parameters.map(({ attributes: { path, init }, type }): ImportGoal => ({ path, kind: "parameter", axes: type.axes, shape: type.shape.map((size) => constantValue(size)!), init }));
  const tree = compilation.program.files.flatMap((each) => itemsOfKind(each.tree, "Weights")).find(({ name }) => name.text === planName)!;
  const found = importWeights(expandPlan(tree, { sink: createSink(), users: [] }), goals, openCheckpoint(goldenFile(file)), 0);
  expect(found.problems).toEqual([]);
  expect(found.rows.filter(({ origin }) => origin === "fresh")).toEqual([]);
  const parameters = new Map(found.rows.map((row): [string, TensorData] => [row.goal.path, { dtype: "f32", shape: row.goal.shape, data: Float64Array.from(found.valuesOf(row)) }]));
  return interpret(graph.outputs.map(({ node }) => node), { inputs: new Map([["image", image], ["words", words]]), parameters, sizes: new Map([["B", 2]]) });
}

function furthest({ shape, data }: TensorData, kept: Stored): number {
  expect(shape).toEqual(kept.shape);
  return kept.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - data[i])), 0);
}

describe("a small CLIP gives PyTorch's features", () => {
  it.each([
    ["openai-f32.pt", "clip"], ["openai-f16.pt", "clip"], ["nested-bf16.pt", "clip"], ["script-f16.pt", "clip"], ["openai.safetensors", "clip"],
    ["huggingface.safetensors", "clip_huggingface"], ["huggingface-f16.safetensors", "clip_huggingface"],
  ])("%s", (file, plan) => {
    const [picture, word] = featuresOf(file, plan, "bilinear");
    // Positions are rounded to 32 bits after they are resized; nothing else differs.
    expect(furthest(picture, features.bilinear)).toBeLessThan(1e-6);
    expect(furthest(word, features.word)).toBeLessThan(1e-8);
  });

  it("with positions resized by bicubic, which are other features", () => {
    const [picture] = featuresOf("openai-f32.pt", "clip", "bicubic");
    expect(furthest(picture, features.bicubic)).toBeLessThan(1e-6);
    expect(furthest(picture, features.bilinear)).toBeGreaterThan(1e-3);
  });
});

describe("tables of positions are resized as PyTorch does it", () => {
  it.each(features.resizing.map((each) => [`${each.from} to ${each.to}, ${each.mode}`, each] as const))("%s", (_, { from, to, mode, sum, product, last }) => {
    const table = Float32Array.from({ length: (from * from + 1) * 2 }, (__, i) => Math.sin(0.7 * i));
    const resized = resizeTable(table, 2, 1, from, to, mode as ResizeMode);
    expect(resized.length).toBe((to * to + 1) * 2);
    expect(resized.slice(0, 2)).toEqual(table.slice(0, 2));
    expect(Math.abs(resized.reduce((a, b) => a + b, 0) - sum)).toBeLessThan(1e-4);
    expect(Math.abs(resized.reduce((a, b, i) => a + b * Math.cos(1.3 * i), 0) - product)).toBeLessThan(1e-4);
    last.forEach((value, i) => expect(resized[resized.length - last.length + i]).toBeCloseTo(value, 5));
  });
});
