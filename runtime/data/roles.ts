/**
 * Which field of a data contract is the picture, the words and the target, by dtype and shape, whatever their names: f32[B, 3, Y, X] is a picture,
 * i32[B, T] are words, f32[B, Y, X] is the mask. A field that is none of these has no source in a referring data set, and is refused.
 */
import { ExpectedError } from "../errors.ts";
import type { DataContract, FieldContract } from "../../compiler/training/description.ts";

export class ContractError extends ExpectedError {}

/** The statistics of red, green and blue that a program can name, over values in [0, 1]. */
export const normalisations: Readonly<Record<string, { readonly mean: readonly number[]; readonly deviation: readonly number[] }>> = {
  // Radford et al. 2021
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711] },
};

export interface PictureRole {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** A byte v becomes v × scale[c] + shift[c]. */
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

export interface WordsRole {
  readonly name: string;
  readonly length: number;
}

export interface TargetRole {
  readonly name: string;
  readonly height: number;
  readonly width: number;
}

export interface Roles {
  readonly picture: PictureRole;
  readonly words: WordsRole | undefined;
  readonly target: TargetRole | undefined;
}

/** A ContractError says which field has no source, or which is missing. */
export function rolesOf(contract: DataContract): Roles {
  let picture: PictureRole | undefined, words: WordsRole | undefined, target: TargetRole | undefined;
  const second = (name: string, what: string): never => {
    throw new ContractError(`field \`${name}\`: there is already a field for the ${what}`);
  };
  for (const field of contract.fields) {
    const { name, dtype, axes } = field;
    const sizes = axes.map((axis) => axis.size);
    if (dtype === "f32" && axes.length === 4 && sizes[1] === 3) {
      if (picture) second(name, "picture");
      picture = { name, height: known(field, 2), width: known(field, 3), ...scaling(field) };
    } else if (dtype === "i32" && axes.length === 2) {
      if (words) second(name, "words");
      words = { name, length: known(field, 1) };
      if (words.length < 3) throw new ContractError(`field \`${name}\` has room for ${words.length} tokens; start, end and one word take 3`);
    } else if (dtype === "f32" && axes.length === 3) {
      if (target) second(name, "mask");
      target = { name, height: known(field, 1), width: known(field, 2) };
      if (field.low > 0 || field.high < 1) throw new ContractError(`field \`${name}\` is in [${field.low}, ${field.high}], but a mask is 0 and 1`);
      if (field.normalisedBy) throw new ContractError(`field \`${name}\`: a mask is not normalised`);
    } else {
      const shape = `${dtype}[${axes.map((axis) => axis.name || String(axis.size ?? "?")).join(", ")}]`;
      throw new ContractError(`field \`${name}\`: ${shape} is neither a picture f32[B, 3, Y, X], nor words i32[B, T], nor a mask f32[B, Y, X]`);
    }
  }
  if (!picture) throw new ContractError("the data have no picture, f32[B, 3, Y, X]");
  return { picture, words, target };
}

function known(field: FieldContract, axis: number): number {
  const { name, size } = field.axes[axis];
  if (size === undefined) throw new ContractError(`field \`${field.name}\`: the size of ${name || `axis ${axis}`} is open; a loader needs a number`);
  return size;
}

function scaling({ name, low, high, normalisedBy }: FieldContract): Pick<PictureRole, "scale" | "shift"> {
  if (normalisedBy !== undefined && !(normalisedBy in normalisations)) throw new ContractError(`field \`${name}\`: the normalisation ${normalisedBy} is not known; ${Object.keys(normalisations).join(", ")} is`);
  const { mean, deviation } = normalisedBy === undefined ? { mean: [0, 0, 0], deviation: [1, 1, 1] } : normalisations[normalisedBy];
  return { scale: deviation.map((value) => (high - low) / 255 / value), shift: mean.map((value, c) => (low - value) / deviation[c]) };
}
