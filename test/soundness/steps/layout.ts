/** Elements moved, not computed on: rearrangement, parts, joins, ends. */
import { demand, demandAtLeast, demandDivides, floats, freshAxis, number, smallSize, someFloat, type Axis, type Scope, type Tensor } from "../scope.ts";
import { minus, over, plus, times, type Size } from "../size.ts";
import type { Step } from "./step.ts";

interface Factor {
  readonly name: string;
  readonly size: Size;
}

/** Some axes are split or renamed, all parts are mixed, some neighbours are merged. */
export const rearrangement: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const own = x.type.axes;
  const taken: Axis[] = [...own];
  const name = (): string => {
    const made = freshAxis(scope, taken);
    taken.push({ name: made, size: number(1) });
    return made;
  };
  const options: string[] = [];
  const left: string[] = [];
  const factors: Factor[] = [];
  const listed = random.chance(0.15) ? random.shuffled(own) : own;
  for (const axis of listed) {
    const divisor = random.chance(0.3) ? smallSize(scope, 3) : undefined;
    if (divisor && divisor.text !== "1" && demandDivides(scope, axis.size, divisor)) {
      const [known, derived] = [name(), name()];
      const parts: Factor[] = [{ name: known, size: divisor }, { name: derived, size: over(axis.size, divisor) }];
      const order = random.chance(0.5) ? parts : [parts[1], parts[0]];
      left.push(`${axis.name} = (${order.map((part) => part.name).join(" ")})`);
      options.push(`${known}: ${divisor.text}`);
      factors.push(...order);
    } else if (random.chance(0.1)) {
      const renamed = name();
      left.push(`${renamed} = ${axis.name}`);
      factors.push({ name: renamed, size: axis.size });
    } else {
      left.push(axis.name);
      factors.push(axis);
    }
  }
  const mixed = random.chance(0.8) ? random.shuffled(factors) : factors;
  const right: string[] = [];
  const axes: Axis[] = [];
  for (let i = 0; i < mixed.length; i++) {
    const next = mixed[i + 1];
    if (next && random.chance(0.3)) {
      const merged = random.chance(0.4) ? random.pick([mixed[i].name, next.name]) : name();
      right.push(`${merged} = (${mixed[i].name} ${next.name})`);
      axes.push({ name: merged, size: times(mixed[i].size, next.size) });
      i++;
    } else {
      right.push(mixed[i].name);
      axes.push(mixed[i]);
    }
  }
  if (new Set(axes.map((axis) => axis.name)).size < axes.length) return undefined;
  return { text: `rearrange(${x.text}, [${left.join(", ")}] -> [${right.join(", ")}]${options.map((option) => `, ${option}`).join("")})`, type: { dtype: "f32", axes }, exact: x.exact };
};

/** One index, or a part, of one or two axes. */
export const part: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const chosen = random.shuffled(x.type.axes).slice(0, random.pick([1, 1, 2]));
  const texts: string[] = [];
  const kept = new Map<Axis, Axis | undefined>(x.type.axes.map((axis) => [axis, axis]));
  for (const axis of chosen) {
    const cut = smallSize(scope, 3);
    const form = random.below(6);
    if (form === 0) {
      texts.push(`${axis.name} = ${random.chance(0.5) ? "0" : minus(axis.size, number(1)).text}`);
      kept.set(axis, undefined);
    } else if (form === 1) {
      if (!demand(scope, (world) => axis.size.values[world] > cut.values[world], `${axis.size.text} > ${cut.text}`)) return undefined;
      texts.push(`${axis.name} = ${cut.text}..`);
      kept.set(axis, { name: axis.name, size: minus(axis.size, cut) });
    } else if (form === 2) {
      if (!demand(scope, (world) => axis.size.values[world] >= cut.values[world], `${axis.size.text} >= ${cut.text}`)) return undefined;
      texts.push(`${axis.name} = ..${cut.text}`);
      kept.set(axis, { name: axis.name, size: cut });
    } else if (form === 3) {
      if (!demandDivides(scope, axis.size, number(2))) return undefined;
      const half = over(axis.size, number(2));
      const first = random.chance(0.5);
      texts.push(`${axis.name} = ${first ? `0..${half.text}` : `${half.text}..${axis.size.text}`}`);
      kept.set(axis, { name: axis.name, size: half });
    } else if (form === 4) {
      if (!demandAtLeast(scope, axis.size, 3)) return undefined;
      texts.push(`${axis.name} = 1..${minus(axis.size, number(1)).text}`);
      kept.set(axis, { name: axis.name, size: minus(axis.size, number(2)) });
    } else {
      if (!demandAtLeast(scope, axis.size, 2)) return undefined;
      texts.push(`${axis.name} = 0..=${random.pick(["0", "1"])}`);
      kept.set(axis, { name: axis.name, size: number(texts[texts.length - 1].endsWith("1") ? 2 : 1) });
    }
  }
  return { text: `${x.text}[${texts.join(", ")}]`, type: { dtype: "f32", axes: x.type.axes.flatMap((axis) => kept.get(axis) ?? []) }, exact: x.exact };
};

const alike = (scope: Scope, a: Axis, b: Axis): boolean => a.name === b.name && scope.alive.every((alive, world) => !alive || a.size.values[world] === b.size.values[world]);

export const joining: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const at = random.below(x.type.axes.length);
  const fits = (other: Tensor): boolean => other.type.axes.length === x.type.axes.length && other.type.axes.every((axis, i) => (i === at ? axis.name === x.type.axes[at].name : alike(scope, axis, x.type.axes[i])));
  const others = floats(scope, x.type.axes.length, fits);
  const parts = [x, ...Array.from({ length: random.pick([1, 1, 2]) }, () => random.pick(others))];
  const size = parts.slice(1).reduce((sum, each) => plus(sum, each.type.axes[at].size), x.type.axes[at].size);
  const list = parts.map((each) => (random.chance(0.2) ? `tanh(${each.text})` : each.text)).join(", ");
  return { text: `concat(${random.chance(0.2) ? `[${list}]` : list}, over: ${x.type.axes[at].name})`, type: { dtype: "f32", axes: x.type.axes.map((axis, i) => (i === at ? { name: axis.name, size } : axis)) } };
};

export const stacking: Step = (scope) => {
  const x = someFloat(scope, 0);
  if (!x || x.type.axes.length > 4) return undefined;
  const { random } = scope;
  const others = floats(scope, x.type.axes.length, (other) => other.type.axes.length === x.type.axes.length && other.type.axes.every((axis, i) => alike(scope, axis, x.type.axes[i])));
  const parts = [x.text, ...Array.from({ length: random.pick([1, 1, 2]) }, () => random.pick(others).text)];
  const list = parts.map((each) => (random.chance(0.2) ? `sin(${each})` : each)).join(", ");
  const made: Axis = { name: freshAxis(scope, x.type.axes), size: number(parts.length) };
  const after = x.type.axes.length && random.chance(0.6) ? random.below(x.type.axes.length) : -1;
  const axes = [...x.type.axes.slice(0, after + 1), made, ...x.type.axes.slice(after + 1)];
  return { text: `stack(${random.chance(0.5) ? `[${list}]` : list}, axis: ${made.name}${after < 0 ? "" : `, after: ${x.type.axes[after].name}`})`, type: { dtype: "f32", axes } };
};

export const ends: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const axis = random.pick(x.type.axes);
  if (random.chance(0.4)) {
    const by = smallSize(scope, 2);
    if (!demand(scope, (world) => axis.size.values[world] > by.values[world], `${axis.size.text} > ${by.text}`)) return undefined;
    return { text: `roll(${x.text}, by: (${axis.name}: ${random.chance(0.5) ? `-${by.text}` : by.text}))`, type: x.type, exact: x.exact };
  }
  const amount = smallSize(scope, 3);
  const option = random.pick(["by", "before", "after"]);
  const size = plus(axis.size, option === "by" ? times(number(2), amount) : amount);
  const value = random.chance(0.3) ? ", value: 0.5" : "";
  return { text: `pad(${x.text}, ${option}: (${axis.name}: ${amount.text})${value})`, type: { dtype: "f32", axes: x.type.axes.map((each) => (each === axis ? { name: axis.name, size } : each)) } };
};

/** The last two axes at another resolution. */
export const resizing: Step = (scope) => {
  const suits = ({ type: { axes } }: Tensor): boolean => {
    const [v, u] = axes.slice(-2);
    return axes.length >= 2 && v.name !== "X" && u.name !== "Y" && axes.slice(0, -2).every(({ name }) => name !== "Y" && name !== "X");
  };
  const x = someFloat(scope, 2, suits);
  if (!x) return undefined;
  const { random } = scope;
  const [v, u] = x.type.axes.slice(-2);
  const target = (axis: Axis): Size => (random.chance(0.5) ? times(axis.size, number(2)) : smallSize(scope, 6));
  const [rows, columns] = [target(v), target(u)];
  const text = `resize(${x.text}, to: (Y: ${rows.text}, X: ${columns.text})${random.chance(0.5) ? ", mode: nearest" : ""})`;
  return { text, type: { dtype: "f32", axes: [...x.type.axes.slice(0, -2), { name: v.name, size: rows }, { name: u.name, size: columns }] } };
};
