/** Axes that disappear or are looked along: sums, running sums, the largest, softmax, pooling. */
import { atLeast, demand, demandAtLeast, floats, freshAxis, holds, linesUp, number, sameType, smallSize, someFloat, useExact, useStatic, mayBeStatic, type Axis, type Scope, type Tensor } from "../scope.ts";
import { floorOver, minus, plus, type Size } from "../size.ts";
import type { Step } from "./step.ts";

const without = (axes: readonly Axis[], gone: readonly Axis[]): readonly Axis[] => axes.filter((axis) => !gone.includes(axis));
const said = (axes: readonly Axis[]): string => (axes.length === 1 ? axes[0].name : `[${axes.map((axis) => axis.name).join(", ")}]`);

export const reduction: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const count = Math.min(x.type.axes.length - (random.chance(0.9) ? 1 : 0), random.pick([1, 1, 2, 3]));
  if (count < 1) return undefined;
  const gone = random.shuffled(x.type.axes).slice(0, count);
  const kind = random.pick(["mean", "mean", "max", "min", "sum", "prod"]);
  const operand = kind === "prod" ? `(0.5 + sigmoid(${x.text}))` : x.text;
  const text = `${kind}(${operand}, over: ${said(gone)})`;
  return { text: kind === "sum" ? `0.2 * ${text}` : text, type: { dtype: "f32", axes: without(x.type.axes, gone) } };
};

export const alongAxis: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const axis = scope.random.pick(x.type.axes);
  // Over a single element a softmax says nothing, and is refused.
  const several = !holds(scope, (world) => axis.size.values[world] === 1);
  const texts = [...(several ? [`softmax(${x.text}, over: ${axis.name})`, `log_softmax(${x.text}, over: ${axis.name})`] : []), `0.3 * cumsum(${x.text}, over: ${axis.name})`, `reverse(${x.text}, over: ${axis.name})`];
  return { text: scope.random.pick(texts), type: x.type };
};

const exactTensors = (scope: Scope): readonly Tensor[] => floats(scope, 1, (tensor) => tensor.exact !== undefined);

/** Picked by where another (or itself) is largest: take with an index of the shared axes. */
export const picked: Step = (scope) => {
  const ranked = exactTensors(scope);
  if (ranked.length === 0) return undefined;
  const { random } = scope;
  const y = random.pick(ranked);
  const axis = random.pick(y.type.axes);
  const rest = without(y.type.axes, [axis]);
  const sources = floats(scope, 1, (tensor) => tensor.type.axes.some((own) => own.name === axis.name && sizesAgree(scope, own, axis)) && linesUp(scope, rest, tensor.type.axes.filter((own) => own.name !== axis.name)));
  const x = random.pick(sources);
  if (!x) return undefined;
  const at = x.type.axes.findIndex((own) => own.name === axis.name);
  if (random.chance(0.5)) {
    useExact(scope, y);
    return { text: `take(${x.text}, argmax(${y.text}, over: ${axis.name}), over: ${axis.name})`, type: { dtype: "f32", axes: x.type.axes.filter((_, i) => i !== at) } };
  }
  const name = freshAxis(scope, x.type.axes, y.type.axes);
  const k = smallSize(scope, 2);
  if (!demand(scope, (world) => k.values[world] <= axis.size.values[world], `${k.text} <= ${axis.size.text}`)) return undefined;
  useExact(scope, y);
  const index = `top_k(${y.text}, over: ${axis.name}, out: ${name} = ${k.text}, order: ${random.pick(["by_value", "by_index"])})`;
  return { text: `take(${x.text}, ${index}, over: ${axis.name})`, type: { dtype: "f32", axes: x.type.axes.map((own, i) => (i === at ? { name, size: k } : own)) } };
};

const sizesAgree = (scope: Scope, a: Axis, b: Axis): boolean => sameType(scope, { dtype: "f32", axes: [a] }, { dtype: "f32", axes: [b] });

/** Rows of a table by whole numbers of an input. */
export const looked: Step = (scope) => {
  const indices = scope.tensors.filter((tensor) => tensor.type.dtype === "i32" && tensor.below !== undefined);
  const index = scope.random.pick(indices);
  if (!index) return undefined;
  const x = scope.random.pick(floats(scope, 1, (tensor) => tensor.type.axes.some((axis) => atLeast(scope, axis.size, index.below!))));
  if (!x) return undefined;
  const axis = scope.random.pick(x.type.axes.filter(({ size }) => atLeast(scope, size, index.below!)));
  const shared = (own: Axis): boolean => x.type.axes.some((other) => other !== axis && other.name === own.name);
  if (index.type.axes.some((own) => shared(own) && !x.type.axes.some((other) => other.name === own.name && sizesAgree(scope, own, other)))) return undefined;
  const fresh = index.type.axes.filter((own) => !shared(own));
  if (fresh.some((own) => x.type.axes.some((other) => other !== axis && other.name === own.name))) return undefined;
  return { text: `take(${x.text}, ${index.text}, over: ${axis.name})`, type: { dtype: "f32", axes: x.type.axes.flatMap((own) => (own === axis ? fresh : [own])) } };
};

/** Windows, strides and paddings are numbers where the block is used. */
export const pooling: Step = (scope) => {
  const x = someFloat(scope, 2);
  if (!x) return undefined;
  const { random } = scope;
  const slid = random.shuffled(x.type.axes).slice(0, random.pick([1, 2, 2]));
  const windows = slid.map((axis) => {
    const window = smallSize(scope, 3);
    return { axis, window, stride: random.chance(0.4) ? smallSize(scope, 3) : window, padding: random.chance(0.3) ? 1 : 0 };
  });
  const numbers = windows.flatMap(({ window, stride }) => [window, stride]);
  if (!mayBeStatic(scope, numbers)) return undefined;
  const sizes = new Map<Axis, Size>();
  for (const { axis, window, stride, padding } of windows) {
    if (padding && !demandAtLeast(scope, window, 2)) return undefined;
    const padded = plus(axis.size, number(2 * padding));
    if (!demand(scope, (world) => padded.values[world] >= window.values[world], `${padded.text} >= ${window.text}`)) return undefined;
    sizes.set(axis, plus(floorOver(minus(padded, window), stride), number(1)));
  }
  useStatic(scope, numbers);
  const record = (pick: (each: (typeof windows)[number]) => string): string => `(${windows.map((each) => `${each.axis.name}: ${pick(each)}`).join(", ")})`;
  const strided = windows.some(({ window, stride }) => window.text !== stride.text) || random.chance(0.2);
  const kind = random.pick(["max", "average"]);
  const options = [
    `window: ${record(({ window }) => window.text)}`,
    ...(strided ? [`stride: ${record(({ stride }) => stride.text)}`] : []),
    ...(windows.some(({ padding }) => padding > 0) ? [`padding: ${record(({ padding }) => String(padding))}`] : []),
    ...(kind === "average" && random.chance(0.3) ? ["count_padding: false"] : []),
  ];
  return { text: `pool.${kind}(${x.text}, ${options.join(", ")})`, type: { dtype: "f32", axes: x.type.axes.map((axis) => (sizes.has(axis) ? { name: axis.name, size: sizes.get(axis)! } : axis)) } };
};
