/** Expressions, patterns and special forms of the tree. */
import type { CstNode, IToken } from "chevrotain";
import type {
  Argument, AxisArgument, Contraction, Domain, Expression, Identifier, MatchArm, Operand, Pattern, PatternPart, RecordField, SizedName,
} from "./ast.ts";
import { buildChain } from "./build-chains.ts";
import {
  close, has, identifier, identifiers, integer, isReal, missing, node, nodes, open, read, refuse, refuseCommas, token, tokens, type Builder, type Cst,
} from "./build-core.ts";
import { joinSpans, spanBetween, type Span } from "./source.ts";

export function buildExpression(b: Builder, cst: Cst): Expression {
  if (cst === undefined) return missingExpression(b);
  const start = open(b, cst);
  const choice = node(cst, "ifExpression");
  if (choice !== undefined) return buildIf(b, choice);
  const match = node(cst, "matchExpression");
  if (match !== undefined) return buildMatch(b, match);
  const dots = token(cst, "RangeDots");
  if (dots === undefined) return has(cst, "from") ? buildChain(b, node(cst, "from"), buildOperand) : missingExpression(b);
  const from = node(cst, "from") && buildChain(b, node(cst, "from"), buildOperand);
  read(b, dots);
  const to = node(cst, "to") && buildChain(b, node(cst, "to"), buildOperand);
  return { kind: "Range", ...(from && { from }), ...(to && { to }), inclusive: dots.image === "..=", span: close(b, start, cst) };
}

function missingExpression(b: Builder): Expression {
  return { kind: "MissingExpression", span: missing(b) };
}

function buildIf(b: Builder, cst: CstNode): Expression {
  const start = open(b, cst);
  const condition = buildExpression(b, node(cst, "condition"));
  const then = buildExpression(b, node(cst, "then"));
  const otherwise = buildExpression(b, node(cst, "else"));
  return { kind: "If", condition, then, else: otherwise, span: close(b, start, cst) };
}

function buildMatch(b: Builder, cst: CstNode): Expression {
  const start = open(b, cst);
  const subject = buildExpression(b, node(cst, "expression"));
  const arms = nodes(cst, "arm").map((arm) => buildArm(b, arm));
  refuseCommas(b, cst, "nothing stands between the arms of a `match`");
  return { kind: "Match", subject, arms, span: close(b, start, cst) };
}

function buildArm(b: Builder, cst: CstNode): MatchArm {
  const start = open(b, cst);
  const number = token(cst, "Integer");
  const pattern = number === undefined ? identifier(b, token(cst, "Name")) : integer(b, number);
  const body = node(cst, "body") === undefined ? buildExpression(b, node(cst, "expression")) : b.body(b, node(cst, "body"));
  return { kind: "MatchArm", pattern, body, span: close(b, start, cst) };
}

/** A primary and its suffixes, without the prefixes. */
function buildOperand(b: Builder, cst: Cst): Expression {
  let value = buildPrimary(b, cst);
  for (const suffix of nodes(cst, "suffix")) {
    const { start } = value.span;
    const given = node(suffix, "callArguments");
    const indexes = node(suffix, "indexes");
    if (given !== undefined) {
      const found = buildArguments(b, given);
      value = { kind: "Call", callee: value, arguments: found, span: close(b, start, suffix) };
    } else if (indexes !== undefined) {
      const found = nodes(indexes, "element").map((each) => indexEntry(b, buildElement(b, each)));
      value = { kind: "Index", object: value, indexes: found, span: close(b, start, suffix) };
    } else {
      const dot = token(suffix, "Dot");
      if (dot !== undefined) read(b, dot);
      const name = identifier(b, token(suffix, "Name"));
      value = { kind: "Member", object: value, name, span: close(b, start, suffix) };
    }
  }
  return value;
}

function indexEntry(b: Builder, entry: AxisArgument): Expression | SizedName {
  if (entry.kind !== "Spread") return entry;
  refuse(b, entry.span, "a row of axes is no index");
  return { kind: "MissingExpression", span: entry.span };
}

function buildPrimary(b: Builder, cst: Cst): Expression {
  if (cst === undefined) return missingExpression(b);
  const name = token(cst, "Name");
  if (name !== undefined) return { kind: "Name", text: name.image, span: read(b, name) };
  const number = token(cst, "Integer");
  if (number !== undefined) return integer(b, number);
  const float = token(cst, "Float");
  if (float !== undefined) {
    return { kind: "FloatLiteral", text: float.image, value: Number(float.image.replaceAll("_", "")), span: read(b, float) };
  }
  const bool = token(cst, "Kw_true") ?? token(cst, "Kw_false");
  if (bool !== undefined) return { kind: "BooleanLiteral", value: bool.image === "true", span: read(b, bool) };
  const paren = node(cst, "paren");
  if (paren !== undefined) return buildParen(b, paren);
  const list = node(cst, "list");
  if (list !== undefined) return buildList(b, list);
  const rearrange = node(cst, "rearrange");
  if (rearrange !== undefined) return buildRearrange(b, rearrange);
  const contraction = node(cst, "contraction");
  return contraction === undefined ? missingExpression(b) : buildContraction(b, contraction);
}

/** `(e)` is e itself, within its own span; `(a: e)` is a record. */
function buildParen(b: Builder, cst: CstNode): Expression {
  const start = open(b, cst);
  const fields = node(cst, "fields");
  if (fields !== undefined) return { kind: "Record", fields: buildFields(b, fields), span: close(b, start, cst) };
  const inner = buildExpression(b, node(cst, "expression"));
  return { ...inner, span: close(b, start, cst) };
}

export function buildFields(b: Builder, cst: Cst): readonly RecordField[] {
  return nodes(cst, "field").map((each) => buildField(b, each));
}

/** `name: value`, or `name = value` where `loss … where` binds. */
export function buildField(b: Builder, cst: CstNode): RecordField {
  const start = open(b, cst);
  const name = identifier(b, token(cst, "Name"));
  const value = buildExpression(b, node(cst, "expression"));
  return { kind: "RecordField", name, value, span: close(b, start, cst) };
}

function buildArguments(b: Builder, cst: CstNode): readonly Argument[] {
  open(b, cst);
  return nodes(cst, "argument").map((each) => buildArgument(b, each));
}

export function buildArgument(b: Builder, cst: CstNode): Argument {
  const start = open(b, cst);
  const found = token(cst, "Name");
  const name = found && identifier(b, found);
  const colon = token(cst, "Colon");
  if (colon !== undefined) read(b, colon);
  const value = sized(b, cst, "Equals");
  return { kind: "Argument", ...(name && { name }), value, span: close(b, start, cst) };
}

/** `value`, or `value = size` where the value is a bare name. */
export function sized(b: Builder, cst: CstNode, mark: string): Expression | SizedName {
  const value = buildExpression(b, node(cst, "value"));
  const found = tokens(cst, mark)[0] as IToken | undefined;
  if (found === undefined) return value;
  const equals = isReal(found) ? read(b, found) : missing(b);
  const size = buildExpression(b, node(cst, "size"));
  if (value.kind === "Name" && value.span.end - value.span.start === value.text.length) {
    return { kind: "SizedName", name: { kind: "Identifier", text: value.text, span: value.span }, size, span: joinSpans(value.span, size.span) };
  }
  refuse(b, equals, "only a name can be given a size with `=`; to compare, write `==`", ["`==`"]);
  return { kind: "Binary", operator: "==", operatorSpan: equals, left: value, right: size, span: joinSpans(value.span, size.span) };
}

function buildElement(b: Builder, cst: CstNode): AxisArgument {
  const start = open(b, cst);
  const dots = token(cst, "Ellipsis");
  if (dots === undefined) return sized(b, cst, "Equals");
  read(b, dots);
  return { kind: "Spread", name: identifier(b, token(cst, "Name")), span: close(b, start, cst) };
}

function buildList(b: Builder, cst: CstNode): Expression {
  const start = open(b, cst);
  const elements = nodes(cst, "element").map((each) => buildElement(b, each));
  const word = token(cst, "Kw_for");
  if (word === undefined) return { kind: "List", elements, span: close(b, start, cst) };
  read(b, word);
  const domains = nodes(node(cst, "domains"), "domain").map((each) => buildDomain(b, each));
  const [element] = elements;
  const span = close(b, start, cst);
  if (elements.length === 1 && element.kind !== "SizedName" && element.kind !== "Spread") return { kind: "Table", element, domains, span };
  const last = elements[elements.length - 1];
  refuse(b, joinSpans(element?.span ?? span, last?.span ?? span), "a table has one expression before `for`", ["an expression"]);
  const first = elements.find((each): each is Expression => each.kind !== "SizedName" && each.kind !== "Spread");
  return { kind: "Table", element: first ?? { kind: "MissingExpression", span: spanBetween(span, span.start, span.start) }, domains, span };
}

function buildDomain(b: Builder, cst: CstNode): Domain {
  const start = open(b, cst);
  const variable = identifier(b, token(cst, "variable"));
  const axis = identifier(b, token(cst, "axis"));
  const size = has(cst, "Equals") ? buildExpression(b, node(cst, "expression")) : undefined;
  return { kind: "Domain", variable, axis, ...(size && { size }), span: close(b, start, cst) };
}

// ------------------------------------------------------------------------------------------------------------- patterns

function buildRearrange(b: Builder, cst: CstNode): Expression {
  const start = open(b, cst);
  const value = buildExpression(b, node(cst, "expression"));
  const from = buildPattern(b, node(cst, "from"));
  const to = buildPattern(b, node(cst, "to"));
  const options = nodes(node(cst, "namedOptions"), "argument").map((each) => buildArgument(b, each));
  return { kind: "Rearrange", value, from, to, options, span: close(b, start, cst) };
}

function buildContraction(b: Builder, cst: CstNode): Contraction {
  const start = open(b, cst);
  const word = token(cst, "ContractionWord");
  const operatorSpan = word === undefined ? missing(b) : read(b, word);
  const operator = word?.image === "conv" || word?.image === "conv_transpose" ? word.image : "einsum";
  const operands = nodes(cst, "contracted").map((each) => buildContracted(b, each));
  const result = buildPattern(b, node(cst, "pattern"));
  const options = nodes(node(cst, "namedOptions"), "argument").map((each) => buildArgument(b, each));
  return { kind: "Contraction", operator, operatorSpan, operands, result, options, span: close(b, start, cst) };
}

function buildContracted(b: Builder, cst: CstNode): Operand {
  const start = open(b, cst);
  const operand = node(cst, "operand");
  for (const prefix of tokens(operand, "prefix").filter(isReal)) refuse(b, read(b, prefix), "put parentheses round an operand with a sign");
  const value = buildOperand(b, operand);
  const pattern = buildPattern(b, node(cst, "pattern"));
  return { kind: "Operand", value, pattern, span: close(b, start, cst) };
}

export function buildPattern(b: Builder, cst: Cst): Pattern {
  const start = open(b, cst);
  const parts = nodes(cst, "part").map((each) => buildPart(b, each)).filter((part) => part !== undefined);
  return { kind: "Pattern", parts, span: close(b, start, cst) };
}

function buildPart(b: Builder, cst: CstNode): PatternPart | undefined {
  const start = open(b, cst);
  const number = token(cst, "Integer");
  if (number !== undefined) {
    const size = integer(b, number);
    return { kind: "SizePart", size, span: size.span };
  }
  const found = token(cst, "Name");
  const dots = token(cst, "Ellipsis");
  if (dots !== undefined) {
    read(b, dots);
    const name = found && identifier(b, found);
    return { kind: "RowPart", ...(name && { name }), span: close(b, start, cst) };
  }
  const name = found && identifier(b, found);
  const group = node(cst, "group");
  if (group !== undefined) {
    open(b, group);
    const members = identifiers(b, tokens(group, "Name"));
    refuseCommas(b, group, "the names of a group stand side by side: `(Y X)`");
    return { kind: "GroupPart", ...(name && { name }), members, span: close(b, start, cst) };
  }
  if (has(cst, "Equals")) return { kind: "RenamedPart", name: name ?? empty(b), from: identifier(b, token(cst, "old")), span: close(b, start, cst) };
  return name && { kind: "AxisPart", name, span: name.span };
}

function empty(b: Builder): Identifier {
  const span: Span = missing(b);
  return { kind: "Identifier", text: "", span };
}
