/**
 * Mistakes that keep every shape, as a PyTorch user makes them, and programs that look like one and are right: scrambled reshapes, mixed batches, softmax and
 * normalisation over the wrong axis, losses that repeat a side, squeezes, normalisations of one element.
 */
import { describe, expect, it } from "vitest";
import { brief, problemsOf } from "../programs.ts";

type Alarm = readonly [what: string, text: string, found: string];
type Quiet = readonly [what: string, text: string];

const scrambles: readonly Alarm[] = [
  ["positions flattened as (Y X), unflattened as (X Y)", "block back(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let tokens = rearrange(x, [B, C, Y, X] -> [B, tok = (Y X), C])\n  let halved = tokens / 2.0\n  return rearrange(halved, [B, tok = (X Y), C] -> [B, C, Y, X], Y: x.Y, X: x.X)\n}", "NET0811 `tok = (X Y)`"],
  ["the same through a transformer between the two", "block Back(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let tokens = rearrange(x, [B, C, Y, X] -> [B, tok = (Y X), C])\n  let mixed = EncoderLayer(tokens, heads: 1)\n  return rearrange(mixed, [B, tok = (X Y), C] -> [B, C, Y, X], Y: x.Y, X: x.X)\n}", "NET0811 `tok = (X Y)`"],
  ["heads split as (head d), merged as (d head)", "block heads_of(x: f32[B, T, C]; heads: int) -> f32[B, T, C] where C % heads == 0 {\n  let split = rearrange(x, [B, T, C = (head d)] -> [B, head, T, d], head: heads)\n  return rearrange(split * 2.0, [B, head, T, d] -> [B, T, C = (d head)])\n}", "NET0811 `C = (d head)`"],
  ["a window's rows and columns", "block windows(x: f32[B, Y, X, C]; w: int) -> f32[B, Y, X, C] where Y % w == 0, X % w == 0 {\n  let parts = rearrange(x, [B, Y = (ny wy), X = (nx wx), C] -> [B, ny, nx, tok = (wy wx), C], wy: w, wx: w)\n  return rearrange(parts, [B, ny, nx, tok = (wx wy), C] -> [B, Y = (ny wy), X = (nx wx), C], wy: w, wx: w)\n}", "NET0811 `tok = (wx wy)`"],
  ["windows put back side by side in the wrong order", "block windows(x: f32[B, Y, X, C]; w: int) -> f32[B, Y, X, C] where Y % w == 0, X % w == 0 {\n  let parts = rearrange(x, [B, Y = (ny wy), X = (nx wx), C] -> [B, ny, nx, wy, wx, C], wy: w, wx: w)\n  return rearrange(parts, [B, ny, nx, wy, wx, C] -> [B, Y = (wy ny), X = (nx wx), C])\n}", "NET0811 `Y = (wy ny)`"],
  ["queries and keys split in two orders, then multiplied", "block scores(q: f32[B, T, C], k: f32[B, S, C]; heads: int) -> f32[B, head = heads, T, S] where C % heads == 0 {\n  let Q = rearrange(q, [B, T, C = (head d)] -> [B, T, head, d], head: heads)\n  let K = rearrange(k, [B, S, C = (d head)] -> [B, S, head, d], head: heads)\n  return einsum(Q[B, T, head, d], K[B, S, head, d] -> [B, head, T, S])\n}", "NET0811 `K`"],
  ["two streams split in two orders, then added", "block sum_of(q: f32[B, T, C], k: f32[B, T, C]; heads: int) -> f32[B, T, head = heads, d = C / heads] where C % heads == 0 {\n  let Q = rearrange(q, [B, T, C = (head d)] -> [B, T, head, d], head: heads)\n  let K = rearrange(k, [B, T, C = (d head)] -> [B, T, head, d], head: heads)\n  return Q + K\n}", "NET0811 `K`"],
];

const noScrambles: readonly Quiet[] = [
  ["through a transformer and back in one order", "block Back(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let tokens = rearrange(x, [B, C, Y, X] -> [B, tok = (Y X), C])\n  let mixed = EncoderLayer(tokens, heads: 1)\n  return rearrange(mixed, [B, tok = (Y X), C] -> [B, C, Y, X], Y: x.Y, X: x.X)\n}"],
  ["a channel shuffle in one rearrangement (ShuffleNet)", "block shuffled(x: f32[B, C, Y, X]; groups: int) -> f32[B, C, Y, X] where C % groups == 0\n  = rearrange(x, [B, C = (g c), Y, X] -> [B, C = (c g), Y, X], g: groups)"],
  ["a pixel shuffle", "block pixel_shuffle(x: f32[B, C, Y, X]; by: int) -> f32[B, C = C / (by * by), Y = Y * by, X = X * by] where C % (by * by) == 0\n  = rearrange(x, [B, C = (c fy fx), Y, X] -> [B, C = c, Y = (Y fy), X = (X fx)], fy: by, fx: by)"],
  ["a transposed picture, on purpose", "block transposed(x: f32[B, Y, X]) -> f32[B, row = X, column = Y] = rename(rearrange(x, [B, Y, X] -> [B, X, Y]), row = X, column = Y)"],
  ["windows and back in one order", "block windows(x: f32[B, Y, X, C]; w: int) -> f32[B, Y, X, C] where Y % w == 0, X % w == 0 {\n  let parts = rearrange(x, [B, Y = (ny wy), X = (nx wx), C] -> [B, ny, nx, tok = (wy wx), C], wy: w, wx: w)\n  return rearrange(parts, [B, ny, nx, tok = (wy wx), C] -> [B, Y = (ny wy), X = (nx wx), C], wy: w, wx: w)\n}"],
  ["query, key and value from one product", "block first_of(x: f32[B, T, C]; heads: int) -> f32[B, T, C = C / 3] where C % (3 * heads) == 0 {\n  let parts = rearrange(x, [B, T, C = (three head d)] -> [B, three, head, T, d], three: 3, head: heads)\n  return rearrange(parts[three = 0], [B, head, T, d] -> [B, T, C = (head d)])\n}"],
];

const batches: readonly Alarm[] = [
  ["a centre over the batch", "block centred(x: f32[B, C]) -> f32[B, C] = x - mean(x, over: B)", "NET0812 `mean(x, over: B)`"],
  ["a softmax with dim=0", "block weights(x: f32[B, class]) -> f32[B, class] = softmax(x, over: B)", "NET0812 `softmax(x, over: B)`"],
  ["the largest of the batch as a scale", "block scaled(x: f32[B, C]) -> f32[B, C] = x / (1.0 + max(abs(x), over: B))", "NET0812 `max(abs(x), over: B)`"],
  ["a running sum over the samples", "block running(x: f32[B, C]) -> f32[B, C] = cumsum(x, over: B)", "NET0812 `cumsum(x, over: B)`"],
  ["a linear layer over a batch of 4", "block Mixed(x: f32[B = 4, C]) -> f32[B = 4, C] {\n  let y = Linear(x, over: B)\n  return y\n}", "NET0812 `Linear(x, over: B)`"],
  ["a product that sums over the batch", "block gram(x: f32[B, C]) -> f32[B, D = C] {\n  let square = einsum(x[B, C], rename(x, D = C)[B, D] -> [C, D])\n  return einsum(x[B, C], square[C, D] -> [B, D])\n}", "NET0812 `einsum(x[B, C], rename(x, D = C)[B, D] -> [C, D])`"],
  ["a centre in a model", "model M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Linear(x - mean(x, over: B))\n}", "NET0812 `mean(x, over: B)`"],
];

const noBatches: readonly Quiet[] = [
  ["a loss: one number for the batch", "block squared(x: f32[B, C], y: f32[B, C]) -> f32[] = mean((x - y) * (x - y), over: [B, C])"],
  ["a loss written in the training section", "model M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Linear(x)\n}\ntrain M {\n  data folder(split: train) { x: f32[B, C = 4]  target: f32[B, C = 4] }\n  loss mean((y - target) * (y - target), over: [B, C])\n  optimizer adam(lr: 1e-3)\n}"],
  ["the variance over the batch (VICReg)", "block spread(x: f32[B, C]) -> f32[] {\n  let gap = x - mean(x, over: B)\n  return mean(relu(1.0 - sqrt(mean(gap * gap, over: B) + 1e-4)), over: C)\n}"],
  ["every picture against every text (CLIP)", "block contrast(image: f32[B, C], text: f32[B, C]) -> f32[] {\n  let score = einsum(image[B, C], rename(text, other = B)[other, C] -> [B, other])\n  return cross_entropy(score, [i for i in B], over: other)\n}"],
  ["statistics without an axis B", "block moments(x: f32[B, C]) -> (mean: f32[C], size: f32[C]) = (mean: mean(x, over: B), size: mean(x * x, over: B))"],
  ["a batch norm over rows", "block Normed(x: f32[B, C]) -> f32[B, C] {\n  let y = BatchNorm(x)\n  return y\n}"],
  ["a batch norm over samples and tokens", "block Normed(x: f32[B, T, C]) -> f32[B, T, C] {\n  let y = BatchNorm(x)\n  return y\n}"],
  ["an axis that counts something else", "block centred(x: f32[node, C]) -> f32[node, C] = x - mean(x, over: node)"],
];

const softmaxes: readonly Alarm[] = [
  ["over the queries (dim=-2)", "block attended(q: f32[B, T, d], k: f32[B, S, d], v: f32[B, S, C]) -> f32[B, T, C] {\n  let score = einsum(q[B, T, d], k[B, S, d] -> [B, T, S])\n  return einsum(softmax(score, over: T)[B, T, S], v[B, S, C] -> [B, T, C])\n}", "NET0813 `softmax(score, over: T)`"],
  ["over the heads (dim=1)", "block attended(q: f32[B, head, T, d], k: f32[B, head, S, d], v: f32[B, head, S, d]) -> f32[B, head, T, d] {\n  let score = einsum(q[B, head, T, d], k[B, head, S, d] -> [B, head, T, S])\n  return einsum(softmax(score, over: head)[B, head, T, S], v[B, head, S, d] -> [B, head, T, d])\n}", "NET0813 `softmax(score, over: head)`"],
  ["behind a mask and a dropout", "block attended(q: f32[B, T, d], k: f32[B, S, d], v: f32[B, S, d], visible: bool[B, S]) -> f32[B, T, d] {\n  let score  = einsum(q[B, T, d], k[B, S, d] -> [B, T, S])\n  let weight = dropout(softmax(select(visible, score, -1e30), over: T), rate: 0.1)\n  return einsum(weight[B, T, S], v[B, S, d] -> [B, T, d])\n}", "NET0813 `weight`"],
];

const noSoftmaxes: readonly Quiet[] = [
  ["linear attention: over d, contracted over d (Shen et al. 2021)", "block attended(q: f32[B, T, d], k: f32[B, T, d], v: f32[B, T, C]) -> f32[B, T, C] {\n  let context = einsum(softmax(k, over: T)[B, T, d], v[B, T, C] -> [B, d, C])\n  return einsum(softmax(q, over: d)[B, T, d], context[B, d, C] -> [B, T, C])\n}"],
  ["a mixture of experts", "block Mixture(x: f32[B, C], views: f32[B, expert, C]) -> f32[B, C] {\n  let gate = Linear(x, out: expert)\n  return einsum(softmax(gate, over: expert)[B, expert], views[B, expert, C] -> [B, C])\n}"],
  ["a match in both directions (LoFTR)", "block matched(a: f32[B, T, d], b: f32[B, S, d]) -> f32[B, T, d] {\n  let score = einsum(a[B, T, d], b[B, S, d] -> [B, T, S])\n  let both  = softmax(score, over: T) * softmax(score, over: S)\n  return einsum(both[B, T, S], b[B, S, d] -> [B, T, d])\n}"],
  ["slots that compete, then average (Locatello et al. 2020)", "block slots(q: f32[B, slot, d], k: f32[B, T, d], v: f32[B, T, d]) -> f32[B, slot, d] {\n  let weight = softmax(einsum(q[B, slot, d], k[B, T, d] -> [B, slot, T]), over: slot)\n  let share  = weight / (sum(weight, over: T) + 1e-8)\n  return einsum(share[B, slot, T], v[B, T, d] -> [B, slot, d])\n}"],
  ["probabilities that a layer goes on with", "block Soft(x: f32[B, T, C]) -> f32[B, T, C] {\n  let y = Linear(softmax(x, over: T))\n  return y\n}"],
];

const positions: readonly Alarm[] = [
  ["a layer norm over the columns of a map", "block Unit(x: f32[B, C, Y, X = 8]) -> f32[B, C, Y, X = 8] {\n  let conv = Conv(x)\n  let norm = LayerNorm(conv, over: X)\n  return relu(norm)\n}", "NET0814 `LayerNorm(conv, over: X)`"],
  ["a layer norm over time after a convolution", "block Unit(x: f32[B, C, T = 100]) -> f32[B, C, T = 100] {\n  let conv = Conv1d(x)\n  let norm = LayerNorm(conv, over: T)\n  return relu(norm)\n}", "NET0814 `LayerNorm(conv, over: T)`"],
  ["a batch norm of rows instead of channels", "block Unit(x: f32[B, C, Y = 8, X]) -> f32[B, C, Y = 8, X] {\n  let conv = Conv(x, biased: false)\n  let norm = BatchNorm(conv, over: Y)\n  return relu(norm)\n}", "NET0814 `BatchNorm(conv, over: Y)`"],
];

const noPositions: readonly Quiet[] = [
  ["over the channels of a map (ConvNeXt)", "block Unit(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let conv = DepthwiseConv(x, kernel: 7)\n  let norm = LayerNorm(conv)\n  return norm\n}"],
  ["over the tokens, where nothing slides (MLP-Mixer)", "block Mixer(x: f32[B, tok = 16, C]) -> f32[B, tok = 16, C] {\n  let norm = LayerNorm(x, over: tok)\n  let mix  = Mlp(norm, over: tok, hidden: 32)\n  return x + mix\n}"],
  ["tokens made of patches (ViT)", "block Patches(x: f32[B, rgb = 3, Y, X]) -> f32[B, tok = Y / 16 * (X / 16), C = 64] where Y % 16 == 0, X % 16 == 0 {\n  let grid = Conv(x, out: C = 64, kernel: 16, stride: 16, padding: 0)\n  let norm = LayerNorm(rearrange(grid, [B, C, Y, X] -> [B, tok = (Y X), C]))\n  return norm\n}"],
  ["a group norm", "block Unit(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] where C % 8 == 0 {\n  let conv = Conv(x)\n  let norm = GroupNorm(conv, groups: 8)\n  return norm\n}"],
  ["a softmax over the places of a map", "block spread(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] = softmax(pool.average(x, window: (Y: 3, X: 3), stride: (Y: 1, X: 1), padding: (Y: 1, X: 1)), over: X)"],
];

const losses: readonly Alarm[] = [
  ["[B, 1] against [B]", "block error(prediction: f32[B, one = 1], target: f32[B]) -> f32[] {\n  let gap = prediction - target\n  return mean(gap * gap, over: [B, one])\n}", "NET0815 `target`"],
  ["scores of classes against one number", "block error(score: f32[B, class], target: f32[B]) -> f32[] {\n  let gap = target - score\n  return mean(abs(gap), over: [B, class])\n}", "NET0815 `target`"],
  ["one label for every word", "block accuracy(guess: i32[B, T], label: i32[B]) -> f32[] = mean(f32(guess == label), over: [B, T])", "NET0815 `label`"],
  ["in a training section", "model M {\n  input x: f32[B, C = 4]\n  output y: f32[B, class = 3] = Linear(x, out: class = 3)\n}\ntrain M {\n  data folder(split: train) { x: f32[B, C = 4]  target: f32[B] }\n  loss mean(abs(y - target), over: [B, class])\n  optimizer adam(lr: 1e-3)\n}", "NET0815 `target`"],
];

const noLosses: readonly Quiet[] = [
  ["weights of classes", "block weighted(p: f32[B, class], target: f32[B, class], weight: f32[class]) -> f32[] {\n  let gap = p - target\n  return mean(weight * gap * gap, over: [B, class])\n}"],
  ["a mask of words", "block masked(p: f32[B, T, C], target: f32[B, T, C], seen: f32[B, T]) -> f32[] {\n  let gap = p - target\n  return sum(seen * gap * gap, over: [B, T, C]) / sum(seen, over: [B, T])\n}"],
  ["a margin", "block margin(x: f32[B, class]) -> f32[] = mean(relu(1.0 - x), over: [B, class])"],
  ["an accuracy", "block accuracy(logit: f32[B, class], label: i32[B]) -> f32[] = mean(f32(argmax(logit, over: class) == label), over: B)"],
  ["a triplet", "block triplet(anchor: f32[B, C], near: f32[B, C], far: f32[B, C]) -> f32[] {\n  let a = sum((anchor - near) * (anchor - near), over: C)\n  let b = sum((anchor - far) * (anchor - far), over: C)\n  return mean(relu(a - b + 1.0), over: B)\n}"],
  ["the mean gap of a sample (Eigen et al. 2014)", "block invariant(p: f32[B, T], target: f32[B, T]) -> f32[] {\n  let gap = p - target\n  let rest = gap - mean(gap, over: T)\n  return mean(rest * rest, over: [B, T])\n}"],
  ["every pair against the right one (VSE++)", "block hinge(image: f32[B, C], text: f32[B, C]) -> f32[] {\n  let score = einsum(image[B, C], rename(text, other = B)[other, C] -> [B, other])\n  let right = sum(image * text, over: C)\n  return mean(relu(1.0 + score - right), over: [B, other])\n}"],
  ["a repeated side that is no loss", "block centred(x: f32[B, C]) -> f32[B, C] = x - mean(x, over: C)"],
];

const squeezes: readonly Alarm[] = [
  ["the batch", "block mask(x: f32[B, Y, X]) -> f32[Y, X] = rearrange(x, [B, Y, X] -> [Y, X])", "NET0816 `[Y, X]`"],
  ["the channels of any mask", "block mask(x: f32[B, C, Y, X]) -> f32[B, Y, X] = rearrange(x, [B, C, Y, X] -> [B, Y, X])", "NET0816 `[B, Y, X]`"],
  ["the rest of a pooling", "block pooled(x: f32[B, C, Y]) -> f32[B, C] where Y >= 7 = rearrange(pool.average(x, window: (Y: 7)), [B, C, Y] -> [B, C])", "NET0816 `[B, C]`"],
];

const noSqueezes: readonly Quiet[] = [
  ["an axis of size 1", "block mask(x: f32[B, C = 1, Y, X]) -> f32[B, Y, X] = rearrange(x, [B, C, Y, X] -> [B, Y, X])"],
  ["an axis that a fact makes 1", "block mask(x: f32[B, C, Y, X]) -> f32[B, Y, X] where C == 1 = rearrange(x, [B, C, Y, X] -> [B, Y, X])"],
  ["the single channel of a convolution", "block Mask(x: f32[B, C, Y, X]) -> f32[B, Y, X] {\n  let logit = Conv(x, out: 1)\n  return rearrange(logit, [B, C, Y, X] -> [B, Y, X])\n}"],
  ["one element by its index", "block mask(x: f32[B, C = 1, Y, X]) -> f32[B, Y, X] = x[C = 0]"],
  ["a mean over what is left", "block pooled(x: f32[B, C, Y, X]) -> f32[B, C] = mean(x, over: [Y, X])"],
];

const singles: readonly Alarm[] = [
  ["the softmax of a binary classifier", "block P(x: f32[B, C]) -> f32[B, one = 1] = softmax(Linear(x, out: one = 1), over: one)", "NET0817 `softmax(Linear(x, out: one = 1), over: one)`"],
  ["its logarithm", "block P(x: f32[B, C]) -> f32[B, one = 1] = log_softmax(Linear(x, out: one = 1), over: one)", "NET0817 `log_softmax(Linear(x, out: one = 1), over: one)`"],
  ["a layer norm of one channel", "block Normed(x: f32[B, C = 1, T]) -> f32[B, C = 1, T] {\n  let norm = LayerNorm(x)\n  return norm\n}", "NET0817 `LayerNorm(x)`"],
  ["as many classes as the config says", "model M {\n  config { classes: int = 1 }\n  input x: f32[B, C = 4]\n  let logit = Linear(x, out: class = classes)\n  output p: f32[B, class = classes] = softmax(logit, over: class)\n}", "NET0817 `softmax(logit, over: class)`"],
];

const noSingles: readonly Quiet[] = [
  ["two classes", "block P(x: f32[B, C]) -> f32[B, two = 2] = softmax(Linear(x, out: two = 2), over: two)"],
  ["any number of classes", "block P(x: f32[B, C]; classes: int) -> f32[B, class = classes] = softmax(Linear(x, out: class = classes), over: class)"],
  ["a batch norm of one channel: statistics of the batch", "block Normed(x: f32[B, C = 1, Y, X]) -> f32[B, C = 1, Y, X] {\n  let norm = BatchNorm(x)\n  return norm\n}"],
  ["attention over a single token", "model M {\n  input x: f32[B, tok = 1, C = 8]\n  let a = MultiHeadAttention(x, x, heads: 2)\n  output y: f32[B, tok, C] = a\n}"],
];

describe.each([
  ["NET0811, a reshape that scrambles", scrambles, noScrambles],
  ["NET0812, samples of a batch are mixed", batches, noBatches],
  ["NET0813, a softmax over one axis, a sum over another", softmaxes, noSoftmaxes],
  ["NET0814, a normalisation over positions", positions, noPositions],
  ["NET0815, a loss that repeats one side", losses, noLosses],
  ["NET0816, an axis that has size 1 only sometimes", squeezes, noSqueezes],
  ["NET0817, a normalisation over a single element", singles, noSingles],
] as const)("%s", (_, alarms, quiet) => {
  it.each(alarms as readonly Alarm[])("is said: %s", (_what, text, found) => expect(brief(problemsOf(text))).toEqual([found]));
  it.each(quiet as readonly Quiet[])("is not said: %s", (_what, text) => expect(brief(problemsOf(text))).toEqual([]));
});
