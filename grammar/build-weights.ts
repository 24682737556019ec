/** The plan of a checkpoint: rules, goals and paths. */
import type { CstNode } from "chevrotain";
import type { Expression, Identifier, Path, PathPiece, PathSegment, Weights, WeightsDomain, WeightsGoal, WeightsPair, WeightsRule } from "./ast.ts";
import { spanBetween } from "./source.ts";
import { buildExpression, buildPattern } from "./build-expressions.ts";
import { afterMark } from "./build-statements.ts";
import {
  close, docAbove, has, identifier, missing, node, nodes, open, read, refuse, stringLiteral, token, type Builder, type Cst,
} from "./build-core.ts";

export function buildWeights(b: Builder, cst: CstNode): Weights {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_weights");
  const name = identifier(b, token(cst, "Name"));
  afterMark(b, cst, "Kw_of");
  const model = identifier(b, token(cst, "model"));
  afterMark(b, cst, "Kw_from");
  const from = stringLiteral(b, token(cst, "Text"));
  return { kind: "Weights", doc, name, model, from, rules: buildRules(b, node(cst, "rules")), span: close(b, start, cst) };
}

function buildRules(b: Builder, cst: Cst): readonly WeightsRule[] {
  return nodes(cst, "weightsRule").map((each) => buildRule(b, each)).filter((rule) => rule !== undefined);
}

function buildRule(b: Builder, cst: CstNode): WeightsRule | undefined {
  const start = open(b, cst);
  if (has(cst, "Text")) {
    const source = stringLiteral(b, token(cst, "Text"));
    afterMark(b, cst, "Arrow");
    return { kind: "LoadRule", source, goal: buildGoal(b, node(cst, "goal")), span: close(b, start, cst) };
  }
  if (has(cst, "Kw_for")) {
    const domains = nodes(node(cst, "ruleDomains"), "ruleDomain").map((each) => buildRuleDomain(b, each));
    return { kind: "LoopRule", domains, rules: buildRules(b, node(cst, "rules")), span: close(b, start, cst) };
  }
  if (has(cst, "Kw_ignore")) {
    const names = nodes(node(cst, "texts"), "text").map((each) => stringLiteral(b, token(each, "Text")));
    return { kind: "IgnoreRule", names, span: close(b, start, cst) };
  }
  if (!has(cst, "Kw_fresh") && !has(cst, "Kw_freeze")) return undefined;
  const paths = buildPaths(b, node(cst, "paths"));
  return { kind: has(cst, "Kw_fresh") ? "FreshRule" : "FreezeRule", paths, span: close(b, start, cst) };
}

function buildRuleDomain(b: Builder, cst: CstNode): WeightsDomain {
  const start = open(b, cst);
  if (has(cst, "LeftParen")) {
    const theirs = identifier(b, token(cst, "theirs"));
    const ours = identifier(b, token(cst, "ours"));
    const pairs = nodes(node(cst, "pairs"), "pair").map((each): WeightsPair => {
      const from = open(b, each);
      const text = stringLiteral(b, token(each, "Text"));
      afterMark(b, each, "Arrow");
      return { kind: "WeightsPair", theirs: text, ours: buildPath(b, node(each, "path")), span: close(b, from, each) };
    });
    return { kind: "PairDomain", theirs, ours, pairs, span: close(b, start, cst) };
  }
  const variable = identifier(b, token(cst, "Name"));
  afterMark(b, cst, "Kw_in");
  return { kind: "RangeDomain", variable, range: buildExpression(b, node(cst, "expression")), span: close(b, start, cst) };
}

function buildGoal(b: Builder, cst: Cst): WeightsGoal {
  const start = open(b, cst);
  const word = token(cst, "GoalWord");
  if (word !== undefined) {
    read(b, word);
    const path = buildPath(b, node(cst, "path"));
    const kind = word.image === "split" ? "SplitGoal" : word.image === "cast" ? "CastGoal" : "TransposeGoal";
    return { kind, path, span: close(b, start, cst) };
  }
  if (has(cst, "path")) return buildPath(b, node(cst, "path"));
  const resize = node(cst, "resizeGoal");
  if (resize !== undefined) return buildResize(b, resize);
  const slice = node(cst, "sliceGoal");
  if (slice !== undefined) {
    const path = buildPath(b, node(slice, "path"));
    const axis = identifier(b, token(slice, "Name"));
    afterMark(b, slice, "Equals");
    return { kind: "SliceGoal", path, axis, range: buildExpression(b, node(slice, "expression")), span: close(b, start, slice) };
  }
  const rearrange = node(cst, "rearrangeGoal");
  if (rearrange === undefined) return { kind: "MissingGoal", span: missing(b) };
  const path = buildPath(b, node(rearrange, "path"));
  const from = buildPattern(b, node(rearrange, "from"));
  const to = buildPattern(b, node(rearrange, "to"));
  return { kind: "RearrangeGoal", path, from, to, span: close(b, start, rearrange) };
}

/** `resize(path, grid: 14 -> 30, keep: 1, mode: bilinear)`. */
function buildResize(b: Builder, cst: CstNode): WeightsGoal {
  const start = open(b, cst);
  afterMark(b, cst, "LeftParen");
  const path = buildPath(b, node(cst, "path"));
  let grid: { readonly from: Expression; readonly to: Expression } | undefined;
  let keep: Expression | undefined;
  let mode: Identifier | undefined;
  for (const each of nodes(cst, "resizeOption")) {
    open(b, each);
    const name = identifier(b, token(each, "Name"));
    const value = buildExpression(b, node(each, "expression"));
    afterMark(b, each, "Arrow");
    const to = has(each, "Arrow") ? buildExpression(b, node(each, "to")) : undefined;
    if (name.text === "grid" && to !== undefined) grid = { from: value, to };
    else if (name.text === "keep" && to === undefined) keep = value;
    else if (name.text === "mode" && to === undefined && value.kind === "Name") mode = { kind: "Identifier", text: value.text, span: value.span };
    else if (name.text !== "") {
      refuse(b, name.span, "`resize` takes `grid: old -> new`, then `keep: count` and `mode: name` if need be", ["`grid`", "`keep`", "`mode`"]);
    }
    close(b, start, each);
  }
  const span = close(b, start, cst);
  if (grid === undefined && !b.broken) refuse(b, path.span, "`resize` needs the old and the new grid: `resize(path, grid: 14 -> 30)`", ["`grid`"]);
  const nothing: Expression = { kind: "MissingExpression", span: spanBetween(span, path.span.end, path.span.end) };
  return { kind: "ResizeGoal", path, from: grid?.from ?? nothing, to: grid?.to ?? nothing, ...(keep && { keep }), ...(mode && { mode }), span };
}

export function buildPaths(b: Builder, cst: Cst): readonly Path[] {
  return nodes(cst, "path").map((each) => buildPath(b, each));
}

export function buildPath(b: Builder, cst: Cst): Path {
  const start = open(b, cst);
  const segments = nodes(cst, "segment").map((each): PathSegment => {
    const from = open(b, each);
    const pieces = nodes(each, "piece").map((piece) => buildPiece(b, piece)).filter((piece) => piece !== undefined);
    return { kind: "PathSegment", pieces, span: close(b, from, each) };
  });
  return { kind: "Path", segments, span: close(b, start, cst) };
}

function buildPiece(b: Builder, cst: CstNode): PathPiece | undefined {
  const start = open(b, cst);
  const word = token(cst, "Name") ?? token(cst, "Integer");
  if (word !== undefined) return { kind: "TextPiece", text: word.image, span: read(b, word) };
  const star = token(cst, "Star");
  if (star !== undefined) return { kind: "WildcardPiece", span: read(b, star) };
  if (!has(cst, "LeftBrace")) return undefined;
  return { kind: "BracePiece", alternatives: nodes(cst, "expression").map((each) => buildExpression(b, each)), span: close(b, start, cst) };
}
