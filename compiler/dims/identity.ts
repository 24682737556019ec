// A fast proof that a size is 0 at all integers, for sizes with many residue classes: on each class it is a polynomial, and a polynomial of degree k
// is 0 when it is 0 at the points of a simplex (or of a box) of side k. Those points are evaluated with plain numbers; floors of one variable are
// tabulated. It knows no facts, and needs none: what is 0 everywhere is 0 where the facts hold.
import { unit } from "./polynomial.ts";
import type { Atom, FloorAtom, Monomial, Size } from "./polynomial.ts";
import type { Moduli } from "./residues.ts";

/** Evaluations of atoms: at some 5 ns each this is 40 ms. */
const MOST_EVALUATIONS = 6_000_000;

type Values = Float64Array;

/** True: proved. False: not 0 somewhere (perhaps outside the facts). Undefined: too many points, or numbers too large to be exact. */
export function vanishes(size: Size, moduli: Moduli): boolean | undefined {
  const atoms = baseAtoms(size);
  const steps = atoms.map((atom) => moduli.get(atom) ?? 1);
  const offsets = unisolvent(
    atoms.map((atom) => degreeIn(size, atom)),
    totalDegree(size),
  );
  const classes = steps.reduce((product, step) => product * step, 1);
  if (classes * offsets.length * (1 + weight(size)) > MOST_EVALUATIONS) return undefined;
  const reach = steps.map((step, at) => step * (1 + Math.max(...offsets.map((offset) => offset[at]!))));
  const compilation: Compilation = { places: new Map(atoms.map((atom, place) => [atom, place])), reach, compiled: new Map(), clock: 0 };
  const value = compileSize(size, compilation);
  const residues = new Float64Array(atoms.length);
  const point = new Float64Array(atoms.length);
  for (let n = 0; n < classes; n++) {
    for (const offset of offsets) {
      for (let at = 0; at < point.length; at++) point[at] = residues[at]! + steps[at]! * offset[at]!;
      compilation.clock++;
      const found = value(point);
      if (found !== 0) return Number.isNaN(found) ? undefined : false;
    }
    for (let at = 0; at < residues.length; at++) {
      if (++residues[at]! < steps[at]!) break;
      residues[at] = 0;
    }
  }
  return true;
}

/** Variables and opaque quotients: what is left of a size when floors by constants are looked through. */
function baseAtoms(size: Size, found: Set<Atom> = new Set()): readonly Atom[] {
  for (const term of size.terms) {
    for (const atom of term.monomial.atoms) {
      if (atom.kind === "floor") baseAtoms(atom.numerator, found);
      else found.add(atom);
    }
  }
  return [...found];
}

/** How many atoms are evaluated at a point; a floor of one variable is one look-up, and a floor seen before is nothing. */
function weight(size: Size, seen: Set<Atom> = new Set()): number {
  let atoms = 0;
  for (const atom of size.terms.flatMap((term) => term.monomial.atoms)) {
    atoms++;
    if (atom.kind !== "floor" || seen.has(atom) || baseAtoms(atom.numerator).length < 2) continue;
    seen.add(atom);
    atoms += weight(atom.numerator, seen);
  }
  return atoms;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const greatest = (size: Size, degree: (monomial: Monomial) => number): number => Math.max(0, ...size.terms.map((term) => degree(term.monomial)));

const degreeIn = (size: Size, base: Atom): number =>
  greatest(size, (monomial) => sum(monomial.atoms.map((atom) => (atom === base ? 1 : atom.kind === "floor" ? degreeIn(atom.numerator, base) : 0))));

const totalDegree = (size: Size): number =>
  greatest(size, (monomial) => sum(monomial.atoms.map((atom) => (atom.kind === "floor" ? totalDegree(atom.numerator) : 1))));

/** Points that settle a polynomial of these degrees: those of the box, without those above the total degree. */
function unisolvent(degrees: readonly number[], total: number): readonly (readonly number[])[] {
  let points: (readonly number[])[] = [[]];
  for (const degree of degrees)
    points = points.flatMap((point) => Array.from({ length: degree + 1 }, (_, k) => [...point, k])).filter((point) => sum(point) <= total);
  return points;
}

/** NaN stands for "too large to be exact" and spreads to every sum that it is in. */
const exact = (value: number): number => (value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER ? value : NaN);

/** What the functions of one size share: each floor is compiled once, and evaluated once per point (`clock` counts the points). */
interface Compilation {
  readonly places: ReadonlyMap<Atom, number>;
  /** Coordinates are below these. */
  readonly reach: readonly number[];
  readonly compiled: Map<Atom, (point: Values) => number>;
  clock: number;
}

function compileSize(size: Size, compilation: Compilation): (point: Values) => number {
  let constantPart = 0;
  const terms: { readonly coefficient: number; readonly atoms: readonly ((point: Values) => number)[] }[] = [];
  for (const { monomial, coefficient } of size.terms) {
    const factor = typeof coefficient === "number" ? coefficient : NaN;
    if (monomial === unit) constantPart = factor;
    else terms.push({ coefficient: factor, atoms: monomial.atoms.map((atom) => compileAtom(atom, compilation)) });
  }
  return (point) => {
    let total = constantPart;
    for (const { coefficient, atoms } of terms) {
      let product = coefficient;
      for (const atom of atoms) product = exact(product * atom(point));
      total = exact(total + product);
    }
    return total;
  };
}

function compileAtom(atom: Atom, compilation: Compilation): (point: Values) => number {
  const known = compilation.compiled.get(atom);
  if (known !== undefined) return known;
  const compiled = atom.kind === "floor" ? compileFloor(atom, compilation) : coordinate(compilation.places.get(atom)!);
  compilation.compiled.set(atom, compiled);
  return compiled;
}

const coordinate =
  (place: number): ((point: Values) => number) =>
  (point) =>
    point[place]!;

function compileFloor(atom: FloorAtom, compilation: Compilation): (point: Values) => number {
  const by = typeof atom.denominator === "number" ? atom.denominator : NaN;
  const numerator = compileSize(atom.numerator, compilation);
  const floored = (point: Values): number => {
    const value = numerator(point);
    return (value - (((value % by) + by) % by)) / by;
  };
  const [only, ...others] = baseAtoms(atom.numerator);
  if (only === undefined || others.length > 0) {
    let [at, last] = [-1, 0];
    return (point) => (at === compilation.clock ? last : ((at = compilation.clock), (last = floored(point))));
  }
  const place = compilation.places.get(only)!;
  const point = new Float64Array(compilation.reach.length);
  const table = Float64Array.from({ length: compilation.reach[place]! }, (_, value) => {
    compilation.clock++;
    point[place] = value;
    return floored(point);
  });
  return (at) => table[at[place]!]!;
}
