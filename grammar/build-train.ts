/** Training: data, loss, optimizer and metrics. */
import type { CstNode } from "chevrotain";
import type { Argument, DataField, Metric, OptimizerGroup, StringLiteral, Train, TrainCall, TrainItem } from "./ast.ts";
import { buildArgument, buildExpression, buildField } from "./build-expressions.ts";
import { afterMark } from "./build-statements.ts";
import { buildType } from "./build-types.ts";
import { buildPaths } from "./build-weights.ts";
import {
  close, docAbove, has, identifier, node, nodes, open, refuseCommas, stringLiteral, token, withSkipped, type Builder, type Cst,
} from "./build-core.ts";

export function buildTrain(b: Builder, cst: CstNode): Train {
  const start = open(b, cst);
  const doc = docAbove(b, start);
  afterMark(b, cst, "Kw_train");
  const model = identifier(b, token(cst, "Name"));
  const items = nodes(cst, "trainItem").map((each) => buildTrainItem(b, each));
  const opening = token(cst, "LeftBrace");
  const to = token(cst, "RightBrace")?.startOffset ?? b.at;
  const all = withSkipped<TrainItem>(b, items, [], opening === undefined ? to : opening.startOffset + 1, to, (span) => ({
    kind: "MissingTrainItem", span,
  }));
  return { kind: "Train", doc, model, items: all, span: close(b, start, cst) };
}

function buildTrainItem(b: Builder, cst: CstNode): TrainItem {
  const start = open(b, cst);
  const data = node(cst, "data");
  if (data !== undefined) {
    const source = buildCall(b, node(data, "call"));
    const list = node(data, "dataFields");
    const fields = nodes(list, "dataField").map((each) => buildDataField(b, each));
    refuseCommas(b, list, "nothing stands between the fields of `data`");
    return { kind: "DataItem", source, fields, span: close(b, start, data) };
  }
  const loss = node(cst, "loss");
  if (loss !== undefined) {
    afterMark(b, loss, "Kw_loss");
    const value = buildExpression(b, node(loss, "expression"));
    const bindings = nodes(loss, "binding").map((each) => buildField(b, each));
    return { kind: "LossItem", value, bindings, span: close(b, start, loss) };
  }
  const optimizer = node(cst, "optimizer");
  if (optimizer !== undefined) {
    afterMark(b, optimizer, "Kw_optimizer");
    const call = buildCall(b, node(optimizer, "call"));
    const groups = nodes(optimizer, "optimizerGroup").map((each) => buildGroup(b, each));
    return { kind: "OptimizerItem", call, groups, span: close(b, start, optimizer) };
  }
  const metrics = node(cst, "metrics");
  if (metrics !== undefined) return buildMetrics(b, metrics);
  if (has(cst, "Kw_weights")) {
    afterMark(b, cst, "Kw_weights");
    return { kind: "WeightsItem", name: identifier(b, token(cst, "Name")), span: close(b, start, cst) };
  }
  if (has(cst, "Kw_schedule")) {
    afterMark(b, cst, "Kw_schedule");
    return { kind: "ScheduleItem", call: buildCall(b, node(cst, "call")), span: close(b, start, cst) };
  }
  const quantity = token(cst, "Quantity");
  if (quantity === undefined) return { kind: "MissingTrainItem", span: close(b, start, cst) };
  const name = identifier(b, quantity);
  return { kind: "NumberItem", name, value: buildExpression(b, node(cst, "expression")), span: close(b, start, cst) };
}

function buildCall(b: Builder, cst: Cst): TrainCall {
  const start = open(b, cst);
  const name = identifier(b, token(cst, "Name"));
  const given = nodes(cst, "callArgument").flatMap((each): (Argument | StringLiteral)[] => {
    const argument = node(each, "argument");
    if (argument !== undefined) return [buildArgument(b, argument)];
    return has(each, "Text") ? [stringLiteral(b, token(each, "Text"))] : [];
  });
  return { kind: "TrainCall", name, arguments: given, span: close(b, start, cst) };
}

function buildDataField(b: Builder, cst: CstNode): DataField {
  const start = open(b, cst);
  const name = identifier(b, token(cst, "Name"));
  const type = buildType(b, node(cst, "type"));
  const bounds = has(cst, "Kw_in") && { low: buildExpression(b, node(cst, "low")), high: buildExpression(b, node(cst, "high")) };
  const normalisedBy = has(cst, "Kw_normalised") && { normalisedBy: identifier(b, token(cst, "statistics")) };
  return { kind: "DataField", name, type, ...bounds, ...normalisedBy, span: close(b, start, cst) };
}

function buildGroup(b: Builder, cst: CstNode): OptimizerGroup {
  const start = open(b, cst);
  const paths = buildPaths(b, node(cst, "paths"));
  const quantity = identifier(b, token(cst, "Name"));
  afterMark(b, cst, "Star");
  return { kind: "OptimizerGroup", paths, quantity, factor: buildExpression(b, node(cst, "expression")), span: close(b, start, cst) };
}

function buildMetrics(b: Builder, cst: CstNode): TrainItem {
  const start = open(b, cst);
  const metrics = nodes(cst, "metric").map((each): Metric => {
    const from = open(b, each);
    const name = identifier(b, token(each, "Name"));
    const at = has(each, "At") && { at: buildExpression(b, node(each, "expression")) };
    return { kind: "Metric", name, ...at, span: close(b, from, each) };
  });
  const of = has(cst, "Kw_of") && { of: buildExpression(b, node(cst, "expression")) };
  return { kind: "MetricsItem", metrics, ...of, atOriginal: has(cst, "Kw_at"), span: close(b, start, cst) };
}
