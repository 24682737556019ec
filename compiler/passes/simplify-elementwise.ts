/**
 * Identities of functions of one element. Each holds for every float, infinities, NaN and the sign of zero included: so x * 0 stays (0 * NaN is NaN),
 * and x + 0 goes only where x cannot be -0 (-0 + 0 is 0), while x + -0 and x - 0 always go.
 */
import { add, constant, constantValue, floorDivide, modulo, multiply, negate, subtract } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Builder } from "../ir/builder.ts";
import type { Dtype, Node, NodeOf } from "../ir/graph.ts";
import { isFloat } from "../operators/typing.ts";
import { alike, uniformValue } from "./uniform.ts";

type Binary = NodeOf<"add" | "sub" | "mul" | "div" | "rem" | "pow" | "max" | "min" | "and" | "or">;

export function simplifyElementwise(node: Node, build: Builder): Node | undefined {
  switch (node.operator) {
    case "add":
    case "mul":
    case "and":
    case "or":
    case "max":
    case "min": {
      const [a, b] = node.inputs;
      return sizeArithmetic(node, build) ?? withConstant(node, a, b, build) ?? withConstant(node, b, a, build) ?? twice(node);
    }
    case "sub":
    case "div":
    case "pow":
    case "rem":
      return sizeArithmetic(node, build) ?? withConstant(node, node.inputs[0], node.inputs[1], build);
    case "select":
      return simplifySelect(node, build);
    case "neg":
    case "not":
      return node.inputs[0].operator === node.operator ? node.inputs[0].inputs[0] : undefined;
    case "stop_gradient":
    case "relu":
    case "abs":
      return node.inputs[0].operator === node.operator ? node.inputs[0] : undefined;
    case "cast":
      return simplifyCast(node, build);
    default:
      return undefined;
  }
}

/** x and a number: x itself, or something simpler. */
function withConstant(node: Binary, x: Node, other: Node, build: Builder): Node | undefined {
  const value = uniformValue(other);
  if (value === undefined) return undefined;
  const same = alike(node as Node, x) ? x : undefined;
  switch (node.operator) {
    case "add":
      return Object.is(value, -0) || (value === 0 && neverNegativeZero(x)) ? same : undefined;
    case "sub":
      return Object.is(value, 0) || (value === 0 && neverNegativeZero(x)) ? same : undefined;
    case "mul":
      return value === 1 ? same : value === -1 && same ? build.neg(x) : undefined;
    case "div":
    case "pow":
      return value === 1 ? same : undefined;
    case "and":
      return value !== 0 ? same : alike(node as Node, other) ? other : undefined;
    case "or":
      return value === 0 ? same : alike(node as Node, other) ? other : undefined;
    case "rem":
    case "max":
    case "min":
      return undefined;
  }
}

/** f(x, x), for those of which it is x. */
function twice(node: Binary): Node | undefined {
  const [a, b] = node.inputs;
  const idempotent = node.operator === "and" || node.operator === "or" || node.operator === "max" || node.operator === "min";
  return a === b && idempotent ? a : undefined;
}

function simplifySelect(node: NodeOf<"select">, build: Builder): Node | undefined {
  const [condition, then, otherwise] = node.inputs;
  const self = node as Node;
  const truth = uniformValue(condition);
  const chosen = truth === undefined ? (then === otherwise ? then : undefined) : truth !== 0 ? then : otherwise;
  if (chosen && alike(self, chosen)) return chosen;
  if (condition.operator === "not") return build.make("select", [condition.inputs[0], otherwise, then], {}, node.type.axes);
  return undefined;
}

/** Types of which every value is a value of the other. */
const widens = {
  bool: ["i32", "f16", "bf16", "f32", "f64"],
  i32: ["f64"],
  f16: ["f32", "f64"],
  bf16: ["f32", "f64"],
  f32: ["f64"],
  f64: [],
} satisfies Record<Dtype, readonly Dtype[]>;

function simplifyCast(node: NodeOf<"cast">, build: Builder): Node | undefined {
  const [x] = node.inputs;
  if (x.type.dtype === node.attributes.to) return x;
  if (x.operator !== "cast") return undefined;
  const [inner] = x.inputs;
  const wider: readonly Dtype[] = widens[inner.type.dtype];
  if (!wider.includes(x.type.dtype)) return undefined;
  return inner.type.dtype === node.attributes.to ? inner : build.make("cast", [inner], node.attributes, node.type.axes);
}

/** Whether no element can be -0, as far as a short look shows. Whole numbers have no such thing. */
function neverNegativeZero(x: Node, depth = 4): boolean {
  if (!isFloat(x.type.dtype)) return true;
  if (depth === 0) return false;
  switch (x.operator) {
    case "constant":
      return !x.attributes.value.data.some((value) => Object.is(value, -0));
    case "cast":
      return !isFloat(x.inputs[0].type.dtype);
    case "abs":
    case "exp":
    case "sigmoid":
    case "softmax":
    case "softplus":
      return true;
    case "add":
      return x.inputs.some((input) => neverNegativeZero(input, depth - 1));
    case "broadcast":
    case "reshape":
    case "transpose":
    case "slice":
      return neverNegativeZero(x.inputs[0], depth - 1);
    default:
      return false;
  }
}

// ------------------------------------------------------------------------------------------------------------------- sizes

/** Arithmetic of sizes is a size, and often a number: floor(Y / 2) * 2 + Y % 2 - Y. */
function sizeArithmetic(node: Binary, build: Builder): Node | undefined {
  if (node.type.dtype !== "i32" || node.type.shape.length !== 0 || !node.inputs.some((input) => input.operator === "size")) return undefined;
  const [a, b] = node.inputs.map(sizeValue);
  if (!a || !b) return undefined;
  const result = sizeOf(node.operator, a, b);
  return result && build.sizeOf(result);
}

function sizeValue(node: Node): Size | undefined {
  if (node.operator === "size") return node.attributes.size;
  return node.operator === "constant" ? constant(node.attributes.value.data[0]) : undefined;
}

function sizeOf(operator: Binary["operator"], a: Size, b: Size): Size | undefined {
  switch (operator) {
    case "add":
      return add(a, b);
    case "sub":
      return subtract(a, b);
    case "mul":
      return multiply(a, b);
    case "div":
      return constantValue(b) === 0 ? undefined : floorDivide(a, b);
    case "rem":
      return constantValue(b) === 0 ? undefined : modulo(a, b);
    default:
      return undefined;
  }
}

/** A size node whose size became a number, and the negation of one. */
export function simplifySize(node: Node, build: Builder): Node | undefined {
  if (node.operator === "size") return constantValue(node.attributes.size) === undefined ? undefined : build.sizeOf(node.attributes.size);
  if (node.operator !== "neg" || node.inputs[0].operator !== "size") return undefined;
  return build.sizeOf(negate(node.inputs[0].attributes.size));
}
