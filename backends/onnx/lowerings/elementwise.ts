/** Functions of one, two and three elements. */
import type { OperatorName } from "../../../compiler/ir/graph.ts";
import type { Lowering, Lowerings } from "../lowering.ts";
import type { Emitter } from "../emitter.ts";
import type { Value } from "../value.ts";

const isFloat = (x: Value): boolean => !["i32", "i64", "bool"].includes(x.type.dtype);

const unary =
  <Name extends OperatorName>(opType: string): Lowering<Name> =>
  ({ emit }, _, [x]) =>
    emit.unary(opType, x);

const binary =
  <Name extends OperatorName>(opType: string): Lowering<Name> =>
  ({ emit }, _, operands) =>
    emit.elementwise(opType, operands);

const comparison =
  <Name extends OperatorName>(opType: string): Lowering<Name> =>
  ({ emit }, _, operands) =>
    emit.elementwise(opType, operands, "bool");

/** a - b floor(a / b); of whole numbers Mod, whose sign is that of the divisor. */
function remainder(emit: Emitter, a: Value, b: Value): Value {
  if (!isFloat(a)) return emit.elementwise("Mod", [a, b]);
  return emit.elementwise("Sub", [a, emit.elementwise("Mul", [b, emit.unary("Floor", emit.elementwise("Div", [a, b]))])]);
}

export const elementwiseLowerings = {
  neg: unary("Neg"),
  abs: unary("Abs"),
  sign: unary("Sign"),
  exp: unary("Exp"),
  log: unary("Log"),
  sqrt: unary("Sqrt"),
  sin: unary("Sin"),
  cos: unary("Cos"),
  tanh: unary("Tanh"),
  sigmoid: unary("Sigmoid"),
  erf: unary("Erf"),
  floor: unary("Floor"),
  not: unary("Not"),
  rsqrt: ({ emit }, _, [x]) => emit.unary("Reciprocal", emit.unary("Sqrt", x)),
  /** tanh(x / 2) (exp(x) + 1), which keeps the digits of a small x. */
  expm1({ emit }, _, [x]) {
    const [half, one] = [emit.scalar(0.5, x.type.dtype), emit.scalar(1, x.type.dtype)];
    return emit.elementwise("Mul", [emit.unary("Tanh", emit.elementwise("Mul", [x, half])), emit.elementwise("Add", [emit.unary("Exp", x), one])]);
  },
  /** With u = 1 + x rounded: log(u) x / (u - 1), or x where u is 1 (Kahan; Goldberg 1991, theorem 4). */
  log1p({ emit }, _, [x]) {
    const one = emit.scalar(1, x.type.dtype);
    const sum = emit.elementwise("Add", [x, one]);
    const rounded = emit.elementwise("Sub", [sum, one]);
    const corrected = emit.elementwise("Mul", [emit.unary("Log", sum), emit.elementwise("Div", [x, rounded])]);
    return emit.elementwise("Where", [emit.elementwise("Equal", [sum, one], "bool"), x, corrected], x.type.dtype);
  },
  /** |x| < infinity: false for NaN too. */
  is_finite: ({ emit }, _, [x]) => emit.elementwise("Less", [emit.unary("Abs", x), emit.scalar(Infinity, x.type.dtype)], "bool"),
  stop_gradient: (_, __, [x]) => x,
  cast: ({ emit }, { attributes: { to } }, [x]) => emit.cast(x, to),
  add: binary("Add"),
  sub: binary("Sub"),
  mul: binary("Mul"),
  /** Whole numbers are rounded down: (a - a mod b) / b is exact, and Div has nothing to round. */
  div: ({ emit }, _, [a, b]) => emit.elementwise("Div", isFloat(a) ? [a, b] : [emit.elementwise("Sub", [a, emit.elementwise("Mod", [a, b])]), b]),
  pow: binary("Pow"),
  rem: ({ emit }, _, [a, b]) => remainder(emit, a, b),
  max: binary("Max"),
  min: binary("Min"),
  less: comparison("Less"),
  less_equal: comparison("LessOrEqual"),
  equal: comparison("Equal"),
  and: comparison("And"),
  or: comparison("Or"),
  select({ emit }, _, [condition, then, otherwise]) {
    if (then.type.dtype !== "bool") return emit.elementwise("Where", [condition, then, otherwise], then.type.dtype);
    const chosen = emit.elementwise("And", [condition, then]);
    return emit.elementwise("Or", [chosen, emit.elementwise("And", [emit.unary("Not", condition), otherwise])]);
  },
} satisfies Partial<Lowerings>;
