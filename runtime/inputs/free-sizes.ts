/** The free sizes that the values of inputs bring: an axis that is called B in two inputs has one size. */
import type { EngineTensor } from "../engine-tensor.ts";
import { InputError, type ModelInput } from "./model-input.ts";

export type Sizes = Readonly<Record<string, number>>;

/** What sizes must satisfy. */
export interface SizeRule {
  /** `Y and X must be multiples of 16`. */
  readonly says: string;
  readonly holds: (sizes: Sizes) => boolean;
}

/** By name. Throws an InputError when two inputs disagree. */
export function freeSizes(inputs: readonly ModelInput[], feeds: Readonly<Record<string, EngineTensor>>): Sizes {
  const sizes: Record<string, number> = {};
  const places: Record<string, string> = {};
  for (const { name, axes } of inputs) {
    axes.forEach(([, size], axis) => {
      const extent = feeds[name]?.shape[axis];
      if (typeof size === "number" || extent === undefined || !/^\w+$/.test(size)) return;
      const known = sizes[size] as number | undefined;
      if (known !== undefined && known !== extent) throw new InputError(`the inputs disagree: ${size} is ${known} in \`${places[size]}\`, but ${extent} in \`${name}\``);
      sizes[size] = extent;
      places[size] = name;
    });
  }
  return sizes;
}

/** Throws an InputError when the sizes break rules. `title` names the model. */
export function requireRules(title: string, rules: readonly SizeRule[], sizes: Sizes): void {
  const broken = rules.filter(({ holds }) => !holds(sizes));
  if (broken.length) throw new InputError(`${title} does not take ${Object.entries(sizes).map(([name, size]) => `${name} = ${size}`).join(", ")}`, broken.map(({ says }) => says).join("; "));
}
