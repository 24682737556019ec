/** Casts, select, stop_gradient, and random numbers: to initialise weights, or new at every step. */
import type { Expression } from "../../grammar/ast.ts";
import { numberOf } from "./arithmetic.ts";
import { shapeSaid } from "./axis-arguments.ts";
import { isExpression, type BuiltinCall } from "./builtin-call.ts";
import { applyElementwise, applyToElements, axisNames, scalarNode, shapeOf } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { number } from "./options.ts";
import { inGraph, report, type Scope } from "./scope.ts";
import { describe, unknown, type ElementValue, type FloatValue, type IntValue, type TensorValue, type Value } from "./values.ts";

export function callCast({ scope, name, tree, inputs }: BuiltinCall): Value {
  const input = inputs[0].value as Expression;
  const value = evaluate(scope, input);
  if (value.kind === "unknown") return unknown;
  if (name === "float") return number(scope, "float", value, input.span, "`float`");
  const to = name as "f32" | "i32" | "bool";
  switch (value.kind) {
    case "tensor": {
      const node = inGraph(scope, tree.span, (build) => build.cast(value.node!, to));
      return { kind: "tensor", type: { dtype: to, axes: value.type.axes }, node };
    }
    case "element": {
      const node = inGraph(scope, tree.span, (build) => build.cast(value.node!, to));
      return { ...value, scalar: to === "f32" ? "float" : to === "i32" ? "int" : "bool", node };
    }
    case "int":
    case "axis":
    case "float": {
      const scalar: IntValue | FloatValue = value.kind === "axis" ? { kind: "int", use: value.axis.size } : value;
      if (to === "bool") break;
      const node = inGraph(scope, tree.span, (build) => build.cast(scalarNode(build, scalar, "f32"), to));
      return { kind: "tensor", type: { dtype: to, axes: [] }, node };
    }
  }
  report(scope, "NET0203", input.span, { wanted: "a tensor or a number", found: describe(value), where: `\`${name}\`` });
  return unknown;
}

export function callSelect({ scope, tree, inputs }: BuiltinCall): Value {
  const [condition, a, b] = inputs.map((input) => evaluate(scope, input.value as Expression)).map((value): Value => (value.kind === "axis" ? { kind: "int", use: value.axis.size } : value));
  if ([condition, a, b].some((value) => value.kind === "unknown")) return unknown;
  if (condition.kind === "element") {
    const arms = [a, b].filter((value): value is ElementValue | IntValue | FloatValue => value.kind === "element" || value.kind === "int" || value.kind === "float");
    if (arms.length === 2) {
      const whole = arms.every((arm) => arm.kind === "int" || (arm.kind === "element" && arm.scalar === "int"));
      return applyToElements(scope, "select", [condition, ...arms], whole ? "int" : "float", whole ? "i32" : "f32", tree.span);
    }
  }
  if (condition.kind !== "tensor" || condition.type.dtype !== "bool") {
    report(scope, "NET0203", inputs[0].span, { wanted: "a bool tensor", found: describe(condition), where: "the condition of `select`", help: condition.kind === "bool" ? "a compile-time condition chooses with `if … then … else …`" : undefined });
    return unknown;
  }
  const arms: (TensorValue | IntValue | FloatValue)[] = [];
  for (const [i, value] of [a, b].entries()) {
    if (value.kind !== "tensor" && value.kind !== "int" && value.kind !== "float") {
      report(scope, "NET0203", inputs[i + 1].span, { wanted: "a tensor or a number", found: describe(value), where: "`select`" });
      return unknown;
    }
    arms.push(value);
  }
  const dtypes = arms.flatMap((arm) => (arm.kind === "tensor" ? [arm.type.dtype] : []));
  if (new Set(dtypes).size > 1 || (dtypes[0] === "i32" && arms.some((arm) => arm.kind === "float"))) {
    report(scope, "NET0313", inputs[2].span, { operator: "select", left: describe(a), right: describe(b) });
    return unknown;
  }
  if (dtypes.length === 0) {
    // Two numbers: the element type is that of the numbers.
    const dtype = arms.every((arm) => arm.kind === "int") ? "i32" : "f32";
    const scalars = arms.map((arm): TensorValue => ({ kind: "tensor", type: { dtype, axes: [] }, node: inGraph(scope, tree.span, (build) => scalarNode(build, arm as IntValue | FloatValue, dtype)) }));
    return applyElementwise(scope, "select", "select", [{ value: condition, span: inputs[0].span }, ...scalars.map((value, i) => ({ value, span: inputs[i + 1].span }))], dtype, tree.span) ?? unknown;
  }
  const operands = [{ value: condition, span: inputs[0].span }, ...arms.map((value, i) => ({ value, span: inputs[i + 1].span }))];
  // The last tensor's element type is the scalars': the condition comes first, so it is an arm's.
  return applyElementwise(scope, "select", "select", operands, dtypes[0], tree.span) ?? unknown;
}

export function callStopGradient({ scope, tree, inputs }: BuiltinCall): Value {
  const value = evaluate(scope, inputs[0].value as Expression);
  if (value.kind === "tensor") return applyElementwise(scope, "stop_gradient", "stop_gradient", [{ value, span: inputs[0].span }], undefined, tree.span) ?? unknown;
  if (value.kind !== "unknown") report(scope, "NET0203", inputs[0].span, { wanted: "a tensor", found: describe(value), where: "`stop_gradient`" });
  return unknown;
}

export function callIsFinite({ scope, tree, inputs }: BuiltinCall): Value {
  const value = evaluate(scope, inputs[0].value as Expression);
  if (value.kind === "tensor" && value.type.dtype === "f32") return applyElementwise(scope, "is_finite", "is_finite", [{ value, span: inputs[0].span }], "bool", tree.span) ?? unknown;
  if (value.kind !== "unknown") report(scope, "NET0203", inputs[0].span, { wanted: "a tensor of floats", found: describe(value), where: "`is_finite`" });
  return unknown;
}

export function callRandom(call: BuiltinCall): Value {
  const { scope, name, tree, inputs, options } = call;
  const distribution = name.slice("random.".length) as "uniform" | "normal" | "truncated_normal";
  if (inputs.length === 1) return randomTensor(call, distribution as "uniform" | "normal");
  const option = distribution === "uniform" ? "bound" : "std";
  const argument = options.get(option);
  if (!argument || !isExpression(argument.value)) {
    report(scope, "NET0201", tree.span, { block: name, missing: option, what: "option" });
    return unknown;
  }
  const value = number(scope, "float", evaluate(scope, argument.value), argument.span, `\`${option}\``);
  if (value.kind !== "float") return unknown;
  const size = numberOf(value);
  if (size === undefined) return { kind: "init" };
  return { kind: "init", init: distribution === "uniform" ? { kind: "uniform", bound: size } : { kind: distribution, std: size } };
}

/** What a random tensor is drawn by: the path of the model at which it stands, the block, and a count where there are several. */
function drawKey({ path, frame }: Scope): string {
  const { draws } = frame.session;
  const place = `${path}/${frame.name}`;
  const count = draws.get(place) ?? 0;
  draws.set(place, count + 1);
  return count === 0 ? place : `${place}/${count}`;
}

function randomTensor({ scope, tree, inputs }: BuiltinCall, distribution: "uniform" | "normal"): Value {
  const axes = shapeSaid(scope, inputs[0].value);
  if (!axes) return unknown;
  const node = inGraph(scope, tree.span, (build) => build.make("random", [], { distribution, key: drawKey(scope), shape: shapeOf(axes) }, axisNames(axes)));
  return { kind: "tensor", type: { dtype: "f32", axes }, node };
}
