/** What a model is given, as plain data, and how a value that a person names becomes one. */
import type { EngineTensor } from "../engine-tensor.ts";
import { ExpectedError } from "../errors.ts";

/** An axis: its name, which may be "", and its size: a number, or as the program writes it where it is free: `Y`, `2 * T`. */
export type Axis = readonly [name: string, size: number | string];

export interface ModelInput {
  readonly name: string;
  readonly dtype: string;
  readonly axes: readonly Axis[];
  /** What it is read from, in words. */
  readonly from?: string;
}

/** One way in which a value may be given. */
export interface InputReader {
  /** Whether the value, a path or a text, is of this kind. */
  readonly takes: (value: string) => boolean;
  /** Throws an ExpectedError when it does not fit the input. */
  readonly read: (input: ModelInput, value: string) => Promise<EngineTensor> | EngineTensor;
}

/** Wrong usage, such as a name that no input has. */
export class InputUsageError extends ExpectedError {}

/** What is wrong with a value. */
export class InputError extends ExpectedError {}

/** `f32[B, rgb = 3, Y, X]`. */
export const typeText = ({ dtype, axes }: Omit<ModelInput, "name">): string => `${dtype}[${axes.map(([name, size]) => (name && name !== String(size) ? `${name} = ${size}` : String(size))).join(", ")}]`;

/** An input by its type as it is shown: `input("image", "f32[B, rgb = 3, Y, X]", "a picture")`. */
export function input(name: string, type: string, from: string): ModelInput {
  const [, dtype, list] = /^(\w+)\[(.*)\]$/.exec(type) ?? [];
  if (dtype === undefined) throw new Error(`a fault of this program: ${type} is no type`);
  const axes = list.split(/, (?![^(]*\))/).filter(Boolean).map((axis): Axis => {
    const [own, size = own] = axis.split(" = ");
    return [own === size && /^\d/.test(own) ? "" : own, /^\d+$/.test(size) ? Number(size) : size];
  });
  return { name, dtype, axes, from };
}

/** The sizes of the axes; undefined where they are free. */
export const knownSizes = ({ axes }: ModelInput): readonly (number | undefined)[] => axes.map(([, size]) => (typeof size === "number" ? size : undefined));
