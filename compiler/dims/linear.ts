// Bounds by Fourier–Motzkin elimination. Each monomial is a column; the rows are what is known to be at least 0: bounds of variables,
// m*f <= P <= m*f + m - 1 for each floor, products of bounds, and the facts that share a column. Rows are tightened to integers, row by row.
// Dropping a row is always sound, so a row that overflows or exceeds a budget is dropped: the answer is then only wider.
import { multiply, subtract, add, constant } from "./arithmetic.ts";
import { exactQuotient } from "./division.ts";
import { noFacts, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import type { Bounds, Domain, Known } from "./facts.ts";
import { atomInterval, monomialInterval, narrower, sizeInterval } from "./intervals.ts";
import { plus } from "./integers.ts";
import { asInteger, atomSize, monomialOf, monomialSize, unit } from "./polynomial.ts";
import type { Atom, Monomial, Size } from "./polynomial.ts";

/** Steps left: counted, not timed, so that the same question always gets the same answer. */
export interface Budget {
  steps: number;
}

/** Bounds of a size; `impossible` when the rows contradict each other (then no sizes satisfy the facts in it). */
export interface LinearBounds extends Bounds {
  readonly impossible?: FactSet;
}

/** coefficients[0] belongs to the target, the others to the columns: coefficients · values + constant >= 0. */
interface Row {
  readonly coefficients: readonly number[];
  readonly constant: number;
  readonly used: FactSet;
}

const MOST_COLUMNS = 28;
const MOST_PAIRS = 900; // of one elimination

/** Bounds of the parts of a quotient: asked with a share of the budget, and not again inside the answer. */
type Nested = (size: Size) => Bounds | undefined;

export function linearBounds(domain: Domain, size: Size, budget: Budget, depth = 0): LinearBounds {
  const interval = sizeInterval(domain, size);
  if (asInteger(size) !== undefined || budget.steps <= 0) return interval;
  const columns = new Map<Monomial, number>();
  const nested: Nested = (part) => (depth >= 1 ? undefined : linearBounds(domain, part, { steps: budget.steps / 4 }, depth + 1));
  const known = collectRows(domain, size, columns, nested);
  const rows: Row[] = [];
  let impossible: FactSet | undefined;
  const push = (row: Row): void => {
    const tight = tighten(row);
    if (tight === "impossible") impossible = impossible ?? row.used;
    else if (tight !== undefined) rows.push(tight);
  };
  for (const one of known) {
    const row = toRow(one, columns);
    if (row !== undefined) push(row);
  }
  const target = toRow({ size, used: noFacts }, columns);
  if (target === undefined) return interval;
  push({ ...target, coefficients: [-1, ...target.coefficients.slice(1)] });
  push({ constant: -target.constant, coefficients: [1, ...target.coefficients.slice(1).map((x) => 0 - x)], used: noFacts });
  if (impossible !== undefined) return { ...interval, impossible };
  const left = eliminate(rows, columns.size, budget);
  return left.impossible === undefined ? narrower(interval, left) : { ...interval, impossible: left.impossible };
}

// ---- the rows

function collectRows(domain: Domain, size: Size, columns: Map<Monomial, number>, nested: Nested): readonly Known[] {
  const rows: Known[] = [];
  const pending: Monomial[] = [];
  const use = (monomial: Monomial): void => {
    if (monomial === unit || columns.has(monomial)) return;
    columns.set(monomial, columns.size + 1);
    pending.push(monomial);
  };
  const useAll = (one: Size): void => one.terms.forEach((term) => use(term.monomial));
  const offer = (row: Known): void => {
    if (columns.size + row.size.terms.length > MOST_COLUMNS) return;
    useAll(row.size);
    rows.push(row);
  };
  useAll(size);
  const unusedFacts = new Set(domain.inequalities);
  for (const one of domain.equalities) {
    unusedFacts.add(one);
    unusedFacts.add({ size: subtract(constant(0), one.size), used: one.used });
  }
  for (;;) {
    for (let monomial = pending.pop(); monomial !== undefined; monomial = pending.pop()) {
      const interval = monomialInterval(domain, monomial);
      const column = monomialSize(monomial);
      if (interval.lower > -Infinity) rows.push({ size: subtract(column, constant(interval.lower)), used: interval.lowerUsed });
      if (interval.upper < Infinity) rows.push({ size: subtract(constant(interval.upper), column), used: interval.upperUsed });
      if (monomial.atoms.length === 1) {
        defining(monomial.atoms[0]!, domain, offer, nested);
        relating(monomial.atoms[0]!, [...columns.keys()], domain, offer);
      }
      else productRows(monomial, domain, offer);
    }
    let found = false;
    for (const fact of unusedFacts) {
      if (!fact.size.terms.some((term) => columns.has(term.monomial))) continue;
      unusedFacts.delete(fact);
      offer(fact);
      found = true;
    }
    if (!found) return rows;
  }
}

/** What a floor is: 0 <= P - m*f <= m - 1; and for a divisor Q at least 1, 0 <= P - Q*f <= Q - 1. */
function defining(atom: Atom, domain: Domain, offer: (row: Known) => void, nested: Nested): void {
  if (atom.kind === "variable") return;
  const self = atomSize(atom);
  if (atom.kind === "floor") {
    const remainder = subtract(atom.numerator, monomialSize(monomialOf([atom]), atom.denominator));
    offer({ size: remainder, used: noFacts });
    offer({ size: subtract(constant(plus(atom.denominator, -1)), remainder), used: noFacts });
    return;
  }
  const divisor = sizeInterval(domain, atom.denominator);
  if (divisor.lower < 1) return;
  const remainder = subtract(atom.numerator, multiply(atom.denominator, self));
  offer({ size: remainder, used: divisor.lowerUsed });
  offer({ size: subtract(add(atom.denominator, -1), remainder), used: divisor.lowerUsed });
  // floor(P / Q) is at least 0 where P is, and at least 1 where P - Q is not negative either: what no product of columns would tell.
  const above = nested(atom.numerator);
  if (above !== undefined && above.lower >= 0) offer({ size: self, used: union(divisor.lowerUsed, above.lowerUsed) });
  if (above !== undefined && above.upper < 0) offer({ size: subtract(-1, self), used: union(divisor.lowerUsed, above.upperUsed) });
  const beyond = nested(subtract(atom.numerator, atom.denominator));
  if (beyond !== undefined && beyond.lower >= 0) offer({ size: add(self, -1), used: union(divisor.lowerUsed, beyond.lowerUsed) });
}

/** Quotients of one numerator: floor(P / (A*R)) is floor(floor(P / A) / R), so with q the first and f the second 0 <= f - R*q <= R - 1. */
function relating(atom: Atom, columns: readonly Monomial[], domain: Domain, offer: (row: Known) => void): void {
  if (atom.kind !== "quotient") return;
  for (const column of columns) {
    const [other] = column.atoms;
    if (column.atoms.length !== 1 || other?.kind !== "quotient" || other === atom || other.numerator !== atom.numerator) continue;
    for (const [wide, narrow] of [[atom, other], [other, atom]] as const) {
      const factor = exactQuotient(wide.denominator, narrow.denominator);
      if (factor === undefined) continue;
      const [divisor, ratio] = [sizeInterval(domain, narrow.denominator), sizeInterval(domain, factor)];
      if (divisor.lower < 1 || ratio.lower < 1) continue;
      const used = union(divisor.lowerUsed, ratio.lowerUsed);
      const rest = subtract(atomSize(narrow), multiply(factor, atomSize(wide)));
      offer({ size: rest, used });
      offer({ size: subtract(add(factor, -1), rest), used });
    }
  }
}

/** (x - a) * (M - b) >= 0 for x >= a and M >= b, and its mirror images at upper bounds: linear in the columns x*M, x and M. */
function productRows(monomial: Monomial, domain: Domain, offer: (row: Known) => void): void {
  monomial.atoms.forEach((atom, at) => {
    if (at > 0 && (atom === monomial.atoms[at - 1] || monomial.atoms.length === 2)) return;
    const rest = monomialOf(monomial.atoms.filter((_, other) => other !== at));
    const [x, y] = [atomInterval(domain, atom), monomialInterval(domain, rest)];
    const [one, other] = [atomSize(atom), monomialSize(rest)];
    for (const [a, signA, usedA] of ends(x)) {
      for (const [b, signB, usedB] of ends(y)) {
        const rows = multiply(subtract(one, constant(a)), subtract(other, constant(b)), signA * signB);
        offer({ size: rows, used: union(usedA, usedB) });
      }
    }
  });
}

const ends = (interval: Bounds): readonly (readonly [number, 1 | -1, FactSet])[] => [
  ...(Number.isSafeInteger(interval.lower) ? [[interval.lower, 1, interval.lowerUsed] as const] : []),
  ...(Number.isSafeInteger(interval.upper) ? [[interval.upper, -1, interval.upperUsed] as const] : []),
];

/** A dense row, or undefined when a coefficient is not exact as a number. */
function toRow({ size, used }: Known, columns: ReadonlyMap<Monomial, number>): Row | undefined {
  const coefficients = new Array<number>(columns.size + 1).fill(0);
  let offset = 0;
  for (const { monomial, coefficient } of size.terms) {
    if (typeof coefficient !== "number") return undefined;
    if (monomial === unit) offset = coefficient;
    else coefficients[columns.get(monomial)!] = coefficient;
  }
  return { coefficients, constant: offset, used };
}

// ---- elimination

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The row divided by the content of its coefficients, the constant floored; undefined when it says nothing. */
function tighten(row: Row): Row | "impossible" | undefined {
  let content = 0;
  for (const coefficient of row.coefficients) {
    if (coefficient !== 0) content = gcd(content, coefficient);
    if (content === 1) return row;
  }
  if (content === 0) return row.constant < 0 ? "impossible" : undefined;
  return { coefficients: row.coefficients.map((x) => x / content), constant: Math.floor(row.constant / content), used: row.used };
}

function eliminate(all: readonly Row[], columnCount: number, budget: Budget): LinearBounds {
  let rows = distinct(all);
  const columns = Array.from({ length: columnCount }, (_, at) => at + 1);
  while (columns.length > 0) {
    const at = cheapest(columns, rows);
    const column = columns[at]!;
    columns.splice(at, 1);
    const [above, below, rest]: [Row[], Row[], Row[]] = [[], [], []];
    for (const row of rows) (row.coefficients[column]! > 0 ? above : row.coefficients[column]! < 0 ? below : rest).push(row);
    const pairs = above.length * below.length;
    if (pairs <= MOST_PAIRS && budget.steps > 0) {
      budget.steps -= pairs;
      for (const a of above) {
        for (const b of below) {
          const tight = combine(a, b, column);
          if (tight === "impossible")
            return { lower: -Infinity, upper: Infinity, lowerUsed: noFacts, upperUsed: noFacts, impossible: union(a.used, b.used) };
          if (tight !== undefined) rest.push(tight);
        }
      }
    }
    rows = distinct(rest);
  }
  let bounds: Bounds = { lower: -Infinity, upper: Infinity, lowerUsed: noFacts, upperUsed: noFacts };
  for (const { coefficients, constant: offset, used } of rows) {
    const coefficient = coefficients[0]!;
    const end = 0 - offset / coefficient;
    if (coefficient > 0) bounds = narrower(bounds, { lower: Math.ceil(end), upper: Infinity, lowerUsed: used, upperUsed: noFacts });
    else if (coefficient < 0) bounds = narrower(bounds, { lower: -Infinity, upper: Math.floor(end), lowerUsed: noFacts, upperUsed: used });
  }
  return bounds;
}

function combine(a: Row, b: Row, column: number): Row | "impossible" | undefined {
  const [x, y] = [a.coefficients[column]!, -b.coefficients[column]!];
  const common = gcd(x, y);
  const [timesA, timesB] = [y / common, x / common];
  const coefficients = a.coefficients.map((value, at) => value * timesA + b.coefficients[at]! * timesB);
  const offset = a.constant * timesA + b.constant * timesB;
  if (!Number.isSafeInteger(offset) || !coefficients.every(Number.isSafeInteger)) return undefined;
  return tighten({ coefficients, constant: offset, used: union(a.used, b.used) });
}

function cheapest(columns: readonly number[], rows: readonly Row[]): number {
  let [best, bestCost] = [0, Infinity];
  columns.forEach((column, at) => {
    let [above, below] = [0, 0];
    for (const row of rows) {
      const coefficient = row.coefficients[column]!;
      if (coefficient > 0) above++;
      else if (coefficient < 0) below++;
    }
    if (above * below < bestCost) [best, bestCost] = [at, above * below];
  });
  return best;
}

/** Of rows with the same coefficients, the one that says most. */
function distinct(rows: readonly Row[]): Row[] {
  const strongest = new Map<string, Row>();
  for (const row of rows) {
    const place = row.coefficients.join();
    const other = strongest.get(place);
    if (other === undefined || row.constant < other.constant) strongest.set(place, row);
  }
  return [...strongest.values()];
}
