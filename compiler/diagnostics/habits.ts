/** Names that people bring from elsewhere, and what they mean here. Consulted where a name is unknown; never an alias. */
const habits: Readonly<Record<string, string>> = {
  // PyTorch functions and methods
  cat: "concat", matmul: "einsum", bmm: "einsum", mm: "einsum", view: "rearrange", reshape: "rearrange", permute: "rearrange", transpose: "rearrange", flatten: "rearrange",
  unsqueeze: "expand", repeat: "expand", where: "select", gather: "take", index_select: "take", topk: "top_k", interpolate: "resize", detach: "stop_gradient",
  max_pool2d: "pool.max", avg_pool2d: "pool.average", scaled_dot_product_attention: "attend", binary_cross_entropy_with_logits: "bce_with_logits", mse_loss: "squared_error",
  // PyTorch modules
  Conv2d: "Conv", ConvTranspose2d: "ConvTranspose", BatchNorm1d: "BatchNorm", BatchNorm2d: "BatchNorm", MultiheadAttention: "MultiHeadAttention", ReLU: "relu", GELU: "gelu", SiLU: "silu",
  LeakyReLU: "leaky_relu", Sigmoid: "sigmoid", Tanh: "tanh", Softmax: "softmax", Dropout: "dropout", MLP: "Mlp", PixelShuffle: "pixel_shuffle", TransformerEncoderLayer: "EncoderLayer",
  // options
  bias: "biased", dim: "over", axis: "over", out_channels: "out", out_features: "out", embed_dim: "out", embedding_dim: "out", num_embeddings: "rows", kernel_size: "kernel", num_heads: "heads",
  num_groups: "groups", p: "rate", negative_slope: "slope", k: "out", size: "to", upscale_factor: "factor", dtype: "f32",
};

/** What a name from elsewhere is called here, whether or not that is in reach where it was said. */
export function meantBy(name: string): string | undefined {
  return Object.hasOwn(habits, name) ? habits[name] : undefined;
}
