/** Training: data, loss, optimizer, schedule and metrics. */
import type { DataField, Metric, NodeOfKind, OptimizerGroup, Train, TrainCall } from "../ast.ts";
import { group, indent, line, type Doc } from "./documents.ts";
import { bareList, braced, entries, list } from "./lists.ts";
import { expression } from "./parentheses.ts";
import { valueBehind } from "./print-expressions.ts";
import { between, comma, name, prints, space, token, upcoming, word, type Printing } from "./printing.ts";

export function train(p: Printing, node: Train): Doc {
  return [word(p, "train"), name(p, node.model), space(p), braced(p, prints(p, node.items))];
}

export function trainCall(p: Printing, node: TrainCall): Doc {
  return [name(p, node.name), list(p, "(", prints(p, node.arguments), ")")];
}

export function dataItem(p: Printing, { source, fields }: NodeOfKind<"DataItem">): Doc {
  const head = [word(p, "data"), p.print(source)];
  return [head, upcoming(p) === "{" ? [space(p), entries(p, prints(p, fields))] : ""];
}

export function dataField(p: Printing, node: DataField): Doc {
  const docs: Doc[] = [name(p, node.name), word(p, ":"), p.print(node.type)];
  if (node.low !== undefined && node.high !== undefined) {
    docs.push(space(p), word(p, "in"), token(p, "["), expression(p, node.low), comma(p, " "), expression(p, node.high), token(p, "]"));
  }
  if (node.normalisedBy !== undefined) docs.push(space(p), word(p, "normalised"), word(p, "by"), name(p, node.normalisedBy));
  return docs;
}

export function weightsItem(p: Printing, node: NodeOfKind<"WeightsItem">): Doc {
  return [word(p, "weights"), name(p, node.name)];
}

export function lossItem(p: Printing, { value, bindings }: NodeOfKind<"LossItem">): Doc {
  const head = [token(p, "loss"), valueBehind(p, value)];
  return [head, bindings.length === 0 ? "" : group(indent([between(p, line), word(p, "where"), bareList(p, prints(p, bindings))]))];
}

export function optimizerItem(p: Printing, { call, groups }: NodeOfKind<"OptimizerItem">): Doc {
  const head = [word(p, "optimizer"), p.print(call)];
  return [head, upcoming(p) === "{" ? [space(p), list(p, "{", prints(p, groups), "}", { edge: line })] : ""];
}

/** `vision, text: lr * 0.1`. */
export function optimizerGroup(p: Printing, node: OptimizerGroup): Doc {
  const paths = bareList(p, prints(p, node.paths));
  return [paths, word(p, ":"), name(p, node.quantity), space(p), word(p, "*"), expression(p, node.factor, "operand")];
}

export function scheduleItem(p: Printing, { call }: NodeOfKind<"ScheduleItem">): Doc {
  return [word(p, "schedule"), p.print(call)];
}

export function numberItem(p: Printing, node: NodeOfKind<"NumberItem">): Doc {
  return [word(p, node.name.text), expression(p, node.value)];
}

export function metricsItem(p: Printing, node: NodeOfKind<"MetricsItem">): Doc {
  const docs: Doc[] = [word(p, "metrics"), bareList(p, prints(p, node.metrics))];
  if (node.of !== undefined) docs.push(space(p), word(p, "of"), expression(p, node.of));
  if (node.atOriginal) docs.push(space(p), word(p, "at"), token(p, "original"));
  return docs;
}

export function metric(p: Printing, node: Metric): Doc {
  return [name(p, node.name), node.at === undefined ? "" : [token(p, "@"), expression(p, node.at, "operand")]];
}
