/** Expressions. Chains that lean to the left as far as their text is long (operators, calls, members) are walked in loops. */
import type {
  Argument, AxisArgument, Binary, BinaryOperator, Call, Domain, Expression, If, Index, IntegerLiteral, List, Match, MatchArm, Member, Range, Record, RecordField,
  SizedName, Spread, Table, Unary,
} from "../ast.ts";
import { fill, group, indent, line, sequence, softline, type Doc } from "./documents.ts";
import { entries, list } from "./lists.ts";
import { expression, levels } from "./parentheses.ts";
import { between, commentBetween, commentsAhead, commentsInside, elements, lastComma, name, prints, space, token, upcoming, word, type Print, type Printing } from "./printing.ts";

/** What stands behind `=`, `=>`, `return`: an `if` that does not fit there goes to a line of its own. */
export function valueBehind(p: Printing, value: AxisArgument, place: "whole" | "branch" = "whole"): Doc {
  if (commentsAhead(p)) return [space(p), indent(expression(p, value, place))];
  const wrapped = levels(p, value) > 0 && place === "branch";
  return value.kind === "If" && !wrapped ? group(indent([line, expression(p, value, place)])) : [" ", expression(p, value, place)];
}

// ------------------------------------------------------------------------------------------------------------- operators

const ranks: Readonly<{ [operator in BinaryOperator]: number }> = {
  or: 1, and: 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "^": 6,
};

/** A chain of operators of one rank breaks before each of them, or before none. */
export function binary(p: Printing, node: Binary): Doc {
  const spine: Binary[] = [node];
  let first = node.left;
  while (first.kind === "Binary" && levels(p, first) === 0) {
    spine.push(first);
    first = first.left;
  }
  let rank = ranks[spine[spine.length - 1].operator];
  let head: Doc = expression(p, first, "operand");
  let rest: Doc[] = [];
  for (const { operator, right } of spine.reverse()) {
    if (ranks[operator] !== rank) {
      head = group([head, indent(rest)]);
      rest = [];
      rank = ranks[operator];
    }
    rest.push(between(p, line), sequence(word(p, operator), expression(p, right, "operand")));
  }
  return group([head, indent(rest)]);
}

export function unary(p: Printing, { operator, operand }: Unary): Doc {
  return sequence(token(p, operator), operator === "not" ? space(p) : "", expression(p, operand, "operand"));
}

export function range(p: Printing, { from, to, inclusive }: Range): Doc {
  const start = from === undefined ? "" : expression(p, from, "operand");
  return sequence(start, token(p, inclusive ? "..=" : ".."), to === undefined ? "" : expression(p, to, "operand"));
}

// ------------------------------------------------------------------------------------------------------------- choices

/** `if` and each `else if` begin a line where not all fits on one. */
export function ifExpression(p: Printing, node: If): Doc {
  const docs: Doc[] = [];
  for (let current: If | undefined = node; current !== undefined; ) {
    docs.push(word(p, "if"), expression(p, current.condition, "branch"), space(p), token(p, "then"), valueBehind(p, current.then, "branch"), between(p, line), token(p, "else"));
    const otherwise: Expression = current.else;
    const goesOn: boolean = otherwise.kind === "If" && levels(p, otherwise) === 0;
    docs.push(goesOn ? space(p) : valueBehind(p, otherwise, "branch"));
    current = goesOn && otherwise.kind === "If" ? otherwise : undefined;
  }
  return group(docs);
}

export function match(p: Printing, node: Match): Doc {
  return [word(p, "match"), expression(p, node.subject), space(p), entries(p, prints(p, node.arms))];
}

export function matchArm(p: Printing, { pattern, body }: MatchArm): Doc {
  const head = [p.print(pattern), space(p), token(p, "=>")];
  return [head, body.kind === "Body" ? [space(p), p.print(body)] : valueBehind(p, body)];
}

// ------------------------------------------------------------------------------------------------------------- calls and indexes

type Suffixed = Member | Call | Index;

const isSuffixed = (node: Expression): node is Suffixed => node.kind === "Member" || node.kind === "Call" || node.kind === "Index";
const objectOf = (node: Suffixed): Expression => (node.kind === "Call" ? node.callee : node.object);

/** `a.b(c)[d]`: a value and its suffixes. */
export function suffixed(p: Printing, node: Suffixed): Doc {
  const spine: Suffixed[] = [node];
  let first = objectOf(node);
  while (isSuffixed(first) && levels(p, first) === 0) {
    spine.push(first);
    first = objectOf(first);
  }
  const docs: Doc[] = [expression(p, first, "object")];
  for (const each of spine.reverse()) docs.push(suffix(p, each));
  return sequence(docs);
}

function suffix(p: Printing, node: Suffixed): Doc {
  switch (node.kind) {
    case "Member":
      return sequence(dot(p), name(p, node.name));
    case "Call":
      return argumentList(p, node.arguments);
    case "Index":
      return list(p, "[", wholes(p, node.indexes), "]");
  }
}

/** A dot between two integers keeps a space before it: `1 .2` is a member, `1.2` a number. */
export function dot(p: Printing): Doc {
  const [before, after] = [upcoming(p, -1), upcoming(p, 1)];
  return [/^\d/.test(before) && /^\d/.test(after) && upcoming(p, -2) !== "." ? space(p) : "", token(p, ".")];
}

/** Arguments in parentheses. A single one that has brackets itself is not indented once more. */
export function argumentList(p: Printing, given: readonly Argument[]): Doc {
  const [only] = given;
  const closing = p.closings[p.next];
  const bracketed = given.length === 1 && only.name === undefined && ["List", "Table", "Record", "Match"].includes(only.value.kind);
  if (!bracketed || commentBetween(p, p.next, p.next + 1) || commentBetween(p, closing - 1, closing)) return list(p, "(", prints(p, given), ")");
  const docs = [token(p, "("), p.print(only), lastComma(p, false)];
  return [docs, token(p, ")")];
}

export function argument(p: Printing, node: Argument): Doc {
  const label = node.name === undefined ? "" : sequence(name(p, node.name), word(p, ":"));
  return sequence(label, expression(p, node.value));
}

export function sizedName(p: Printing, node: SizedName): Doc {
  return sequence(name(p, node.name), space(p), word(p, "="), expression(p, node.size));
}

/** The print function of each expression of a list. */
function wholes(p: Printing, values: readonly AxisArgument[]): readonly Print[] {
  return values.map((value) => () => expression(p, value));
}

export function spread(p: Printing, node: Spread): Doc {
  return [token(p, "..."), name(p, node.name)];
}

// ------------------------------------------------------------------------------------------------------------- records, lists, tables

export function record(p: Printing, { fields }: Record): Doc {
  return list(p, "(", prints(p, fields), ")");
}

/** `name: value`, or where `loss … where` binds, `name = value`. */
export function recordField(p: Printing, node: RecordField): Doc {
  const head = [name(p, node.name), upcoming(p) === "=" ? space(p) : ""];
  return [head, token(p), space(p), expression(p, node.value)];
}

export function listExpression(p: Printing, node: List): Doc {
  const numbers = node.elements.length > 0 && node.elements.every(({ kind }) => kind === "IntegerLiteral" || kind === "FloatLiteral");
  return list(p, "[", wholes(p, node.elements), "]", { filled: numbers });
}

/** `[element for i in axis, …]`: the indices on a line of their own where not all fits on one. */
export function table(p: Printing, node: Table): Doc {
  const opening = [token(p, "["), indent([between(p, softline), expression(p, node.element), lastComma(p, false)])];
  const domains = [between(p, line), word(p, "for"), indent(fill(elements(p, prints(p, node.domains), line))), lastComma(p, false), commentsInside(p, false)];
  return group([opening, indent(domains), softline, token(p, "]")]);
}

export function domain(p: Printing, node: Domain): Doc {
  const head = [name(p, node.variable), space(p), word(p, "in"), name(p, node.axis)];
  return [head, node.size === undefined ? "" : [space(p), word(p, "="), expression(p, node.size)]];
}

/** Numbers, truth values, names and texts: as they are written. */
export function literal(p: Printing, _: IntegerLiteral | Expression | { readonly kind: "StringLiteral" }): Doc {
  return token(p);
}
