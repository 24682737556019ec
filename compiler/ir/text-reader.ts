/** Reads one line of the text form token by token: words, numbers, sizes. Whatever is not as expected is a TextError with its line. */
import { add, ceilDivide, constant, floorDivide, multiply, negate, subtract, variable } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";

/** A text that is no graph. `line` counts from 1. */
export class TextError extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.name = "TextError";
    this.line = line;
  }
}

export interface Reader {
  /** Takes a token when it is next. */
  take(token: string): boolean;
  /** Takes a token that must be next. */
  expect(token: string): void;
  /** A word, quoted or plain. */
  word(): string;
  /** An unquoted word without brackets: an operator, a name of an attribute, a dtype. */
  name(): string;
  /** `%12` as 12. */
  node(): number;
  number(): number;
  /** `#` and sixteen digits, as these digits; undefined when something else is next. */
  hash(): string | undefined;
  size(): Size;
  /** Items in brackets. */
  list<Item>(item: () => Item): readonly Item[];
  /** The next token without taking it; "" at the end. */
  peek(): string;
  fail(reason: string): never;
}

/** Quoted word, name (dots inside), number, hash, node, or one character. */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*|\d+(?:\.\d+)?(?:e[+-]?\d+)?|#[0-9a-f]{16}|%\d+|\S)?/y;
const WORD = /\s*([A-Za-z_][\w.[\]]*)/y;

export function createReader(text: string, line: number): Reader {
  let offset = 0;
  const match = (pattern: RegExp): readonly [string, number] => {
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    return [found?.[1] ?? "", found ? pattern.lastIndex : offset];
  };
  const next = (pattern = TOKEN): string => {
    const [token, end] = match(pattern);
    offset = end;
    return token;
  };
  const peek = (): string => match(TOKEN)[0];
  const fail = (reason: string): never => {
    throw new TextError(line, reason);
  };
  const take = (token: string): boolean => {
    const found = peek() === token;
    if (found) next();
    return found;
  };
  const expect = (token: string): void => {
    if (!take(token)) fail(`${token} is expected and ${peek() || "the end of the line"} found`);
  };
  const matching = (pattern: RegExp, what: string): string =>
    pattern.test(peek()) ? next() : fail(`${what} is expected and ${peek() || "the end"} found`);
  const unquoted = (token: string): string => (token.startsWith('"') ? (JSON.parse(token) as string) : token);

  const list = <Item>(item: () => Item): readonly Item[] => {
    const items: Item[] = [];
    expect("[");
    while (!take("]")) {
      if (items.length > 0) expect(",");
      items.push(item());
    }
    return items;
  };

  // sum = ["-"] product {("+" | "-") product}; product = atom {"*" atom}; a quotient stands only inside floor( ) and ceil( )
  const sum = (): Size => {
    let total = take("-") ? negate(product()) : product();
    for (;;) {
      if (take("+")) total = add(total, product());
      else if (take("-")) total = subtract(total, product());
      else return total;
    }
  };
  const product = (): Size => {
    let total = atom();
    while (take("*")) total = multiply(total, atom());
    return total;
  };
  const atom = (): Size => {
    if (take("(")) {
      const inner = sum();
      expect(")");
      return inner;
    }
    const token = matching(/^(?:"|[A-Za-z_]|\d+$)/, "a size");
    if (/^\d/.test(token)) return constant(BigInt(token));
    if (token !== "floor" && token !== "ceil") return variable(unquoted(token));
    expect("(");
    const numerator = sum();
    expect("/");
    const denominator = atom();
    expect(")");
    return token === "floor" ? floorDivide(numerator, denominator) : ceilDivide(numerator, denominator);
  };

  return {
    take,
    expect,
    peek,
    fail,
    list,
    size: sum,
    word: () => (peek().startsWith('"') ? unquoted(next()) : next(WORD) || fail(`a word is expected and ${peek() || "the end"} found`)),
    name: () => matching(/^[A-Za-z_]/, "a name"),
    node: () => Number(matching(/^%\d+$/, "a node").slice(1)),
    hash: () => (/^#./.test(peek()) ? next().slice(1) : undefined),
    number() {
      const sign = take("-") ? -1 : 1;
      if (take("inf")) return sign * Infinity;
      return take("nan") ? NaN : sign * Number(matching(/^\d/, "a number"));
    },
  };
}
