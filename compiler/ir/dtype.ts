/** Element types of tensors. */
export type Dtype = "f32" | "f64" | "f16" | "bf16" | "i32" | "bool";
