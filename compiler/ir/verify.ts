/**
 * What must hold of a graph between passes: operands come before users, everything reached is declared, attributes are those of the schema, the shape
 * rule gives the stored type again (as the same normal form, or provably equal under the block's facts), and every node knows where it came from.
 */
import { prove, showSize } from "../dims/index.ts";
import type { Facts, Size } from "../dims/index.ts";
import { operatorOf } from "../operators/table.ts";
import type { Graph, Node, NodeOf, OperatorName } from "./graph.ts";
import { rootsOf, topologicalOrder } from "./graph.ts";

/** Problems as sentences; none when the graph is sound. */
export function verify(graph: Graph, facts: Facts): readonly string[] {
  const order = topologicalOrder(rootsOf(graph));
  return [
    ...declarationProblems(graph, order),
    ...order.flatMap((node) => nodeProblems(node, facts).map((problem) => `${describe(node)}: ${problem}`)),
  ];
}

const describe = (node: Node): string => `${node.operator}${node.path ? ` at ${node.path}` : ""}`;

function declarationProblems(graph: Graph, order: readonly Node[]): readonly string[] {
  const problems: string[] = [];
  const declared = new Set<Node>([...graph.inputs, ...graph.parameters, ...graph.states]);
  const reached = new Set(order);
  const ids = new Set<number>();
  for (const node of order) {
    if (ids.has(node.id)) problems.push(`${describe(node)}: another node has its id`);
    ids.add(node.id);
    if ((node.operator === "input" || node.operator === "parameter" || node.operator === "state") && !declared.has(node))
      problems.push(`${describe(node)}: is reached and not declared`);
  }
  for (const node of [...graph.parameters, ...graph.states]) if (!reached.has(node)) problems.push(`${describe(node)}: is declared and not reached`);
  const states = new Set(graph.states.map((state) => state.attributes.path));
  for (const { name } of graph.updates) if (!states.has(name)) problems.push(`the update of ${name} belongs to no state`);
  for (const [what, names] of [
    ["input", graph.inputs.map((node) => node.attributes.name)],
    ["output", graph.outputs.map((root) => root.name)],
    ["weight", [...graph.parameters, ...graph.states].map((node) => node.attributes.path)],
    ["update", graph.updates.map((root) => root.name)],
  ] as const) {
    for (const name of new Set(names.filter((each, i) => names.indexOf(each) !== i))) problems.push(`two of ${what} are called ${name}`);
  }
  return problems;
}

function nodeProblems<Name extends OperatorName>(node: NodeOf<Name>, facts: Facts): readonly string[] {
  const problems: string[] = [];
  const row = operatorOf(node.operator);
  for (const input of node.inputs) if (input.id >= node.id) problems.push("an operand is younger than its user");
  const [expected, present] = [Object.keys(row.attributes).sort(), Object.keys(node.attributes).sort()];
  if (expected.join() !== present.join()) problems.push(`has the attributes ${present.join(", ") || "none"}, not ${expected.join(", ") || "none"}`);
  const { span } = node.location;
  if (!(span.start >= 0 && span.start <= span.end && span.end <= span.file.text.length)) problems.push("has no place in the source");
  const { type } = node;
  if (type.axes.length !== type.shape.length) problems.push(`has ${type.shape.length} sizes and ${type.axes.length} axis names`);
  const result = row.type(
    node.inputs.map((input) => input.type),
    node.attributes,
  );
  if ("refused" in result) return [...problems, result.refused];
  for (const { kind, left, right, rule } of result.obligations) {
    const verdict = prove(facts, { kind, left, right });
    if (verdict.kind !== "proved") problems.push(`${rule}: ${showSize(left)} ${kind === "equal" ? "==" : ">="} ${showSize(right)} (${verdict.kind})`);
  }
  if (result.type.dtype !== type.dtype) problems.push(`is ${result.type.dtype} and says ${type.dtype}`);
  if (result.type.shape.length !== type.shape.length) problems.push(`has rank ${result.type.shape.length} and says ${type.shape.length}`);
  else
    result.type.shape.forEach((size, axis) => {
      if (!agree(facts, size, type.shape[axis])) problems.push(`axis ${axis} is ${showSize(size)} and says ${showSize(type.shape[axis])}`);
    });
  return problems;
}

const agree = (facts: Facts, left: Size, right: Size): boolean => left === right || prove(facts, { kind: "equal", left, right }).kind === "proved";
