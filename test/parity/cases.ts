/**
 * The layer library, case by case, as .net texts; torch_layers.py, torch_attention.py, torch_functions.py and
 * torch_architectures.py hold the same cases in PyTorch. Sizes that may be free are left free. Where both
 * sides compute the same by formulas that round differently beyond 1e-12, `tolerance` says how far they may be apart, and why.
 */
export interface LibraryCase {
  readonly text: string;
  readonly tolerance?: { readonly forward: number; readonly backward: number; readonly reason: string };
}

const model = (text: string, tolerance?: LibraryCase["tolerance"]): LibraryCase => ({ text: `model Case {\n${text}\n}\n`, tolerance });

/** One layer over `x`. */
const layer = (input: string, call: string, output: string): LibraryCase =>
  model(`  input x: f32[${input}]\n  let layer = ${call}\n  output y: f32[${output}] = layer`);

export const cases: Readonly<Record<string, LibraryCase>> = {
  linear: layer("B, T, C = 5", "Linear(x, out: 4)", "B, T, C = 4"),
  linear_on_map: layer("B, C = 5, Y, X", "Linear(x, out: 3, biased: false)", "B, C = 3, Y, X"),
  linear_over_words: layer("B, T = 7, C", "Linear(x, over: T, out: 3)", "B, T = 3, C"),
  embedding: model("  input index: i32[B, T]\n  let layer = Embedding(index, rows: 11, out: C = 6)\n  output y: f32[B, T, C = 6] = layer"),
  mlp: layer("B, T, C = 5", "Mlp(x)", "B, T, C = 5"),
  mlp_silu: layer("B, T, C = 5", "Mlp(x, hidden: 7, out: 3, activation: silu)", "B, T, C = 3"),
  feed_forward: layer("B, T, C = 6", "FeedForward(x, activation: tanh)", "B, T, C = 6"),

  layer_norm: layer("B, T, C = 6", "LayerNorm(x)", "B, T, C = 6"),
  layer_norm_on_map: layer("B, C = 6, Y, X", "LayerNorm(x, eps: 1e-3)", "B, C = 6, Y, X"),
  rms_norm: layer("B, T, C = 6", "RMSNorm(x)", "B, T, C = 6"),
  batch_norm: layer("B, C = 6, Y, X", "BatchNorm(x)", "B, C = 6, Y, X"),
  batch_norm_of_vectors: layer("B, C = 6", "BatchNorm(x)", "B, C = 6"),
  batch_norm_training: layer("B, C = 6, Y, X", "BatchNorm(x, momentum: 0.2)", "B, C = 6, Y, X"),
  batch_norm_of_vectors_training: layer("B, C = 6", "BatchNorm(x, momentum: 0.999)", "B, C = 6"),
  group_norm: layer("B, C = 6, Y, X", "GroupNorm(x, groups: 3)", "B, C = 6, Y, X"),

  conv: layer("B, C = 4, Y, X", "Conv(x, out: 3)", "B, C = 3, Y, X"),
  conv_stride: layer("B, C = 4, Y = 7, X = 8", "Conv(x, out: 6, stride: 2, biased: false)", "B, C = 6, Y = 4, X = 4"),
  conv_dilation: layer("B, C = 4, Y, X", "Conv(x, dilation: 2)", "B, C = 4, Y, X"),
  conv_groups: layer("B, C = 6, Y, X", "Conv(x, out: 9, groups: 3)", "B, C = 9, Y, X"),
  conv_asymmetric: layer(
    "B, C = 4, Y = 9, X = 8",
    "Conv(x, out: 6, kernel: (Y: 3, X: 2), stride: (Y: 2, X: 3), dilation: (Y: 1, X: 2), padding: (Y: 0, X: 2), groups: 2)",
    "B, C = 6, Y = 4, X = 4",
  ),
  conv_patches: layer("B, C = 3, Y = 8, X = 12", "Conv(x, out: 5, kernel: 4, stride: 4, padding: 0, biased: false)", "B, C = 5, Y = 2, X = 3"),
  depthwise: layer("B, C = 4, Y, X", "DepthwiseConv(x)", "B, C = 4, Y, X"),
  depthwise_asymmetric: layer(
    "B, C = 4, Y = 8, X = 9",
    "DepthwiseConv(x, kernel: (Y: 1, X: 3), stride: (Y: 1, X: 2), dilation: (Y: 1, X: 3), biased: true)",
    "B, C = 4, Y = 8, X = 5",
  ),
  depthwise_separable: layer("B, C = 4, Y, X", "DepthwiseSeparable(x, out: 3, dilation: 5)", "B, C = 3, Y, X"),
  conv_1d: layer("B, C = 4, T", "Conv1d(x, out: 3)", "B, C = 3, T"),
  conv_1d_wide: layer("B, C = 4, T = 12", "Conv1d(x, out: 6, stride: 2, dilation: 5, biased: false)", "B, C = 6, T = 6"),
  conv_transpose: layer("B, C = 4, Y, X", "ConvTranspose(x, out: 3)", "B, C = 3, Y = 2 * Y, X = 2 * X"),
  conv_transpose_overlapping: layer(
    "B, C = 4, Y = 3, X = 5",
    "ConvTranspose(x, out: 3, kernel: (Y: 3, X: 4), stride: (Y: 2, X: 1))",
    "B, C = 3, Y = 7, X = 8",
  ),
  conv_norm: layer("B, C = 4, Y, X", "ConvNorm(x, out: 6, stride: 2, groups: 2, slope: 0.1)", "B, C = 6, Y = ceil(Y / 2), X = ceil(X / 2)"),
  conv_norm_1d: layer("B, C = 4, T", "ConvNorm1d(x, out: 6, kernel: 5, dilation: 2)", "B, C = 6, T"),

  self_attention: layer("B, T, C = 12", "MultiHeadAttention(x, x, heads: 3)", "B, T, C = 12"),
  cross_attention: model(`  input x: f32[B, T, C = 12]
  input memory: f32[B, S, D = 8]
  let layer = MultiHeadAttention(x, memory, heads: 4)
  output y: f32[B, T, C = 12] = layer`),
  causal_attention: layer("B, T, C = 8", "MultiHeadAttention(x, x, heads: 2, causal: true)", "B, T, C = 8"),
  masked_attention: model(`  input x: f32[B, T, C = 8]
  input memory: f32[B, S, D = 8]
  input visible: bool[B, S]
  let layer = MultiHeadAttention(x, memory, memory, visible, heads: 2)
  output y: f32[B, T, C = 8] = layer`),
  encoder_layer: layer("B, T, C = 12", "EncoderLayer(x, heads: 3)", "B, T, C = 12"),
  encoder_layer_causal: layer("B, T, C = 8", "EncoderLayer(x, heads: 2, causal: true, activation: quick_gelu)", "B, T, C = 8"),

  rotated_kernels: model(`  input angle: f32[B, base = 6]
  input weight: f32[base = 6, o = 2, c = 3, v = 3, u = 3]
  let turn = rotation(angle, size: 3)
  output y: f32[B, base = 6, o = 2, c = 3, ky = 3, kx = 3]
    = einsum(turn[B, base, ky, kx, v, u], weight[base, o, c, v, u] -> [B, base, o, c, ky, kx])`),
  rotated_kernels_of_5: model(`  input angle: f32[B, base = 3]
  input weight: f32[base = 3, o = 2, c = 2, v = 5, u = 5]
  let turn = rotation(angle, size: 5)
  output y: f32[B, base = 3, o = 2, c = 2, ky = 5, kx = 5]
    = einsum(turn[B, base, ky, kx, v, u], weight[base, o, c, v, u] -> [B, base, o, c, ky, kx])`),
  routing: model(`  input x: f32[B, C = 6, Y, X]
  let layer = Routing(x, bases: 4)
  output angle: f32[B, base = 4] = layer.angle
  output gate: f32[B, base = 4] = layer.gate`),
  rotated_conv_1: layer("B, C = 4, Y, X", "RotatedConv(x, out: 3)", "B, C = 3, Y, X"),
  rotated_conv_2: layer("B, C = 4, Y, X", "RotatedConv(x, out: 3)", "B, C = 3, Y, X"),
  rotated_conv_3: layer("B, C = 4, Y, X", "RotatedConv(x, out: 3)", "B, C = 3, Y, X"),

  resize_nearest: resized("nearest"),
  resize_bilinear: resized("bilinear"),
  pixel_shuffle: layer("B, C = 12, Y, X", "pixel_shuffle(x, factor: 2)", "B, C = 3, Y = 2 * Y, X = 2 * X"),
  pixel_unshuffle: layer("B, C = 3, Y = 6, X = 4", "pixel_unshuffle(x, factor: 2)", "B, C = 12, Y = 3, X = 2"),
  sine_sequence: layer("B, T, C = 6", "x + sine_sequence(T: T, C: C)", "B, T, C = 6"),
  sine_positions_of_map: layer("B, C = 8, Y, X", "x + sine_positions(C: C, Y: Y, X: X)", "B, C = 8, Y, X"),

  activations: model(`  input x: f32[N, C]
  output relu_: f32[N, C] = relu(x)
  output leaky: f32[N, C] = leaky_relu(x)
  output leaky_tenth: f32[N, C] = leaky_relu(x, slope: 0.1)
  output gelu_: f32[N, C] = gelu(x)
  output quick: f32[N, C] = quick_gelu(x)
  output silu_: f32[N, C] = silu(x)
  output softplus_: f32[N, C] = softplus(x)
  output softsign_: f32[N, C] = softsign(x)
  output tanh_: f32[N, C] = activate(x, by: tanh)
  output clamped: f32[N, C] = clamp(x, low: -2.5, high: 1.25)
  output soft: f32[N, C] = softmax(x, over: C)
  output log_soft: f32[N, C] = log_softmax(x, over: N)`),
  mask_losses: model(`  input logit: f32[B, Y, X]
  input target: bool[B, Y, X]
  let t = f32(target)
  output bce: f32[] = bce_with_logits(logit, t)
  output dice_: f32[] = dice(logit, t)
  output squares: f32[] = squared_error(logit, t)`),
  focal: model(
    `  input logit: f32[B, Y, X]
  input target: bool[B, Y, X]
  output y: f32[] = focal(logit, f32(target), gamma: 1.5)`,
    { forward: 1e-10, backward: 1e-10, reason: "the library adds 1e-12 to the probability of a miss before its logarithm" },
  ),
  cross_entropy: model(`  input logit: f32[B, C = 6, T]
  input target: i32[B, T]
  output y: f32[] = cross_entropy(logit, target, over: C)`),

  conv_norm_relu6: layer("B, C = 4, Y, X", "ConvNorm(x, out: 6, eps: 1e-3, activation: relu6)", "B, C = 6, Y, X"),
  conv_norm_linear: layer("B, C = 4, Y, X", "ConvNorm(x, out: 6, kernel: 1, activation: none)", "B, C = 6, Y, X"),
  conv_norm_frozen: layer(
    "B, C = 4, Y, X",
    "ConvNorm(x, out: 6, stride: 2, activation: silu, frozen: true)",
    "B, C = 6, Y = ceil(Y / 2), X = ceil(X / 2)",
  ),
  conv_norm_1d_tanh: layer("B, C = 4, T", "ConvNorm1d(x, out: 6, eps: 1e-4, activation: tanh)", "B, C = 6, T"),
  frozen_batch_norm: layer("B, C = 6, Y, X", "FrozenBatchNorm(x, eps: 1e-3)", "B, C = 6, Y, X"),
  more_activations: model(`  input x: f32[B, C]
  output tanh_gelu: f32[B, C] = gelu_tanh(x)
  output six: f32[B, C] = relu6(x)
  output same: f32[B, C] = activate(x, by: none)`),

  feed_forward_eps: layer("B, T, C = 6", "FeedForward(x, activation: gelu_tanh, eps: 1e-2, rate: 0.1)", "B, T, C = 6"),
  encoder_layer_eps: layer("B, T, C = 12", "EncoderLayer(x, heads: 3, eps: 1e-2, rate: 0.1)", "B, T, C = 12"),
  attention_to_values: model(`  input x: f32[B, T, C = 12]
  input memory: f32[B, S, D = 8]
  input value: f32[B, S, D = 8]
  let layer = MultiHeadAttention(x, memory, value, heads: 4)
  output y: f32[B, T, C = 12] = layer`),
  attention_without_biases: layer("B, T, C = 12", "MultiHeadAttention(x, x, heads: 3, biased: false)", "B, T, C = 12"),
  gated_mlp: layer("B, T, C = 6", "GatedMlp(x, hidden: 10)", "B, T, C = 6"),
  gated_mlp_gelu: layer("B, T, C = 6", "GatedMlp(x, hidden: 10, activation: gelu)", "B, T, C = 6"),
  rotary: model(`  input x: f32[B, T, head = 3, d = 8]
  output y: f32[B, T, head = 3, d = 8] = rotary(x)
  output z: f32[B, T, head = 3, d = 8] = rotary(x, base: 500.0)`),
  grouped_query_attention: layer("B, T, C = 24", "GroupedQueryAttention(x, heads: 6, groups: 2)", "B, T, C = 24"),
  multi_query_attention: layer("B, T, C = 24", "GroupedQueryAttention(x, heads: 4, groups: 1, base: 100.0, biased: true)", "B, T, C = 24"),
  sine_positions_scaled: layer("B, C = 8, Y, X", "x + sine_positions(C: C, Y: Y, X: X, scaled: true)", "B, C = 8, Y, X"),
  lstm_cell: model(`  input x: f32[B, C = 5]
  input h: f32[B, H = 4]
  input c: f32[B, H = 4]
  let layer = LSTMCell(x, h, c)
  output h_next: f32[B, H = 4] = layer.h
  output c_next: f32[B, H = 4] = layer.c`),
  gru_cell: model(`  input x: f32[B, C = 5]
  input h: f32[B, H = 4]
  let layer = GRUCell(x, h)
  output y: f32[B, H = 4] = layer`),
};

function resized(mode: "nearest" | "bilinear"): LibraryCase {
  const sizes = [[15, 15], [16, 16], [4, 4], [5, 3], [11, 2]];
  const outputs = sizes.map(([y, x], i) => `  output y${i}: f32[B, C, Y = ${y}, X = ${x}] = resize(x, to: (Y: ${y}, X: ${x}), mode: ${mode})`);
  return model(["  input x: f32[B, C, Y, X]", ...outputs].join("\n"));
}
