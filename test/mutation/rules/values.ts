/** Values in the wrong place: operands swapped, another binding, a layer or a rearrange left out, a slice dropped, another member or element type. */
import type { Argument, Expression, Node, Type } from "../../../grammar/ast.ts";
import { spanBetween, textOf } from "../../../grammar/source.ts";
import { walk } from "../../../grammar/visit.ts";
import { exchange, itemOf, replace, type Change, type Place, type Rule } from "../mutant.ts";

const isTensor = ({ subject }: Place, tree: Node): boolean => {
  const kind = subject.compilation.valueOf(tree)?.kind;
  return kind === "tensor" || kind === "list";
};

const inputsOf = (given: readonly Argument[]): readonly Argument[] => given.filter((argument) => !argument.name);

/** Neighbours among the operands; `same` says whether their types must be equal or must not. */
function swaps(place: Place, same: boolean): readonly Change[] {
  const { node } = place;
  const pairs = (trees: readonly Node[]): readonly Change[] =>
    trees.slice(1).flatMap((tree, i) => ((typeText(place, trees[i]) === typeText(place, tree) || !isTensor(place, trees[i]) || !isTensor(place, tree)) === same ? [exchange(trees[i], tree)] : []));
  if (node.kind === "Contraction") return pairs(node.operands.map((operand) => operand.value));
  if (node.kind !== "Call") return [];
  const callee = textOf(node.callee.span);
  // Of these the order of inputs has nothing to do with shapes.
  if (["concat", "stack", "max", "min"].includes(callee)) return [];
  return pairs(inputsOf(node.arguments).map((argument) => argument.value));
}

const swapped: Rule = { name: "operands: swapped", faults: (place) => swaps(place, false) };
const swappedSilent: Rule = { name: "silent: operands of one type swapped", faults: (place) => swaps(place, true) };

const typeText = ({ subject }: Place, tree: Node): string => {
  const value = subject.compilation.valueOf(tree);
  if (value?.kind !== "tensor") return "";
  return `${value.type.dtype}|${value.type.axes.map((item) => (item.kind === "axis" ? `${item.label?.name}=${item.size.size.id}` : item.name)).join()}`;
};

/** The tensors that a block or model names, in order: its inputs, weights and bindings. The same type is the same text, or for what is declared the same words. */
function tensorsOf(place: Place): readonly { readonly name: string; readonly type: string }[] {
  const item = itemOf(place);
  if (!item) return [];
  const inputs: readonly Node[] = item.kind === "Block" ? item.inputs : item.members;
  const statements: readonly Node[] = item.kind === "Block" && item.body.kind === "Body" ? item.body.statements : [];
  const uses = new Map<string, string>();
  walk(item, (node) => void (node.kind === "Name" && isTensor(place, node) && uses.set(node.text, typeText(place, node))));
  return [...inputs, ...statements].flatMap((node) => {
    const name = node.kind === "Let" ? (node.target.kind === "Identifier" && isTensor(place, node.value) ? node.target.text : undefined) : node.kind === "Input" || node.kind === "ModelInput" || node.kind === "Parameter" || node.kind === "State" ? node.name.text : undefined;
    return name === undefined ? [] : [{ name, type: uses.get(name) ?? "" }];
  });
}

/** The binding before or after in the place of the one that is meant, of another type or of the same. */
function otherBindings(place: Place, same: boolean): readonly Change[] {
  const { node } = place;
  if (node.kind !== "Name" || place.parents.at(-1)?.kind === "Member" || !isTensor(place, node)) return [];
  const bindings = tensorsOf(place);
  const at = bindings.findIndex(({ name }) => name === node.text);
  if (at < 0) return [];
  return [bindings[at - 1], bindings[at + 1]].flatMap((binding) => (binding && (binding.type === bindings[at].type || fitsAsWell(place, binding.type)) === same ? [replace(node, binding.name)] : []));
}

/** Whether an elementwise operator makes the same of a value of this type, because its other operand has all axes of both. */
function fitsAsWell(place: Place, type: string): boolean {
  const parent = place.parents.at(-1);
  if (parent?.kind !== "Binary") return false;
  const whole = typeText(place, parent).split(/[|,]/);
  const other = typeText(place, parent.left === place.node ? parent.right : parent.left).split(/[|,]/);
  return whole.join() === other.join() ? isSubsequence(type.split(/[|,]/), whole) : type.split(/[|,]/).join() === whole.join();
}

const isSubsequence = (few: readonly string[], many: readonly string[]): boolean => {
  let at = 0;
  for (const each of many) if (few[at] === each) at++;
  return at === few.length;
};

const another: Rule = { name: "operands: another binding", faults: (place) => otherBindings(place, false) };
const anotherSilent: Rule = { name: "silent: another binding of one type", faults: (place) => otherBindings(place, true) };

/** What a sum, mean or maximum is subtracted from or divides has its axes; so has its operand. */
const isReduction = ({ node, parents }: Place): boolean => node.kind === "Call" && ["mean", "sum", "max"].includes(textOf(node.callee.span)) && ["Binary", "Call", "Let"].includes(innermost(parents).kind);
const innermost = (parents: readonly Node[]): Node => parents.findLast((node) => node.kind !== "Argument") ?? parents[0];

/** A call in whose place its input stands, where that has another type. */
function leftOut(place: Place, reductions: boolean): readonly Change[] {
  const { node } = place;
  if (node.kind !== "Call" || isReduction(place) !== reductions) return [];
  const [first] = inputsOf(node.arguments);
  if (!first || !isTensor(place, node) || !isTensor(place, first.value) || typeText(place, node) === typeText(place, first.value)) return [];
  return [replace(node, textOf(first.span))];
}

const layer: Rule = { name: "layer: left out", faults: (place) => leftOut(place, false) };
const reductionSilent: Rule = { name: "silent: reduction left out", faults: (place) => leftOut(place, true) };

const rearranged: Rule = {
  name: "rearrange: left out",
  faults: ({ node }) => (node.kind === "Rearrange" ? [replace(node, textOf(node.value.span))] : []),
};

const rearrangeSize: Rule = {
  name: "rearrange: another size",
  faults: ({ node }) => (node.kind === "Rearrange" ? node.options.map((option) => replace(option.value, `${textOf(option.value.span)} + 1`)) : []),
};

const sliceDropped: Rule = {
  name: "slice: dropped",
  faults: ({ node }) => (node.kind === "Index" && node.indexes.every((index) => index.kind === "SizedName") ? [replace(node, textOf(node.object.span))] : []),
};

const plus = (tree: Expression): Change => replace(tree, tree.kind === "IntegerLiteral" ? String(tree.value + 1) : `${textOf(tree.span)} + 1`);

const sliceBounds: Rule = {
  name: "slice: other bounds",
  faults: ({ node }) =>
    node.kind !== "Index" ? [] : node.indexes.flatMap((index) => (index.kind === "SizedName" && index.size.kind === "Range" ? [index.size.from, index.size.to].flatMap((bound) => (bound ? [plus(bound)] : [])) : [])),
};

const member: Rule = {
  name: "member: another name",
  faults: (place) => {
    const { node } = place;
    // What initialises weights has no shape.
    if (place.parents.some((parent) => (parent.kind === "Option" && parent.optionKind.kind === "InitKind") || (parent.kind === "Argument" && ["bound", "std", "fan"].includes(parent.name?.text ?? "")))) return [];
    if (node.kind !== "Member" || (node.object.kind === "Name" && (node.object.text === "pool" || node.object.text === "random"))) return [];
    const other = node.name.text === "Y" ? "X" : node.name.text === "X" ? "Y" : `${node.name.text}_2`;
    return [replace(node.name, other)];
  },
};

const dtypes: Readonly<Record<string, readonly string[]>> = { f32: ["i32", "bool"], i32: ["f32"], bool: ["f32"] };

const dtype: Rule = {
  name: "dtype: declared",
  faults: ({ node }) => (node.kind === "TensorType" ? (dtypes[(node as Extract<Type, { kind: "TensorType" }>).dtype] ?? []).map((other) => [{ span: spanBetween(node.span, node.span.start, node.span.start + node.dtype.length), newText: other }]) : []),
};

/** Numbers of a table become floats where floats are wanted; a truth value does not. */
const isTruth = (tree: Node): boolean => tree.kind === "Binary" && /[<>=]/.test(tree.operator);

const conversion: Rule = {
  name: "dtype: conversion left out",
  faults: ({ node }) => (node.kind === "Call" && node.callee.kind === "Name" && ["f32", "i32"].includes(node.callee.text) && node.arguments.length === 1 && isTruth(node.arguments[0].value) ? [replace(node, `(${textOf(node.arguments[0].span)})`)] : []),
};

/** The wrong value, of the right type. */
export const silentValues: readonly Rule[] = [swappedSilent, anotherSilent, reductionSilent];

export const values: readonly Rule[] = [swapped, another, layer, rearranged, rearrangeSize, sliceDropped, sliceBounds, member, dtype, conversion];
