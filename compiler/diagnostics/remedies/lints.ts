/** Mistakes that keep every shape: the axis or the order that was most likely meant. */
import type { Call, Expression } from "../../../grammar/ast.ts";
import { spanBetween, textOf } from "../../../grammar/source.ts";
import { showType } from "../../types/show.ts";
import type { Fix, RelatedPlace } from "../diagnostic.ts";
import { allOf, axesOf, meantBy, originsOf } from "./look-up.ts";
import { around, fix, guess, replaced, type Case, type Remedy } from "./remedy.ts";

const overOf = (call: Call | undefined): Expression | undefined => {
  const value = call?.arguments.find((argument) => argument.name?.text === "over")?.value;
  return value && value.kind !== "SizedName" && value.kind !== "Spread" ? value : undefined;
};
const operandOf = (call: Call | undefined): Expression | undefined => {
  const value = call?.arguments.find((argument) => !argument.name)?.value;
  return value && value.kind !== "SizedName" && value.kind !== "Spread" ? value : undefined;
};

/** A merged or split axis in the order in which it was split or merged. */
export function scrambled({ diagnostic, item, text, span }: Case): Remedy | undefined {
  const [, order] = /write `(\([^`]+\))`/.exec(diagnostic.help ?? "") ?? /(?:into|from|off) (\([\w ]+\))/.exec(diagnostic.message) ?? [];
  if (order === undefined || !item) return undefined;
  const group = /\([\w ]+\)/.exec(text);
  const members = order.slice(1, -1).split(" ").sort().join();
  const first = allOf(item, "GroupPart").find((part) => part.span.start !== span.start && part.members.map((member) => member.text).join(" ") === order.slice(1, -1) && part.members.map((member) => member.text).sort().join() === members);
  return {
    label: "in another order",
    related: [first && { span: first.span, message: `in the order ${order} here` }],
    fixes: group ? [fix(`write \`${order}\``, replaced(spanBetween(span, span.start + group.index, span.start + group.index + group[0].length), order))] : [],
  };
}

/** What works over B works over the other axis, where there is one. */
export function mixedBatch(about: Case): Remedy | undefined {
  const call = around(about, "Call");
  const over = overOf(call);
  const operand = operandOf(call);
  if (!operand) return undefined;
  const axes = axesOf(about, operand).map((axis) => axis.label!.name).filter((name) => name !== "B");
  const axis = axes.length === 1 ? axes[0] : axes.find((name) => name === "C");
  return { label: "over the samples", related: [typed(about, operand)], fixes: over?.kind === "Name" && axis ? [guess(`over ${axis}`, replaced(over.span, axis))] : [] };
}

/** The softmax over the axis that is summed. */
export function wrongSoftmax(about: Case): Remedy | undefined {
  const { item, path, diagnostic } = about;
  const [, summed] = /sums over (\w+)$/.exec(diagnostic.message) ?? [];
  const tree = path[path.length - 1];
  const made = tree && meantBy(item, tree as Expression);
  const call = made && allOf(made, "Call").find(({ callee }) => callee.kind === "Name" && callee.text === "softmax");
  const over = overOf(call);
  return {
    label: /^the weights sum to 1 over (.*), but/.exec(diagnostic.message)?.[1].replace(/^/, "weights over "),
    related: [call && { span: call.span, message: "the softmax is taken here" }],
    fixes: over && summed !== undefined ? [fix(`the softmax over ${summed}`, replaced(over.span, summed))] : [],
  };
}

/** A normalisation over the channels. */
export function overPositions(about: Case): Remedy | undefined {
  const call = around(about, "Call");
  const over = overOf(call);
  const operand = operandOf(call);
  const made = operand && meantBy(about.item, operand);
  const moved = operand && axesOf(about, operand).some((axis) => axis.label!.name === "C");
  return { label: "over positions", related: [made && made.kind !== "Name" ? { span: made.span, message: "it slides here" } : undefined], fixes: over && moved ? [guess("over the channels", replaced(over.span, "C"))] : [] };
}

/** A softmax over one element was meant to be a sigmoid. */
export function singleElement(about: Case): Remedy | undefined {
  const call = around(about, "Call");
  const operand = operandOf(call);
  const [, axis] = /works over (\w+)/.exec(about.diagnostic.message) ?? [];
  if (!call || !operand) return undefined;
  const fixes: Fix[] = call.callee.kind === "Name" && call.callee.text === "softmax" ? [guess("for one probability take a sigmoid", replaced(call.span, `sigmoid(${textOf(operand.span)})`))] : [];
  return { label: `${axis} = 1`, related: axis === undefined ? [] : originsOf(about, operand, axis), fixes };
}

/** The tensor of which another axis was asked: its type, and where both sizes came from. */
export function otherAxis(about: Case): Remedy | undefined {
  const member = around(about, "Member");
  if (!member) return undefined;
  const [, meant] = /write `.*\.(\w+)`$/.exec(about.diagnostic.help ?? "") ?? [];
  const value = about.valueOf(member.object);
  return {
    notes: value?.kind === "tensor" ? [`\`${textOf(member.object.span)}\` is ${showType(value.type)}`] : [],
    related: [...originsOf(about, member.object, member.name.text, 1), ...(meant === undefined ? [] : originsOf(about, member.object, meant, 1))],
  };
}

function typed({ valueOf }: Case, tree: Expression): RelatedPlace | undefined {
  const value = valueOf(tree);
  return value?.kind === "tensor" ? { span: tree.span, message: showType(value.type) } : undefined;
}
