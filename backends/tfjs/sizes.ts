/**
 * Sizes as JavaScript. A variable is read off the shape of an input, once, at the beginning of a function, under its own name; a size is an expression
 * of the variables. What has a quotient in it gets a name too.
 */
import { constant, constantValue, multiply, subtract, variable, variablesOf, type Size } from "../../compiler/dims/index.ts";
import type { NodeOf } from "../../compiler/ir/graph.ts";
import { hole, isPlain } from "./holes.ts";

type Atom = Size["terms"][number]["monomial"]["atoms"][number];

export interface SizeTexts {
  /** Constants are holes; `hint` is a name for one. */
  readonly text: (size: Size | number, hint?: string) => string;
  /** A variable by its name. */
  readonly variable: (name: string) => string;
  /** Lines that say what the names are, in an order in which they can stand. */
  readonly lines: () => readonly string[];
  /** The variables that were asked for, and those of them that no input shows. */
  readonly variables: ReadonlySet<string>;
  readonly unknown: ReadonlySet<string>;
}

/** Where variables come from: the shapes of inputs, or the parameters of a function, which have their names. */
export type VariableSource = { readonly inputs: readonly NodeOf<"input">[]; readonly textOf: (node: NodeOf<"input">) => string } | "parameters";

/** `name` makes a name of the program that nothing else has. */
export function createSizeTexts(source: VariableSource, name: (wanted: string) => string): SizeTexts {
  const names = new Map<Size, string>();
  const lines: string[] = [];
  const unknown = new Set<string>();
  const variables = new Set<string>();

  function named(size: Size, wanted: string, value: string): string {
    let own = names.get(size);
    if (own === undefined) {
      names.set(size, (own = name(wanted)));
      lines.push(`const ${own} = ${value};`);
    }
    return own;
  }

  function variableText(of: string): string {
    variables.add(of);
    if (source === "parameters") return of;
    const { inputs, textOf } = source;
    const wanted = variable(of);
    const known = names.get(wanted);
    if (known !== undefined) return known;
    for (const affine of [false, true]) {
      for (const input of inputs) {
        for (const [axis, size] of input.type.shape.entries()) {
          const found = affine ? solved(size, wanted) : size === wanted ? { factor: 1, offset: 0 } : undefined;
          if (!found) continue;
          const read = `${textOf(input)}.shape[${axis}]`;
          const moved = found.offset === 0 ? read : found.offset > 0 ? `${read} - ${found.offset}` : `${read} + ${-found.offset}`;
          return named(wanted, of, found.factor === 1 ? moved : `${found.offset === 0 ? moved : `(${moved})`} / ${found.factor}`);
        }
      }
    }
    unknown.add(of);
    return named(wanted, of, "NaN");
  }

  function atomText(atom: Atom): string {
    switch (atom.kind) {
      case "variable":
        return variableText(atom.name);
      case "floor":
        return `Math.floor(${grouped(text(atom.numerator))} / ${atom.denominator})`;
      case "quotient":
        return `Math.floor(${grouped(text(atom.numerator))} / ${grouped(text(atom.denominator))})`;
    }
  }

  function expression(size: Size): string {
    return size.terms
      .map(({ coefficient, monomial }, place) => {
        const value = Number(coefficient);
        const [isNegative, factor] = [value < 0, Math.abs(value)];
        const factors = monomial.atoms.map(atomText);
        const product = factors.length === 0 ? hole(String(factor)) : [...(factor === 1 ? [] : [hole(String(factor))]), ...factors].join(" * ");
        return place === 0 ? `${isNegative ? "-" : ""}${product}` : ` ${isNegative ? "-" : "+"} ${product}`;
      })
      .join("");
  }

  function text(size: Size | number, hint?: string): string {
    const value = typeof size === "number" ? size : constantValue(size);
    if (value !== undefined) return hole(String(value), hint);
    const own = size as Size;
    const known = names.get(own);
    if (known !== undefined) return known;
    const written = expression(own);
    const hasQuotient = own.terms.some(({ monomial }) => monomial.atoms.some(({ kind }) => kind !== "variable"));
    return hasQuotient ? named(own, `${variablesOf(own)[0]}Part`, written) : written;
  }

  return { text, variable: variableText, lines: () => lines, unknown, variables };
}

const grouped = (text: string): string => (isPlain(text) ? text : `(${text})`);

/** size = factor variable + offset, whole numbers. */
function solved(size: Size, wanted: Size): { readonly factor: number; readonly offset: number } | undefined {
  const [leading] = size.terms;
  if (!leading || leading.monomial.atoms.length !== 1) return undefined;
  const factor = Number(leading.coefficient);
  const [own] = wanted.terms;
  if (leading.monomial !== own.monomial || factor <= 0) return undefined;
  const offset = constantValue(subtract(size, multiply(wanted, constant(factor))));
  return offset === undefined ? undefined : { factor, offset };
}
