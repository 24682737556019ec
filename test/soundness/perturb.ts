/**
 * Generated programs with one small change: a number, a name, a fact, an operator. Most are refused then. What the checker still accepts must run like
 * any other program: a checker that lets a wrong one pass is found so, which programs that are right by construction cannot do.
 */
import { lex } from "../../grammar/lex.ts";
import { createSourceFile } from "../../grammar/source.ts";
import type { Random } from "./random.ts";

interface Token {
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

const replaced = (text: string, { start, end }: Token, image: string): string => text.slice(0, start) + image + text.slice(end);

/** The facts of a text: from `where` to the brace or line that ends them. */
const facts = /\s+where ([^{\n]+?)(?=\s*(?:\{|\n|$))/g;

function withoutFact(text: string, chance: Random): string | undefined {
  const found = [...text.matchAll(facts)];
  if (found.length === 0) return undefined;
  const clause = chance.pick(found);
  const parts = clause[1].split(/, (?![^(]*\))/);
  const gone = chance.below(parts.length);
  const left = parts.filter((_, i) => i !== gone);
  return text.slice(0, clause.index) + (left.length > 0 ? clause[0].replace(clause[1], left.join(", ")) : "") + text.slice(clause.index + clause[0].length);
}

const alike: readonly (readonly string[])[] = [["+", "-"], ["floor", "ceil"], ["<", "<=", ">", ">="], ["before", "after", "by"], ["min", "max"], ["nearest", "bilinear"]];

export function perturbed(text: string, chance: Random): string | undefined {
  if (chance.chance(0.2)) return withoutFact(text, chance);
  const tokens: readonly Token[] = lex(createSourceFile("main.net", text)).tokens.map(({ image, startOffset }) => ({ image, start: startOffset, end: startOffset + image.length }));
  const numbers = tokens.filter(({ image }) => /^\d+$/.test(image));
  const names = tokens.filter(({ image }) => /^[A-Za-z]\w?$/.test(image) && image !== "i" && image !== "j");
  const others = tokens.filter(({ image }) => alike.some((group) => group.includes(image)));
  const form = chance.below(10);
  if (form < 4 && numbers.length > 0) {
    const token = chance.pick(numbers);
    const value = Number(token.image);
    return replaced(text, token, String(chance.pick([value + 1, Math.max(value - 1, 0), value * 2, value + 2])));
  }
  if (form < 7 && names.length > 1) {
    const [token, other] = [chance.pick(names), chance.pick(names)];
    return token.image === other.image ? undefined : replaced(text, token, other.image);
  }
  if (form < 8 && others.length > 0) {
    const token = chance.pick(others);
    return replaced(text, token, chance.pick(alike.find((group) => group.includes(token.image))!.filter((image) => image !== token.image)));
  }
  // Two names of one list change places.
  const pairs = tokens.flatMap((token, i) => (names.includes(token) && tokens[i + 1]?.image === "," && tokens[i + 2] && names.includes(tokens[i + 2]) ? [[token, tokens[i + 2]] as const] : []));
  if (pairs.length === 0) return undefined;
  const [one, two] = chance.pick(pairs);
  return one.image === two.image ? undefined : replaced(replaced(text, two, one.image), one, two.image);
}
