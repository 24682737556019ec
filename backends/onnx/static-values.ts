/**
 * What is known before the model runs: nodes made of parameters, states and constants alone, of known shape. They are evaluated by the reference
 * interpreter when the model is written. Layout changes are left to the peepholes, which need no double precision; repetitions to ONNX.
 */
import { evaluate } from "../../compiler/dims/index.ts";
import type { Node, NodeOf, OperatorName, TensorData } from "../../compiler/ir/graph.ts";
import { topologicalOrder } from "../../compiler/ir/graph.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Numbers } from "./element-types.ts";
import { constantSizes } from "./value.ts";

export type WeightNode = NodeOf<"parameter"> | NodeOf<"state">;

/** Up to so many numbers a computed constant is always worth its place; beyond, when it is not much larger than what it is made of. */
const ALWAYS = 4 * 1024 * 1024;

const LEFT_TO_ONNX: ReadonlySet<OperatorName> = new Set(["parameter", "state", "constant", "broadcast", "reshape", "transpose", "stop_gradient"]);

export interface StaticNodes {
  /** Whether every value that the node depends on is known. Operands are asked for before their users. */
  isStatic(node: Node): boolean;
  /** Whether the node is to become a constant. */
  isFolded(node: Node): boolean;
}

export function createStaticNodes(areWeightsKnown: boolean): StaticNodes {
  const known = new Map<Node, boolean>();
  const compute = (node: Node): boolean => {
    switch (node.operator) {
      case "input":
      case "random":
        return false;
      case "parameter":
      case "state":
        return areWeightsKnown;
      case "constant":
        return true;
      default:
        return constantSizes(node.type.shape) !== undefined && node.inputs.every(isStatic) && sizesAreKnown(node);
    }
  };
  function isStatic(node: Node): boolean {
    let answer = known.get(node);
    if (answer === undefined) known.set(node, (answer = compute(node)));
    return answer;
  }
  function isFolded(node: Node): boolean {
    if (LEFT_TO_ONNX.has(node.operator) || !isStatic(node)) return false;
    const count = countOf(node);
    return count <= ALWAYS || count <= 2 * node.inputs.reduce((sum, input) => sum + (input.operator === "broadcast" ? 0 : countOf(input)), 0);
  }
  return { isStatic, isFolded };
}

const countOf = (node: Node): number => (constantSizes(node.type.shape) ?? []).reduce((product, size) => product * size, 1);

/** A known shape does not make known bounds: `slice(x, B - 1, B)` has one element. */
function sizesAreKnown(node: Node): boolean {
  const none = new Map<string, number>();
  return Object.values<unknown>(node.attributes).every((value) => {
    const sizes = (Array.isArray(value) ? value : [value]).filter((each): each is Parameters<typeof evaluate>[0] => isSize(each));
    return sizes.every((size) => evaluate(size, none) !== undefined);
  });
}

const isSize = (value: unknown): boolean => typeof value === "object" && value !== null && "terms" in value;

/** The value of a static node. */
export function evaluateStatic(node: Node, weightsOf: (node: WeightNode) => Float32Array): Numbers {
  const parameters = new Map<string, TensorData>();
  for (const each of topologicalOrder([node])) {
    if (each.operator !== "parameter" && each.operator !== "state") continue;
    const shape = constantSizes(each.type.shape) ?? [];
    parameters.set(each.attributes.path, { dtype: each.type.dtype, shape, data: Float64Array.from(weightsOf(each)) });
  }
  const [result] = interpret([node], { inputs: new Map(), parameters });
  return node.type.dtype === "f32" ? Float32Array.from(result.data) : result.data;
}
