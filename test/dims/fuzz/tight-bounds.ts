// Bounds of random expressions, a third of them under one linear fact, against the least and greatest value on a grid. A least value that does not
// move when the grid grows is taken for the true one: then the bound should be it.
import { add, assume, bounds, constant, declare, emptyFacts, multiply, variable } from "../../../compiler/dims/index.ts";
import type { Facts } from "../../../compiler/dims/index.ts";
import { evaluateExpression, randomExpression, showExpression, sizeOfExpression } from "./expression.ts";
import { randomFrom } from "./random.ts";

export interface BoundsReport {
  readonly checked: number;
  readonly unsound: readonly string[];
  readonly withMinimum: number;
  readonly tight: number;
  readonly loose: readonly string[];
  readonly slowestMilliseconds: number;
}

const AXIS = [...Array.from({ length: 59 }, (_, i) => i + 1), ...Array.from({ length: 35 }, (_, i) => 60 + 7 * i)];

export function fuzzBounds(seed: number, count: number): BoundsReport {
  const random = randomFrom(seed);
  const [unsound, loose]: [string[], string[]] = [[], []];
  let [checked, withMinimum, tight, slowestMilliseconds] = [0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    const e = randomExpression(random, 4, false);
    let facts: Facts = declare(declare(emptyFacts(), "x"), "y");
    const fact = random(3) === 0 ? ([random(3) - 1, random(2) === 1 ? 1 : -1, random(20) - 4] as const) : undefined;
    let contradiction = false;
    if (fact !== undefined) {
      const left = add(multiply(fact[0], variable("x")), multiply(fact[1], variable("y")));
      ({ facts, contradiction } = assume(facts, { kind: "at_least", left, right: constant(fact[2]) }));
    }
    let [least, greatest, leastNear] = [Infinity, -Infinity, Infinity];
    for (const x of AXIS) {
      for (const y of AXIS) {
        if (fact !== undefined && fact[0] * x + fact[1] * y < fact[2]) continue;
        const value = evaluateExpression(e, { x, y });
        [least, greatest] = [Math.min(least, value), Math.max(greatest, value)];
        if (x < 100 && y < 100) leastNear = Math.min(leastNear, value);
      }
    }
    const text = `${showExpression(e)}${fact === undefined ? "" : ` where ${fact[0]}*x + ${fact[1]}*y >= ${fact[2]}`}`;
    if (contradiction && least < Infinity) unsound.push(`no contradiction: ${text}`);
    if (least === Infinity || contradiction) continue;
    checked++;
    const start = performance.now();
    const { lower, upper } = bounds(facts, sizeOfExpression(e));
    slowestMilliseconds = Math.max(slowestMilliseconds, performance.now() - start);
    if (lower > least || upper < greatest) unsound.push(`${text}: ${lower}..${upper}, but it is ${least}..${greatest}`);
    if (least !== leastNear) continue;
    withMinimum++;
    if (lower === least) tight++;
    else loose.push(`${text}: ${lower}, least seen ${least}`);
  }
  return { checked, unsound, withMinimum, tight, loose, slowestMilliseconds };
}
