// The answers of residue classes as one table over all combinations of residues, and the two things read off it: the smallest divisors whose
// multiples all pass (a fix that a person can write), and the exact set of residues that pass (when it is a product of one set per variable).
import type { Classes } from "./decision.ts";
import type { Atom } from "./polynomial.ts";

const MOST_CELLS = 20_000;
const [OPEN, PASSES, FAILS, EMPTY] = [0, 1, 2, 3] as const;
const CELL = { open: OPEN, always: PASSES, never: FAILS, empty: EMPTY } as const;

export interface ExactSet {
  readonly atom: Atom;
  readonly modulus: number;
  readonly residues: readonly number[];
}

export interface ResidueTable {
  readonly atoms: readonly Atom[];
  /** Per atom the smallest k such that everything passes where each atom is a multiple of its k; undefined when multiples never suffice. */
  readonly smallestMultiples: () => readonly number[] | undefined;
  /** The residues that pass, per atom that matters; undefined when some class is open, or the passing classes are no product of sets. */
  readonly exactSets: () => readonly ExactSet[] | undefined;
}

export function residueTable({ moduli, answers }: Classes): ResidueTable | undefined {
  const atoms = [...moduli.keys()];
  const sizes = [...moduli.values()];
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count > MOST_CELLS) return undefined;
  const strides = sizes.map((_, at) => sizes.slice(at + 1).reduce((product, size) => product * size, 1));
  const cells = new Uint8Array(count).fill(EMPTY);
  for (const { residues, answer } of answers) {
    const fill = (at: number, base: number): void => {
      if (at === atoms.length) return void (cells[base] = CELL[answer]);
      const residue = residues.get(atoms[at]!);
      if (residue !== undefined) return fill(at + 1, base + residue * strides[at]!);
      for (let r = 0; r < sizes[at]!; r++) fill(at + 1, base + r * strides[at]!);
    };
    fill(0, 0);
  }

  /** All cells in the box of multiples pass, and one really does. */
  const boxPasses = (multiples: readonly number[]): boolean => {
    let some = false;
    const go = (at: number, base: number): boolean => {
      if (at === atoms.length) {
        if (cells[base] === PASSES) some = true;
        return cells[base] === PASSES || cells[base] === EMPTY;
      }
      for (let r = 0; r < sizes[at]!; r += multiples[at]!) if (!go(at + 1, base + r * strides[at]!)) return false;
      return true;
    };
    return go(0, 0) && some;
  };

  const smallestMultiples = (): readonly number[] | undefined => {
    const multiples = [...sizes];
    if (!boxPasses(multiples)) return undefined;
    for (const [at, size] of sizes.entries()) {
      for (let k = 1; k < size; k++) {
        if (size % k !== 0 || !boxPasses(multiples.map((other, place) => (place === at ? k : other)))) continue;
        multiples[at] = k;
        break;
      }
    }
    return multiples;
  };

  const exactSets = (): readonly ExactSet[] | undefined => {
    const passing = sizes.map((size) => new Uint8Array(size));
    let passes = 0;
    for (let cell = 0; cell < count; cell++) {
      if (cells[cell] === OPEN) return undefined;
      if (cells[cell] !== PASSES) continue;
      passes++;
      strides.forEach((stride, at) => (passing[at]![Math.floor(cell / stride) % sizes[at]!] = 1));
    }
    if (passes === 0) return undefined;
    if (passing.reduce((product, set) => product * set.reduce((sum, one) => sum + one, 0), 1) !== passes) return undefined;
    return passing.flatMap((set, at): readonly ExactSet[] => {
      const modulus = period(set);
      const residues = [...set.slice(0, modulus)].flatMap((one, residue) => (one === 1 ? [residue] : []));
      return residues.length === modulus ? [] : [{ atom: atoms[at]!, modulus, residues }];
    });
  };

  return { atoms, smallestMultiples, exactSets };
}

/** The smallest divisor of the length after which a set of residues repeats. */
function period(set: Uint8Array): number {
  for (let length = 1; length < set.length; length++) {
    if (set.length % length === 0 && set.every((one, at) => one === set[at % length])) return length;
  }
  return set.length;
}
