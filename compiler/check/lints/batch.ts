/** The axis called B counts the samples of a batch. What sums or looks along it makes the result of one sample depend on the others. */
import type { Span } from "../../../grammar/source.ts";
import type { AxisItem } from "../../types/types.ts";
import { report, type Scope } from "../scope.ts";
import type { Result } from "../../../grammar/ast.ts";

export const batchAxis = "B";

export function warnOfBatch(scope: Scope, span: Span, what: string, items: readonly AxisItem[]): void {
  const { frame } = scope;
  if (frame.loss || frame.session.mode === "build") return;
  if (!items.some((item) => item.kind === "axis" && item.label?.name === batchAxis && !item.label.hidden)) return;
  if (frame.block && !standsIn(frame.block.result)) return;
  report(scope, "NET0812", span, { what });
}

/** Whether a block gives something for each sample; a loss does not. */
function standsIn(result: Result): boolean {
  switch (result.kind) {
    case "RecordResult":
      return result.fields.some((field) => standsIn(field.type));
    case "TensorType":
      return result.axes.some((axis) => axis.kind === "NamedAxis" && axis.name.text === batchAxis);
    case "ListType":
      return standsIn(result.element);
    default:
      return false;
  }
}
