/** A tensor with its numbers, row-major; bools as bytes 0 and 1. */
export type EngineTensor =
  | { readonly dtype: "f32"; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: "f64"; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: "i32"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: "i64"; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: "f16"; readonly shape: readonly number[]; readonly data: Uint16Array }
  | { readonly dtype: "bool"; readonly shape: readonly number[]; readonly data: Uint8Array };
