/** Statements and bodies, and the options that blocks and models declare. */
import type { CstNode } from "chevrotain";
import type { Body, FamilyRange, Option, Parameter, State, Statement, Target } from "./ast.ts";
import { buildExpression, sized } from "./build-expressions.ts";
import { buildKind, buildType } from "./build-types.ts";
import {
  close, docAbove, has, identifier, listedIdentifiers, missing, node, nodes, open, stringLiteral, token, withSkipped, type Builder, type Cst,
} from "./build-core.ts";

export function buildBody(b: Builder, cst: Cst): Body {
  const start = open(b, cst);
  const statements = nodes(cst, "statement").map((each) => buildStatement(b, each)).filter((each) => each !== undefined);
  const closing = token(cst, "RightBrace");
  const opening = token(cst, "LeftBrace");
  const to = closing?.startOffset ?? b.at;
  const from = opening === undefined ? to : opening.startOffset + 1;
  const all = withSkipped<Statement>(b, statements, [], from, to, (span) => ({ kind: "MissingStatement", span }));
  return { kind: "Body", statements: all, span: close(b, start, cst) };
}

/** Undefined where recovery left nothing to tell which statement it was. */
export function buildStatement(b: Builder, cst: CstNode): Statement | undefined {
  const binding = node(cst, "letStatement");
  if (binding !== undefined) return buildLet(b, binding);
  const held = node(cst, "held");
  if (held !== undefined) return buildHeld(b, held);
  const update = node(cst, "updateStatement");
  if (update !== undefined) {
    const start = open(b, update);
    const name = identifier(b, token(update, "Name"));
    return { kind: "Update", name, value: buildExpression(b, node(update, "expression")), span: close(b, start, update) };
  }
  const promise = node(cst, "assumeStatement");
  if (promise !== undefined) {
    const start = open(b, promise);
    b.at = start + "assume".length;
    const fact = buildExpression(b, node(promise, "expression"));
    return { kind: "Assume", fact, reason: stringLiteral(b, token(promise, "Text")), span: close(b, start, promise) };
  }
  const budget = node(cst, "assertStatement");
  if (budget !== undefined) {
    const start = open(b, budget);
    b.at = start + "assert".length;
    const condition = buildExpression(b, node(budget, "expression"));
    const unit = token(budget, "Name");
    return { kind: "Assert", condition, ...(unit && { unit: identifier(b, unit) }), span: close(b, start, budget) };
  }
  const result = node(cst, "returnStatement");
  if (result === undefined) return undefined;
  const start = open(b, result);
  b.at = start + "return".length;
  return { kind: "Return", value: buildExpression(b, node(result, "expression")), span: close(b, start, result) };
}

function buildLet(b: Builder, cst: CstNode): Statement {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  b.at = start + "let".length;
  const target = buildTarget(b, node(cst, "target"));
  const type = has(cst, "Colon") ? buildType(b, node(cst, "type")) : undefined;
  afterMark(b, cst, "Equals");
  const value = buildExpression(b, node(cst, "expression"));
  const found = node(cst, "family");
  const family = found && buildFamily(b, found);
  return { kind: "Let", doc, target, ...(type && { type }), value, ...(family && { family }), span: close(b, start, cst) };
}

/** What is missing after a mark such as `=` is missing behind it. */
export function afterMark(b: Builder, cst: Cst, key: string): void {
  const mark = token(cst, key);
  if (mark !== undefined) b.at = Math.max(b.at, mark.startOffset + mark.image.length);
}

function buildTarget(b: Builder, cst: Cst): Target {
  const start = open(b, cst);
  if (has(cst, "LeftParen")) return { kind: "FieldsTarget", names: listedIdentifiers(b, cst), span: close(b, start, cst) };
  const name = identifier(b, token(cst, "Name"));
  if (!has(cst, "LeftBracket")) return name;
  return { kind: "MemberTarget", name, index: buildExpression(b, node(cst, "expression")), span: close(b, start, cst) };
}

function buildFamily(b: Builder, cst: CstNode): FamilyRange {
  const start = open(b, cst);
  afterMark(b, cst, "Kw_for");
  const variable = identifier(b, token(cst, "Name"));
  return { kind: "FamilyRange", variable, range: buildExpression(b, node(cst, "expression")), span: close(b, start, cst) };
}

function buildHeld(b: Builder, cst: CstNode): Parameter | State {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_param");
  afterMark(b, cst, "Kw_state");
  const name = identifier(b, token(cst, "Name"));
  const type = buildType(b, node(cst, "type"));
  afterMark(b, cst, "Equals");
  const init = buildExpression(b, node(cst, "expression"));
  return { kind: has(cst, "Kw_state") ? "State" : "Parameter", doc, name, type, init, span: close(b, start, cst) };
}

export function buildOption(b: Builder, cst: CstNode): Option {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  const name = identifier(b, token(cst, "Name"));
  const optionKind = buildKind(b, node(cst, "kind"));
  afterMark(b, cst, "Equals");
  const value = has(cst, "Equals") ? sized(b, cst, "sizeMark") : undefined;
  return { kind: "Option", doc, name, optionKind, ...(value && { default: value }), span: close(b, start, cst) };
}

/** The span where a body would stand. */
export function missingBody(b: Builder): Body {
  return { kind: "Body", statements: [], span: missing(b) };
}
