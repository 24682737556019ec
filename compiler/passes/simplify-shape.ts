/** Identities of operators that only move elements: two in a row become one, one that moves nothing goes, and a repeated number has no order. */
import { constantValue } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Builder } from "../ir/builder.ts";
import type { Node } from "../ir/graph.ts";
import { alike, uniformValue } from "./uniform.ts";

export function simplifyShape(node: Node, build: Builder): Node | undefined {
  return repeatedNumber(node, build) ?? movesNothing(node) ?? joined(node, build);
}

/** A reordering of one number repeated is that number repeated. */
function repeatedNumber(node: Node, build: Builder): Node | undefined {
  switch (node.operator) {
    case "reshape":
    case "transpose":
    case "slice":
    case "reverse": {
      const [x] = node.inputs;
      const value = x.operator === "broadcast" ? uniformValue(x) : undefined;
      return value === undefined ? undefined : build.broadcast(build.constant(value, node.type.dtype), node.type.shape, [], node.type.axes);
    }
    case "concat": {
      const values = node.inputs.map((part) => (part.operator === "broadcast" ? uniformValue(part) : undefined));
      const [first] = values;
      if (first === undefined || !values.every((value) => Object.is(value, first))) return undefined;
      return build.broadcast(build.constant(first, node.type.dtype), node.type.shape, [], node.type.axes);
    }
    default:
      return undefined;
  }
}

function movesNothing(node: Node): Node | undefined {
  const [x] = node.inputs;
  switch (node.operator) {
    case "reshape":
      return alike(node, x) ? x : undefined;
    case "transpose":
      return node.attributes.permutation.every((from, to) => from === to) ? x : undefined;
    case "broadcast":
      return alike(node, x) ? x : undefined;
    case "slice": {
      const { starts, steps } = node.attributes;
      return alike(node, x) && starts.every(isZero) && steps.every((step) => step === 1) ? x : undefined;
    }
    case "pad":
      return [...node.attributes.low, ...node.attributes.high].every(isZero) && alike(node, x) ? x : undefined;
    case "reverse":
      return node.attributes.axes.every((axis) => constantValue(x.type.shape[axis]) === 1) ? x : undefined;
    case "concat":
      return node.inputs.length === 1 ? x : undefined;
    case "reduce":
      return node.attributes.axes.length === 0 ? x : undefined;
    case "resize":
      return alike(node, x) ? x : undefined;
    default:
      return undefined;
  }
}

const isZero = (size: Size): boolean => constantValue(size) === 0;

/** Two of a kind. */
function joined(node: Node, build: Builder): Node | undefined {
  const [x] = node.inputs;
  const { axes } = node.type;
  switch (node.operator) {
    case "reshape":
      return x.operator === "reshape" ? build.make("reshape", [x.inputs[0]], node.attributes, axes) : undefined;
    case "transpose": {
      if (x.operator !== "transpose") return undefined;
      const permutation = node.attributes.permutation.map((axis) => x.attributes.permutation[axis]);
      return build.make("transpose", [x.inputs[0]], { permutation }, axes);
    }
    case "broadcast": {
      if (x.operator !== "broadcast") return undefined;
      const positions = x.attributes.positions.map((axis) => node.attributes.positions[axis]);
      return build.make("broadcast", [x.inputs[0]], { shape: node.attributes.shape, positions }, axes);
    }
    case "reverse": {
      if (x.operator !== "reverse") return undefined;
      const [own, inner] = [node.attributes.axes, x.attributes.axes];
      const once = [...own.filter((axis) => !inner.includes(axis)), ...inner.filter((axis) => !own.includes(axis))].sort((a, b) => a - b);
      return once.length === 0 ? x.inputs[0] : build.make("reverse", [x.inputs[0]], { axes: once }, axes);
    }
    default:
      return undefined;
  }
}
