/** Blocks that hold for any number of axes around one that is found by its name: written once, used where a program happens to. */
import { freshAxis, mayBeStatic, smallSize, someFloat, useStatic, type Axis } from "../scope.ts";
import type { Step } from "./step.ts";

interface RowBlock {
  readonly name: string;
  readonly text: string;
  /** What becomes of the axis. */
  readonly result: "same" | "gone" | "new";
  readonly owns: boolean;
}

const rowBlocks: readonly RowBlock[] = [
  { name: "row_unit", result: "same", owns: false, text: "block row_unit(x: f32[...S, over, ...R]; over: axis = C) -> f32[...S, over, ...R] {\n  let centred = x - mean(x, over: over)\n  return centred / sqrt(sum(centred * centred, over: over) + 0.1)\n}\n" },
  { name: "row_gap", result: "gone", owns: false, text: "block row_gap(x: f32[...S, over, ...R]; over: axis = C) -> f32[...S, ...R] {\n  let high = max(x, over: over)\n  return 0.5 * (high - min(x, over: over))\n}\n" },
  { name: "RowGate", result: "same", owns: true, text: "block RowGate(x: f32[...S, over, ...R]; over: axis = C) -> f32[...S, over, ...R] {\n  let gate = Linear(x, over: over)\n  return x * sigmoid(gate)\n}\n" },
  { name: "RowTable", result: "new", owns: true, text: "block RowTable(x: f32[...S, over, ...R]; over: axis = C, out: axis = over) -> f32[...S, out, ...R] {\n  param table: f32[over, out] = random.normal(std: 0.4)\n  let weight = softmax(x, over: over)\n  return einsum(weight[...S, over, ...R], table[over, out] -> [...S, out, ...R])\n}\n" },
  { name: "row_mean", result: "same", owns: false, text: "block row_mean(x: f32[...S, over, ...R]; over: axis = C) -> f32[...S, over, ...R] = x - mean(x, over: [...S, ...R])\n" },
  { name: "row_half", result: "same", owns: false, text: "block row_half(x: f32[...S, over, ...R]; over: axis = C) -> f32[...S, over, ...R] = rearrange(reverse(rearrange(x, [...S, over, ...R] -> [over, ...S, ...R]), over: over), [over, ...S, ...R] -> [...S, over, ...R])\n" },
];

/** The texts of those that a program uses. */
export const rowBlocksIn = (text: string): string => rowBlocks.filter(({ name }) => new RegExp(`\\b${name}\\(`).test(text)).map((block) => `${block.text}\n`).join("");

export const rowCall: Step = (scope) => {
  const block = scope.random.pick(rowBlocks);
  const x = someFloat(scope, block.name === "row_mean" ? 2 : 1);
  if (!x) return undefined;
  const axis = scope.random.pick(x.type.axes);
  const made: Axis = block.result === "new" ? { name: freshAxis(scope, x.type.axes), size: smallSize(scope) } : axis;
  if (block.owns) {
    if (!mayBeStatic(scope, [axis.size, made.size])) return undefined;
    useStatic(scope, [axis.size, made.size]);
    scope.owns = true;
  }
  const over = axis.name === "C" && scope.random.chance(0.5) ? "" : `, over: ${axis.name}`;
  const out = made === axis ? "" : `, out: ${made.name} = ${made.size.text}`;
  return { text: `${block.name}(${x.text}${over}${out})`, type: { dtype: "f32", axes: x.type.axes.flatMap((own) => (own !== axis ? [own] : block.result === "gone" ? [] : [made])) } };
};
