/**
 * Sizes as JavaScript: expressions of the variables, which have their names everywhere. The function of the whole reads them off the shapes of its inputs,
 * all others are given those that they use.
 */
import { constantValue, showSize, type Size } from "../../../compiler/dims/index.ts";
import { shownSize } from "../../../compiler/shown-size.ts";
import type { NodeOf } from "../../../compiler/ir/graph.ts";
import { hole, isPlain } from "./holes.ts";

type Atom = Size["terms"][number]["monomial"]["atoms"][number];

export interface SizeTexts {
  /** A hole; `hint` is a name for it. */
  readonly text: (size: Size | number, hint?: string) => string;
  /** An array as one hole. */
  readonly list: (sizes: readonly (Size | number)[], hint: string) => string;
}

/** A size as an expression of JavaScript. `nameOf`: the name of a variable in the program. */
export function sizeExpression(size: Size, nameOf: (variable: string) => string): string {
  function atomText(atom: Atom): string {
    switch (atom.kind) {
      case "variable":
        return nameOf(atom.name);
      case "floor":
        return `Math.floor(${grouped(expression(atom.numerator))} / ${atom.denominator})`;
      case "quotient":
        return `Math.floor(${grouped(expression(atom.numerator))} / ${grouped(expression(atom.denominator))})`;
    }
  }

  function expression(size: Size): string {
    const value = constantValue(size);
    if (value !== undefined) return String(value);
    return size.terms
      .map(({ coefficient, monomial }, place) => {
        const number = Number(coefficient);
        const [isNegative, factor] = [number < 0, Math.abs(number)];
        const factors = monomial.atoms.map(atomText);
        const product = factors.length === 0 ? String(factor) : [...(factor === 1 ? [] : [String(factor)]), ...factors].join(" * ");
        return place === 0 ? `${isNegative ? "-" : ""}${product}` : ` ${isNegative ? "-" : "+"} ${product}`;
      })
      .join("");
  }

  return expression(size);
}

export function createSizeTexts(nameOf: (variable: string) => string): SizeTexts {
  const plain = (size: Size | number): string => (typeof size === "number" ? String(size) : sizeExpression(size, nameOf));
  return { text: (size, hint) => hole(plain(size), hint), list: (sizes, hint) => hole(`[${sizes.map(plain).join(", ")}]`, hint) };
}

const grouped = (text: string): string => (isPlain(text) ? text : `(${text})`);

/** Where a variable is read: the first axis of an input that is it, or else one from which it follows; undefined where no input shows it. */
export function readingOf(of: string, inputs: readonly NodeOf<"input">[], textOf: (node: NodeOf<"input">) => string): string | undefined {
  const found = shownSize(of, inputs);
  if (!found) return undefined;
  const { input, axis, factor, offset } = found;
  const read = `${textOf(input)}.shape[${axis}]`;
  const moved = offset === 0 ? read : offset > 0 ? `${read} - ${offset}` : `${read} + ${-offset}`;
  return factor === 1 ? moved : `${offset === 0 ? moved : `(${moved})`} / ${factor}`;
}

/** The shape of a tensor for people: its axes by their names, or by their sizes where they have none. */
export const axesOf = (shape: readonly Size[], names: readonly string[]): readonly string[] => shape.map((size, axis) => names[axis] || showSize(size));
