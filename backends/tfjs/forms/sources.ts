/** What comes from outside, and what comes from nothing. Tables of many numbers are given to the program beside its weights; a few are written out. */
import { constantValue } from "../../../compiler/dims/index.ts";
import { everywhere, numbers, scoped, tfjsDtype, type Forms } from "../form.ts";

/** More numbers than this are no text for a person. */
export const mostWrittenNumbers = 16;

/** A number as JavaScript writes it; what is left of 1 behind a short number as that: `1 - 0.999`. */
export function numberText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  const left = Number((1 - value).toPrecision(6));
  return text.length > 12 && left > 0 && 1 - left === value ? `1 - ${left}` : text;
}

/** Inputs, weights and tables are reached by name. */
const given = {
  runsOn: everywhere,
  write({ operator }: { readonly operator: string }): string {
    throw new Error(`netc bug: ${operator} is given and not made`);
  },
};

export const sourceForms = {
  input: given,
  parameter: given,
  state: given,
  constant: {
    runsOn: everywhere,
    write({ attributes: { value } }) {
      const values = [...value.data].map(numberText);
      return value.shape.length === 0 ? `tf.scalar(${values[0]}, "${tfjsDtype(value.dtype)}")` : `tf.tensor([${values.join(", ")}], ${numbers(value.shape)}, "${tfjsDtype(value.dtype)}")`;
    },
  },
  size: { runsOn: everywhere, write: ({ attributes }, _, { size }) => `tf.scalar(${size(attributes.size)}, "int32")` },
  iota: {
    runsOn: everywhere,
    write({ attributes: { shape, axis } }, _, { size, sizes, library }) {
      const others = shape.filter((each, at) => at !== axis && constantValue(each) !== 1);
      const range = `tf.range(0, ${size(shape[axis])}, 1, "int32")`;
      if (shape.length === 1) return range;
      return others.length === 0 ? scoped(`tf.reshape(${range}, ${sizes(shape)})`) : `${library("indicesAlong")}(${axis}, ${sizes(shape)})`;
    },
  },
  random: {
    runsOn: everywhere,
    write: ({ attributes: { distribution, key, shape } }, _, { sizes, library, stream }) => `${library(distribution === "uniform" ? "uniformNumbers" : "normalNumbers")}(${stream(key)}, ${sizes(shape)})`,
  },
} satisfies Partial<Forms>;
