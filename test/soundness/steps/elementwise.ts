/** Element by element: functions, operators with repetition by name, selection, tables. */
import { equal, floats, freshAxis, isPlain, linesUp, mayBeStatic, named, smallSize, someFloat, typeText, useExact, useStatic, type Axis, type Scope, type Tensor } from "../scope.ts";
import type { Size } from "../size.ts";
import type { Step } from "./step.ts";

const functions = ["relu", "gelu", "tanh", "sigmoid", "silu", "quick_gelu", "softplus", "leaky_relu", "abs", "sin", "cos", "erf", "softsign", "stop_gradient"];

/** A size as a divisor under a root: free sizes become numbers of the graph. */
const rootOf = (scope: Scope, axes: readonly Axis[]): Size => (axes.length && scope.random.chance(0.7) ? scope.random.pick(axes).size : smallSize(scope));

export const unary: Step = (scope) => {
  const x = someFloat(scope);
  if (!x) return undefined;
  const { random } = scope;
  const texts = [
    () => `${random.pick(functions)}(${x.text})`,
    () => `${random.pick(functions)}(${x.text})`,
    () => `sqrt(abs(${x.text}) + 0.1)`,
    () => `log1p(abs(${x.text}))`,
    () => `exp(-abs(${x.text}))`,
    () => `clamp(${x.text}, low: -0.8, high: 1.2)`,
    () => `activate(${x.text}, by: ${random.pick(["relu", "gelu", "quick_gelu", "silu", "tanh"])})`,
    () => `1.0 - ${x.text}`,
    () => `-${x.text} * 0.5`,
    () => `${x.text} / sqrt(${rootOf(scope, x.type.axes).text})`,
    () => `${x.text} / (${rootOf(scope, x.type.axes).text} + 1)`,
    () => `dropout(${x.text}, rate: 0.3)`,
    () => `max(${x.text}, 0.1) * 2`,
    () => `straight_through(${x.text}, tanh(${x.text}))`,
  ];
  return { text: random.pick(texts)(), type: x.type };
};

/** A second operand: smaller, equal or larger; a new parameter where there is none. */
function partner(scope: Scope, x: Tensor): { tensor: Tensor; large: Tensor } | undefined {
  const others = floats(scope, 0, (other) => other !== x && (linesUp(scope, other.type.axes, x.type.axes) || linesUp(scope, x.type.axes, other.type.axes)));
  if (others.length > 0 && scope.random.chance(0.8)) {
    const tensor = scope.random.pick(others);
    return { tensor, large: linesUp(scope, tensor.type.axes, x.type.axes) ? x : tensor };
  }
  const axes = x.type.axes.filter(() => scope.random.chance(0.5));
  const tensor = axes.length ? parameter(scope, axes) : undefined;
  return tensor && { tensor, large: x };
}

/** A new parameter, where its sizes may shape one. */
export function parameter(scope: Scope, axes: readonly Axis[], std = 0.5): Tensor | undefined {
  if (!mayBeStatic(scope, axes.map(({ size }) => size))) return undefined;
  useStatic(scope, axes.map(({ size }) => size));
  const name = `w${scope.counter++}`;
  const type = { dtype: "f32" as const, axes };
  scope.statements.push(`param ${name}: ${typeText(scope, type)} = random.normal(std: ${std})`);
  scope.owns = true;
  const tensor: Tensor = { text: name, type };
  scope.tensors.push(tensor);
  return tensor;
}

export const binary: Step = (scope) => {
  const x = someFloat(scope);
  const found = x && partner(scope, x);
  if (!x || !found) return undefined;
  const [a, b] = scope.random.shuffled([x.text, found.tensor.text]);
  const { type } = found.large;
  const texts = [`${a} + ${b}`, `${a} - ${b}`, `${a} * ${b}`, `max(${a}, ${b})`, `min(${a}, ${b})`, `${a} / (1 + abs(${b}))`, `0.5 * (${a} + ${b})`, `${a} + 0.3 * tanh(${b})`];
  return { text: scope.random.pick(texts), type };
};

/** Chosen by a comparison of exact numbers, or by a table of bools. */
export const selection: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const other = scope.random.chance(0.5) ? "-1.0" : (scope.random.pick(floats(scope, 0, (each) => linesUp(scope, each.type.axes, x.type.axes)))?.text ?? "0.0");
  const masks = scope.tensors.filter(({ type }) => type.dtype === "bool" && linesUp(scope, type.axes, x.type.axes));
  if (masks.length && scope.random.chance(0.5)) return { text: `select(${scope.random.pick(masks).text}, ${x.text}, ${other})`, type: x.type };
  const exact = floats(scope, 0, (each) => each.exact !== undefined && linesUp(scope, each.type.axes, x.type.axes));
  if (exact.length && scope.random.chance(0.5)) {
    const compared = scope.random.pick(exact);
    useExact(scope, compared);
    return { text: `select(${compared.text} ${scope.random.pick(["<", ">", "<=", ">="])} ${scope.random.pick(["0.1", "0.25", "-0.3"])}, ${x.text}, ${other})`, type: x.type };
  }
  const axes = x.type.axes.filter(() => scope.random.chance(0.6));
  if (axes.length === 0 || axes.length > 3) return undefined;
  const names = axes.map((_, i) => "ijk"[i]);
  const conditions = [`${names[0]} % 2 == 0`, `${names[0]} > 0`, ...(axes.length > 1 ? [`${names[1]} <= ${names[0]}`, `(${names[0]} + ${names[1]}) % 3 == 0`] : []), `${names[0]} < ${smallSize(scope).text}`];
  return { text: `select([${scope.random.pick(conditions)} ${domains(scope, axes)}], ${x.text}, ${other})`, type: x.type };
};

/** A tensor of truth values: an exact comparison, or two masks together; or its numbers. */
export const mask: Step = (scope) => {
  const { random } = scope;
  const masks = scope.tensors.filter(({ type }) => type.dtype === "bool");
  if (masks.length && random.chance(0.5)) {
    const one = random.pick(masks);
    const other = random.pick(masks.filter(({ type }) => linesUp(scope, type.axes, one.type.axes)));
    if (random.chance(0.4)) return { text: `f32(${one.text})`, type: { dtype: "f32", axes: one.type.axes } };
    return { text: random.pick([`not ${one.text}`, `${one.text} and ${other.text}`, `${other.text} or ${one.text}`]), type: one.type };
  }
  const exact = floats(scope, 1, (tensor) => tensor.exact !== undefined);
  const x = random.pick(exact);
  if (!x) return undefined;
  const y = random.pick(floats(scope, 1, (tensor) => tensor.exact !== undefined && tensor !== x && linesUp(scope, tensor.type.axes, x.type.axes)));
  useExact(scope, x);
  if (y) useExact(scope, y);
  return { text: `${x.text} ${random.pick(["<", ">", "<=", ">="])} ${y && random.chance(0.5) ? y.text : "0.2"}`, type: { dtype: "bool", axes: x.type.axes } };
};

function domains(scope: Scope, axes: readonly Axis[]): string {
  const bare = (axis: Axis): boolean => scope.axisNames.has(axis.name) && equal(scope, named(scope, axis.name), axis.size);
  return `for ${axes.map((axis, i) => `${"ijk"[i]} in ${bare(axis) ? axis.name : `${axis.name} = ${axis.size.text}`}`).join(", ")}`;
}

/** A table that lines up with something, or of new axes. */
export const table: Step = (scope) => {
  const x = someFloat(scope);
  let axes = x && scope.random.chance(0.7) ? x.type.axes.filter(() => scope.random.chance(0.6)).slice(0, 3) : [];
  if (axes.length === 0) axes = [{ name: freshAxis(scope), size: smallSize(scope) }];
  const elements = ["f32(i) * 0.1", "f32(i % 3) - 0.5", "sin(0.7 * i)", "f32(floor(i / 2)) * 0.25", "exp(-0.1 * f32(i * i))", "if i < 2 then 0.5 else 0.25", ...(axes.length > 1 ? ["0.1 * f32(i - j)", "f32(i * 2 + j) / 10.0", "f32(j <= i)"] : [])];
  return { text: `[${scope.random.pick(elements)} ${domains(scope, axes)}]`, type: { dtype: "f32", axes } };
};

/** Repeated along new axes or those of another tensor. */
export const expansion: Step = (scope) => {
  const x = someFloat(scope, 0);
  if (!x || x.type.axes.length > 4) return undefined;
  const at = scope.random.below(x.type.axes.length + 1);
  const made: Axis = { name: freshAxis(scope, x.type.axes), size: smallSize(scope, 3) };
  const axes = [...x.type.axes.slice(0, at), made, ...x.type.axes.slice(at)];
  const said = axes.map((axis) => (scope.axisNames.has(axis.name) && equal(scope, named(scope, axis.name), axis.size) ? axis.name : `${axis.name} = ${axis.size.text}`));
  return { text: `expand(${x.text}, [${said.join(", ")}])`, type: { dtype: "f32", axes }, exact: x.exact };
};

export const renaming: Step = (scope) => {
  const x = someFloat(scope);
  if (!x) return undefined;
  const axis = scope.random.pick(x.type.axes);
  const name = freshAxis(scope, x.type.axes);
  return { text: `rename(${x.text}, ${name} = ${axis.name})`, type: { dtype: "f32", axes: x.type.axes.map((each) => (each === axis ? { name, size: axis.size } : each)) }, exact: x.exact };
};

/** A name for axes that have none: by the type of a `let`. */
export function nameUnnamed(scope: Scope): void {
  for (const tensor of [...scope.tensors]) {
    if (isPlain(tensor.type)) continue;
    const axes: Axis[] = [];
    for (const axis of tensor.type.axes) axes.push(axis.name === "" ? { name: freshAxis(scope, tensor.type.axes, axes), size: axis.size } : axis);
    const name = `t${scope.counter++}`;
    const type = { dtype: tensor.type.dtype, axes };
    scope.statements.push(`let ${name}: ${typeText(scope, type)} = ${tensor.text}`);
    scope.tensors.push({ ...tensor, text: name, type });
  }
}
