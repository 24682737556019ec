/**
 * What the use of a layer tells besides its type: axes along which it slides, weights that sum to 1, a bias that the next normalisation cancels,
 * a normalisation over positions, over the batch, or over a single element. The library's layers are known by name.
 */
import { spanBetween, textOf } from "../../../grammar/source.ts";
import { walk } from "../../../grammar/visit.ts";
import { constant } from "../../dims/index.ts";
import type { AxisItem, AxisMarks, Label } from "../../types/types.ts";
import type { Application } from "../application.ts";
import { isProved, equalClaim } from "../claims.ts";
import { report, type AxisEntry, type Scope } from "../scope.ts";
import type { RecordValue, Value } from "../values.ts";
import { warnOfBatch } from "./batch.ts";

export interface Use {
  readonly application: Application;
  readonly callee: Scope;
  readonly values: readonly Value[];
  /** Axes of the signature along which something slides inside. */
  readonly slides: ReadonlySet<string>;
}

/** What a normalisation over one element always gives. */
const normalisations: Readonly<Record<string, string>> = { softmax: "1", log_softmax: "0", layer_norm: "its shift", LayerNorm: "its shift", RMSNorm: "its scale, with a sign" };
const withStatistics: ReadonlySet<string> = new Set(["layer_norm", "LayerNorm", "RMSNorm", "BatchNorm", "batch_norm"]);

/** Reports what is doubtful, and gives the result with what is known of it. */
export function noticed(use: Use, result: Value): Value {
  const { application, callee } = use;
  const { block, scope } = application;
  const slid = outsideLabels(use);
  for (const label of slid) scope.frame.slid?.add(label);
  let marked = slid.size ? mark(result, (label) => (slid.has(label) ? { positions: true } : undefined)) : result;
  if (!block.span.file.name.startsWith("std/")) return marked;
  const over = callee.frame.axes.get("over");
  const overLabel = over && callee.frame.outside.get(over.label);
  if (over) checkOver(use, over, overLabel);
  if (block.name.text === "softmax" && overLabel) marked = mark(marked, (label) => (label === overLabel ? { sumsToOne: true } : undefined));
  if (block.name.text === "BatchNorm") warnOfCancelledBias(use, overLabel);
  return withBias(use, marked);
}

function outsideLabels({ callee, slides }: Use): ReadonlySet<Label> {
  const labels = new Set<Label>();
  for (const name of slides) {
    const entry = callee.frame.axes.get(name);
    const label = entry && callee.frame.outside.get(entry.label);
    if (label) labels.add(label);
  }
  return labels;
}

function checkOver({ application }: Use, over: AxisEntry, label: Label | undefined): void {
  const { block, scope, call } = application;
  const name = block.name.text;
  const axis: AxisItem = { kind: "axis", label, size: over.size };
  const shown = label?.name ?? "an axis without a name";
  if (name in normalisations && isProved(scope, equalClaim(over.size.size, constant(1)))) {
    report(scope, "NET0817", call.span, { block: name, axis: shown, result: normalisations[name] });
    return;
  }
  if (name in normalisations || withStatistics.has(name) || name === "Linear" || name === "Mlp") warnOfBatch(scope, call.span, `\`${name}\` works over`, [axis]);
  if (withStatistics.has(name) && over.marks?.positions) report(scope, "NET0814", call.span, { block: name, axis: shown });
}

/** Marks the axes of the tensors of a result. */
function mark(value: Value, marksOf: (label: Label) => AxisMarks | undefined): Value {
  switch (value.kind) {
    case "tensor": {
      const axes = value.type.axes.map((item): AxisItem => {
        const marks = item.kind === "axis" && item.label ? marksOf(item.label) : undefined;
        return marks && item.kind === "axis" ? { ...item, marks: { ...item.marks, ...marks } } : item;
      });
      return { ...value, type: { ...value.type, axes } };
    }
    case "record":
      return { kind: "record", fields: new Map([...(value as RecordValue).fields].map(([name, field]) => [name, mark(field, marksOf)])) };
    default:
      return value;
  }
}

/** A layer of the library adds a bias unless told otherwise; `biased: true` says that it is meant. */
function withBias({ application, callee }: Use, value: Value): Value {
  const { block, call, options } = application;
  const biased = callee.bindings.get("biased");
  if (value.kind !== "tensor" || biased?.kind !== "value" || biased.value.kind !== "bool" || biased.value.value !== true) return value;
  if (options.some((option) => option.name?.text === "biased") || !block.options.some((option) => option.name.text === "out")) return value;
  const out = callee.frame.axes.get("out");
  const axis = out && callee.frame.outside.get(out.label);
  return axis ? { ...value, bias: { axis, call: call.span } } : value;
}

/** Whether the normalised value is used in another place too, where its bias counts. */
function isUsedElsewhere({ scope, inputs }: Application): boolean {
  const [input] = inputs;
  const item = scope.frame.block ?? scope.frame.model;
  if (input?.value.kind !== "Name" || !item) return false;
  const { text } = input.value;
  let uses = 0;
  walk(item, (node) => void (node.kind === "Name" && node.text === text && uses++));
  return uses > 1;
}

function warnOfCancelledBias({ application, values }: Use, over: Label | undefined): void {
  const [x] = values;
  if (x?.kind !== "tensor" || !x.bias || x.bias.axis !== over || isUsedElsewhere(application)) return;
  const { call } = x.bias;
  const layer = textOf(call).split("(")[0];
  const end = spanBetween(call, call.end - 1, call.end - 1);
  report(application.scope, "NET0821", call, { layer, norm: textOf(application.call.span).split("(")[0] }, {
    related: [{ span: application.call.span, message: "the mean is subtracted here" }],
    fixes: [{ title: "leave the bias out", edits: [{ span: end, newText: ", biased: false" }] }],
  });
}
