/**
 * What two versions of a block do differently themselves, blocks inside left out: operators that only one of them has. Nodes meet by binding and by
 * what they do; sizes are not looked at, because shapes are compared elsewhere.
 */
import type { BlockTree } from "../block-tree.ts";
import { costOfNode } from "../cost.ts";
import { add, constantValue, showSize, type Size } from "../dims/index.ts";
import { contentHash } from "../ir/content-hash.ts";
import type { Node, TensorData } from "../ir/graph.ts";
import { attributeKinds } from "../ir/text-attributes.ts";
import { typeText } from "./type-text.ts";

export interface OperatorCount {
  /** `conv(stride: [2, 2], dilation: [1, 1])`. */
  readonly operator: string;
  readonly count: number;
  /** Whether it computes: others move, choose or make data, at no arithmetic. */
  readonly computes: boolean;
}

export interface OperatorChanges {
  readonly removed: readonly OperatorCount[];
  readonly added: readonly OperatorCount[];
}

/** Pairs the own nodes of two versions of a block in `meaning`, and tells which have no partner. */
export function alignNodes(first: BlockTree, second: BlockTree, meaning: Map<Node, Node>): OperatorChanges {
  let [left, right] = [first.nodes.filter(isOperation), second.nodes.filter(isOperation)];
  const taken = new Set<Node>();
  const within = (block: BlockTree) => (node: Node): string => `${node.path.slice(block.path.length)} ${signature(node)}`;
  for (const [own, other] of [[within(first), within(second)], [signature, signature]] as const) {
    const waiting = new Map<string, Node[]>();
    for (const node of inOrder(right)) waiting.set(other(node), [...(waiting.get(other(node)) ?? []), node]);
    for (const node of inOrder(left)) {
      const partner = waiting.get(own(node))?.shift();
      if (!partner) continue;
      meaning.set(node, partner);
      taken.add(partner);
    }
    left = left.filter((node) => !meaning.has(node));
    right = right.filter((node) => !taken.has(node));
  }
  return { removed: counted(left), added: counted(right) };
}

const isOperation = (node: Node): boolean => node.operator !== "input";
const inOrder = (nodes: readonly Node[]): readonly Node[] => [...nodes].sort((a, b) => a.id - b.id);

function counted(nodes: readonly Node[]): readonly OperatorCount[] {
  const counts = new Map<string, OperatorCount>();
  for (const node of inOrder(nodes)) {
    const operator = signature(node);
    const { macs, other } = costOfNode(node);
    const computes = constantValue(add(macs, other)) !== 0;
    counts.set(operator, { operator, count: (counts.get(operator)?.count ?? 0) + 1, computes });
  }
  return [...counts.values()];
}

const signatures = new WeakMap<Node, string>();

/** What a node does, as text. */
export function signature(node: Node): string {
  let text = signatures.get(node);
  if (text === undefined) signatures.set(node, (text = describe(node)));
  return text;
}

/** The operator and those attributes that are not sizes of its operands or its result. */
function describe(node: Node): string {
  if (node.operator === "constant") return `constant ${tensorText(node.attributes.value, typeText(node.type))}`;
  const attributes = node.attributes as Readonly<Record<string, unknown>>;
  const shown = Object.entries(attributeKinds[node.operator]).flatMap(([name, kind]) => {
    const value = attributes[name];
    switch (kind) {
      case "word":
        return name === "key" ? [] : [`${name}: ${value as string}`];
      case "dtype":
        return name === "to" ? [`${name}: ${value as string}`] : [];
      case "number":
      case "boolean":
        return [`${name}: ${String(value)}`];
      case "numbers":
        return isUsual(name, value as readonly number[]) ? [] : [`${name}: [${(value as readonly number[]).join(", ")}]`];
      case "pairs":
        return [`${name}: [${(value as readonly (readonly number[])[]).map((pair) => pair.join("-")).join(", ")}]`];
      case "sizes":
        return ["starts", "low", "high"].includes(name) && (value as readonly Size[]).some((size) => constantValue(size) !== 0) ? [`${name}: [${(value as readonly Size[]).map((size) => showSize(size)).join(", ")}]`] : [];
      case "size":
      case "tensor":
      case "initializer":
        return [];
    }
  });
  return `${node.operator}${shown.length ? `(${shown.join(", ")})` : ""}${node.operator === "concat" ? ` of ${node.inputs.length}` : ""}`;
}

/** Numbers that say nothing: a step, stride or dilation of 1. */
function isUsual(name: string, values: readonly number[]): boolean {
  return ["steps", "stride", "dilation", "inputDilation"].includes(name) && values.every((value) => value === 1);
}

function tensorText({ data }: TensorData, type: string): string {
  return data.length === 1 ? String(data[0]) : `${type} #${contentHash(data).slice(0, 8)}`;
}
