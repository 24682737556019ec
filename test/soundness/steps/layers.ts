/** Layers of the library that find their axis by its name, wherever it stands. Each owns weights, so one stands in a statement. */
import { demandDivides, equal, freshAxis, holds, mayBeStatic, smallSize, someFloat, useStatic, type Axis, type Made, type Scope } from "../scope.ts";
import type { Step } from "./step.ts";

/** `over:` may be left out where the axis is called C. */
const overOption = (scope: Scope, axis: Axis): string => (axis.name === "C" && scope.random.chance(0.7) ? "" : `, over: ${axis.name}`);

function replaced(axes: readonly Axis[], old: Axis, made: Axis): readonly Axis[] {
  return axes.map((axis) => (axis === old ? made : axis));
}

export const linear: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const axis = random.pick(x.type.axes);
  const size = smallSize(scope);
  const form = random.below(3);
  const made: Axis = form === 0 ? axis : form === 1 ? { name: axis.name, size } : { name: freshAxis(scope, x.type.axes), size };
  if (!mayBeStatic(scope, [axis.size, made.size])) return undefined;
  useStatic(scope, [axis.size, made.size]);
  scope.owns = true;
  const out = form === 0 ? "" : form === 1 ? `, out: ${random.chance(0.5) ? made.size.text : `${made.name} = ${made.size.text}`}` : `, out: ${made.name} = ${made.size.text}`;
  const type = { dtype: "f32" as const, axes: replaced(x.type.axes, axis, made) };
  if (random.chance(0.25)) {
    const hidden = random.chance(0.5) ? `, hidden: ${smallSize(scope).text}` : "";
    const activation = random.chance(0.5) ? `, activation: ${random.pick(["relu", "gelu", "silu", "tanh"])}` : "";
    if (freshAxis(scope, x.type.axes) === "h" || x.type.axes.some(({ name }) => name === "h")) return { text: `Linear(${x.text}${overOption(scope, axis)}${out})`, type };
    return { text: `Mlp(${x.text}${overOption(scope, axis)}${out}${hidden}${activation})`, type };
  }
  return { text: `Linear(${x.text}${overOption(scope, axis)}${out}${random.chance(0.2) ? ", biased: false" : ""})`, type };
};

export const normalisation: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const name = random.pick(["LayerNorm", "RMSNorm", "BatchNorm", "FeedForward", "GroupNorm"]);
  const axis = random.pick(x.type.axes);
  if (name === "GroupNorm") return groupNorm(scope);
  if (name === "FeedForward") {
    const last = x.type.axes[x.type.axes.length - 1];
    if (holds(scope, (world) => last.size.values[world] === 1) || !mayBeStatic(scope, [last.size]) || x.type.axes.slice(0, -1).some((own) => own.name === "C")) return undefined;
    useStatic(scope, [last.size]);
    scope.owns = true;
    return { text: `FeedForward(${x.text}, hidden: ${smallSize(scope).text})`, type: x.type };
  }
  // Over a single element a normalisation says nothing, and is refused.
  if (holds(scope, (world) => axis.size.values[world] === 1) || !mayBeStatic(scope, [axis.size])) return undefined;
  useStatic(scope, [axis.size]);
  scope.owns = true;
  return { text: `${name}(${x.text}${overOption(scope, axis)})`, type: x.type };
};

function groupNorm(scope: Scope): Made | undefined {
  const x = someFloat(scope, 2, ({ type: { axes } }) => axes[0].name !== "C" && axes[1].name !== "B" && axes.slice(2).every(({ name }) => name !== "B" && name !== "C"));
  if (!x) return undefined;
  const groups = smallSize(scope, 3);
  const channels = x.type.axes[1].size;
  if (!mayBeStatic(scope, [channels, groups]) || !demandDivides(scope, channels, groups)) return undefined;
  useStatic(scope, [channels, groups]);
  scope.owns = true;
  return { text: `GroupNorm(${x.text}, groups: ${groups.text})`, type: x.type };
}

/** A table of vectors, and one for each whole number of an index. */
export const embedding: Step = (scope) => {
  const index = scope.random.pick(scope.tensors.filter(({ type, below }) => type.dtype === "i32" && below !== undefined));
  if (!index) return undefined;
  const out: Axis = { name: freshAxis(scope, index.type.axes), size: smallSize(scope) };
  if (!mayBeStatic(scope, [out.size])) return undefined;
  useStatic(scope, [out.size]);
  scope.owns = true;
  return { text: `Embedding(${index.text}, rows: ${index.below! + scope.random.below(3)}, out: ${out.name} = ${out.size.text}, init: random.normal(std: 0.5))`, type: { dtype: "f32", axes: [...index.type.axes, out] } };
};

/** A layer made with its options alone, applied to two tensors: one set of weights. */
export const shared: Step = (scope) => {
  const x = someFloat(scope, 1);
  if (!x) return undefined;
  const { random } = scope;
  const axis = random.pick(x.type.axes);
  const out: Axis = { name: freshAxis(scope, x.type.axes), size: smallSize(scope) };
  if (!mayBeStatic(scope, [axis.size, out.size])) return undefined;
  useStatic(scope, [axis.size, out.size]);
  const others = scope.tensors.filter((tensor) => tensor.type.dtype === "f32" && tensor !== x && tensor.type.axes.some((own) => own.name === axis.name && equal(scope, own.size, axis.size)) && !tensor.type.axes.some(({ name }) => name === out.name || name === ""));
  scope.owns = true;
  const name = `s${scope.counter++}`;
  scope.statements.push(`let ${name} = Linear(over: ${axis.name}, out: ${out.name} = ${out.size.text})`);
  const other = random.pick(others);
  if (other) {
    const second = `t${scope.counter++}`;
    scope.statements.push(`let ${second} = ${name}(${other.text})`);
    const old = other.type.axes.find((own) => own.name === axis.name)!;
    scope.tensors.push({ text: second, type: { dtype: "f32", axes: replaced(other.type.axes, old, out) } });
  }
  return { text: `${name}(${x.text})`, type: { dtype: "f32", axes: replaced(x.type.axes, axis, out) } };
};
