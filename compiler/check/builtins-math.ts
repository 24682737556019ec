/** exp, sqrt, sin … over floats, tables and tensors; max and min; rounding. */
import type { Expression } from "../../grammar/ast.ts";
import { add, constantValue, negate, showSize } from "../dims/index.ts";
import type { OperatorName } from "../ir/graph.ts";
import { intValue, isNumber, makeFloat, roundElement, roundedQuotient } from "./arithmetic.ts";
import type { BuiltinCall } from "./builtin-call.ts";
import { callReduce } from "./builtins-reductions.ts";
import { BuildRefusal } from "./build-refusal.ts";
import { sizeByCases } from "./case-sizes.ts";
import { isProved } from "./claims.ts";
import { applyElementwise, applyToElements } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { report } from "./scope.ts";
import { describe, unknown, type ElementValue, type FloatValue, type IntValue, type TensorValue, type Value } from "./values.ts";

interface MathFunction {
  readonly operator: OperatorName;
  readonly compute: (x: number) => number;
  readonly doc: string;
}

export const mathFunctions: ReadonlyMap<string, MathFunction> = new Map(
  Object.entries({
    exp: { operator: "exp", compute: Math.exp, doc: "e to the power x" },
    expm1: { operator: "expm1", compute: Math.expm1, doc: "exp(x) - 1, exact near 0" },
    log: { operator: "log", compute: Math.log, doc: "natural logarithm" },
    log1p: { operator: "log1p", compute: Math.log1p, doc: "log(1 + x), exact near 0" },
    sqrt: { operator: "sqrt", compute: Math.sqrt, doc: "square root" },
    rsqrt: { operator: "rsqrt", compute: (x) => 1 / Math.sqrt(x), doc: "1 / sqrt(x)" },
    sin: { operator: "sin", compute: Math.sin, doc: "sine of radians" },
    cos: { operator: "cos", compute: Math.cos, doc: "cosine of radians" },
    tanh: { operator: "tanh", compute: Math.tanh, doc: "hyperbolic tangent" },
    sigmoid: { operator: "sigmoid", compute: (x) => 1 / (1 + Math.exp(-x)), doc: "1 / (1 + exp(-x))" },
    erf: { operator: "erf", compute: () => NaN, doc: "error function" },
    abs: { operator: "abs", compute: Math.abs, doc: "absolute value" },
    sign: { operator: "sign", compute: Math.sign, doc: "-1, 0 or 1" },
  } satisfies { readonly [name: string]: MathFunction }),
);

export function callMath({ scope, name, tree, inputs }: BuiltinCall): Value {
  const entry = mathFunctions.get(name)!;
  const input = inputs[0].value as Expression;
  const value = evaluate(scope, input);
  switch (value.kind) {
    case "unknown":
      return unknown;
    case "axis":
      return makeFloat(scope, [{ kind: "int", use: value.axis.size }], ([x]) => entry.compute(x), entry.operator, tree.span);
    case "int":
      if (name === "abs") return minMaxOfInts({ scope, name: "max", tree }, value, intValue(negate(value.use.size), tree.span, "negated here", [value.use]));
      return makeFloat(scope, [value], ([x]) => entry.compute(x), entry.operator, tree.span);
    case "float":
      return makeFloat(scope, [value], ([x]) => entry.compute(x), entry.operator, tree.span);
    case "element":
      if (value.scalar === "int" && (name === "abs" || name === "sign")) return applyToElements(scope, entry.operator, [value], "int", "i32", tree.span);
      return applyToElements(scope, entry.operator, [value], "float", "f32", tree.span);
    case "tensor":
      if (value.type.dtype === "bool" || (value.type.dtype === "i32" && name !== "abs" && name !== "sign")) break;
      return applyElementwise(scope, entry.operator, name, [{ value, span: input.span }], undefined, tree.span) ?? unknown;
  }
  report(scope, "NET0203", input.span, { wanted: "a float or a tensor of floats", found: describe(value), where: `\`${name}\`` });
  return unknown;
}

export function callRounding({ scope, name, tree, inputs }: BuiltinCall): Value {
  const rounding = name as "floor" | "ceil";
  const input = inputs[0].value as Expression;
  if (input.kind === "Binary" && input.operator === "/") {
    const [left, right] = [evaluate(scope, input.left), evaluate(scope, input.right)];
    if (left.kind === "unknown" || right.kind === "unknown") return unknown;
    const rounded = roundedQuotient(scope, rounding, input, left, right);
    if (rounded) return rounded;
  }
  const value = evaluate(scope, input);
  switch (value.kind) {
    case "unknown":
    case "int":
      return value;
    case "float":
      return makeFloat(scope, [value], ([x]) => (rounding === "floor" ? Math.floor(x) : Math.ceil(x)), "floor", tree.span);
    case "element":
      return value.scalar === "int" ? value : roundElement(scope, rounding, value, tree.span);
    case "tensor": {
      if (value.type.dtype !== "f32") break;
      const apply = (operator: OperatorName, operand: TensorValue): TensorValue => applyElementwise(scope, operator, name, [{ value: operand, span: input.span }], undefined, tree.span)!;
      return rounding === "floor" ? apply("floor", value) : apply("neg", apply("floor", apply("neg", value)));
    }
  }
  report(scope, "NET0203", input.span, { wanted: "a number or a tensor of floats", found: describe(value), where: `\`${name}\`` });
  return unknown;
}

export function callMinMax(call: BuiltinCall): Value {
  const { scope, name, tree, inputs } = call;
  if (call.options.has("over")) {
    if (inputs.length === 1) return callReduce(call);
    report(scope, "NET0202", inputs[1].span, { block: `${name} over an axis`, takes: 1, given: inputs.length });
    return unknown;
  }
  const values = inputs.map((input) => evaluate(scope, input.value as Expression)).map((value): Value => (value.kind === "axis" ? { kind: "int", use: value.axis.size } : value));
  if (values.some((value) => value.kind === "unknown")) return unknown;
  if (values.length !== 2) {
    report(scope, "NET0201", tree.span, { block: name, missing: "over", what: "option" });
    return unknown;
  }
  const [a, b] = values;
  if (a.kind === "int" && b.kind === "int") return minMaxOfInts(call, a, b);
  if (isNumber(a) && isNumber(b)) return makeFloat(scope, [a, b], ([x, y]) => (name === "max" ? Math.max(x, y) : Math.min(x, y)), name as "max", tree.span);
  const scalar = (value: Value): value is IntValue | FloatValue | ElementValue => isNumber(value) || value.kind === "element";
  if (scalar(a) && scalar(b)) {
    const whole = [a, b].every((value) => value.kind === "int" || (value.kind === "element" && value.scalar === "int"));
    return applyToElements(scope, name as "max", [a, b], whole ? "int" : "float", whole ? "i32" : "f32", tree.span);
  }
  const usable = (value: Value): value is TensorValue | IntValue | FloatValue => isNumber(value) || (value.kind === "tensor" && value.type.dtype !== "bool");
  if (usable(a) && usable(b)) {
    const dtypes = [a, b].flatMap((value) => (value.kind === "tensor" ? [value.type.dtype] : []));
    if (new Set(dtypes).size > 1 || (dtypes[0] === "i32" && [a, b].some((value) => value.kind === "float"))) {
      report(scope, "NET0313", inputs[1].span, { operator: name, left: describe(a), right: describe(b) });
      return unknown;
    }
    return applyElementwise(scope, name as "max", name, [{ value: a, span: inputs[0].span }, { value: b, span: inputs[1].span }], undefined, tree.span) ?? unknown;
  }
  const wrong = usable(a) || scalar(a) ? 1 : 0;
  report(scope, "NET0203", inputs[wrong].span, { wanted: "a number or a tensor", found: describe(values[wrong]), where: `\`${name}\`` });
  return unknown;
}

function minMaxOfInts({ scope, name, tree }: Pick<BuiltinCall, "scope" | "name" | "tree">, a: IntValue, b: IntValue): Value {
  const [x, y] = [constantValue(a.use.size), constantValue(b.use.size)];
  if (x !== undefined && y !== undefined) return intValue(((name === "max") === x >= y ? a : b).use.size, tree.span, `the ${name} of the two`, []);
  const larger = isProved(scope, { kind: "at_least", left: a.use.size, right: b.use.size }) ? a : isProved(scope, { kind: "at_least", left: b.use.size, right: a.use.size }) ? b : undefined;
  if (larger) return name === "max" ? larger : larger === a ? b : a;
  const [left, right] = [showSize(a.use.size), showSize(b.use.size)];
  const reason = `\`${name}(${left}, ${right})\` is not the same side for every batch, and a size of the graph is one formula`;
  if (scope.frame.session.mode === "build") throw new BuildRefusal("NET0318", tree.span, { reason });
  if (!scope.frame.block) {
    report(scope, "NET0318", tree.span, { reason });
    return unknown;
  }
  scope.frame.session.recall?.noteNumbers(tree.span.file.name);
  const [first, second] = name === "max" ? [a, b] : [b, a];
  return {
    kind: "int",
    use: sizeByCases(scope, `${name}(${left}, ${right})`, [
      { when: `${left} >= ${right}`, assumption: { claims: [{ kind: "at_least", left: a.use.size, right: b.use.size }], known: [] }, use: first.use },
      { when: `${left} < ${right}`, assumption: { claims: [{ kind: "at_least", left: b.use.size, right: add(a.use.size, 1) }], known: [] }, use: second.use },
    ], tree.span),
  };
}
