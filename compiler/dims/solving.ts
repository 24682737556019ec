// The pure parts of adding a fact (assume.ts): which variable an equality can be solved for, what an invented variable stands for, and which
// products are written with it.
import { constant, contentOf, multiply, subtract, variable } from "./arithmetic.ts";
import { floorDivide } from "./division.ts";
import type { FactSet } from "./fact-set.ts";
import { restore, withFacts } from "./facts.ts";
import type { Facts, Invented, Rewrite } from "./facts.ts";
import { floorQuotient, magnitude } from "./integers.ts";
import { divideMonomials, isPolynomial, sizeOf, soleAtom, variableAtoms } from "./polynomial.ts";
import type { Size, Term, VariableAtom } from "./polynomial.ts";

export function divideContentOfInequality(size: Size): Size {
  const content = contentOf(size, false);
  if (content === 0 || content === 1) return size;
  return sizeOf(
    size.terms
      .map(({ monomial, coefficient }) => ({ monomial, coefficient: floorQuotient(coefficient, content) }))
      .filter((term) => term.coefficient !== 0),
  );
}

/** The terms c*v of a size whose variable is nowhere else in it: smallest c first, then invented variables, then the latest declared. */
export function solvable(facts: Facts, size: Size): readonly Term[] {
  const rank = (name: string): number => (facts.invented.has(name) ? facts.names.length : facts.names.indexOf(name));
  return size.terms
    .filter((term) => {
      const atom = soleAtom(term);
      return atom?.kind === "variable" && !variableAtoms(subtract(size, sizeOf([term]))).includes(atom);
    })
    .sort((a, b) => Number(magnitude(a.coefficient)) - Number(magnitude(b.coefficient)) || rank(nameIn(b)) - rank(nameIn(a)));
}

const nameIn = (term: Term): string => (soleAtom(term) as VariableAtom).name;

/** A new variable for (base - shift) / divisor; of a base that is itself the quotient P / Q, for (P - Q*shift) / (Q*divisor). */
export function invent(facts: Facts, base: string, shift: Size, divisor: Size): readonly [string, Facts] {
  const { numerator, divisor: by } = facts.invented.get(base) ?? { numerator: variable(base), divisor: constant(1) };
  return named(facts, base, { numerator: subtract(numerator, multiply(by, restore(facts, shift))), divisor: multiply(by, restore(facts, divisor)) });
}

export function named(facts: Facts, base: string, meaning: Invented): readonly [string, Facts] {
  let name = `${base}′`;
  while (facts.invented.has(name)) name += "′";
  return [name, withFacts(facts, { invented: new Map(facts.invented).set(name, meaning) })];
}

export function quotientRewrites(of: Size, divisor: Size, k: Size, product: Size, used: FactSet): readonly Rewrite[] {
  const [lead] = of.terms as [Term];
  const endless = product.terms.some((term) => divideMonomials(term.monomial, lead.monomial) !== undefined);
  if (lead.coefficient === 1 && isPolynomial(of) && !endless)
    return [{ monomial: lead.monomial, value: subtract(product, subtract(of, sizeOf([lead]))), used }];
  const rewrites: Rewrite[] = [];
  const quotient = floorDivide(of, divisor);
  const opaque = quotient.terms.find((term) => soleAtom(term)?.kind === "quotient" && term.coefficient === 1);
  if (opaque !== undefined) rewrites.push({ monomial: opaque.monomial, value: subtract(k, subtract(quotient, sizeOf([opaque]))), used });
  const [only] = product.terms;
  if (product.terms.length === 1 && only!.coefficient === 1) rewrites.push({ monomial: only!.monomial, value: of, used });
  return rewrites;
}
