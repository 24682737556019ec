/**
 * Walking a tree, by a table of the keys that hold children.
 *
 * The type checker proves the table complete: every node kind has its entry, and the entry has every property whose value is a node or a list
 * of nodes. All walks are loops, because a chain of operators leans to the left as far as its text is long.
 */
import type { Node, NodeKind, NodeOfKind } from "./ast.ts";

/** The properties of a node that hold nodes. */
export type NodeKeys<N> = {
  [P in keyof N]-?: NonNullable<N[P]> extends readonly (infer E)[] ? (E extends Node ? P : never) : NonNullable<N[P]> extends Node ? P : never;
}[keyof N];

/** In the order of the text. */
const table = {
  File: { imports: true, items: true, comments: true },
  Comment: {},
  Import: { names: true, from: true },
  Identifier: {},
  MissingItem: {},
  Choice: { name: true, alternatives: true },
  Block: { name: true, inputs: true, options: true, result: true, where: true, body: true },
  Input: { name: true, type: true, default: true },
  Option: { name: true, optionKind: true, default: true },
  NumberKind: { axes: true },
  BoolKind: {},
  InitKind: {},
  AxisKind: {},
  NamedKind: { name: true },
  ChoiceKind: { alternatives: true },
  ListKind: { element: true, length: true },
  MissingKind: {},
  RecordResult: { fields: true },
  ResultField: { name: true, type: true },
  Body: { statements: true },
  Let: { target: true, type: true, value: true, family: true },
  MemberTarget: { name: true, index: true },
  FieldsTarget: { names: true },
  FamilyRange: { variable: true, range: true },
  Parameter: { name: true, type: true, init: true },
  State: { name: true, type: true, init: true },
  Update: { name: true, value: true },
  Assume: { fact: true, reason: true },
  Assert: { condition: true, unit: true },
  Return: { value: true },
  MissingStatement: {},
  Model: { name: true, config: true, configWhere: true, members: true },
  ModelInput: { name: true, type: true, where: true },
  ModelOutput: { name: true, type: true, value: true },
  TensorType: { axes: true },
  ListType: { element: true, length: true },
  ScalarType: {},
  MissingType: {},
  RowAxis: { name: true },
  NamedAxis: { name: true, size: true },
  UnnamedAxis: { size: true },
  IntegerLiteral: {},
  FloatLiteral: {},
  BooleanLiteral: {},
  StringLiteral: {},
  Name: {},
  Unary: { operand: true },
  Binary: { left: true, right: true },
  If: { condition: true, then: true, else: true },
  Match: { subject: true, arms: true },
  MatchArm: { pattern: true, body: true },
  Range: { from: true, to: true },
  Member: { object: true, name: true },
  Call: { callee: true, arguments: true },
  Argument: { name: true, value: true },
  SizedName: { name: true, size: true },
  Spread: { name: true },
  Index: { object: true, indexes: true },
  Record: { fields: true },
  RecordField: { name: true, value: true },
  List: { elements: true },
  Table: { element: true, domains: true },
  Domain: { variable: true, axis: true, size: true },
  Rearrange: { value: true, from: true, to: true, options: true },
  Contraction: { operands: true, result: true, options: true },
  Operand: { value: true, pattern: true },
  Pattern: { parts: true },
  RowPart: { name: true },
  AxisPart: { name: true },
  RenamedPart: { name: true, from: true },
  GroupPart: { name: true, members: true },
  SizePart: { size: true },
  MissingExpression: {},
  Weights: { name: true, model: true, from: true, rules: true },
  LoadRule: { source: true, goal: true },
  LoopRule: { domains: true, rules: true },
  IgnoreRule: { names: true },
  FreshRule: { paths: true },
  FreezeRule: { paths: true },
  RangeDomain: { variable: true, range: true },
  PairDomain: { theirs: true, ours: true, pairs: true },
  WeightsPair: { theirs: true, ours: true },
  SplitGoal: { path: true },
  TransposeGoal: { path: true },
  CastGoal: { path: true },
  ResizeGoal: { path: true, from: true, to: true, keep: true, mode: true },
  SliceGoal: { path: true, axis: true, range: true },
  RearrangeGoal: { path: true, from: true, to: true },
  MissingGoal: {},
  Path: { segments: true },
  PathSegment: { pieces: true },
  TextPiece: {},
  WildcardPiece: {},
  BracePiece: { alternatives: true },
  Ablation: { name: true, model: true, rows: true },
  AblationRow: { name: true, title: true, base: true, changes: true },
  Train: { model: true, items: true },
  DataItem: { source: true, fields: true },
  WeightsItem: { name: true },
  LossItem: { value: true, bindings: true },
  OptimizerItem: { call: true, groups: true },
  ScheduleItem: { call: true },
  NumberItem: { name: true, value: true },
  MetricsItem: { metrics: true, of: true },
  MissingTrainItem: {},
  TrainCall: { name: true, arguments: true },
  DataField: { name: true, type: true, low: true, high: true, normalisedBy: true },
  OptimizerGroup: { paths: true, quantity: true, factor: true },
  Metric: { name: true, at: true },
} satisfies { readonly [K in NodeKind]: { readonly [P in NodeKeys<NodeOfKind<K>> & string]: true } };

/** For each kind of node the keys under which its children are, in the order of the text. */
export const childKeys: ReadonlyMap<NodeKind, readonly string[]> = new Map(
  Object.entries(table).map(([kind, keys]) => [kind as NodeKind, Object.keys(keys)]),
);

/** The children of a node in the order of the text; a file's comments come last. */
export function children(node: Node): readonly Node[] {
  const found: Node[] = [];
  const values = node as unknown as Readonly<{ [key: string]: Node | readonly Node[] | undefined }>;
  for (const key of childKeys.get(node.kind) ?? []) {
    const value = values[key];
    if (value === undefined) continue;
    if (isList(value)) for (const each of value) found.push(each);
    else found.push(value);
  }
  return found;
}

function isList(value: Node | readonly Node[]): value is readonly Node[] {
  return Array.isArray(value);
}

/** Called at each node, parents first; `false` passes over its children. `parents` is the path down to the node, without it. */
export type Visitor = (node: Node, parents: readonly Node[]) => boolean | void;

/** Visits a node and everything under it in the order of the text. */
export function walk(root: Node, visitor: Visitor): void {
  const parents: Node[] = [];
  const pending: { readonly node: Node; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    parents.length = step.depth;
    if (visitor(step.node, parents) === false) continue;
    parents.push(step.node);
    const below = children(step.node);
    for (let index = below.length - 1; index >= 0; index--) pending.push({ node: below[index], depth: step.depth + 1 });
  }
}

/**
 * The nodes that hold an offset, outermost first. An offset at the end of a node is still in it, as a cursor is, unless the next begins there;
 * in a comment the comment is the last.
 */
export function nodeAtOffset(root: Node, offset: number): Node[] {
  const path: Node[] = [];
  for (let current: Node | undefined = holds(root, offset) ? root : undefined; current !== undefined; ) {
    path.push(current);
    const below: readonly Node[] = children(current).filter((child) => holds(child, offset));
    current = below.find((child) => child.kind === "Comment" && child.span.start < offset) ?? below.findLast((child) => child.kind !== "Comment");
  }
  return path;
}

function holds(node: Node, offset: number): boolean {
  return node.span.start <= offset && offset <= node.span.end;
}
