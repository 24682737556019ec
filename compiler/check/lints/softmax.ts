/** Weights that sum to 1 over one axis, in a product that sums over another: attention with its softmax over the wrong axis. */
import type { Contraction } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/source.ts";
import type { AxisItem } from "../../types/types.ts";
import type { Letter } from "../patterns.ts";
import { report, type Scope } from "../scope.ts";

export interface ContractedOperand {
  readonly letters: readonly Letter[];
  readonly items: readonly AxisItem[];
  readonly tree: { readonly value: { readonly span: Span } };
}

const nameOf = (letter: Letter): string => (typeof letter === "string" ? letter : letter.name);

export function warnOfSoftmax(scope: Scope, tree: Contraction, operands: readonly ContractedOperand[], result: readonly Letter[]): void {
  if (operands.length < 2 || scope.frame.session.mode === "build") return;
  for (const { letters, items, tree: operand } of operands) {
    const summed = letters.filter((letter) => !result.includes(letter));
    const weights = letters.filter((_, i) => isSoftmax(items[i]));
    if (summed.length === 0 || weights.length === 0 || weights.some((letter) => summed.includes(letter))) continue;
    report(scope, "NET0813", operand.value.span, { softmax: weights.map(nameOf).join(", "), summed: summed.map(nameOf).join(", ") }, { related: [{ span: tree.span, message: `summed over ${summed.map(nameOf).join(", ")} here` }] });
  }
}

const isSoftmax = (item: AxisItem): boolean => item.kind === "axis" && item.marks?.sumsToOne === true;

/** After a sum over another axis the elements sum to 1 no more. */
export function withoutSoftmax<Item extends AxisItem>(item: Item): Item {
  return item.kind === "axis" && item.marks?.sumsToOne ? { ...item, marks: { ...item.marks, sumsToOne: false } } : item;
}
