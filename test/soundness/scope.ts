/**
 * What the generator knows where it writes a statement: the tensors in scope with their types, and sample worlds, in each of which every size of the
 * signature is a number (and every switch is set). A requirement that holds in all worlds is taken to hold; one that holds in enough of them may be
 * made a fact, and the other worlds are forgotten.
 */
import type { Random } from "./random.ts";
import type { Signature } from "./signature.ts";
import { numberSize, plus, times, type Size } from "./size.ts";
import type { Scalar } from "./tree-values.ts";

export const worldCount = 192;
const fewestWorlds = 36;
const longestSize = 90;

export interface Axis {
  readonly name: string;
  readonly size: Size;
}

export interface TensorType {
  readonly dtype: "f32" | "i32" | "bool";
  readonly axes: readonly Axis[];
}

export interface Tensor {
  /** How it is referred to: `t3`, `r1.low`, `h2[4]`. */
  readonly text: string;
  readonly type: TensorType;
  /** Set where its numbers are exactly those of inputs: the names of these. Only such are compared or ranked, because rounding may change an order. */
  readonly exact?: ReadonlySet<string>;
  /** Whole numbers: they are below this. */
  readonly below?: number;
}

/** A statement's value, to be bound. */
export interface Made {
  readonly text: string;
  readonly type: TensorType;
  readonly exact?: ReadonlySet<string>;
  readonly below?: number;
}

export interface Scope {
  readonly random: Random;
  readonly kind: "block" | "model";
  readonly alive: boolean[];
  /** Names of sizes and switches, with their values in each world. */
  readonly names: Map<string, readonly Scalar[]>;
  /** Those of the names that are axes of the scope: a bare `C` means the axis and its size. */
  readonly axisNames: Set<string>;
  /** Ints, bools and choices that statements may use. */
  readonly ints: Set<string>;
  readonly bools: Set<string>;
  readonly choices: Map<string, { readonly choice: string; readonly alternatives: readonly string[] }>;
  readonly tensors: Tensor[];
  readonly lists: { readonly text: string; readonly length: number; readonly element: TensorType }[];
  readonly statements: string[];
  readonly facts: string[];
  /** Names of the signature that must be numbers where the block is used, because weights or windows depend on them. */
  readonly staticNames: Set<string>;
  /** Inputs that are compared or ranked. */
  readonly exactInputs: Set<string>;
  /** In a model: which configuration each world is of. */
  readonly configurationOf: readonly number[];
  readonly blocks: readonly Signature[];
  owns: boolean;
  counter: number;
  used: Set<string>;
}

export const number = (value: number): Size => numberSize(value, worldCount);

export function named(scope: Scope, name: string): Size {
  return { text: name, values: scope.names.get(name) as readonly number[], atom: true };
}

export function holds(scope: Scope, claim: (world: number) => boolean): boolean {
  return scope.alive.every((alive, world) => !alive || claim(world));
}

export const equal = (scope: Scope, a: Size, b: Size): boolean => holds(scope, (world) => a.values[world] === b.values[world]);
export const atLeast = (scope: Scope, a: Size, least: number): boolean => holds(scope, (world) => a.values[world] >= least);

/** Whether a requirement holds in all worlds that are left; it may be made a fact. */
export function demand(scope: Scope, claim: (world: number) => boolean, fact: string | undefined): boolean {
  if (holds(scope, claim)) return true;
  if (!fact || fact.length > longestSize || scope.facts.length >= 4 || !scope.random.chance(0.6)) return false;
  // Facts of a model speak of free sizes: what a configuration decides must hold as it is.
  if (scope.kind === "model" && !factSuits(scope, claim)) return false;
  const left = scope.alive.filter((alive, world) => alive && claim(world)).length;
  if (left < fewestWorlds) return false;
  scope.facts.push(fact);
  scope.alive.forEach((alive, world) => (scope.alive[world] = alive && claim(world)));
  return true;
}

/** In every configuration some world is left. */
function factSuits(scope: Scope, claim: (world: number) => boolean): boolean {
  const all = new Set(scope.configurationOf);
  const left = new Set(scope.configurationOf.filter((_, world) => scope.alive[world] && claim(world)));
  return all.size === left.size;
}

export const demandAtLeast = (scope: Scope, size: Size, least: number): boolean =>
  demand(scope, (world) => size.values[world] >= least, size.text.length > longestSize ? undefined : `${size.text} >= ${least}`);

export const demandDivides = (scope: Scope, size: Size, divisor: Size): boolean =>
  demand(scope, (world) => size.values[world] % divisor.values[world] === 0 && size.values[world] >= divisor.values[world], `${size.atom ? size.text : `(${size.text})`} % ${divisor.atom ? divisor.text : `(${divisor.text})`} == 0`);

export const demandNotAbove = (scope: Scope, small: Size, large: Size): boolean =>
  demand(scope, (world) => small.values[world] <= large.values[world], `${small.text} <= ${large.text}`);

/** Whether a size may shape a weight here: any may in a block (and must then be a number where the block is used), those of the config in a model. */
export function mayBeStatic(scope: Scope, sizes: readonly Size[]): boolean {
  // A batch shapes no weight; and what positions shape is rare, because a model seldom fixes them.
  if (scope.kind === "block") return sizes.every(({ text }) => !/\bB\b/.test(text) && (!/\b[YXT]\b/.test(text) || scope.random.chance(0.4)));
  return sizes.every((size) => {
    const known = new Map<number, number>();
    return holds(scope, (world) => {
      const configuration = scope.configurationOf[world];
      if (!known.has(configuration)) known.set(configuration, size.values[world]);
      return known.get(configuration) === size.values[world];
    });
  });
}

export function useStatic(scope: Scope, sizes: readonly Size[]): void {
  if (scope.kind === "block") for (const size of sizes) for (const name of size.text.match(/[A-Za-z_]\w*(?:\.\w+)?/g) ?? []) if (scope.names.has(name)) scope.staticNames.add(name);
}

const freshAxes = ["h", "u", "v", "w", "p", "q", "m", "z"];

/** A name for a new axis: new to these types, now and then one that other tensors have too. */
export function freshAxis(scope: Scope, ...types: readonly (readonly Axis[])[]): string {
  const taken = new Set(types.flatMap((axes) => axes.map((axis) => axis.name)));
  const names = freshAxes.filter((name) => !taken.has(name) && !scope.names.has(name));
  return names.length && scope.random.chance(0.7) ? scope.random.pick(names) : `a${scope.counter++}`;
}

export const freshName = (scope: Scope, prefix: string): string => `${prefix}${scope.counter++}`;

export function axisText(scope: Scope, { name, size }: Axis): string {
  if (name === "") return size.text;
  if (scope.axisNames.has(name) && equal(scope, named(scope, name), size)) return name;
  return `${name} = ${size.text}`;
}

export const typeText = (scope: Scope, { dtype, axes }: TensorType): string => `${dtype}[${axes.map((axis) => axisText(scope, axis)).join(", ")}]`;

/** A small size for something new: a number, or an int of the signature. */
export function smallSize(scope: Scope, most = 5): Size {
  const { random } = scope;
  const ints = [...scope.ints].filter((name) => holds(scope, (world) => (scope.names.get(name)![world] as number) <= 16));
  if (ints.length && random.chance(0.3)) {
    const int = named(scope, random.pick(ints));
    const form = random.below(16);
    if (form === 0) return plus(int, number(1));
    if (form === 1) return times(number(2), int);
    if (form === 2) return { text: `max(${int.text}, 2)`, values: int.values.map((value) => Math.max(value, 2)), atom: true };
    if (form === 3) return { text: `min(${int.text}, 2)`, values: int.values.map((value) => Math.min(value, 2)), atom: true };
    return int;
  }
  if (scope.bools.size && random.chance(0.06)) {
    const name = random.pick([...scope.bools]);
    return { text: `(if ${name} then 3 else 2)`, values: scope.names.get(name)!.map((value) => (value ? 3 : 2)), atom: true };
  }
  return number(1 + random.below(most));
}

export const isPlain = ({ axes }: TensorType): boolean => axes.every((axis) => axis.name !== "");

export function floats(scope: Scope, least = 1, accept: (tensor: Tensor) => boolean = () => true): readonly Tensor[] {
  return scope.tensors.filter((tensor) => tensor.type.dtype === "f32" && tensor.type.axes.length >= least && isPlain(tensor.type) && accept(tensor));
}

/** One of the tensors, the newest more often. */
export function someFloat(scope: Scope, least = 1, accept: (tensor: Tensor) => boolean = () => true): Tensor | undefined {
  const all = floats(scope, least, accept);
  if (all.length === 0) return undefined;
  return scope.random.chance(0.5) ? all[all.length - 1] : scope.random.pick(all);
}

export function sameType(scope: Scope, a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && a.axes.length === b.axes.length && a.axes.every((axis, i) => axis.name === b.axes[i].name && equal(scope, axis.size, b.axes[i].size));
}

/** Whether `small` lines up within `large`: its axes stand there in the same order, with equal sizes. */
export function linesUp(scope: Scope, small: readonly Axis[], large: readonly Axis[]): boolean {
  let at = 0;
  for (const axis of small) {
    while (at < large.length && large[at].name !== axis.name) at++;
    if (at === large.length || !equal(scope, axis.size, large[at].size)) return false;
    at++;
  }
  return true;
}

/** Compared or ranked: so the inputs that it comes from must be exact for every use. */
export function useExact(scope: Scope, tensor: Tensor): void {
  for (const name of tensor.exact ?? []) scope.exactInputs.add(name);
}

const longestText = 220;

export function bind(scope: Scope, made: Made): Tensor | undefined {
  if (made.text.length > longestText || made.type.axes.some(({ size }) => size.text.length > longestSize || !atLeast(scope, size, 1)) || !bounded(scope, made.type)) return undefined;
  const name = freshName(scope, "t");
  const annotated = scope.random.chance(0.12);
  scope.statements.push(`let ${name}${annotated ? `: ${typeText(scope, made.type)}` : ""} = ${made.text}`);
  const tensor: Tensor = { text: name, type: made.type, exact: made.exact, below: made.below };
  scope.tensors.push(tensor);
  return tensor;
}

/** Small enough for the interpreter where the sizes are small. */
function bounded(scope: Scope, { axes }: TensorType): boolean {
  return axes.length <= 6 && scope.alive.some((alive, world) => alive && axes.reduce((product, { size }) => product * size.values[world], 1) <= 4_000);
}

/** Taken back to before a step that came to nothing: what it wrote already would be used by nothing. */
export function attempt(scope: Scope, step: () => boolean): boolean {
  const [statements, tensors, lists, owns] = [scope.statements.length, scope.tensors.length, scope.lists.length, scope.owns];
  if (step()) return true;
  scope.statements.length = statements;
  scope.tensors.length = tensors;
  scope.lists.length = lists;
  scope.owns = owns;
  return false;
}
