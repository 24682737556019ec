// When a claim that fails for some sizes would be true, and which fact would make it so. Three ways, the exact one first: the residue classes in
// which it holds; the divisibilities that would make its floors exact; and the claim itself with everything cancelled that is at least 1. Every
// suggestion was tried: assuming it proves the claim.
import { add, commonMonomial, constant, contentOf, divideContent, divideMonomial, multiply, splitSigns, subtract, variable } from "./arithmetic.ts";
import { assume } from "./assume.ts";
import { decideZero } from "./decision.ts";
import type { Classes } from "./decision.ts";
import { floorDivide } from "./division.ts";
import { normalise, restore } from "./facts.ts";
import type { Facts } from "./facts.ts";
import { floorQuotient, floorRemainder, negated, plus, times } from "./integers.ts";
import { sizeInterval } from "./intervals.ts";
import { asInteger, atomSize, constantTerm, isPolynomial, monomialOf, soleAtom, unit, zero } from "./polynomial.ts";
import type { Atom, Size } from "./polynomial.ts";
import { residueTable } from "./residue-table.ts";
import type { ResidueTable } from "./residue-table.ts";
import { showSize, showingExact } from "./show.ts";
import type { Claim, Condition } from "./verdict.ts";

/** When is a size 0? `raw` in the user's variables, `classes` of its normal form, where they were looked at. */
export function conditionOfZero(facts: Facts, raw: Size, classes: Classes | undefined): Condition | undefined {
  const table = classes === undefined ? undefined : residueTable(classes);
  const byClasses = table === undefined ? {} : residueCondition(facts, table);
  if (byClasses.suggestion !== undefined) return byClasses;
  const needed = exactFloors(facts, raw);
  if (needed !== undefined) return { ...byClasses, ...suggestions(needed) };
  const cancelled = { ...cancelledEquality(facts, raw), ...byClasses };
  return cancelled.exact === undefined && cancelled.suggestion === undefined ? undefined : cancelled;
}

function suggestions(claims: readonly Claim[]): Condition {
  const [suggestion] = claims;
  return suggestion === undefined ? {} : { suggestion, ...(claims.length > 1 ? { alternatives: claims } : {}) };
}

// ---- by residue classes

/** An atom of a normal form as the user would name it: it is `r` modulo m exactly when `base` is r * scale + offset modulo m * scale. */
interface Named {
  readonly base: Size;
  readonly scale: Size;
  readonly offset: number;
}

function nameAtom(facts: Facts, atom: Atom): Named {
  const invented = atom.kind === "variable" ? facts.invented.get(atom.name) : undefined;
  if (invented === undefined) return { base: restore(facts, atomSize(atom)), scale: constant(1), offset: 0 };
  const offset = constantTerm(invented.numerator); // base + offset == scale * atom
  if (typeof offset !== "number") return { base: invented.numerator, scale: invented.divisor, offset: 0 };
  return { base: subtract(invented.numerator, offset), scale: invented.divisor, offset: 0 - offset };
}

function residueCondition(facts: Facts, table: ResidueTable): Condition {
  const multiples = table.smallestMultiples();
  const claims: Claim[] = [];
  for (const [at, k] of (multiples ?? []).entries()) {
    if (k === 1) continue;
    const { base, scale, offset } = nameAtom(facts, table.atoms[at]!);
    claims.push({ kind: "divides", divisor: multiply(k, scale), of: subtract(base, offset) });
  }
  const sets = table.exactSets();
  if (sets === undefined) return suggestions(claims);
  const texts: string[] = [];
  for (const { atom, modulus, residues } of sets) {
    const { base, scale, offset } = nameAtom(facts, atom);
    const by = asInteger(scale);
    if (typeof by === "number") {
      const shifted = residues.map((residue) => Number(floorRemainder(residue * by + offset, modulus * by))).sort((a, b) => a - b);
      texts.push(residueText(showUnder(facts, base), modulus * by, shifted));
      const [only] = shifted;
      if (multiples === undefined && sets.length === 1 && shifted.length === 1)
        claims.push({ kind: "divides", divisor: constant(modulus * by), of: subtract(base, constant(only!)) });
    } else texts.push(residueText(showUnder(facts, floorDivide(subtract(base, offset), scale)), modulus, residues));
  }
  return { ...(texts.length > 0 ? { exact: texts.join(" and ") } : {}), ...suggestions(claims) };
}

/** "H % 16 == 0", "H mod 32 is 0 or 17..31". */
function residueText(name: string, modulus: number, residues: readonly number[]): string {
  const word = /^[^ ]+$/.test(name) || name.endsWith(")") ? name : `(${name})`;
  if (residues.length === 1) return `${word} % ${modulus} == ${residues[0]}`;
  const runs: string[] = [];
  for (let at = 0; at < residues.length;) {
    let end = at;
    while (end + 1 < residues.length && residues[end + 1] === residues[end]! + 1) end++;
    if (end - at >= 2) runs.push(`${residues[at]}..${residues[end]}`);
    else for (let one = at; one <= end; one++) runs.push(String(residues[one]));
    at = end + 1;
  }
  return `${word} mod ${modulus} is ${runs.length === 1 ? runs[0] : `${runs.slice(0, -1).join(", ")} or ${runs.at(-1)}`}`;
}

/** A size as text, with the floors that the facts make exact written as plain divisions. */
function showUnder(facts: Facts, size: Size): string {
  return showSize(size, { order: facts.names, exact: (numerator, denominator) => isExact(facts, numerator, denominator) });
}

const isExact = (facts: Facts, numerator: Size, denominator: Size): boolean =>
  normalise(facts, subtract(numerator, multiply(denominator, floorDivide(numerator, denominator)))) === zero;

/** Words something under these facts: `C / heads` where they say that heads divides C, not `floor(C / heads)`. */
export function wordedUnder<T>(facts: Facts, make: () => T): T {
  return showingExact((numerator, denominator) => isExact(facts, numerator, denominator), make);
}

// ---- by exact floors

const MOST_FLOORS = 6;

/** The divisibilities that would make the floors of a size exact and the size 0, none to spare; undefined when they do not. */
function exactFloors(facts: Facts, raw: Size): readonly Claim[] | undefined {
  const claims: Claim[] = [];
  for (const atom of raw.terms.flatMap((term) => term.monomial.atoms)) {
    if (atom.kind === "variable") continue;
    const divisor = atom.kind === "floor" ? constant(atom.denominator) : atom.denominator;
    const of = subtract(atom.numerator, constant(constantTerm(atom.numerator)));
    if (!isPolynomial(of) || !isPolynomial(divisor)) return undefined; // a floor of floors: nothing that a person would write as a fact
    if (!isExact(facts, of, divisor) && !claims.some((claim) => claim.kind === "divides" && claim.of === of && claim.divisor === divisor))
      claims.push({ kind: "divides", divisor, of });
  }
  if (claims.length === 0 || claims.length > MOST_FLOORS || !provesZero(facts, raw, claims)) return undefined;
  let needed: readonly Claim[] = claims;
  for (const claim of claims) {
    const fewer = needed.filter((other) => other !== claim);
    if (fewer.length > 0 && provesZero(facts, raw, fewer)) needed = fewer;
  }
  return needed;
}

function provesZero(facts: Facts, raw: Size, claims: readonly Claim[]): boolean {
  let assumed = facts;
  for (const claim of claims) {
    const next = assume(assumed, claim);
    if (next.contradiction) return false;
    assumed = next.facts;
  }
  return decideZero(assumed, normalise(assumed, raw), () => true).kind === "always";
}

// ---- by cancelling

/** A size without its integer content and without the factors that the facts make at least 1: it has the same zeros and the same sign. */
export function cancelled(facts: Facts, raw: Size): Size {
  let size = divideContent(raw, contentOf(raw));
  for (const atom of commonMonomial(size).atoms) {
    const factor = monomialOf([atom]);
    if (sizeInterval(facts, normalise(facts, atomSize(atom))).lower >= 1) size = divideMonomial(size, factor);
  }
  return size;
}

function cancelledEquality(facts: Facts, raw: Size): Condition {
  const size = cancelled(facts, raw);
  if (size === zero || asInteger(size) !== undefined) return {};
  const lone = size.terms.find((term) => soleAtom(term)?.kind === "variable" && (term.coefficient === 1 || term.coefficient === -1));
  const { positive, negative } = splitSigns(size);
  if (lone !== undefined) {
    const name = variable((soleAtom(lone) as { readonly name: string }).name);
    const value = lone.coefficient === 1 ? subtract(name, size) : add(name, size);
    const positiveOnBothSides = positive === name || negative === name;
    const [left, right] = positiveOnBothSides ? [name, value] : [positive, negative];
    return { exact: `${showUnder(facts, left)} == ${showUnder(facts, right)}`, suggestion: { kind: "equal", left, right } };
  }
  if (size.terms.every((term) => term.monomial === unit || soleAtom(term) === undefined) && size.terms.length > 4) return {};
  return { exact: `${showUnder(facts, positive)} == ${showUnder(facts, negative)}` };
}

/** When is a size at least 0? The floors of one atom are opened: floor(P / m) >= t is P >= m*t. */
export function conditionOfAtLeastZero(facts: Facts, raw: Size): Condition {
  let size = cancelled(facts, raw);
  for (;;) {
    const [term] = size.terms;
    const atom = term === undefined ? undefined : soleAtom(term);
    if (term === undefined || atom?.kind !== "floor" || size.terms.length !== (constantTerm(size) === 0 ? 1 : 2)) break;
    const offset = constantTerm(size);
    const end = term.coefficient > 0 ? negated(floorQuotient(offset, term.coefficient)) : floorQuotient(offset, negated(term.coefficient));
    const edge = times(end, atom.denominator);
    size =
      term.coefficient > 0 ? subtract(atom.numerator, constant(edge)) : subtract(constant(plus(edge, plus(atom.denominator, -1))), atom.numerator);
  }
  const content = contentOf(size, false);
  const smaller =
    content === 0
      ? size
      : add(divideContent(subtract(size, constant(constantTerm(size))), content), constant(floorQuotient(constantTerm(size), content)));
  const { positive, negative } = splitSigns(smaller);
  const suggestion: Claim = { kind: "at_least", left: positive, right: negative };
  const [left, right] = [showUnder(facts, positive), showUnder(facts, negative)];
  return { exact: asInteger(positive) === undefined ? `${left} >= ${right}` : `${right} <= ${left}`, suggestion };
}
