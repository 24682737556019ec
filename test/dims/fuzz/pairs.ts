// Pairs of expressions, half of them the same value written differently: is the verdict on "equal for all sizes" the truth? The truth is a grid of
// values, and where it is small enough the oracle's grid, which is exact. A counterexample is evaluated on the trees.
import { declare, emptyFacts, prove } from "../../../compiler/dims/index.ts";
import type { Facts, Verdict } from "../../../compiler/dims/index.ts";
import {
  binary,
  divided,
  divisor,
  evaluateExpression,
  number,
  randomExpression,
  rewritten,
  showExpression,
  sizeOfExpression,
  x,
} from "./expression.ts";
import type { Expression } from "./expression.ts";
import { faultOf } from "./conditions.ts";
import { sameForAllSizes } from "./oracle.ts";
import { randomFrom } from "./random.ts";
import type { Random } from "./random.ts";

export interface PairsReport {
  readonly checked: number;
  /** By truth (on the grid) and verdict. */
  readonly counts: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
  /** True equalities left unproved although they have no more classes than the cap. */
  readonly unproved: readonly string[];
  /** True equalities over the cap. */
  readonly overCap: number;
  readonly exactlyChecked: number;
  /** Conditions of claims that hold sometimes: exact texts and suggestions compared with the grid. */
  readonly conditions: number;
  readonly slowestMilliseconds: number;
  readonly totalMilliseconds: number;
}

const GRID = Array.from({ length: 60 }, (_, i) => i + 1).flatMap((a) => {
  const step = (a % 7) + 1;
  return Array.from({ length: Math.ceil(60 / step) }, (_, j) => ({ x: a, y: 1 + j * step }));
});

function pair(random: Random): readonly [Expression, Expression] {
  const a = randomExpression(random, 4, true);
  if (random(2) === 1) return [a, rewritten(random, rewritten(random, a))];
  if (random(2) === 1) return [a, randomExpression(random, 4, true)];
  return [a, binary("+", rewritten(random, a), binary("*", number(random(2)), divided("modulo", x, divisor(random))))];
}

export function fuzzPairs(seed: number, count: number, oracleLimit = 4_000): PairsReport {
  const random = randomFrom(seed);
  const counts = new Map<string, number>();
  const [wrong, unproved]: [string[], string[]] = [[], []];
  let [overCap, exactlyChecked, conditions, slowestMilliseconds, totalMilliseconds] = [0, 0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    const [a, b] = pair(random);
    let [same, some] = [true, false];
    for (const at of GRID) {
      if (evaluateExpression(a, at) === evaluateExpression(b, at)) some = true;
      else same = false;
    }
    const facts: Facts = declare(declare(emptyFacts(), "x"), "y");
    const start = performance.now();
    const verdict = prove(facts, { kind: "equal", left: sizeOfExpression(a), right: sizeOfExpression(b) });
    const taken = performance.now() - start;
    [slowestMilliseconds, totalMilliseconds] = [Math.max(slowestMilliseconds, taken), totalMilliseconds + taken];
    const key = `${same ? "same" : some ? "some" : "none"} -> ${verdict.kind}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const text = `${showExpression(a)}  against  ${showExpression(b)}: ${key}`;
    if ((verdict.kind === "proved" && !same) || (verdict.kind === "never" && some) || !counterexampleHolds(verdict, a, b)) wrong.push(text);
    if (verdict.kind === "sometimes" && verdict.condition !== undefined) {
      const fault = faultOf(verdict.condition, GRID, (at) => evaluateExpression(a, at) === evaluateExpression(b, at));
      conditions++;
      if (fault !== undefined) wrong.push(`${text}: ${fault}`);
    }
    if (verdict.kind === "unknown") {
      if (same && verdict.reason.includes("20,000")) overCap++;
      else unproved.push(`${text} (${verdict.reason})`);
    }
    if (verdict.kind === "proved") {
      const truth = sameForAllSizes(a, b, oracleLimit);
      if (truth !== undefined) exactlyChecked++;
      if (truth?.same === false) wrong.push(`${text}, by the oracle at ${JSON.stringify(truth.at)}`);
    }
  }
  return { checked: count, counts, wrong, unproved, overCap, exactlyChecked, conditions, slowestMilliseconds, totalMilliseconds };
}

function counterexampleHolds(verdict: Verdict, a: Expression, b: Expression): boolean {
  if (verdict.kind !== "sometimes" && verdict.kind !== "never") return true;
  const { values, left, right } = verdict.counterexample;
  const at = { x: values.get("x") ?? 1, y: values.get("y") ?? 1 };
  return left !== right && evaluateExpression(a, at) === left && evaluateExpression(b, at) === right;
}
