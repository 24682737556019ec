/**
 * Values that a block is given twice. In one place of the model attention's query and key are one value, in another they are two: where they are one, it is given
 * under both names all the same, so that both are one function. Which of the names is meant where it is read, the source says.
 */
import type { Graph, LayerCall, Node } from "../../../compiler/ir/graph.ts";
import { phaseOf } from "./phase.ts";
import { aroundOf, blocksOf } from "./places.ts";

export interface Aliases {
  /** The signature's name under which a call at `inner` reads a value that the block at `path` is given under several; undefined where it is not. */
  readonly nameFor: (path: string, node: Node, inner: string) => string | undefined;
  /** Whether the block at `path` is given what is made at `made` under several names: what comes back to each of them is added outside. */
  readonly isGivenTwice: (path: string, made: string) => boolean;
}

/** `made`: the nodes of the graph that are made; `reads`: what each of them reads. */
export function aliasesOf(graph: Graph, made: readonly Node[], reads: (node: Node) => readonly Node[]): Aliases {
  const calls = graph.calls ?? new Map<string, LayerCall>();
  const around = aroundOf(graph, blocksOf(graph));
  const values = new Map<string, Set<Node>>();
  const isOne = ({ operator }: Node): boolean => operator !== "parameter" && operator !== "state" && operator !== "constant";
  for (const node of made) {
    if (phaseOf(node) !== "forward") continue;
    for (const read of reads(node).filter(isOne)) {
      const outside = new Set(around(read));
      for (const path of around(node)) if (!outside.has(path)) values.set(path, (values.get(path) ?? new Set()).add(read));
    }
  }
  const most = new Map<string, number>();
  for (const [path, own] of values) most.set(calls.get(path)?.block ?? "", Math.max(most.get(calls.get(path)?.block ?? "") ?? 0, own.size));
  const namesFor = (path: string, at: string): readonly string[] => (calls.get(path)?.inputs ?? []).filter(({ isList, paths }) => !isList && paths.includes(at)).map(({ name }) => name);
  const isGivenTwice = (path: string, at: string): boolean => (values.get(path)?.size ?? 0) < (most.get(calls.get(path)?.block ?? "") ?? 0) && namesFor(path, at).length > 1;
  return {
    isGivenTwice,
    nameFor(path, node, inner) {
      if (!isGivenTwice(path, node.path)) return undefined;
      const said = new Set((calls.get(inner)?.spans ?? []).flatMap(({ file, start, end }) => file.text.slice(start, end).match(/[A-Za-z_]\w*/g) ?? []));
      const meant = namesFor(path, node.path).filter((name) => said.has(name));
      return meant.length === 1 ? meant[0] : undefined;
    },
  };
}
