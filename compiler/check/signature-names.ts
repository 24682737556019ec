/** What every call of a block asks of its signature, found once per block. */
import type { Block, Type } from "../../grammar/ast.ts";
import { statedLowerBounds } from "./facts.ts";

export interface SignatureNames {
  readonly options: readonly string[];
  /** Axis names of each input, in order. */
  readonly inputs: readonly (readonly string[])[];
  readonly standing: ReadonlySet<string>;
  readonly axisOptions: ReadonlySet<string>;
  readonly lowerBounds: ReadonlySet<string>;
}

const signatureNames = new WeakMap<Block, SignatureNames>();

export function namesOf(block: Block): SignatureNames {
  const known = signatureNames.get(block);
  if (known) return known;
  const inputs = block.inputs.map((input) => axisNamesOf(input.type));
  const names: SignatureNames = {
    options: block.options.map((option) => option.name.text),
    inputs,
    standing: new Set(inputs.flat()),
    axisOptions: new Set(block.options.filter((option) => option.optionKind.kind === "AxisKind").map((option) => option.name.text)),
    lowerBounds: statedLowerBounds(block.where),
  };
  signatureNames.set(block, names);
  return names;
}

function axisNamesOf(type: Type): readonly string[] {
  if (type.kind === "ListType") return axisNamesOf(type.element);
  return type.kind === "TensorType" ? type.axes.flatMap((axis) => (axis.kind === "NamedAxis" ? [axis.name.text] : [])) : [];
}
