/** What people mean who write another language's syntax: a sentence more for the commonest mistakes. One line each, the first that fits. */
import type { IToken } from "chevrotain";
import * as T from "./tokens.ts";
import { touches } from "./words.ts";

export interface Place {
  readonly rule: string;
  /** The name of the awaited token type; empty where a production awaited several. */
  readonly missing: string;
  readonly token: IToken | undefined;
  readonly previous: IToken | undefined;
  readonly beforePrevious: IToken | undefined;
  readonly next: IToken | undefined;
}

const inExpression: ReadonlySet<string> = new Set(["expression", "operand", "paren", "element", "list", "indexes", "callArguments", "chain"]);
const inBody: ReadonlySet<string> = new Set(["body", "model", "statement", "member"]);

const hints: readonly (readonly [(place: Place) => boolean, string])[] = [
  [({ token, previous }) => token?.image === "=" && previous?.image === "=", "two values are compared with `==`"],
  [({ token, previous }) => token?.image === "*" && previous?.image === "*", "a power is written `a ^ b`"],
  [({ token, previous }) => token?.image === "|" && previous?.image === "|", "write `or`"],
  [({ token, next }) => token?.image === "|" && next?.image === "|", "write `or`"],
  [({ token }) => token?.image === "@", "a matrix product is an `einsum`: its axes are named"],
  [({ rule, token }) => rule === "indexes" && token?.image === ":", "a range is written `a..b`"],
  [({ rule, token }) => rule === "paren" && token?.image === ",", "a record names its fields: `(a: x, b: y)`"],
  [({ token, rule }) => token?.tokenType === T.If && inExpression.has(rule), "an `if` inside an expression stands in parentheses"],
  [({ token, rule }) => token?.tokenType === T.Match && inExpression.has(rule), "a `match` inside an expression stands in parentheses"],
  [({ token, rule }) => token?.tokenType === T.Text && inExpression.has(rule), "there are no strings in expressions"],
  [
    ({ rule, missing, previous, beforePrevious }) =>
      rule === "suffix" && missing === T.Name.name &&
      beforePrevious?.tokenType === T.Integer && previous !== undefined && touches(beforePrevious, previous),
    "a float has a digit after its point: `1.0`",
  ],
  [({ rule, missing }) => rule === "ifExpression" && missing === T.Else.name, "an `if` has both arms, and both are checked"],
  [({ rule, token }) => inBody.has(rule) && token?.tokenType === T.Semicolon, "nothing stands between statements"],
  [({ rule, token }) => inBody.has(rule) && token?.tokenType === T.Comma, "nothing stands between statements"],
  [({ rule, token, previous }) => inBody.has(rule) && token?.image === "=" && previous?.image !== "}", "two values are compared with `==`"],
  [({ rule, token, next }) => inBody.has(rule) && token?.tokenType === T.Name && next?.image === "=", "a value gets its name with `let`"],
  [({ rule, missing }) => rule === "block" && missing === T.Arrow.name, "a block says what it gives: `-> f32[B, C]`"],
  [({ rule, missing, token }) => rule === "file" && missing === "EOF" && token?.tokenType === T.RightBrace, "there is no `{` that this closes"],
  [
    ({ rule, missing }) => rule === "item" || (rule === "file" && missing === "EOF"),
    "a file holds `import`, `block`, `model`, `choice`, `weights`, `ablation` and `train`",
  ],
];

export function hintFor(place: Place): string | undefined {
  return hints.find(([fits]) => fits(place))?.[1];
}
