/**
 * What is known of a graph before it is written. Some values are written where they are read, as often as that is: literals, repetition, indices, other
 * names of one value. Some are given: inputs, weights, tables of many numbers. All others are made, by one line each.
 */
import { rootsOf, topologicalOrder, type Graph, type Node } from "../../../compiler/ir/graph.ts";
import { aliasesOf, type Aliases } from "./aliases.ts";
import { tfjsDtype } from "../form.ts";
import { mostWrittenNumbers } from "../forms/sources.ts";
import { planRepetition, type Repetition } from "./repetition.ts";
import { idiomsOf, type Idiom } from "./idioms.ts";
import { createScalarTexts } from "./scalars.ts";

export interface Plan {
  readonly graph: Graph;
  readonly roots: readonly Node[];
  /** Values that are made, operands before users. */
  readonly made: readonly Node[];
  readonly placeOf: ReadonlyMap<Node, number>;
  readonly repetition: Repetition;
  readonly isGiven: (node: Node) => boolean;
  /** How a node is written that is more than one node of the graph. */
  readonly idiomOf: (node: Node) => Idiom | undefined;
  /** The value behind another name of it. */
  readonly behind: (node: Node) => Node;
  /** The values, made or given, that the line of a node reads. */
  readonly reads: (node: Node) => readonly Node[];
  readonly aliases: Aliases;
}

/** Whether a node only gives another name to its operand. */
const isName = (node: Node): boolean => node.operator === "stop_gradient" || (node.operator === "cast" && tfjsDtype(node.type.dtype) === tfjsDtype(node.inputs[0].type.dtype));

export function planOf(graph: Graph): Plan {
  const roots = rootsOf(graph);
  const order = topologicalOrder(roots);
  const numberOf = createScalarTexts(() => "size");
  const isNumber = (node: Node): boolean => numberOf(node) !== undefined;
  const repetition = planRepetition(graph, order, isNumber);
  const isGiven = (node: Node): boolean =>
    node.operator === "input" || node.operator === "parameter" || node.operator === "state" || (node.operator === "constant" && node.attributes.value.data.length > mostWrittenNumbers && !isNumber(node));
  const { idioms, inner } = idiomsOf(graph, order);
  const isWrittenWhereRead = (node: Node): boolean => isNumber(node) || inner.has(node) || isName(node) || ["constant", "broadcast", "iota"].includes(node.operator);
  const known = new Map<Node, readonly Node[]>();

  /** The made and given values behind a value that is read. */
  function sources(node: Node): readonly Node[] {
    if (isGiven(node)) return [node];
    if (isNumber(node)) return [];
    return isWrittenWhereRead(node) ? [...new Set(node.inputs.flatMap(sources))] : [node];
  }

  function reads(node: Node): readonly Node[] {
    let own = known.get(node);
    if (own === undefined) known.set(node, (own = [...new Set((idioms.get(node)?.operands ?? node.inputs).flatMap(sources))]));
    return own;
  }

  const made = order.filter((node) => !isGiven(node) && !isWrittenWhereRead(node));
  return {
    graph, roots, made, repetition, isGiven, reads,
    aliases: aliasesOf(graph, made, reads),
    idiomOf: (node) => idioms.get(node),
    placeOf: new Map(made.map((node, at) => [node, at])),
    behind(node) {
      let own = node;
      while (isName(own) && !isNumber(own)) own = own.inputs[0];
      return own;
    },
  };
}
