/** Functions of one, two and three elements. tfjs repeats operands of the latter by itself and takes numbers for them. */
import { isFloat } from "../../../compiler/operators/typing.ts";
import type { Node, OperatorName } from "../../../compiler/ir/graph.ts";
import { maskOf } from "../graph/masks.ts";
import { everywhere, tfjsDtype, type Form, type Forms } from "../form.ts";

const unary = <Name extends OperatorName>(name: string): Form<Name> => ({ runsOn: everywhere, write: (_, [x]) => `tf.${name}(${x})` });
const binary = <Name extends OperatorName>(name: string): Form<Name> => ({ runsOn: everywhere, repeats: true, write: (_, [a, b]) => `tf.${name}(${a}, ${b})` });

export const elementwiseForms = {
  neg: unary("neg"),
  abs: unary("abs"),
  sign: unary("sign"),
  exp: unary("exp"),
  expm1: unary("expm1"),
  log: unary("log"),
  log1p: unary("log1p"),
  sqrt: unary("sqrt"),
  rsqrt: unary("rsqrt"),
  sin: unary("sin"),
  cos: unary("cos"),
  tanh: unary("tanh"),
  sigmoid: unary("sigmoid"),
  erf: unary("erf"),
  floor: unary("floor"),
  not: unary("logicalNot"),
  is_finite: unary("isFinite"),
  stop_gradient: unary("clone"),
  cast: {
    runsOn: everywhere,
    write({ inputs: [operand], attributes: { to } }, [x]) {
      const [from, dtype] = [tfjsDtype(operand.type.dtype), tfjsDtype(to)];
      if (from === dtype) return `tf.clone(${x})`; // all floats are single precision in tfjs
      // The WebAssembly backend cuts a number off instead of asking whether it is 0.
      return dtype === "bool" ? `tf.notEqual(${x}, 0)` : `tf.cast(${x}, "${dtype}")`;
    },
  },
  add: binary("add"),
  sub: binary("sub"),
  mul: binary("mul"),
  div: { runsOn: everywhere, repeats: true, write: ({ type }, [a, b]) => `tf.${isFloat(type.dtype) ? "div" : "floorDiv"}(${a}, ${b})` },
  pow: binary("pow"),
  rem: { runsOn: everywhere, repeats: true, write: ({ type }, [a, b], { library }) => (isFloat(type.dtype) ? `${library("remainder")}(${a}, ${b})` : `tf.mod(${a}, ${b})`) },
  max: binary("maximum"),
  min: binary("minimum"),
  less: binary("less"),
  less_equal: binary("lessEqual"),
  equal: binary("equal"),
  and: binary("logicalAnd"),
  or: binary("logicalOr"),
  select: {
    runsOn: everywhere,
    repeats: true,
    write: (node, [condition, then, otherwise], { library }) => (maskOf(node as Node) ? `${library("masked")}(${then}, ${condition}, ${otherwise})` : `tf.where(${condition}, ${then}, ${otherwise})`),
  },
} satisfies Partial<Forms>;
