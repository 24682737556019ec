// The independent oracle (types.md §4): two expressions are the same for all sizes iff they agree on a grid of period * (degree + 1) consecutive
// points per variable, because on each residue class they are polynomials of that degree. Periods and degrees are read off the tree, not off the
// normal form.
import { evaluateExpression } from "./expression.ts";
import type { Expression, Point } from "./expression.ts";

interface Shape {
  readonly period: number;
  readonly degree: number;
}

function shapeOf(e: Expression, name: "x" | "y"): Shape {
  switch (e.kind) {
    case "variable":
      return { period: 1, degree: e.name === name ? 1 : 0 };
    case "constant":
      return { period: 1, degree: 0 };
    case "+":
    case "-":
    case "*": {
      const [a, b] = [shapeOf(e.left, name), shapeOf(e.right, name)];
      return { period: leastCommonMultiple(a.period, b.period), degree: e.kind === "*" ? a.degree + b.degree : Math.max(a.degree, b.degree) };
    }
    default: {
      const inner = shapeOf(e.left, name);
      return inner.degree === 0 && inner.period === 1 ? inner : { period: inner.period * e.by, degree: inner.degree };
    }
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [p, q] = [a, b];
  while (q !== 0) [p, q] = [q, p % q];
  return (a / p) * b;
}

export type Truth = { readonly same: true } | { readonly same: false; readonly at: Point };

/** Whether two expressions are the same for all sizes at least 1; undefined when the grid would have more points than the limit. */
export function sameForAllSizes(a: Expression, b: Expression, limit: number): Truth | undefined {
  const difference: Expression = { kind: "-", left: a, right: b };
  const [alongX, alongY] = [shapeOf(difference, "x"), shapeOf(difference, "y")];
  const [width, height] = [alongX.period * (alongX.degree + 1), alongY.period * (alongY.degree + 1)];
  if (width * height > limit) return undefined;
  for (let x = 1; x <= width; x++)
    for (let y = 1; y <= height; y++) if (evaluateExpression(difference, { x, y }) !== 0) return { same: false, at: { x, y } };
  return { same: true };
}
