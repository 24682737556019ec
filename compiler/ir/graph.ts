/**
 * The graph: immutable nodes in single-assignment form, each with one result, an explicit type with symbolic sizes, and the place in the
 * source that it came from. A node *is* its value; a graph is named roots. Blocks survive as `path` (`vision.layer.3.attention`),
 * which is what costs, weights and messages speak of. There is no control flow here: families and choices were settled by lowering.
 */
import type { Span } from "../../grammar/source.ts";
import type { Claim, Size } from "../dims/index.ts";
import type { Dtype } from "./dtype.ts";
import type { Initializer } from "./initializer.ts";

export type { Dtype } from "./dtype.ts";
export type { Initializer } from "./initializer.ts";

/** The type of a value: axes are positional here; their names are kept for people and for ONNX `dim_param`. */
export interface ValueType {
  readonly dtype: Dtype;
  readonly shape: readonly Size[];
  /** One name per axis, "" where it has none. */
  readonly axes: readonly string[];
}

/** Where a node came from: a span, the calls that led there (innermost first), and the passes that rewrote it. */
export interface Location {
  readonly span: Span;
  readonly callers: readonly Span[];
  /** `gradient`, `fold_batch_norm`, … when a pass made the node from one at this location. */
  readonly derived?: string;
}

/** A literal tensor; `data` in row-major order, bools as 0 and 1. */
export interface TensorData {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The attributes of every operator. Axis numbers are positions in the (first) operand, from 0. */
export interface AttributeTable {
  // sources
  input: { readonly name: string; readonly shape: readonly Size[]; readonly dtype: Dtype };
  parameter: { readonly path: string; readonly init: Initializer; readonly shape: readonly Size[]; readonly dtype: Dtype };
  state: { readonly path: string; readonly init: Initializer; readonly shape: readonly Size[]; readonly dtype: Dtype };
  constant: { readonly value: TensorData };
  /** The value of a size as an i32 scalar. */
  size: { readonly size: Size };
  /** i32: the index along `axis`. */
  iota: { readonly shape: readonly Size[]; readonly axis: number };
  /** f32 in [0, 1) or standard normal; counter-based: the bits are a function of (key, step, element). */
  random: { readonly distribution: "uniform" | "normal"; readonly key: string; readonly shape: readonly Size[] };
  // shape
  reshape: { readonly shape: readonly Size[] };
  transpose: { readonly permutation: readonly number[] };
  /** Operand axis i stands at `positions[i]` (increasing) of the result; the others are repeated. */
  broadcast: { readonly shape: readonly Size[]; readonly positions: readonly number[] };
  /** Elements start, start + step, … below stop, for every axis. Steps are positive. */
  slice: { readonly starts: readonly Size[]; readonly stops: readonly Size[]; readonly steps: readonly number[] };
  /** Adds `low` and `high` elements of `value` at the ends of each axis. Not negative. */
  pad: { readonly low: readonly Size[]; readonly high: readonly Size[]; readonly value: number };
  concat: { readonly axis: number };
  reverse: { readonly axes: readonly number[] };
  /** x[b…, n, r…], index i32[b…, k…] -> [b…, k…, r…], with `batch` leading axes shared. */
  gather: { readonly batch: number };
  /** updates[b…, k…, r…], index i32[b…, k…] -> zeros[b…, size, r…] with the updates added at their index. Inputs: (updates, index). */
  scatter_add: { readonly batch: number; readonly size: Size };
  // unary
  neg: Empty; abs: Empty; sign: Empty; exp: Empty; expm1: Empty; log: Empty; log1p: Empty; sqrt: Empty; rsqrt: Empty;
  sin: Empty; cos: Empty; tanh: Empty; sigmoid: Empty; erf: Empty; floor: Empty; not: Empty; is_finite: Empty; stop_gradient: Empty;
  cast: { readonly to: Dtype };
  // binary and ternary: operands have identical shapes (broadcast is explicit)
  add: Empty; sub: Empty; mul: Empty; div: Empty; pow: Empty; rem: Empty; max: Empty; min: Empty;
  less: Empty; less_equal: Empty; equal: Empty; and: Empty; or: Empty;
  /** (condition bool, then, else) */
  select: Empty;
  // reductions: the reduced axes disappear
  reduce: { readonly kind: "sum" | "mean" | "max" | "min" | "prod"; readonly axes: readonly number[] };
  /** i32; the first of equals. */
  argmax: { readonly axis: number };
  cumsum: { readonly axis: number };
  /** i32 indices of the k largest along `axis`; equals: the lower index first. `by_value`: largest first; `by_index`: increasing. */
  top_k: { readonly axis: number; readonly k: Size; readonly order: "by_value" | "by_index" };
  // contractions
  /** Pairs of axes (left, right). Result axes: batch, then the free axes of the left, then those of the right. */
  dot: { readonly batch: readonly (readonly [number, number])[]; readonly contract: readonly (readonly [number, number])[] };
  /** x[N, G, C, s1…], w[G, O, C, k1…] -> [N, G, O, t1…], t = floor((dilated(s) + low + high - dilation (k - 1) - 1) / stride) + 1,
   *  dilated(s) = (s - 1) input_dilation + 1. G is the group: ordinary, grouped, depthwise and per-sample kernels are all this. */
  conv: {
    readonly stride: readonly number[];
    readonly dilation: readonly number[];
    readonly inputDilation: readonly number[];
    readonly low: readonly Size[];
    readonly high: readonly Size[];
  };
  /** (x, cotangent of the result) -> the cotangent of the kernel, [G, O, C, k1…], of the `conv` with these attributes. */
  conv_kernel_gradient: AttributeTable["conv"] & { readonly kernel: readonly number[] };
  /** Over the last `window.length` axes. max pads with -inf; average counts only real elements when `countPadding` is false. */
  pool: {
    readonly kind: "max" | "average";
    readonly window: readonly number[];
    readonly stride: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly countPadding: boolean;
  };
  /** (x, cotangent) -> like x: each cotangent goes to the first largest element of its window. */
  pool_max_gradient: {
    readonly window: readonly number[];
    readonly stride: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  // composites: each has a decomposition into the above
  softmax: { readonly axis: number };
  log_softmax: { readonly axis: number };
  /** (x, scale[n], shift[n]) over one axis. */
  layer_norm: { readonly axis: number; readonly epsilon: number };
  /** (x, mean[n], variance[n], scale[n], shift[n]): (x - mean) / sqrt(variance + epsilon) * scale + shift along `axis`. */
  batch_norm: { readonly axis: number; readonly epsilon: number };
  relu: Empty; gelu: Empty; quick_gelu: Empty; silu: Empty; softplus: Empty;
  leaky_relu: { readonly slope: number };
  /** The last `sizes.length` axes are resampled. nearest: index floor(i * old / new). bilinear: half-pixel centres, border held (PyTorch align_corners=False). */
  resize: { readonly sizes: readonly Size[]; readonly mode: "nearest" | "bilinear" };
  // gradients of composites, for a target that has a function for each (operators/slopes.ts)
  softmax_gradient: { readonly axis: number };
  layer_norm_gradient: AttributeTable["layer_norm"];
  layer_norm_scale_gradient: AttributeTable["layer_norm"];
  batch_norm_gradient: AttributeTable["batch_norm"];
  batch_norm_scale_gradient: AttributeTable["batch_norm"];
  activation_gradient: { readonly of: "relu" | "leaky_relu" | "gelu" | "quick_gelu" | "silu" | "softplus"; readonly slope: number };
  // composites for a target that holds images with channels last; the layout pass of such a target makes them, after differentiation
  /** `conv` between tensors whose channels come last; which axes they have depends on `groups` (operators/channels-last.ts). */
  conv_channels_last: AttributeTable["conv"] & { readonly groups: Groups };
  conv_kernel_gradient_channels_last: AttributeTable["conv_kernel_gradient"] & { readonly groups: Groups };
  /** `pool`, `pool_max_gradient` and `resize` along the axes before the last one. */
  pool_channels_last: AttributeTable["pool"];
  pool_max_gradient_channels_last: AttributeTable["pool_max_gradient"];
  resize_channels_last: AttributeTable["resize"];
}
/** The groups of a convolution: one; one for each channel, with one kernel (depthwise); one for each sample; or otherwise. */
export type Groups = "one" | "channels" | "samples" | "some";
type Empty = { readonly [none in never]: never };

export type OperatorName = keyof AttributeTable;

/** One value. `NodeOf<"conv">` knows its attributes. */
export interface NodeOf<Name extends OperatorName> {
  /** Unique in the process, increasing with creation: only for maps and order, never printed. */
  readonly id: number;
  readonly operator: Name;
  readonly inputs: readonly Node[];
  readonly attributes: AttributeTable[Name];
  readonly type: ValueType;
  readonly location: Location;
  /** The binding path of the block or statement that made it, e.g. `vision.layer.3.attention.query`. */
  readonly path: string;
}
export type Node = { [Name in OperatorName]: NodeOf<Name> }[OperatorName];

export interface NamedNode {
  readonly name: string;
  readonly node: Node;
}

/** What the free sizes of a batch must satisfy: a fact of an input, or an `assume` of a block that the graph contains. */
export interface Requirement {
  /** As it is written: `T <= context`. */
  readonly text: string;
  /** Of an `assume`. */
  readonly reason?: string;
  readonly claims: readonly Claim[];
  readonly span: Span;
}

/** The call of a layer: what the source says of it. Of a layer that is applied several times, the first, but for the spans. */
export interface LayerCall {
  readonly block: string;
  /** The name of the block where it is declared. */
  readonly declaration: Span;
  readonly doc: string;
  /** How many calls there are around what the block makes itself: the length of `location.callers`. */
  readonly depth: number;
  /** Where it is called: what the block makes has one of these among its callers, arguments of the call, which have its path too, have none. */
  readonly spans: readonly Span[];
  /** The signature's names for values, by the paths at which these were made; of a list several. */
  readonly inputs: readonly { readonly name: string; readonly isList: boolean; readonly paths: readonly string[] }[];
  /** Options that are numbers or alternatives, as texts. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

export interface Graph {
  readonly name: string;
  /** Input nodes in the order of the source, used or not. */
  readonly inputs: readonly NodeOf<"input">[];
  readonly outputs: readonly NamedNode[];
  /** In source order; only those that the outputs or updates reach. */
  readonly parameters: readonly NodeOf<"parameter">[];
  readonly states: readonly NodeOf<"state">[];
  /** The block behind each layer's path: `vision.layer.3` -> `EncoderLayer`, in source order. */
  readonly blocks?: ReadonlyMap<string, string>;
  /** What is known of the calls behind these paths, and of calls of blocks without weights, by the paths of their statements; a graph that was read from its text has none. */
  readonly calls?: ReadonlyMap<string, LayerCall>;
  /** New values of states after a training step, by state path. Empty in an inference graph. */
  readonly updates: readonly NamedNode[];
  /** What is not settled by numbers: an artefact refuses a batch that breaks it. */
  readonly requirements?: readonly Requirement[];
}

/** Every node that the roots reach, operands before users, in a deterministic order (depth first, operands left to right). Iterative: deep graphs are fine. */
export function topologicalOrder(roots: readonly Node[]): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<number, "open" | "done">();
  for (const root of roots) {
    const stack: Node[] = [root];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const seen = state.get(node.id);
      if (seen === "done") stack.pop();
      else if (seen === "open") {
        state.set(node.id, "done");
        order.push(node);
        stack.pop();
      } else {
        state.set(node.id, "open");
        for (let i = node.inputs.length - 1; i >= 0; i--) if (!state.has(node.inputs[i].id)) stack.push(node.inputs[i]);
      }
    }
  }
  return order;
}

export function rootsOf(graph: Graph): readonly Node[] {
  return [...graph.outputs, ...graph.updates].map((root) => root.node);
}
