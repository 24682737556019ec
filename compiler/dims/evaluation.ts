// The integer that a size is when its variables are. Exact: numbers while they are small, bigint beyond. No answer (undefined) for a missing variable
// or a division by zero. `compile` makes a function of it, for the searches that evaluate one size at thousands of places.
import { floorQuotient, integer, plus, times } from "./integers.ts";
import type { Integer } from "./integers.ts";
import type { Atom, Size } from "./polynomial.ts";

export function evaluate(a: Size, values: ReadonlyMap<string, number>): number | bigint | undefined {
  const names = [...values.keys()];
  return compile(a, new Map(names.map((name, place) => [name, place])))([...values.values()].map(integer));
}

/** A size as a function of an array of values; `places` says where in the array a variable is. */
export type Evaluator = (values: readonly Integer[]) => Integer | undefined;

export function compile(size: Size, places: ReadonlyMap<string, number>): Evaluator {
  const terms = size.terms.map((term) => ({ coefficient: term.coefficient, atoms: term.monomial.atoms.map((atom) => compileAtom(atom, places)) }));
  return (values) => {
    let sum: Integer = 0;
    for (const { coefficient, atoms } of terms) {
      let product = coefficient;
      for (const atom of atoms) {
        const value = atom(values);
        if (value === undefined) return undefined;
        product = times(product, value);
      }
      sum = plus(sum, product);
    }
    return sum;
  };
}

function compileAtom(atom: Atom, places: ReadonlyMap<string, number>): Evaluator {
  switch (atom.kind) {
    case "variable": {
      const place = places.get(atom.name);
      return place === undefined ? () => undefined : (values) => values[place];
    }
    case "floor": {
      const [numerator, denominator] = [compile(atom.numerator, places), atom.denominator];
      return (values) => {
        const value = numerator(values);
        return value === undefined ? undefined : floorQuotient(value, denominator);
      };
    }
    case "quotient": {
      const [numerator, denominator] = [compile(atom.numerator, places), compile(atom.denominator, places)];
      return (values) => {
        const [above, below] = [numerator(values), denominator(values)];
        return above === undefined || below === undefined || below === 0 ? undefined : floorQuotient(above, below);
      };
    }
  }
}
