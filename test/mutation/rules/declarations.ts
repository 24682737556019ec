/** Families, choices, ablations, weights plans, training: an index, a bound, an alternative, a key, a path that is not meant. */
import type { Expression, Node } from "../../../grammar/ast.ts";
import { textOf } from "../../../grammar/source.ts";
import { replace, type Change, type Rule } from "../mutant.ts";

const more = (tree: Expression): Change => replace(tree, tree.kind === "IntegerLiteral" ? String(tree.value + 1) : `${textOf(tree.span)} + 1`);
const less = (tree: Expression): readonly Change[] => (tree.kind === "IntegerLiteral" && tree.value === 0 ? [] : [replace(tree, tree.kind === "IntegerLiteral" ? String(tree.value - 1) : `${textOf(tree.span)} - 1`)]);

/** The index of a member where it is defined, or used by another member. */
const familyIndex: Rule = {
  name: "family: index",
  faults({ node, parents }) {
    if (node.kind === "MemberTarget") return node.index.kind === "Name" ? [more(node.index)] : [more(node.index), ...less(node.index)];
    if (node.kind !== "Index") return [];
    const within = parents.some((parent) => parent.kind === "Let" && parent.family !== undefined);
    return node.indexes.flatMap((index) => (index.kind === "SizedName" || index.kind === "Range" ? [] : [more(index), ...(within ? less(index) : [])]));
  },
};

/** The last but one where the last is meant: most families have one type. */
const indexSilent: Rule = {
  name: "silent: the member before",
  faults: ({ node, parents }) =>
    node.kind !== "Index" || parents.some((parent) => parent.kind === "Let" && parent.family !== undefined) ? [] : node.indexes.flatMap((index) => (index.kind === "SizedName" || index.kind === "Range" ? [] : less(index))),
};

const familyBounds: Rule = {
  name: "family: bounds",
  faults({ node }) {
    if (node.kind !== "FamilyRange" || node.range.kind !== "Range") return [];
    const { from, to } = node.range;
    return [...(from ? [more(from), ...less(from)] : []), ...(to ? less(to) : [])];
  },
};

/** One member more than is used. */
const boundSilent: Rule = {
  name: "silent: one member more",
  faults: ({ node }) => (node.kind === "FamilyRange" && node.range.kind === "Range" && node.range.to ? [more(node.range.to)] : []),
};

export const silentDeclarations: readonly Rule[] = [indexSilent, boundSilent];

const listBounds: Rule = {
  name: "family: list of members",
  faults: ({ node }) => (node.kind === "Index" ? node.indexes.flatMap((index) => (index.kind === "Range" ? [index.from, index.to].flatMap((bound) => (bound ? [more(bound)] : [])) : [])) : []),
};

const misspelt = (node: { readonly span: Node["span"] }): Change => replace(node, `${textOf(node.span)}x`);

const rows: Rule = {
  name: "variant: key, value, base",
  faults({ node }) {
    if (node.kind !== "AblationRow") return [];
    return [...(node.base ? [misspelt(node.base)] : []), ...node.changes.flatMap((field) => [misspelt(field.name), ...(field.value.kind === "Name" ? [misspelt(field.value)] : [])])];
  },
};

const alternatives: Rule = {
  name: "choice: alternative",
  faults(place) {
    const { node } = place;
    if (node.kind === "MatchArm" && node.pattern.kind === "Identifier" && node.pattern.text !== "_") return [misspelt(node.pattern)];
    const isChoice = (tree: Node | undefined): tree is Expression => tree?.kind === "Name" && place.subject.compilation.valueOf(tree)?.kind === "choice";
    if (node.kind === "Argument" && isChoice(node.value)) return [misspelt(node.value)];
    return node.kind === "Option" && node.optionKind.kind === "NamedKind" && node.default?.kind === "Name" ? [misspelt(node.default)] : [];
  },
};

const arms: Rule = {
  name: "choice: arm left out",
  faults: ({ node }) => (node.kind === "Match" && node.arms.length > 1 ? node.arms.map((arm) => replace(arm, "")) : []),
};

const paths: Rule = {
  name: "weights: path",
  faults(place) {
    const { node } = place;
    if (node.kind !== "TextPiece" || !/[a-z]$/.test(node.text)) return [];
    return [misspelt(node)];
  },
};

const grid: Rule = {
  name: "weights: resize and slice",
  faults({ node }) {
    // What the checkpoint has is not known before it is read.
    if (node.kind === "ResizeGoal") return [more(node.to)];
    return node.kind === "SliceGoal" && node.range.kind === "Range" ? [node.range.from, node.range.to].flatMap((bound) => (bound ? [more(bound)] : [])) : [];
  },
};

const training: Rule = {
  name: "training: name",
  faults({ node, parents }) {
    if (!parents.some((parent) => parent.kind === "Train")) return [];
    if (node.kind === "TrainCall" || node.kind === "Metric" || node.kind === "DataField") return node.kind === "TrainCall" && parents.at(-1)?.kind === "DataItem" ? [] : [misspelt(node.name)];
    return [];
  },
};

export const declarations: readonly Rule[] = [familyIndex, familyBounds, listBounds, rows, alternatives, arms, paths, grid, training];
