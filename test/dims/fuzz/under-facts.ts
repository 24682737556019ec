// Equalities and lower bounds under random facts: x % m == r, (x + d*y + e) % m == 0, x >= a*y + b, x == a*y + b. The truth is a grid filtered by
// them.
import { add, assume, bounds, declare, emptyFacts, constant, multiply, prove, subtract, variable } from "../../../compiler/dims/index.ts";
import type { Claim, Facts } from "../../../compiler/dims/index.ts";
import { binary, divided, divisor, evaluateExpression, number, randomExpression, showExpression, sizeOfExpression, x } from "./expression.ts";
import type { Expression, Point } from "./expression.ts";
import { randomFrom } from "./random.ts";
import type { Random } from "./random.ts";

export interface FactsReport {
  readonly checked: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
  readonly unproved: readonly string[];
  readonly unsoundBounds: readonly string[];
  readonly boundsWithMinimum: number;
  readonly tightBounds: number;
  readonly slowestMilliseconds: number;
}

interface RandomFact {
  readonly claim: Claim;
  readonly text: string;
  readonly holds: (at: Point) => boolean;
}

function randomFact(random: Random, first: boolean): RandomFact | undefined {
  const [xSize, ySize] = [variable("x"), variable("y")];
  const m = divisor(random);
  switch (random(4)) {
    case 0: {
      const r = random(m);
      return {
        claim: { kind: "divides", divisor: constant(m), of: subtract(xSize, r) },
        text: `${m} | x - ${r}`,
        holds: (at) => (at.x - r) % m === 0,
      };
    }
    case 1: {
      const [c, d, e] = [1 + random(3), random(5) - 2, random(4)];
      const of = add(multiply(c, xSize), multiply(d, ySize), e);
      return {
        claim: { kind: "divides", divisor: constant(m), of },
        text: `${m} | ${c}*x + ${d}*y + ${e}`,
        holds: (at) => (c * at.x + d * at.y + e) % m === 0,
      };
    }
    case 2: {
      const [a, b] = [random(3), random(9) - 4];
      return {
        claim: { kind: "at_least", left: xSize, right: add(multiply(a, ySize), b) },
        text: `x >= ${a}*y + ${b}`,
        holds: (at) => at.x >= a * at.y + b,
      };
    }
    default: {
      const [c, a, b] = [1 + random(2), random(3), random(6) + 1];
      if (!first) return undefined;
      const claim: Claim = { kind: "equal", left: multiply(c, xSize), right: add(multiply(a, ySize), b) };
      return { claim, text: `${c}*x == ${a}*y + ${b}`, holds: (at) => c * at.x === a * at.y + b };
    }
  }
}

const SQUARE = Array.from({ length: 90 * 90 }, (_, i) => ({ x: 1 + Math.floor(i / 90), y: 1 + (i % 90) }));

export function fuzzFacts(seed: number, count: number): FactsReport {
  const random = randomFrom(seed);
  const counts = new Map<string, number>();
  const [wrong, unproved, unsoundBounds]: [string[], string[], string[]] = [[], [], []];
  let [checked, boundsWithMinimum, tightBounds, slowestMilliseconds] = [0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    let facts: Facts = declare(declare(emptyFacts(), "x"), "y");
    const chosen = Array.from({ length: 1 + random(2) }, (_, at) => randomFact(random, at === 0)).filter((fact) => fact !== undefined);
    let contradiction = false;
    for (const [id, fact] of chosen.entries()) {
      const next = assume(facts, fact.claim, id);
      facts = next.facts;
      contradiction ||= next.contradiction;
    }
    const points = SQUARE.filter((at) => chosen.every((fact) => fact.holds(at)));
    const where = chosen.map((fact) => fact.text).join(", ");
    if (contradiction && points.length > 0) wrong.push(`no contradiction: ${where}`);
    const [a, b] = twoExpressions(random);
    const p = randomExpression(random, 3, false);
    if (points.length < 30 || contradiction) continue;
    checked++;
    let [same, some] = [true, false];
    for (const at of points) {
      if (evaluateExpression(a, at) === evaluateExpression(b, at)) some = true;
      else same = false;
    }
    const start = performance.now();
    const verdict = prove(facts, { kind: "equal", left: sizeOfExpression(a), right: sizeOfExpression(b) });
    slowestMilliseconds = Math.max(slowestMilliseconds, performance.now() - start);
    const key = `${same ? "same" : some ? "some" : "none"} -> ${verdict.kind}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const text = `where ${where}: ${showExpression(a)}  against  ${showExpression(b)}: ${key}`;
    if ((verdict.kind === "proved" && !same) || (verdict.kind === "never" && some)) wrong.push(text);
    if (verdict.kind === "proved" && verdict.used.length < chosen.length) {
      const needed = verdict.used.map((id) => chosen[id]!);
      const fails = SQUARE.some((at) => needed.every((fact) => fact.holds(at)) && evaluateExpression(a, at) !== evaluateExpression(b, at));
      if (fails) wrong.push(`${text}, which needs more facts than it says`);
    }
    if (verdict.kind === "unknown") unproved.push(text);
    if (verdict.kind === "sometimes" || verdict.kind === "never") {
      const { values, left, right } = verdict.counterexample;
      const at = { x: values.get("x") ?? points[0]!.x, y: values.get("y") ?? points[0]!.y };
      const given = values.has("x") && values.has("y");
      if (
        left === right ||
        (given && (!chosen.every((fact) => fact.holds(at)) || evaluateExpression(a, at) !== left || evaluateExpression(b, at) !== right))
      )
        wrong.push(`${text} at ${JSON.stringify(at)}`);
    }
    let [least, leastNear] = [Infinity, Infinity];
    for (const at of points) {
      const value = evaluateExpression(p, at);
      least = Math.min(least, value);
      if (at.x < 45 && at.y < 45) leastNear = Math.min(leastNear, value);
    }
    const { lower } = bounds(facts, sizeOfExpression(p));
    if (lower > least) unsoundBounds.push(`where ${where}: ${showExpression(p)} >= ${lower}, but it is ${least}`);
    if (least === leastNear) {
      boundsWithMinimum++;
      if (lower === least) tightBounds++;
    }
  }
  return { checked, counts, wrong, unproved, unsoundBounds, boundsWithMinimum, tightBounds, slowestMilliseconds };
}

function twoExpressions(random: Random): readonly [Expression, Expression] {
  const a = randomExpression(random, 3, false);
  if (random(2) === 1) return [a, randomExpression(random, 3, false)];
  const shift = divided("modulo", binary("+", x, number(random(3))), divisor(random));
  return [a, binary("+", binary("+", a, binary("*", number(random(2)), shift)), number(random(2) === 1 ? 0 : random(2)))];
}
