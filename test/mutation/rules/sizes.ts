/** Sizes that a declared type states: one more, twice as many, other arithmetic. One rule for each kind of declaration. */
import type { Expression, Node } from "../../../grammar/ast.ts";
import { textOf } from "../../../grammar/source.ts";
import { replace, type Change, type Place, type Rule } from "../mutant.ts";

const declarations: Readonly<Partial<Record<Node["kind"], string>>> = {
  ModelInput: "model input", ModelOutput: "model output", Input: "block input", Parameter: "parameter", State: "state", Let: "let annotation", DataField: "data field", Block: "block result", ResultField: "block result",
};

/** What the type in which this node stands belongs to. */
export function declarationOf({ parents }: Place): string | undefined {
  const type = parents.findIndex((node) => node.kind === "TensorType" || node.kind === "ListType");
  return type > 0 ? declarations[parents[type - 1].kind] : undefined;
}

function otherSizes(size: Expression): readonly string[] {
  const text = textOf(size.span);
  if (size.kind === "IntegerLiteral") return [String(size.value + 1), String(size.value * 2)];
  return [`${text} + 1`, `2 * (${text})`];
}

/** Whether an output or a weight of the model states the same axis: else another size makes another valid program. */
function isStatedAgain({ node, parents }: Place): boolean {
  const model = parents.find((parent) => parent.kind === "Model");
  const types = model?.members.flatMap((member) => (member.kind === "ModelOutput" || member.kind === "Parameter" || member.kind === "State" ? [member.type] : [])) ?? [];
  return node.kind === "NamedAxis" && types.some((type) => type.kind === "TensorType" && type.axes.some((axis) => axis.kind === "NamedAxis" && axis.size !== undefined && axis.name.text === node.name.text));
}

function isUsed({ parents, subject }: Place): boolean {
  const block = parents.find((node) => node.kind === "Block");
  const calls = new RegExp(`\\b${block?.name.text ?? ""}\\(`, "g");
  const files = subject.compilation.program.files.filter((file) => !file.library);
  return files.reduce((count, { source }) => count + (source.text.match(calls)?.length ?? 0), 0) > 1;
}

const sizeRule = (declaration: string): Rule => ({
  name: `size: ${declaration}`,
  faults(place) {
    const { node } = place;
    if (declarationOf(place) !== declaration || (declaration === "model input" && !isStatedAgain(place))) return [];
    if (node.kind === "UnnamedAxis") return otherSizes(node.size).map((text) => replace(node.size, text));
    if (node.kind !== "NamedAxis") return [];
    if (node.size) return otherSizes(node.size).map((text) => replace(node.size!, text));
    // A free size of a model may be anything. A block's input may have any size too, unless a use in the same program gives another.
    if (declaration === "model input" || declaration === "data field") return [];
    if (declaration === "block input") return isUsed(place) ? [replace(node, `${node.name.text} = 7`)] : [];
    return [replace(node, `${node.name.text} = ${node.name.text} + 1`)];
  },
});

/** Arithmetic inside a declared size: another operator, another number, the other rounding. */
const arithmetic: Rule = {
  name: "size: arithmetic",
  faults(place) {
    const { node, parents } = place;
    const axis = parents.findLastIndex((parent) => parent.kind === "NamedAxis");
    if (axis < 0 || parents.length === axis + 1 || declarationOf(place) === undefined) return node.kind === "Binary" && axis >= 0 && declarationOf(place) ? operators(node) : roundings(node, axis >= 0 && declarationOf(place) !== undefined);
    if (node.kind === "IntegerLiteral") return [replace(node, String(node.value + 1))];
    return node.kind === "Binary" ? operators(node) : roundings(node, true);
  },
};

function operators(node: Extract<Node, { kind: "Binary" }>): readonly Change[] {
  const others: Readonly<Record<string, string>> = { "+": "-", "-": "+", "*": "+", "/": "*" };
  const other = others[node.operator];
  return other ? [[{ span: node.operatorSpan, newText: other }]] : [];
}

function roundings(node: Node, inType: boolean): readonly Change[] {
  if (!inType || node.kind !== "Call" || node.callee.kind !== "Name") return [];
  if (node.callee.text === "ceil") return [replace(node.callee, "floor")];
  return node.callee.text === "floor" ? [replace(node.callee, "ceil")] : [];
}

export const sizes: readonly Rule[] = [...new Set(Object.values(declarations))].map(sizeRule).concat(arithmetic);
