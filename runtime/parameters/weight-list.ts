/**
 * The weights of a model as blocks, in the nesting of their paths. Braces stand for several paths with the same weights: `attention.{q,k}.weight` for two, and
 * `layer.{1..12}` for twelve layers.
 */
import type { Initializer } from "../../compiler/ir/initializer.ts";

type Shape = readonly number[];

export interface Weight {
  readonly path: string;
  readonly shape: Shape;
  /** Its first values. */
  readonly init: Initializer;
  /** A step changes those that are trained, no step those that are frozen, and a state is changed by a rule of its own, such as the means of batch norms. */
  readonly kind: "trained" | "frozen" | "state";
}

export type WeightList = readonly Weight[];

export const constant = (value: number): Initializer => ({ kind: "constant", value });
/** From -bound to bound. */
export const uniform = (bound: number): Initializer => ({ kind: "uniform", bound });
export const normal = (std: number): Initializer => ({ kind: "normal", std });
/** Without what is beyond two standard deviations. */
export const truncatedNormal = (std: number): Initializer => ({ kind: "truncated_normal", std });
/** Numbers written out, row by row. */
export const values = (numbers: readonly number[]): Initializer => ({ kind: "values", values: numbers });

const countOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** How many axes of a kernel are its outputs: [outputs, inputs] of a linear layer, [groups, outputs, inputs, …] of a convolution, [channels, …] of a depthwise one. */
const outputAxes = (shape: Shape): number => (shape.length > 3 ? 2 : 1);

/** As PyTorch begins: uniform within 1 / sqrt(numbers that make one output). */
const byInputs = (shape: Shape): Initializer => uniform(1 / Math.sqrt(countOf(shape.slice(outputAxes(shape)))));

/** One weight; its first values are as PyTorch's of linear layers and convolutions unless `init` says otherwise. */
export const weight = (paths: string, shape: Shape, init: Initializer = byInputs(shape)): WeightList => pathsOf(paths).map((path) => ({ path, shape, init, kind: "trained" }));

export const state = (paths: string, shape: Shape, init: Initializer): WeightList => pathsOf(paths).map((path) => ({ path, shape, init, kind: "state" }));

/** A linear layer or a convolution with a bias for each output. */
export const biased = (paths: string, shape: Shape): WeightList =>
  at(paths, [weight("weight", shape), weight("bias", [countOf(shape.slice(0, outputAxes(shape)))], byInputs(shape))]);

/** What a norm multiplies with and adds. */
export const norm = (paths: string, channels: number): WeightList => at(paths, [weight("scale", [channels], constant(1)), weight("shift", [channels], constant(0))]);

/** A norm with the mean and the variance that it takes in evaluation. */
export const batchNorm = (paths: string, channels: number): WeightList =>
  at(paths, [norm("", channels), state("running_mean", [channels], constant(0)), state("running_variance", [channels], constant(1))]);

/** Weights under a path, or under each of several. */
export const at = (paths: string, lists: readonly WeightList[]): WeightList =>
  pathsOf(paths).flatMap((outer) => lists.flat().map((own) => ({ ...own, path: [outer, own.path].filter((part) => part !== "").join(".") })));

export const frozen = (list: WeightList): WeightList => list.map((own) => (own.kind === "trained" ? { ...own, kind: "frozen" } : own));

/** The paths that a text with braces stands for. */
function pathsOf(text: string): readonly string[] {
  const [, before, choice, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(text) ?? [];
  if (choice === undefined) return [text];
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(choice) ?? [];
  const names = first === undefined ? choice.split(",") : Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => String(Number(first) + i));
  return names.flatMap((name) => pathsOf(`${before}${name}${after}`));
}
