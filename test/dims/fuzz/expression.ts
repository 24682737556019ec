// Expressions over x and y as plain trees, evaluated without the normal form: the truth that the solver is compared with.
import { add, ceilDivide, constant, floorDivide, modulo, multiply, subtract, variable } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import type { Random } from "./random.ts";

export type Expression =
  | { readonly kind: "variable"; readonly name: "x" | "y" }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "+" | "-" | "*"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "floor" | "ceil" | "modulo"; readonly left: Expression; readonly by: number };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const DIVISORS = [2, 3, 4, 8] as const;
export const divisor = (random: Random): number => DIVISORS[random(DIVISORS.length)]!;

export const x: Expression = { kind: "variable", name: "x" };
export const number = (value: number): Expression => ({ kind: "constant", value });
export const binary = (kind: "+" | "-" | "*", left: Expression, right: Expression): Expression => ({ kind, left, right });
export const divided = (kind: "floor" | "ceil" | "modulo", left: Expression, by: number): Expression => ({ kind, left, by });

export function evaluateExpression(e: Expression, at: Point): number {
  switch (e.kind) {
    case "variable":
      return at[e.name];
    case "constant":
      return e.value;
    case "+":
      return evaluateExpression(e.left, at) + evaluateExpression(e.right, at);
    case "-":
      return evaluateExpression(e.left, at) - evaluateExpression(e.right, at);
    case "*":
      return evaluateExpression(e.left, at) * evaluateExpression(e.right, at);
    case "floor":
      return Math.floor(evaluateExpression(e.left, at) / e.by);
    case "ceil":
      return Math.ceil(evaluateExpression(e.left, at) / e.by);
    case "modulo": {
      const value = evaluateExpression(e.left, at);
      return value - e.by * Math.floor(value / e.by);
    }
  }
}

export function sizeOfExpression(e: Expression): Size {
  switch (e.kind) {
    case "variable":
      return variable(e.name);
    case "constant":
      return constant(e.value);
    case "+":
      return add(sizeOfExpression(e.left), sizeOfExpression(e.right));
    case "-":
      return subtract(sizeOfExpression(e.left), sizeOfExpression(e.right));
    case "*":
      return multiply(sizeOfExpression(e.left), sizeOfExpression(e.right));
    case "floor":
      return floorDivide(sizeOfExpression(e.left), e.by);
    case "ceil":
      return ceilDivide(sizeOfExpression(e.left), e.by);
    case "modulo":
      return modulo(sizeOfExpression(e.left), e.by);
  }
}

export function showExpression(e: Expression): string {
  switch (e.kind) {
    case "variable":
      return e.name;
    case "constant":
      return String(e.value);
    case "+":
    case "-":
    case "*":
      return `(${showExpression(e.left)} ${e.kind} ${showExpression(e.right)})`;
    default:
      return `${e.kind}(${showExpression(e.left)}, ${e.by})`;
  }
}

/** A random expression; with `products`, also of two parts that both have variables. */
export function randomExpression(random: Random, depth: number, products: boolean): Expression {
  const part = (less = 1): Expression => randomExpression(random, depth - less, products);
  switch (random(depth <= 0 ? 2 : products ? 8 : 7)) {
    case 0:
      return { kind: "variable", name: random(2) === 1 ? "x" : "y" };
    case 1:
      return number(random(9) - 2);
    case 2:
      return binary("+", part(), part());
    case 3:
      return binary("-", part(), part());
    case 4:
      return binary("*", number(1 + random(4)), part());
    case 5:
      return divided("floor", part(), divisor(random));
    case 6:
      return divided("modulo", part(), divisor(random));
    default:
      return random(3) === 0 ? binary("*", part(2), part(2)) : binary("+", part(), x);
  }
}

/** The same value written in another way. */
export function rewritten(random: Random, e: Expression): Expression {
  const m = divisor(random);
  switch (random(9)) {
    case 0:
      return binary("+", binary("*", number(m), divided("floor", e, m)), divided("modulo", e, m));
    case 1:
      return divided("floor", binary("*", number(m), e), m);
    case 2:
      return binary("+", divided("floor", e, 2), divided("floor", binary("+", e, number(1)), 2));
    case 3:
      return binary("-", number(0), binary("-", number(0), e));
    case 4:
      return binary("-", binary("+", e, number(m)), number(m));
    case 5: {
      const thirds = [0, 1, 2].map((shift) => divided("floor", binary("+", e, number(shift)), 3));
      return binary("+", binary("+", thirds[0]!, thirds[1]!), thirds[2]!);
    }
    case 6:
      return e.kind === "floor" ? binary("-", number(0), divided("ceil", binary("-", number(0), e.left), e.by)) : e;
    case 7:
      return e.kind === "+" || e.kind === "*" ? binary(e.kind, e.right, e.left) : e;
    default:
      return e.kind === "+" || e.kind === "-" ? binary(e.kind, rewritten(random, e.left), rewritten(random, e.right)) : e;
  }
}
