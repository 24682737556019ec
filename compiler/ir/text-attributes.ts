/**
 * The schema by which the text form writes and reads attributes: for each of them what kind of thing it is, checked against the attribute table by
 * tsc. `shape`, `dtype` and `to` repeat the type of the result, which stands in the line anyway: they are not written.
 */
import type { Size } from "../dims/index.ts";
import type { AttributeTable, Dtype, Initializer, OperatorName, TensorData, ValueType } from "./graph.ts";

/** What stands for a type of attribute values. */
type KindOf<Value> = [Value] extends [Size]
  ? "size"
  : [Value] extends [readonly Size[]]
    ? "sizes"
    : [Value] extends [TensorData]
      ? "tensor"
      : [Value] extends [Initializer]
        ? "initializer"
        : [Value] extends [boolean]
          ? "boolean"
          : [Value] extends [number]
            ? "number"
            : [Value] extends [Dtype]
              ? "dtype"
              : [Value] extends [string]
                ? "word"
                : [Value] extends [readonly number[]]
                  ? "numbers"
                  : [Value] extends [readonly (readonly [number, number])[]]
                    ? "pairs"
                    : never;

export type AttributeKind = "size" | "sizes" | "tensor" | "initializer" | "boolean" | "number" | "dtype" | "word" | "numbers" | "pairs";

const weight = { path: "word", init: "initializer", shape: "sizes", dtype: "dtype" } as const;
const sliding = { stride: "numbers", dilation: "numbers", inputDilation: "numbers", low: "sizes", high: "sizes" } as const;
const window = { window: "numbers", stride: "numbers", low: "numbers", high: "numbers" } as const;

const schema = {
  input: { name: "word", shape: "sizes", dtype: "dtype" },
  parameter: weight,
  state: weight,
  constant: { value: "tensor" },
  size: { size: "size" },
  iota: { shape: "sizes", axis: "number" },
  random: { distribution: "word", key: "word", shape: "sizes" },
  reshape: { shape: "sizes" },
  transpose: { permutation: "numbers" },
  broadcast: { shape: "sizes", positions: "numbers" },
  slice: { starts: "sizes", stops: "sizes", steps: "numbers" },
  pad: { low: "sizes", high: "sizes", value: "number" },
  concat: { axis: "number" },
  reverse: { axes: "numbers" },
  gather: { batch: "number" },
  scatter_add: { batch: "number", size: "size" },
  neg: {}, abs: {}, sign: {}, exp: {}, expm1: {}, log: {}, log1p: {}, sqrt: {}, rsqrt: {}, sin: {}, cos: {}, tanh: {}, sigmoid: {}, erf: {},
  floor: {}, not: {}, is_finite: {}, stop_gradient: {},
  cast: { to: "dtype" },
  add: {}, sub: {}, mul: {}, div: {}, pow: {}, rem: {}, max: {}, min: {}, less: {}, less_equal: {}, equal: {}, and: {}, or: {}, select: {},
  reduce: { kind: "word", axes: "numbers" },
  argmax: { axis: "number" },
  cumsum: { axis: "number" },
  top_k: { axis: "number", k: "size", order: "word" },
  dot: { batch: "pairs", contract: "pairs" },
  conv: sliding,
  conv_kernel_gradient: { ...sliding, kernel: "numbers" },
  pool: { kind: "word", ...window, countPadding: "boolean" },
  pool_max_gradient: window,
  softmax: { axis: "number" },
  log_softmax: { axis: "number" },
  layer_norm: { axis: "number", epsilon: "number" },
  batch_norm: { axis: "number", epsilon: "number" },
  relu: {}, gelu: {}, quick_gelu: {}, silu: {}, softplus: {},
  leaky_relu: { slope: "number" },
  resize: { sizes: "sizes", mode: "word" },
  softmax_gradient: { axis: "number" },
  layer_norm_gradient: { axis: "number", epsilon: "number" },
  layer_norm_scale_gradient: { axis: "number", epsilon: "number" },
  batch_norm_gradient: { axis: "number", epsilon: "number" },
  batch_norm_scale_gradient: { axis: "number", epsilon: "number" },
  activation_gradient: { of: "word", slope: "number" },
  conv_channels_last: { ...sliding, groups: "word" },
  conv_kernel_gradient_channels_last: { ...sliding, kernel: "numbers", groups: "word" },
  pool_channels_last: { kind: "word", ...window, countPadding: "boolean" },
  pool_max_gradient_channels_last: window,
  resize_channels_last: { sizes: "sizes", mode: "word" },
} satisfies { readonly [Name in OperatorName]: { readonly [Key in keyof AttributeTable[Name]]: KindOf<AttributeTable[Name][Key]> } };

/** Attributes of an operator and their kinds, in the order in which they are written. */
export const attributeKinds: Readonly<Record<OperatorName, Readonly<Record<string, AttributeKind>>>> = schema;

export const isOperator = (name: string): name is OperatorName => Object.hasOwn(schema, name);

/** The value of an attribute that the type of the result tells. */
export function attributeOfType(name: string, type: Pick<ValueType, "shape" | "dtype">): readonly Size[] | Dtype | undefined {
  switch (name) {
    case "shape":
      return type.shape;
    case "dtype":
    case "to":
      return type.dtype;
    default:
      return undefined;
  }
}
