/** In a loss, a difference between sides of different rank: PyTorch would broadcast the target against the prediction and train on nonsense. */
import { textOf, type Span } from "../../../grammar/source.ts";
import { showType } from "../../types/show.ts";
import { itemName, sameItem, type TensorType } from "../../types/types.ts";
import { report, type Scope } from "../scope.ts";

type Side = { readonly type: TensorType; readonly span: Span };

const differences: ReadonlySet<string> = new Set(["-", "==", "!=", "<", "<=", ">", ">="]);

export function warnOfRepeatedLoss(scope: Scope, operator: string, small: Side, large: Side): void {
  const { frame } = scope;
  if (frame.session.mode === "build" || !differences.has(operator) || small.type.axes.length === 0 || small.type.axes.length === large.type.axes.length) return;
  const { result } = frame.block ?? {};
  const isLoss = frame.loss || (result?.kind === "TensorType" && result.axes.length === 0);
  // What was computed from the larger side is repeated on purpose; a target comes from outside.
  const name = textOf(small.span);
  const comesFromOutside = frame.loss ? /^\w+$/.test(name) : frame.block?.inputs.some((input) => input.name.text === name);
  if (!isLoss || !comesFromOutside || !small.type.axes.some((item) => itemName(item) === "B")) return;
  const missing = large.type.axes.filter((item) => !small.type.axes.some((other) => sameItem(item, other)));
  report(scope, "NET0815", small.span, { operator, small: showType(small.type), large: showType(large.type), axes: missing.map((item) => itemName(item) || "an unnamed axis").join(", ") }, { label: showType(small.type), related: [{ span: large.span, message: showType(large.type) }] });
}
