/**
 * What the metric `accuracy` counts: the scores and labels that the loss compares by `cross_entropy`, and which axis is that of the classes. So nothing is
 * said twice in a training section.
 */
import type { Call } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import { evaluate } from "./evaluate.ts";
import { childScope, type Scope } from "./scope.ts";
import type { Item } from "./training.ts";
import type { TensorValue } from "./values.ts";

export interface Answers {
  readonly scores: TensorValue;
  readonly labels: TensorValue;
  /** The place of the classes among the axes of the scores. */
  readonly axis: number;
}

/** The first `cross_entropy(scores, labels, over: …)` in a loss. */
export function crossEntropyIn(loss: Item<"LossItem">): Call | undefined {
  let found: Call | undefined;
  walk(loss, (node) => {
    if (!found && node.kind === "Call" && node.callee.kind === "Name" && node.callee.text === "cross_entropy") found = node;
  });
  return found;
}

/** `scope`: that of the loss, with the data's fields. Undefined where the loss has no such call. */
export function answersOf(scope: Scope, loss: Item<"LossItem">): Answers | undefined {
  const call = crossEntropyIn(loss);
  if (!call) return undefined;
  const inner = childScope(scope);
  for (const binding of loss.bindings) inner.bindings.set(binding.name.text, { kind: "value", value: evaluate(inner, binding.value) });
  const [scores, labels] = call.arguments.filter(({ name }) => !name).map(({ value }) => (value.kind === "SizedName" || value.kind === "Spread" ? undefined : evaluate(inner, value)));
  const over = call.arguments.find(({ name }) => name?.text === "over")?.value;
  if (scores?.kind !== "tensor" || labels?.kind !== "tensor" || over?.kind !== "Name") return undefined;
  const axis = scores.type.axes.findIndex((item) => item.kind === "axis" && item.label?.name === over.text);
  return axis < 0 ? undefined : { scores, labels, axis };
}
