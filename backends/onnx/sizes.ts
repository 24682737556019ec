/**
 * Symbolic sizes at run time: a variable is read off the shape of an input, and a polynomial of them is integer arithmetic on vectors of one element,
 * computed once for each size and once for each part of one.
 */
import { constant as constantSize, constantValue, showSize, variable, variablesOf } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import { shownSize } from "../../compiler/shown-size.ts";
import type { Emitter } from "./emitter.ts";
import { int } from "./value.ts";
import type { InputValue, Value } from "./value.ts";

type Atom = Size["terms"][number]["monomial"]["atoms"][number];

export interface SizeTable {
  /** A size as an i64 vector of one element. */
  vector(size: Size): Value;
  /** Several sizes as one i64 vector. */
  list(sizes: readonly (Size | number)[]): Value;
  /** The variables that no input shows, which were asked for. */
  readonly unknown: ReadonlySet<string>;
}

/** `inputs`: those whose shapes tell the variables. */
export function createSizeTable(emit: Emitter, inputs: readonly InputValue[]): SizeTable {
  const known = new Map<Size, Value>();
  const unknown = new Set<string>();
  const origin = { path: "size", location: undefined };
  const scalarLike = (value: number): Value => emit.integers([value]);

  function binary(opType: string, a: Value, b: Value): Value {
    return emit.operation(opType, [a, b], a.type);
  }

  function variableVector(name: string): Value {
    const found = shownSize(name, inputs);
    if (!found) {
      unknown.add(name);
      return scalarLike(0);
    }
    const { input, axis, factor, offset } = found;
    const shape = emit.operation("Shape", [input], emit.integers([0]).type, { attributes: { start: int(axis), end: int(axis + 1) } });
    const moved = offset === 0 ? shape : binary("Sub", shape, scalarLike(offset));
    return factor === 1 ? moved : binary("Div", moved, scalarLike(factor));
  }

  /** floor(a / b), also of a negative a: a - a mod b is a multiple of b. */
  function quotient(numerator: Size, denominator: Size): Value {
    const [a, b] = [vector(numerator), vector(denominator)];
    return binary("Div", binary("Sub", a, binary("Mod", a, b)), b);
  }

  function atomVector(atom: Atom): Value {
    switch (atom.kind) {
      case "variable":
        return vector(variable(atom.name));
      case "floor":
        return quotient(atom.numerator, constantSize(atom.denominator));
      case "quotient":
        return quotient(atom.numerator, atom.denominator);
    }
  }

  function polynomial(size: Size): Value {
    let sum: Value | undefined;
    for (const { coefficient, monomial } of size.terms) {
      const factors = monomial.atoms.map(atomVector);
      if (factors.length === 0 || coefficient !== 1) factors.push(scalarLike(Number(coefficient)));
      const product = factors.reduce((a, b) => binary("Mul", a, b));
      sum = sum ? binary("Add", sum, product) : product;
    }
    return sum ?? scalarLike(0);
  }

  function vector(size: Size): Value {
    const constant = constantValue(size);
    if (constant !== undefined) return scalarLike(constant);
    let value = known.get(size);
    if (!value) {
      const [name, ...others] = variablesOf(size);
      const isVariable = others.length === 0 && size === variable(name);
      value = emit.within({ ...origin, path: `size/${showSize(size)}` }, () => (isVariable ? variableVector(name) : polynomial(size)));
      known.set(size, value);
    }
    return value;
  }

  function list(sizes: readonly (Size | number)[]): Value {
    const numbers = sizes.map((size) => (typeof size === "number" ? size : constantValue(size)));
    if (numbers.every((each) => each !== undefined)) return emit.integers(numbers as number[]);
    const parts: Value[] = [];
    for (let i = 0; i < sizes.length;) {
      const size = sizes[i];
      const run: number[] = [];
      while (i < sizes.length && numbers[i] !== undefined) run.push(numbers[i++]!);
      if (run.length > 0) parts.push(emit.integers(run));
      else if (typeof size !== "number") {
        parts.push(vector(size));
        i++;
      }
    }
    return emit.concat(parts, 0);
  }

  return { vector, list, unknown };
}
