// Sizes in people's notation, which is also the language's: `2 * B`, `C / heads`, `ceil(H / 16)`. Names are sorted unless an order is given, so the
// text of a size never depends on what was compiled before.
import { add, commonMonomial, constant, contentOf, divideContent, divideMonomial, negate, subtract } from "./arithmetic.ts";
import { magnitude, negated, plus } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { constantTerm, soleAtom, unit } from "./polynomial.ts";
import type { Atom, Monomial, Size, Term } from "./polynomial.ts";

export interface ShowOptions {
  /** The text of a variable; its name when absent. */
  readonly name?: (variable: string) => string;
  /** Says that a floor is exact: then it is written `a / b`. */
  readonly exact?: (numerator: Size, denominator: Size) => boolean;
  /** Names in the order in which factors and terms are to be written (declaration order, say); the others follow, sorted. */
  readonly order?: readonly string[];
}

export function showSize(a: Size, options: ShowOptions = {}): string {
  return showSum(a, options.exact === undefined && exactHere !== undefined ? { ...options, exact: exactHere } : options).text;
}

/** While a report is worded: says which floors its facts make exact. A message is made of many sizes, each shown where it is met. */
let exactHere: ShowOptions["exact"];

/** Words something; floors that are exact here are written as plain divisions. */
export function showingExact<T>(exact: NonNullable<ShowOptions["exact"]>, make: () => T): T {
  const before = exactHere;
  exactHere = exact;
  try {
    return make();
  } finally {
    exactHere = before;
  }
}

/** Text and how tightly it binds: a sum, a quotient `a / b`, a product, or a thing that needs no parentheses anywhere. */
interface Shown {
  readonly text: string;
  readonly binding: "sum" | "quotient" | "product" | "word";
}

const asFactor = (shown: Shown): string => (shown.binding === "sum" || shown.binding === "quotient" ? `(${shown.text})` : shown.text);
const asDivisor = (shown: Shown): string => (shown.binding === "word" ? shown.text : `(${shown.text})`);
const asDividend = (shown: Shown): string => (shown.binding === "sum" ? `(${shown.text})` : shown.text);

function showSum(size: Size, options: ShowOptions): Shown {
  if (size.terms.length === 0) return { text: "0", binding: "word" };
  const common = size.terms.length > 1 ? commonMonomial(size) : unit;
  if (common !== unit) {
    const content = contentOf(size);
    const inner = asFactor(showSum(divideContent(divideMonomial(size, common), content), options));
    return product([...(content === 1 ? [] : [String(content)]), ...factorsOf(common, options), inner]);
  }
  const [parts, offset] = roundedUp(size, options);
  const ordered = inOrder(parts, options);
  const sorted = [...ordered.filter((part) => part.coefficient > 0), ...ordered.filter((part) => part.coefficient < 0)];
  if (offset !== 0) sorted.push({ coefficient: offset, factors: [], place: "" });
  if (sorted.length > 1 && sorted[0]!.coefficient < 0) {
    const positive = sorted.findIndex((part) => part.coefficient > 0);
    if (positive > 0) sorted.unshift(...sorted.splice(positive, 1));
  }
  if (sorted.length === 1) return showPart(sorted[0]!);
  const texts = sorted.map((part, at) => {
    const { text } = showPart({ ...part, coefficient: magnitude(part.coefficient) });
    if (at === 0) return part.coefficient < 0 ? `-${text}` : text;
    return part.coefficient < 0 ? ` - ${text}` : ` + ${text}`;
  });
  return { text: texts.join(""), binding: "sum" };
}

/** A term ready to be written: `place` decides where among the terms of its degree. */
interface Part {
  readonly coefficient: Integer;
  readonly factors: readonly Shown[];
  readonly place: string;
}

const product = (factors: readonly string[]): Shown => ({ text: factors.join(" * "), binding: factors.length > 1 ? "product" : "word" });

function showPart({ coefficient, factors }: Part): Shown {
  if (factors.length === 0) return { text: String(coefficient), binding: coefficient < 0 ? "sum" : "word" };
  if (factors.length === 1 && coefficient === 1) return factors[0]!;
  const number = coefficient === 1 || coefficient === -1 ? [] : [String(magnitude(coefficient))];
  const { text } = product([...number, ...factors.map(asFactor)]);
  return coefficient < 0 ? { text: `-${text}`, binding: "sum" } : { text, binding: "product" };
}

function factorsOf(monomial: Monomial, options: ShowOptions): readonly string[] {
  return orderedAtoms(monomial, options).map((atom) => asFactor(showAtom(atom, options)));
}

/**
 * Terms as parts. Two forms of ceil that are not one floor are put back: `-floor(-P / Q)`, and `floor((P - 1) / Q) + 1` for a polynomial Q,
 * which takes
 * its 1 from the constant. The second result is what is left of the constant.
 */
function roundedUp(size: Size, options: ShowOptions): [readonly Part[], Integer] {
  let offset = constantTerm(size);
  const parts = size.terms.flatMap((term): Part[] => {
    if (term.monomial === unit) return [];
    const atom = soleAtom(term);
    if (atom?.kind === "quotient") {
      if (term.coefficient < 0 && atom.numerator.terms.every((inner) => inner.coefficient < 0))
        return [
          {
            coefficient: negated(term.coefficient),
            factors: [ceilText(negate(atom.numerator), atom.denominator, options)],
            place: placeOf(term, options),
          },
        ];
      if (term.coefficient > 0 && offset >= term.coefficient && constantTerm(atom.numerator) === -1) {
        offset = plus(offset, negated(term.coefficient));
        return [
          { coefficient: term.coefficient, factors: [ceilText(add(atom.numerator, 1), atom.denominator, options)], place: placeOf(term, options) },
        ];
      }
    }
    const factors = orderedAtoms(term.monomial, options).map((inner) => showAtom(inner, options));
    return [{ coefficient: term.coefficient, factors, place: placeOf(term, options) }];
  });
  return [parts, offset];
}

function showAtom(atom: Atom, options: ShowOptions): Shown {
  switch (atom.kind) {
    case "variable":
      return { text: options.name?.(atom.name) ?? atom.name, binding: "word" };
    case "floor": {
      const denominator = constant(atom.denominator);
      if (options.exact?.(atom.numerator, denominator) === true) return divisionText(atom.numerator, denominator, options);
      const offset = plus(atom.denominator, -1);
      if (constantTerm(atom.numerator) === offset) return ceilText(subtract(atom.numerator, constant(offset)), denominator, options);
      return { text: `floor(${divisionText(atom.numerator, denominator, options).text})`, binding: "word" };
    }
    case "quotient": {
      const division = divisionText(atom.numerator, atom.denominator, options);
      return options.exact?.(atom.numerator, atom.denominator) === true ? division : { text: `floor(${division.text})`, binding: "word" };
    }
  }
}

const divisionText = (numerator: Size, denominator: Size, options: ShowOptions): Shown => ({
  text: `${asDividend(showSum(numerator, options))} / ${asDivisor(showSum(denominator, options))}`,
  binding: "quotient",
});

function ceilText(numerator: Size, denominator: Size, options: ShowOptions): Shown {
  const division = divisionText(numerator, denominator, options);
  return options.exact?.(numerator, denominator) === true ? division : { text: `ceil(${division.text})`, binding: "word" };
}

// ---- order

function rankOf(atom: Atom, options: ShowOptions): number {
  if (options.order === undefined) return 0;
  const names = atom.kind === "variable" ? [atom.name] : leadingNames(atom);
  const ranks = names.map((name) => options.order!.indexOf(name)).filter((rank) => rank >= 0);
  return ranks.length > 0 ? Math.min(...ranks) : options.order.length;
}

const leadingNames = (atom: Atom): readonly string[] =>
  atom.kind === "variable" ? [atom.name] : atom.numerator.terms.flatMap((term) => term.monomial.atoms.flatMap(leadingNames));

const orderedAtoms = (monomial: Monomial, options: ShowOptions): readonly Atom[] =>
  options.order === undefined ? monomial.atoms : [...monomial.atoms].sort((a, b) => rankOf(a, options) - rankOf(b, options));

const placeOf = (term: Term, options: ShowOptions): string =>
  options.order === undefined
    ? ""
    : [
        String(99 - term.monomial.atoms.length),
        ...orderedAtoms(term.monomial, options).map((atom) => String(rankOf(atom, options)).padStart(4, "0")),
      ].join(" ");

const inOrder = (parts: readonly Part[], options: ShowOptions): readonly Part[] =>
  options.order === undefined ? parts : [...parts].sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
