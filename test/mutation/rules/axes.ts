/** Names of axes: another axis in scope, or a name that nothing has; in `over:`, patterns, types, slices; and two axes in each other's place. */
import type { Identifier, Node, Pattern } from "../../../grammar/ast.ts";
import { walk } from "../../../grammar/visit.ts";
import { axesOf, exchange, itemOf, replace, type Change, type Place, type Rule } from "../mutant.ts";
import { declarationOf } from "./sizes.ts";

/** A name that no program of the corpus has. */
const stranger = "lost";

/** One other axis, and a stranger. */
function others(name: { readonly span: Identifier["span"]; readonly text: string }, axes: readonly string[], most = 2): readonly Change[] {
  return [...[...new Set(axes)].filter((axis) => axis !== name.text).slice(0, most), stranger].map((axis) => replace(name, axis));
}

/** Of these the result has the operand's shape, whichever axis they work along. */
const keepsShape: ReadonlySet<string> = new Set(["softmax", "log_softmax", "layer_norm", "batch_norm", "LayerNorm", "RMSNorm", "BatchNorm", "cumsum"]);

function overOf(place: Place, others: (name: Extract<Node, { kind: "Name" }>, axes: readonly string[], keeps: boolean) => readonly Change[]): readonly Change[] {
  const { node } = place;
  if (node.kind !== "Call") return [];
  const first = node.arguments.find((argument) => !argument.name)?.value;
  const axes = first && first.kind !== "SizedName" && first.kind !== "Spread" ? axesOf(place, first) : [];
  // So has what is subtracted from it, or divides it, when that is repeated along what it lacks.
  const callee = node.callee.kind === "Name" ? node.callee.text : "";
  const keeps = keepsShape.has(callee) || (["mean", "sum", "max"].includes(callee) && place.parents.findLast((parent) => parent.kind !== "Argument")?.kind === "Binary");
  return node.arguments.flatMap((argument) => {
    if (argument.name?.text !== "over") return [];
    const names = argument.value.kind === "List" ? argument.value.elements : [argument.value];
    return names.flatMap((name) => (name.kind === "Name" ? others(name, axes, keeps) : []));
  });
}

const over: Rule = {
  name: "axis: over",
  faults: (place) => overOf(place, (name, axes, keeps) => others(name, keeps ? [] : axes)),
};

const overSilent: Rule = {
  name: "silent: softmax or norm over another axis",
  faults: (place) => overOf(place, (name, axes, keeps) => (keeps ? axes.filter((axis) => axis !== name.text).slice(0, 2).map((axis) => replace(name, axis)) : [])),
};

const namesIn = (pattern: Pattern): readonly string[] => pattern.parts.flatMap((part) => (part.kind === "AxisPart" ? [part.name.text] : part.kind === "GroupPart" ? part.members.map((member) => member.text) : []));

function patternsAround({ parents }: Place): readonly Pattern[] {
  const around = parents.findLast((node) => node.kind === "Rearrange" || node.kind === "Contraction");
  if (around?.kind === "Rearrange") return [around.from, around.to];
  return around?.kind === "Contraction" ? [...around.operands.map((operand) => operand.pattern), around.result] : [];
}

const pattern: Rule = {
  name: "axis: pattern",
  faults(place) {
    const { node } = place;
    const names = patternsAround(place).flatMap(namesIn);
    if (node.kind === "AxisPart") return others(node.name, names);
    return node.kind === "GroupPart" ? node.members.flatMap((member) => others(member, names, 1)) : [];
  },
};

/** The names of axes that the types of a block or model mention. */
function axesOfItem(place: Place): readonly string[] {
  const names: string[] = [];
  const item = itemOf(place);
  if (item) walk(item, (node) => void (node.kind === "NamedAxis" && names.push(node.name.text)));
  return names;
}

const type: Rule = {
  name: "axis: type",
  faults: (place) => (place.node.kind === "NamedAxis" && declarationOf(place) ? others(place.node.name, axesOfItem(place)) : []),
};

const slice: Rule = {
  name: "axis: slice",
  faults: (place) => {
    const { node } = place;
    return node.kind === "Index" ? node.indexes.flatMap((index) => (index.kind === "SizedName" ? others(index.name, axesOf(place, node.object)) : [])) : [];
  },
};

const made: Rule = {
  name: "axis: made by out, expand, rename, stack",
  faults: (place) => {
    const { node } = place;
    if (node.kind === "Argument" && (node.name?.text === "axis" || node.name?.text === "after") && node.value.kind === "Name") return others(node.value, axesOfItem(place), 1);
    return node.kind === "SizedName" && place.parents.at(-1)?.kind !== "Index" ? others(node.name, axesOfItem(place), 1) : [];
  },
};

const neighbours = <Part extends { readonly span: Identifier["span"] }>(parts: readonly Part[]): readonly Change[] => parts.slice(1).map((part, i) => exchange(parts[i], part));

const order = (name: string, parts: (place: Place) => readonly { readonly span: Identifier["span"] }[]): Rule => ({ name: `order: ${name}`, faults: (place) => neighbours(parts(place)) });

/** The pattern of a result. Operands' axes are found by name, so the order of theirs means nothing. */
function isResult({ node, parents }: Place, kind: "Rearrange" | "Contraction"): boolean {
  const around = parents.at(-1);
  return around?.kind === kind && (around.kind === "Rearrange" ? around.to === node : around.kind === "Contraction" && around.result === node);
}

const partsOf = ({ node }: Place): Pattern["parts"] => (node.kind === "Pattern" ? node.parts : []);

export const axes: readonly Rule[] = [
  over, pattern, type, slice, made,
  order("type", (place) => (place.node.kind === "TensorType" && !place.parents.some((node) => node.kind === "DataField") ? place.node.axes : [])),
  order("rearrange", (place) => (isResult(place, "Rearrange") ? partsOf(place) : [])),
  order("einsum and conv", (place) => (isResult(place, "Contraction") ? partsOf(place) : [])),
];

/** Another axis or another order, and every shape stays what it was. */
export const silentAxes: readonly Rule[] = [overSilent, { name: "silent: order in a group", faults: ({ node }) => (node.kind === "GroupPart" ? neighbours(node.members) : []) }];
