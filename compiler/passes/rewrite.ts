/**
 * The walk that passes share: operands before users, each node offered to a rule until the rule has no more to say. A node of which nothing
 * changed stays the same object; one whose operands changed is made again where it stood; one that a rule makes stands where the node stood that
 * it replaces, and says which pass made it.
 */
import type { Builder } from "../ir/builder.ts";
import { createBuilder } from "../ir/builder.ts";
import type { Graph, Location, NamedNode, Node, OperatorName } from "../ir/graph.ts";
import { rootsOf, topologicalOrder } from "../ir/graph.ts";
import { withoutDead } from "./remove-dead.ts";

export interface Rewriting {
  /** Stands at the node that is being replaced. */
  readonly build: Builder;
  /** How many operands and roots are this node; of a node that a rule has just made, 1. */
  uses(node: Node): number;
  /** Runs with the builder standing at another node. */
  at<Result>(node: Node, run: () => Result): Result;
}

/**
 * The value that takes a node's place: of the same type. Undefined, or the node itself: the rule has nothing to say. `original` is the node of the
 * graph that was given, which `node` has become by now.
 */
export type Rule = (node: Node, rewriting: Rewriting, original: Node) => Node | undefined;

/** A rule that goes on for longer than this goes round in a circle. */
const MOST_ROUNDS = 100;

export function rewrite(graph: Graph, pass: string, rule: Rule): Graph {
  const build = createBuilder();
  const roots = rootsOf(graph);
  const order = topologicalOrder(roots);
  const uses = countUses(order, roots);
  const replacements = new Map<Node, Node>();
  const at = <Result>(node: Node, run: () => Result): Result => build.within({ location: derivedBy(node.location, pass), path: node.path }, run);
  const rewriting: Rewriting = { build, at, uses: (node) => uses.get(node) ?? 1 };
  for (const old of order) {
    const rebuilt = withInputs(
      build,
      old,
      old.inputs.map((input) => replacements.get(input)!),
    );
    if (rebuilt !== old) uses.set(rebuilt, uses.get(old)!);
    let current = rebuilt;
    for (let round = 0; ; round++) {
      if (round === MOST_ROUNDS) throw new Error(`netc bug: ${pass} does not come to an end at ${old.operator} ${old.path}`);
      const next = at(old, () => rule(current, rewriting, old));
      if (!next || next === current) break;
      if (next.type.dtype !== current.type.dtype || next.type.shape.length !== current.type.shape.length)
        throw new Error(`netc bug: ${pass} puts ${next.operator} of another type in the place of ${current.operator} ${old.path}`);
      current = next;
    }
    if (current !== rebuilt) uses.set(current, (uses.get(current) ?? 0) + uses.get(old)!);
    replacements.set(old, current);
  }
  if (order.every((node) => replacements.get(node) === node)) return withoutDead(graph);
  const replaced = ({ name, node }: NamedNode): NamedNode => ({ name, node: replacements.get(node)! });
  return withoutDead({ ...graph, outputs: graph.outputs.map(replaced), updates: graph.updates.map(replaced) });
}

/** The node with other operands; the node itself when they are the same. */
function withInputs(build: Builder, node: Node, inputs: readonly Node[]): Node {
  if (inputs.every((input, i) => input === node.inputs[i])) return node;
  return build.within({ location: node.location, path: node.path }, () => remade(build, node, inputs));
}

/** A node of the same operator, attributes and axis names over other operands. */
export function remade(build: Builder, node: Node, inputs: readonly Node[], axes: readonly string[] = node.type.axes): Node {
  return build.make<OperatorName>(node.operator, inputs, node.attributes, axes);
}

function derivedBy(location: Location, pass: string): Location {
  const before = location.derived?.split(", ") ?? [];
  return before.includes(pass) ? location : { ...location, derived: [...before, pass].join(", ") };
}

function countUses(order: readonly Node[], roots: readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>();
  const count = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of order) node.inputs.forEach(count);
  roots.forEach(count);
  return uses;
}
