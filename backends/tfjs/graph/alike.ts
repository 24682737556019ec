/**
 * Values that instances of a block have in common: those made by the same line. What a step keeps of them for its way back is decided for all instances
 * together, so that these can be one function. What a block gives is not its own affair: it is decided with the block around.
 */
import { rootsOf, topologicalOrder, type Graph, type Node } from "../../../compiler/ir/graph.ts";
import { tableOf } from "./masks.ts";
import { isUnder, relative } from "../functions/paths.ts";
import { phaseOf } from "../functions/phase.ts";
import { aroundOf, blocksOf } from "../functions/places.ts";

/** For each value of the forward part of a step names that it shares with those made by the same line in other instances of the blocks around it. */
export function alikeIn(graph: Graph): (node: Node) => readonly string[] {
  const blocks = blocksOf(graph);
  const around = aroundOf(graph, blocks);
  const forward = topologicalOrder(rootsOf(graph)).filter((node) => phaseOf(node) === "forward");
  const isReadOutside = new Map<Node, Set<string>>();
  for (const user of forward) {
    const own = new Set(around(user));
    for (const input of user.inputs) for (const path of around(input)) if (!own.has(path)) isReadOutside.set(input, (isReadOutside.get(input) ?? new Set()).add(path));
  }
  const counts = new Map<string, number>();
  const names = new Map<Node, readonly string[]>();
  for (const node of forward) {
    const own = around(node).flatMap((path) => {
      const line = `${isUnder(node.path, path) ? relative(node.path, path) : ""} ${node.operator}`;
      const count = (counts.get(`${path} ${line}`) ?? 0) + 1;
      counts.set(`${path} ${line}`, count);
      return isReadOutside.get(node)?.has(path) ? [] : [`${blocks.get(path)} ${line} ${count}`];
    });
    // Where another instance has no mask, what is masked here stands alone there.
    names.set(node, tableOf(node) ? [...own, ...names.get(node.inputs[1])!] : own);
  }
  return (node) => names.get(node) ?? [];
}
