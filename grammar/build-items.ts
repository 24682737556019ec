/** Imports, blocks, models, choices and ablations. */
import type { CstNode } from "chevrotain";
import type { Ablation, AblationRow, Block, Choice, Import, Input, Model, ModelMember, Option, Result } from "./ast.ts";
import { buildExpression, buildFields } from "./build-expressions.ts";
import { afterMark, buildBody, buildOption, buildStatement, missingBody } from "./build-statements.ts";
import { buildType } from "./build-types.ts";
import {
  close, docAbove, has, identifier, identifiers, isReal, listedIdentifiers, node, nodes, open, refuse, refuseCommas, stringLiteral, token, tokens,
  withSkipped, type Builder, type Cst,
} from "./build-core.ts";
import type { Span } from "./source.ts";

export function buildImport(b: Builder, cst: CstNode): Import {
  const start = open(b, cst);
  afterMark(b, cst, "Kw_import");
  const names = listedIdentifiers(b, cst);
  afterMark(b, cst, "Kw_from");
  return { kind: "Import", names, from: stringLiteral(b, token(cst, "Text")), span: close(b, start, cst) };
}

export function buildChoice(b: Builder, cst: CstNode): Choice {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_choice");
  const name = identifier(b, token(cst, "Name"));
  return { kind: "Choice", doc, name, alternatives: identifiers(b, tokens(cst, "alternative")), span: close(b, start, cst) };
}

export function buildBlock(b: Builder, cst: CstNode): Block {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_block");
  const name = identifier(b, token(cst, "Name"));
  const signature = node(cst, "signature");
  const inputs = nodes(node(signature, "inputs"), "blockInput").map((each) => buildInput(b, each));
  const options = nodes(node(signature, "signatureOptions"), "declaredOption").map((each) => buildOption(b, each));
  if (signature !== undefined) close(b, start, signature);
  afterMark(b, cst, "Arrow");
  const result = buildResult(b, node(cst, "result"));
  const where = buildWhere(b, node(cst, "where"));
  afterMark(b, cst, "Equals");
  const body =
    has(cst, "Equals") ? buildExpression(b, node(cst, "expression"))
    : has(cst, "body") ? buildBody(b, node(cst, "body"))
    : missingBody(b);
  const composite = isReal(tokens(cst, "Kw_composite")[0]);
  return { kind: "Block", doc, composite, name, inputs, options, result, where, body, span: close(b, start, cst) };
}

function buildInput(b: Builder, cst: CstNode): Input {
  const start = open(b, cst);
  const name = identifier(b, token(cst, "Name"));
  const type = buildType(b, node(cst, "type"));
  afterMark(b, cst, "Equals");
  const value = has(cst, "Equals") ? buildExpression(b, node(cst, "expression")) : undefined;
  return { kind: "Input", name, type, ...(value && { default: value }), span: close(b, start, cst) };
}

function buildResult(b: Builder, cst: Cst): Result {
  const record = node(cst, "resultFields");
  if (record === undefined) return buildType(b, node(cst, "type"));
  const start = open(b, record);
  const fields = nodes(record, "resultField").map((each) => {
    const from = open(b, each);
    const name = identifier(b, token(each, "Name"));
    return { kind: "ResultField" as const, name, type: buildType(b, node(each, "type")), span: close(b, from, each) };
  });
  return { kind: "RecordResult", fields, span: close(b, start, record) };
}

function buildWhere(b: Builder, cst: Cst): Block["where"] {
  return nodes(cst, "expression").map((each) => buildExpression(b, each));
}

export function buildModel(b: Builder, cst: CstNode): Model {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_model");
  const name = identifier(b, token(cst, "Name"));
  const config: Option[] = [];
  const configWhere: Block["where"][number][] = [];
  const configSpans: Span[] = [];
  const members: ModelMember[] = [];
  for (const each of nodes(cst, "member")) {
    const found = node(each, "config");
    if (found === undefined) {
      const member = buildMember(b, each);
      if (member !== undefined) members.push(member);
      continue;
    }
    const from = open(b, found);
    if (configSpans.length > 0) refuse(b, b.place.between(from, from + "config".length), "a model has one `config`");
    for (const option of nodes(found, "declaredOption")) config.push(buildOption(b, option));
    for (const clause of nodes(found, "where")) configWhere.push(...buildWhere(b, clause));
    refuseCommas(b, found, "nothing stands between the options of `config`");
    const clause = node(found, "where")?.location?.startOffset;
    if (clause !== undefined && config.some(({ span }) => span.start > clause)) {
      refuse(b, b.place.between(clause, clause + "where".length), "`where` is the last of a `config`, and there is one");
    }
    configSpans.push(close(b, from, found));
  }
  const opening = token(cst, "LeftBrace");
  const to = token(cst, "RightBrace")?.startOffset ?? b.at;
  const all = withSkipped<ModelMember>(b, members, configSpans, opening === undefined ? to : opening.startOffset + 1, to, (span) => ({
    kind: "MissingStatement", span,
  }));
  return { kind: "Model", doc, name, config, configWhere, members: all, span: close(b, start, cst) };
}

function buildMember(b: Builder, cst: CstNode): ModelMember | undefined {
  const statement = node(cst, "statement");
  if (statement !== undefined) return buildStatement(b, statement);
  const input = node(cst, "modelInput");
  const found = input ?? node(cst, "modelOutput");
  if (found === undefined) return undefined;
  const start = open(b, found);
  const doc = docAbove(b, start);
  afterMark(b, found, "Kw_input");
  afterMark(b, found, "Kw_output");
  const name = identifier(b, token(found, "Name"));
  const type = buildType(b, node(found, "type"));
  if (input !== undefined) {
    return { kind: "ModelInput", doc, name, type, where: buildWhere(b, node(input, "where")), span: close(b, start, input) };
  }
  afterMark(b, found, "Equals");
  return { kind: "ModelOutput", doc, name, type, value: buildExpression(b, node(found, "expression")), span: close(b, start, found) };
}

export function buildAblation(b: Builder, cst: CstNode): Ablation {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_ablation");
  const name = identifier(b, token(cst, "Name"));
  afterMark(b, cst, "Kw_of");
  const model = identifier(b, token(cst, "model"));
  return { kind: "Ablation", doc, name, model, rows: nodes(cst, "row").map((each) => buildRow(b, each)), span: close(b, start, cst) };
}

function buildRow(b: Builder, cst: CstNode): AblationRow {
  const start = open(b, cst);
  const name = identifier(b, token(cst, "Name"));
  const title = stringLiteral(b, token(cst, "Text"));
  const found = token(cst, "base");
  const base = found && identifier(b, found);
  return { kind: "AblationRow", name, title, ...(base && { base }), changes: buildFields(b, node(cst, "fields")), span: close(b, start, cst) };
}
