/**
 * Common subexpressions. Two nodes are one when operator, operands and attributes agree: a table from a short text of these to the first node that
 * had them, so the pass is linear in the graph. Constants agree by content, random numbers by key. What a gradient computes is not merged with
 * what the forward pass computed: whether to keep a value or to compute it again is decided later (graph.md, section 1).
 */
import { operatorOf } from "../operators/table.ts";
import type { Size } from "../dims/index.ts";
import { contentHash, sameNumbers } from "../ir/content-hash.ts";
import type { Node, TensorData } from "../ir/graph.ts";
import type { Pass } from "./pass.ts";
import { rewrite } from "./rewrite.ts";

const NAME = "share";

export const share: Pass = {
  name: NAME,
  stage: "always",
  run(graph) {
    const first = new Map<string, Node>();
    return rewrite(graph, NAME, (node) => {
      const { effects } = operatorOf(node.operator);
      if (effects !== "pure" && effects !== "random") return undefined;
      const key = keyOf(node);
      const known = first.get(key);
      if (!known) first.set(key, node);
      return known && sameConstant(known, node) ? known : undefined;
    });
  },
  doc: "Computes once what is written twice.",
};

/** Operators whose operands may change places. */
const commutative: ReadonlySet<Node["operator"]> = new Set(["add", "mul", "max", "min", "equal", "and", "or"]);

function keyOf(node: Node): string {
  const operands = node.inputs.map((input) => input.id);
  if (commutative.has(node.operator)) operands.sort((a, b) => a - b);
  const side = operands.length > 0 && node.location.derived?.startsWith("gradient") ? "backward " : "";
  return `${side}${node.operator} ${operands.join()} ${attributeKey(node)}`;
}

function attributeKey(node: Node): string {
  const attributes: Readonly<Record<string, unknown>> = node.attributes;
  let key = "";
  for (const name of Object.keys(operatorOf(node.operator).attributes)) key += `${valueKey(attributes[name])};`;
  return key;
}

function valueKey(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`;
  if ("terms" in value) return `@${(value as Size).id}`; // equal sizes are one object
  const { dtype, shape, data } = value as TensorData;
  return `${dtype}[${shape.join()}]${data.length === 1 ? valueKey(data[0]) : contentHash(data)}`;
}

const sameConstant = (a: Node, b: Node): boolean =>
  a === b || a.operator !== "constant" || b.operator !== "constant" || sameNumbers(a.attributes.value.data, b.attributes.value.data);
