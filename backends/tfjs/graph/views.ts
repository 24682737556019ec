/**
 * Reshapes where they belong. What is written twice is computed once, so a reshape of one block may serve another, which is then given what its signature does
 * not know. A reshape has no data of its own: each block makes it itself. For the same reason slopes that come back to it are added behind it, each by its block.
 */
import { topologicalOrder, rootsOf, type Graph, type Node } from "../../../compiler/ir/graph.ts";
import { createBuilder } from "../../../compiler/ir/builder.ts";
import { remade, rewrite } from "../../../compiler/passes/rewrite.ts";
import { phaseOf } from "../functions/phase.ts";
import type { Around } from "../functions/places.ts";

const isInside = (inner: readonly string[], outer: readonly string[]): boolean => outer.every((path, depth) => inner[depth] === path);

/** The graph in which every block makes its reshapes itself. */
export function viewsByBlocks(graph: Graph, around: Around): Graph {
  const { graph: copied, shared } = withCopies(graph, around);
  return shared.length === 0 ? copied : slopesBehind(copied, shared);
}

/** Also: the reshapes that served several blocks. */
function withCopies(graph: Graph, around: Around): { readonly graph: Graph; readonly shared: readonly Node[] } {
  const build = createBuilder();
  const copies = new Map<Node, Map<string, Node>>();
  const made = new Map<Node, Node>();

  /** A reshape as a user in another block reads it. */
  function copyFor(view: Node, user: Node): Node {
    const place = around(user).join(" ");
    const known = copies.get(view) ?? new Map<string, Node>();
    copies.set(view, known);
    const own = known.get(place) ?? build.within({ location: user.location, path: user.path }, () => remade(build, view, [made.get(view.inputs[0])!]));
    known.set(place, own);
    return own;
  }

  for (const node of topologicalOrder(rootsOf(graph))) {
    // A reshape of what comes from outside its block: one at the end of a block is what the block gives.
    const isForeign = (input: Node): boolean => input.operator === "reshape" && phaseOf(input) === "forward" && !isInside(around(node), around(input)) && !isInside(around(input.inputs[0]), around(input));
    const inputs = node.inputs.map((input) => (isForeign(input) ? copyFor(input, node) : made.get(input)!));
    made.set(node, inputs.every((input, i) => input === node.inputs[i]) ? node : build.within({ location: node.location, path: node.path }, () => remade(build, node, inputs)));
  }
  const replaced = ({ name, node }: { readonly name: string; readonly node: Node }): { readonly name: string; readonly node: Node } => ({ name, node: made.get(node)! });
  return { graph: { ...graph, outputs: graph.outputs.map(replaced), updates: graph.updates.map(replaced) }, shared: [...copies.keys()] };
}

/** The graph in which slopes that come back to a shared reshape are reshaped before they are added; their sum stands where what was reshaped does. */
function slopesBehind(graph: Graph, shared: readonly Node[]): Graph {
  const viewOf = ({ path, inputs: [slope] }: Node): Node | undefined => shared.find((view) => view.path === path && sameShape(view, slope));
  return rewrite(graph, "views", (node, { build, at }) => {
    if (node.operator !== "reshape" || phaseOf(node) !== "backward") return undefined;
    const view = viewOf(node);
    if (!view) return undefined;
    const [sum] = node.inputs;
    if (sum.operator !== "add" || phaseOf(sum) !== "backward") return undefined;
    const { shape } = node.attributes;
    const [left, right] = sum.inputs.map((term) => at(term, () => build.make("reshape", [term], { shape }, node.type.axes)));
    const [{ path }] = view.inputs;
    return build.within({ location: node.location, path }, () => build.add(left, right));
  });
}

const sameShape = (a: Node, b: Node): boolean => a.type.shape.length === b.type.shape.length && a.type.shape.every((size, axis) => size === b.type.shape[axis]);
