/**
 * Several nodes of the graph that are one expression of the program: a sum of many, a stack, dropout and its gradient, sums of the blocks of a map, the variance of a
 * sample. What is written so is not made node by node, as long as nobody else reads what lies between.
 */
import { constantValue, type Size } from "../../../compiler/dims/index.ts";
import { rootsOf, type Graph, type Node, type NodeOf } from "../../../compiler/ir/graph.ts";
import { scoped, type FormContext } from "../form.ts";
import { numberText } from "../forms/sources.ts";
import { sumsOf } from "./sums.ts";

export interface Idiom {
  readonly operands: readonly Node[];
  readonly write: (operands: readonly string[], context: FormContext) => string;
}

interface Found extends Idiom {
  /** The nodes between the operands and the result. */
  readonly between: readonly Node[];
}

/** The idioms of a graph by the nodes that they give, and the nodes that are not made because of them. `order`: the nodes of the graph, operands first. */
export function idiomsOf(graph: Graph, order: readonly Node[]): { readonly idioms: ReadonlyMap<Node, Idiom>; readonly inner: ReadonlySet<Node> } {
  const roots = new Set(rootsOf(graph));
  const users = new Map<Node, Node[]>();
  for (const node of order) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const idioms = new Map<Node, Idiom>();
  const inner = new Set<Node>();
  const found = new Map(order.flatMap((node): readonly (readonly [Node, Found])[] => {
    const own = dropoutOf(node) ?? stackOf(node) ?? blockSumsOf(node) ?? sampleVarianceOf(node);
    return own ? [[node, own]] : [];
  }));
  // From the results on: what lies between is left out where all its readers are.
  const between = new Set([...found.values()].flatMap((own) => own.between));
  for (const node of order.toReversed()) {
    const own = inner.has(node) ? undefined : found.get(node);
    if (own) idioms.set(node, own);
    if (!between.has(node) || roots.has(node)) continue;
    if (users.get(node)!.every((user) => inner.has(user) || idioms.get(user) === found.get(user) && found.get(user)?.between.includes(node))) inner.add(node);
  }
  const sums = sumsOf(graph, order);
  for (const [node, operands] of sums.terms) idioms.set(node, { operands, write: (texts) => `tf.addN([${texts.join(", ")}])` });
  for (const node of sums.inner) inner.add(node);
  return { idioms, inner };
}

type Operation<Name extends Node["operator"]> = Node & NodeOf<Name>;
const isA = <Name extends Node["operator"]>(node: Node | undefined, name: Name): node is Operation<Name> => node?.operator === name;

/** A number, also one that is repeated. */
const numberOf = (node: Node): number | undefined => (node.operator === "broadcast" ? numberOf(node.inputs[0]) : isA(node, "constant") && node.attributes.value.data.length === 1 ? node.attributes.value.data[0] : undefined);

/** Elements are dropped with a probability, the others scaled up; on the way back the slopes of those dropped. Drawn numbers have the shape of what they drop. */
function dropoutOf(node: Node): Found | undefined {
  const [product, share] = isA(node, "div") ? node.inputs : [node, undefined];
  if (!isA(product, "mul")) return undefined;
  const at = product.inputs.findIndex((input) => maskOf(input));
  if (at < 0) return undefined;
  const { rate, random, between } = maskOf(product.inputs[at])!;
  const scaled = product.inputs[1 - at];
  // Forward, the product is scaled; on the way back, the slope is before the product.
  const [x, scale] = share ? [scaled, share] : isA(scaled, "div") ? scaled.inputs : [];
  if (!x || !scale || !isNear(numberOf(scale) ?? NaN, 1 - rate)) return undefined;
  return {
    operands: [x], between: [...between, share ? product : scaled],
    write: ([text], { library, stream }) => `${library("dropout")}(${text}, ${numberText(rate)}, ${stream(random.attributes.key)})`,
  };
}

/** 1 where a drawn number is not below a rate. */
function maskOf(node: Node): { readonly rate: number; readonly random: Operation<"random">; readonly between: readonly Node[] } | undefined {
  const [comparison] = isA(node, "cast") ? node.inputs : [];
  if (!isA(comparison, "less_equal")) return undefined;
  const [least, random] = comparison.inputs;
  const rate = numberOf(least);
  return rate !== undefined && isA(random, "random") && random.attributes.distribution === "uniform" ? { rate, random, between: [node, comparison, random] } : undefined;
}

/** Whether two numbers are the same but for how they were computed. */
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.abs(b);

/** Tensors of one shape along a new axis. */
function stackOf(node: Node): Found | undefined {
  if (!isA(node, "concat")) return undefined;
  const { axis } = node.attributes;
  const isAdded = (view: Node): boolean => isA(view, "reshape") && constantValue(view.type.shape[axis]) === 1 && isSame(view.type.shape.toSpliced(axis, 1), view.inputs[0].type.shape);
  return node.inputs.every(isAdded) ? { operands: node.inputs.map((view) => view.inputs[0]), between: node.inputs, write: (texts) => `tf.stack([${texts.join(", ")}], ${axis})` } : undefined;
}

const isSame = (a: readonly Size[], b: readonly Size[]): boolean => a.length === b.length && a.every((size, at) => size === b[at]);

/** The sums of the blocks of a map with channels last: the gradient of enlarging it. */
function blockSumsOf(node: Node): Found | undefined {
  const columns = blockSumAlong(node, 2);
  const rows = columns && blockSumAlong(columns.x, 1);
  if (!rows || rows.x.type.shape.length !== 4) return undefined;
  return {
    operands: [rows.x], between: [...columns.between, columns.x, ...rows.between],
    write: ([text], { library }) => `${library("sumOfBlocks")}(${text}, [${rows.size}, ${columns.size}])`,
  };
}

/** A sum of so many neighbours along an axis. */
function blockSumAlong(node: Node, axis: number): { readonly x: Node; readonly size: number; readonly between: readonly Node[] } | undefined {
  const [split] = isA(node, "reduce") && node.attributes.kind === "sum" && node.attributes.axes.join() === String(axis + 1) ? node.inputs : [];
  if (!isA(split, "reshape")) return undefined;
  const [x] = split.inputs;
  const size = constantValue(split.type.shape[axis + 1]);
  const isSplit = x.type.shape.length === split.type.shape.length - 1 && x.type.shape.every((each, at) => at === axis || each === split.type.shape[at < axis ? at : at + 1]);
  return size !== undefined && isSplit ? { x, size, between: [split] } : undefined;
}

/**
 * A share of the variance of a sample, n / (n - 1) times that of its numbers, as running variances are made of it: the share without that factor, so that
 * norms over more or fewer numbers are one function.
 */
function sampleVarianceOf(node: Node): Found | undefined {
  if (!isA(node, "mul")) return undefined;
  const at = node.inputs.findIndex((input) => numberOf(input) !== undefined);
  const variance = node.inputs[1 - at];
  if (at < 0 || !isA(variance, "reduce") || variance.attributes.kind !== "mean") return undefined;
  const [square] = variance.inputs;
  const [centred, same] = isA(square, "mul") ? square.inputs : [];
  const count = variance.attributes.axes.reduce((product, axis) => product * (constantValue(square.type.shape[axis]) ?? NaN), 1);
  if (!isA(centred, "sub") || centred !== same || !(count > 1)) return undefined;
  const factor = numberOf(node.inputs[at])!;
  const share = Number(((factor * (count - 1)) / count).toPrecision(12));
  // A short number that has the factor n / (n - 1), and no short number by itself.
  if (!isNear(share * (count / (count - 1)), factor) || numberText(share).length >= numberText(factor).length - 3) return undefined;
  const [x] = centred.inputs;
  return { operands: [variance, x], between: [], write: ([text, of], { library }) => scoped(`tf.mul(${numberText(share)}, ${library("sampleVariance")}(${text}, ${of}))`) };
}
