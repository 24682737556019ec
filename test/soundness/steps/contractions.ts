/** Sums of products: einsum, and convolutions of every kind that the choice of shared axes gives. */
import { demand, demandAtLeast, floats, freshAxis, freshName, mayBeStatic, number, smallSize, someFloat, useStatic, type Axis, type Scope, type Tensor } from "../scope.ts";
import { floorOver, minus, plus, times, type Size } from "../size.ts";
import { parameter } from "./elementwise.ts";
import type { Step } from "./step.ts";

const equalSizes = (scope: Scope, a: Axis, b: Axis): boolean => scope.alive.every((alive, world) => !alive || a.size.values[world] === b.size.values[world]);

/** Two operands; axes of one name are shared where their sizes agree, else renamed. Some letters are summed. */
export const einsum: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const y = random.chance(0.4) ? matrixFor(scope, x) : random.pick(floats(scope, 1));
  if (!y) return undefined;
  const letters = new Map<string, Axis>(x.type.axes.map((axis) => [axis.name, axis]));
  const second: string[] = [];
  const names: string[] = [];
  for (const axis of y.type.axes) {
    const shared = x.type.axes.find((own) => own.name === axis.name && equalSizes(scope, own, axis));
    if (shared && (random.chance(0.8) || axis.name === "B")) {
      second.push(axis.name);
      names.push(axis.name);
      continue;
    }
    const name = !letters.has(axis.name) && !shared ? axis.name : freshAxis(scope, [...letters.values()], [...letters.keys()].map((each) => ({ name: each, size: axis.size })), y.type.axes);
    if (letters.has(name)) return undefined;
    second.push(name === axis.name ? name : `${name} = ${axis.name}`);
    names.push(name);
    letters.set(name, { name, size: axis.size });
  }
  const shared = names.filter((name) => x.type.axes.some((axis) => axis.name === name));
  const summed = new Set(shared.filter((name) => name !== "B" && random.chance(0.75)));
  for (const name of letters.keys()) if (name !== "B" && !shared.includes(name) && random.chance(0.12)) summed.add(name);
  const kept = random.shuffled([...letters.keys()].filter((name) => !summed.has(name)));
  const ordered = random.chance(0.5) ? [...letters.keys()].filter((name) => !summed.has(name)) : kept;
  if (ordered.length > 5) return undefined;
  const text = `einsum(${x.text}[${x.type.axes.map((axis) => axis.name).join(", ")}], ${y.text}[${second.join(", ")}] -> [${ordered.join(", ")}])`;
  return { text: random.chance(0.5) ? `tanh(0.5 * ${text})` : `0.3 * ${text}`, type: { dtype: "f32", axes: ordered.map((name) => ({ name, size: letters.get(name)!.size })) } };
};

function matrixFor(scope: Scope, x: Tensor): Tensor | undefined {
  const axis = scope.random.pick(x.type.axes);
  const out: Axis = { name: freshAxis(scope, x.type.axes), size: smallSize(scope) };
  return parameter(scope, scope.random.shuffled([axis, out]), 0.4);
}

interface Window {
  readonly axis: Axis;
  readonly kernel: Axis;
  readonly stride: Size;
  readonly dilation: Size;
  readonly padding: number;
  readonly extra: number;
}

interface Roles {
  readonly batch: readonly Axis[];
  readonly group: readonly Axis[];
  readonly contracted: readonly Axis[];
  readonly out: readonly Axis[];
}

export const convolution: Step = (scope) => {
  const x = someFloat(scope, 2);
  if (!x) return undefined;
  const { random } = scope;
  const transposed = random.chance(0.25);
  const mixed = random.shuffled(x.type.axes);
  const slid = mixed.slice(0, Math.min(x.type.axes.length - 1, random.pick([1, 1, 2, 2, 3])));
  const windows = slid.map((axis, i) => windowFor(scope, x, axis, i, transposed));
  const batch: Axis[] = [];
  const group: Axis[] = [];
  const contracted: Axis[] = [];
  for (const axis of x.type.axes) {
    if (slid.includes(axis)) continue;
    const role = axis.name === "B" ? (random.chance(0.15) ? group : batch) : random.pick([contracted, contracted, group, batch]);
    (mayBeStatic(scope, [axis.size]) || role !== contracted ? role : batch).push(axis);
  }
  const used = [...x.type.axes, ...windows.map(({ kernel }) => kernel)];
  const out: Axis[] = random.chance(0.75) ? [{ name: freshAxis(scope, used), size: smallSize(scope, 3) }] : [];
  const kernel = kernelFor(scope, x, { batch, group, contracted, out }, windows);
  const sizes = kernel && slidingSizes(scope, windows, transposed);
  if (!kernel || !sizes) return undefined;
  const numbers = windows.flatMap(({ stride, dilation, kernel: own }) => [stride, dilation, own.size]);
  if (!mayBeStatic(scope, numbers)) return undefined;
  useStatic(scope, numbers);
  const kept = [...batch, ...group, ...out];
  const ordered = random.chance(0.6) ? [...x.type.axes.filter((axis) => kept.includes(axis) || slid.includes(axis)), ...out] : random.shuffled([...kept, ...slid]);
  const options = [`slide: (${windows.map(({ axis, kernel: own }) => `${axis.name}: ${own.name}`).join(", ")})`, ...windowOptions(windows, scope)];
  const patterns = `${x.text}[${x.type.axes.map((axis) => axis.name).join(", ")}], ${kernel.text}[${kernel.type.axes.map((axis) => axis.name).join(", ")}]`;
  const text = `${transposed ? "conv_transpose" : "conv"}(${patterns} -> [${ordered.map((axis) => axis.name).join(", ")}], ${options.join(", ")})`;
  return { text: random.chance(0.4) ? `tanh(${text})` : text, type: { dtype: "f32", axes: ordered.map((axis) => (slid.includes(axis) ? { name: axis.name, size: sizes.get(axis)! } : axis)) } };
};

function windowFor(scope: Scope, x: Tensor, axis: Axis, i: number, transposed: boolean): Window {
  const { random } = scope;
  const extent = smallSize(scope, 3);
  const stride = random.chance(0.5) ? number(1) : smallSize(scope, 3);
  const dilation = random.chance(0.7) ? number(1) : smallSize(scope, 2);
  const usual = `k${"yxz"[i]}`;
  const name = x.type.axes.some((own) => own.name === usual) ? freshName(scope, "k") : usual;
  return { axis, kernel: { name, size: extent }, stride, dilation, padding: random.pick([0, 0, 1, 1, 2]), extra: transposed && random.chance(0.3) ? 1 : 0 };
}

function slidingSizes(scope: Scope, windows: readonly Window[], transposed: boolean): ReadonlyMap<Axis, Size> | undefined {
  const sizes = new Map<Axis, Size>();
  for (const { axis, kernel, stride, dilation, padding, extra } of windows) {
    const span = times(dilation, minus(kernel.size, number(1)));
    if (transposed) {
      if (!demand(scope, (world) => span.values[world] >= padding, `${span.text} >= ${padding}`)) return undefined;
      if (extra && !demandAtLeast(scope, stride, 2)) return undefined;
      const size = plus(minus(plus(plus(times(minus(axis.size, number(1)), stride), span), number(1)), number(2 * padding)), number(extra));
      if (!demandAtLeast(scope, size, 1)) return undefined;
      sizes.set(axis, size);
      continue;
    }
    const room = minus(plus(axis.size, number(2 * padding)), span);
    if (!demand(scope, (world) => room.values[world] >= 1, `${plus(axis.size, number(2 * padding)).text} > ${span.text}`)) return undefined;
    sizes.set(axis, plus(floorOver(minus(room, number(1)), stride), number(1)));
  }
  return sizes;
}

function windowOptions(windows: readonly Window[], scope: Scope): readonly string[] {
  const one = (name: string, pick: (window: Window) => string, usual: string): readonly string[] => {
    const values = windows.map(pick);
    if (values.every((value) => value === usual) && scope.random.chance(0.8)) return [];
    const same = values.every((value) => value === values[0]) && scope.random.chance(0.5);
    return [`${name}: ${same ? values[0] : `(${windows.map((window, i) => `${window.axis.name}: ${values[i]}`).join(", ")})`}`];
  };
  return [
    ...one("stride", ({ stride }) => stride.text, "1"),
    ...one("dilation", ({ dilation }) => dilation.text, "1"),
    ...one("padding", ({ padding }) => String(padding), "0"),
    ...(windows.some(({ extra }) => extra > 0) ? one("output_padding", ({ extra }) => String(extra), "0") : []),
  ];
}

/** A parameter; for axes that no weight may have, one that is repeated along them and scaled by the input: a kernel for each sample. */
function kernelFor(scope: Scope, x: Tensor, { group, contracted, out }: Roles, windows: readonly Window[]): Tensor | undefined {
  const sliders = windows.map(({ kernel }) => kernel);
  const free = group.filter((axis) => axis.name === "B" || !mayBeStatic(scope, [axis.size]));
  const fixed = scope.random.shuffled([...group.filter((axis) => !free.includes(axis)), ...contracted, ...out, ...sliders]);
  const weight = parameter(scope, fixed, 0.4);
  if (!weight || free.length === 0) return weight;
  const summed = x.type.axes.filter((axis) => !free.includes(axis));
  const kept = x.type.axes.filter((axis) => free.includes(axis));
  const axes = [...kept, ...fixed];
  const scale = `mean(${x.text}, over: [${summed.map((axis) => axis.name).join(", ")}])`;
  const name = `k${scope.counter++}`;
  scope.statements.push(`let ${name} = expand(${weight.text}, [${axes.map((axis) => `${axis.name} = ${axis.size.text}`).join(", ")}]) * (1.0 + ${scale})`);
  return { text: name, type: { dtype: "f32", axes } };
}
