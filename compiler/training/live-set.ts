/**
 * How much of a step is alive at once, when it runs in the order that `runLate` of the ONNX backend writes: each value as late as it can, cotangents before
 * what is computed again for them. An estimate over netc's own nodes: what a reshape or a broadcast gives is no memory of its own, and columns of
 * convolutions, which a backend makes and drops within one node, are not seen.
 */
import { bytesOf, elementsOf, sizeAt } from "../cost.ts";
import { multiply } from "../dims/index.ts";
import { rootsOf, type Graph, type Node, type OperatorName } from "../ir/graph.ts";

const isHeldElsewhere: ReadonlySet<OperatorName> = new Set(["parameter", "state", "input", "constant", "size"]);
const isView: ReadonlySet<OperatorName> = new Set(["reshape", "broadcast", "stop_gradient"]);

export interface LiveSet {
  /** Bytes; weights and inputs are not counted, results are until the end. */
  readonly bytes: number;
  /** The node that runs then. */
  readonly at: Node | undefined;
}

export function largestLiveSet(graph: Graph, sizes: ReadonlyMap<string, number> = new Map()): LiveSet {
  const order = runOrder(rootsOf(graph));
  const owner = new Map<Node, Node>();
  const lastUse = new Map<Node, number>();
  order.forEach((node, at) => {
    owner.set(node, isView.has(node.operator) ? owner.get(node.inputs[0])! : node);
    for (const input of node.inputs) lastUse.set(owner.get(input)!, at);
  });
  for (const node of rootsOf(graph)) lastUse.set(owner.get(node)!, Infinity);
  const ending = new Map<number, Node[]>();
  for (const [node, at] of lastUse) if (!isHeldElsewhere.has(node.operator) && at !== Infinity) ending.set(at, [...(ending.get(at) ?? []), node]);
  const bytes = (node: Node): number => sizeAt(multiply(elementsOf(node), bytesOf[node.type.dtype]), sizes);
  let [now, largest]: [number, LiveSet] = [0, { bytes: 0, at: undefined }];
  order.forEach((node, at) => {
    if (owner.get(node) === node && !isHeldElsewhere.has(node.operator)) now += bytes(node);
    if (now > largest.bytes) largest = { bytes: now, at: node };
    for (const ended of ending.get(at) ?? []) now -= bytes(ended);
    if (!lastUse.has(node) && owner.get(node) === node && !isHeldElsewhere.has(node.operator)) now -= bytes(node);
  });
  return largest;
}

const isBackward = (node: Node): boolean => node.location.derived?.includes("gradient") ?? false;

/** Depth first from the results; of a node's operands, those of the backward part first. */
function runOrder(roots: readonly Node[]): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  for (const root of roots) {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const seen = state.get(node);
      if (seen !== undefined) {
        stack.pop();
        if (seen === "done") continue;
        state.set(node, "done");
        order.push(node);
        continue;
      }
      state.set(node, "open");
      const waiting = node.inputs.filter((input) => !state.has(input)).reverse();
      stack.push(...waiting.filter((input) => !isBackward(input)), ...waiting.filter(isBackward));
    }
  }
  return order;
}
