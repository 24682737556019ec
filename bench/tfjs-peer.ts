/**
 * A part of the small CD2FSAN written by hand on the core of TensorFlow.js, as a practised user would: layers as functions, the gradient by the tape
 * (tf.variableGrads), linear weights as [in, out], images with channels last. Parameters have the names of the model below, which netc compiles.
 *
 * The part is what the backends can train with a tape. The WebAssembly one has no gradient of a convolution's kernel, of a gather or of a dilated convolution,
 * so there it is the image tower and a linear layer to the pixels; the native one also takes a decoder of convolutions. Rotated, dilated and depthwise
 * convolutions, the choice of layers by top-k and the text tower's table have no gradient on the tape of one or both.
 */
import * as tf from "@tensorflow/tfjs-core";

/** Layers of the tower, its width and heads, image side, patch side. */
export const sizes = { depth: 12, width: 24, heads: 3, side: 96, patch: 16, batch: 4, decoder: 12 } as const;

const data = `data rrsisd(split: train) {
    image: f32[B, rgb = 3, Y = 96, X = 96]
    words: i32[B, T = 12]
    target: f32[B, Y = 48, X = 48]
  }`;

/** The same models as programs of netc. */
export const models = {
  tower: `import { ViT } from "./clip.net"
model Part {
  input image: f32[B, rgb = 3, Y = 96, X = 96]
  input words: i32[B, T = 12]
  let vision = ViT(image, width: 24, heads: 3)
  let pixels = Linear(vision.layer[12][tok = 1..], out: 64)
  output mask: f32[B, Y = 48, X = 48] = rearrange(pixels, [B, tok = (y x), C = (a b)] -> [B, Y = (y a), X = (x b)], y: 6, x: 6, a: 8, b: 8)
}
train Part {
  ${data}
  loss dice(mask, target) + bce_with_logits(mask, target)
  optimizer sgd(lr: 0.1)
  batch 4
}
`,
  decoder: `import { ViT } from "./clip.net"
block Unit(x: f32[B, C, Y, X]; out: axis = C) -> f32[B, out, Y, X] {
  let conv = Conv(x, out: out, biased: false)
  let norm = BatchNorm(conv, over: out)
  return leaky_relu(norm, slope: 0.1)
}
model Part {
  input image: f32[B, rgb = 3, Y = 96, X = 96]
  input words: i32[B, T = 12]
  let vision = ViT(image, width: 24, heads: 3)
  let grid = rearrange(vision.layer[12][tok = 1..], [B, tok = (Y X), C] -> [B, C, Y, X], Y: 6, X: 6)
  let unit[0] = Unit(grid, out: 12)
  let unit[1] = Unit(resize(unit[0], to: (Y: 12, X: 12), mode: nearest))
  let unit[2] = Unit(resize(unit[1], to: (Y: 24, X: 24), mode: nearest))
  let unit[3] = Unit(resize(unit[2], to: (Y: 48, X: 48), mode: nearest))
  let logit = Conv(unit[3], out: 1)
  output mask: f32[B, Y = 48, X = 48] = logit[C = 0]
}
train Part {
  ${data}
  loss dice(mask, target) + bce_with_logits(mask, target)
  optimizer sgd(lr: 0.1)
  batch 4
}
`,
} as const;

export type Part = keyof typeof models;
type Weights = (path: string) => tf.Tensor;

/** A weight as it is kept by hand: linear ones as [in, out], kernels as [y, x, in, out]. */
export function byHand(path: string, x: tf.Tensor): tf.Tensor {
  if (!path.endsWith(".weight")) return x.clone();
  return tf.tidy(() => (x.rank === 2 ? tf.transpose(x) : tf.transpose(tf.reshape(x, x.shape.slice(-4)), [2, 3, 1, 0])));
}

const linear = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
  const flat = tf.reshape(x, [-1, x.shape[x.rank - 1]]) as tf.Tensor2D;
  return tf.reshape(tf.add(tf.matMul(flat, weight as tf.Tensor2D), bias), [...x.shape.slice(0, -1), weight.shape[1]!]);
};

function layerNorm(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale), shift);
}

function attention(x: tf.Tensor, of: Weights): tf.Tensor {
  const { width, heads } = sizes;
  const [samples, tokens] = x.shape;
  const split = (name: string): tf.Tensor => tf.transpose(tf.reshape(linear(x, of(`${name}.weight`), of(`${name}.bias`)), [samples, tokens, heads, width / heads]), [0, 2, 1, 3]);
  const [q, k, v] = ["q", "k", "v"].map(split);
  const score = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width / heads)));
  const mixed = tf.reshape(tf.transpose(tf.matMul(score, v), [0, 2, 1, 3]), [samples, tokens, width]);
  return linear(mixed, of("out.weight"), of("out.bias"));
}

function encoderLayer(x: tf.Tensor, of: Weights): tf.Tensor {
  const h = tf.add(x, attention(layerNorm(x, of("norm_1.scale"), of("norm_1.shift")), (path) => of(`attention.${path}`)));
  const up = linear(layerNorm(h, of("norm_2.scale"), of("norm_2.shift")), of("mlp.up.weight"), of("mlp.up.bias"));
  return tf.add(h, linear(tf.mul(up, tf.sigmoid(tf.mul(up, 1.702))), of("mlp.down.weight"), of("mlp.down.bias")));
}

/** images[N, side, side, 3] to tokens[N, 1 + places, width]. */
function tower(images: tf.Tensor, of: Weights): tf.Tensor {
  const { side, patch, width, depth, batch } = sizes;
  const grid = side / patch;
  const patches = tf.reshape(tf.transpose(tf.reshape(images, [batch, grid, patch, grid, patch, 3]), [0, 1, 3, 2, 4, 5]), [batch * grid * grid, patch * patch * 3]);
  const embedded = tf.reshape(tf.matMul(patches as tf.Tensor2D, tf.reshape(of("vision.patches.weight"), [patch * patch * 3, width]) as tf.Tensor2D), [batch, grid * grid, width]);
  const tokens = tf.add(tf.concat([tf.tile(tf.reshape(of("vision.class"), [1, 1, width]), [batch, 1, 1]), embedded], 1), of("vision.position"));
  let layer = layerNorm(tokens, of("vision.norm_pre.scale"), of("vision.norm_pre.shift"));
  for (let i = 1; i <= depth; i++) layer = encoderLayer(layer, (path) => of(`vision.layer.${i}.${path}`));
  return layer;
}

function unit(x: tf.Tensor, of: Weights): tf.Tensor {
  const y = tf.conv2d(x as tf.Tensor4D, of("conv.weight") as tf.Tensor4D, 1, "same");
  const { mean, variance } = tf.moments(y, [0, 1, 2]);
  return tf.leakyRelu(tf.batchNorm(y, mean as tf.Tensor1D, variance as tf.Tensor1D, of("norm.shift") as tf.Tensor1D, of("norm.scale") as tf.Tensor1D, 1e-5), 0.1);
}

function maskOf(part: Part, images: tf.Tensor, of: Weights): tf.Tensor {
  const { side, patch, batch, width } = sizes;
  const grid = side / patch;
  const tokens = tf.slice(tower(images, of), [0, 1, 0], [-1, -1, -1]);
  if (part === "tower") {
    const pixels = tf.reshape(linear(tokens, of("pixels.weight"), of("pixels.bias")), [batch, grid, grid, 8, 8]);
    return tf.reshape(tf.transpose(pixels, [0, 1, 3, 2, 4]), [batch, side / 2, side / 2]);
  }
  let x = unit(tf.reshape(tokens, [batch, grid, grid, width]), (path) => of(`unit.0.${path}`));
  for (const [i, to] of [12, 24, 48].entries()) x = unit(tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [to, to]), (path) => of(`unit.${i + 1}.${path}`));
  const logit = tf.add(tf.conv2d(x as tf.Tensor4D, of("logit.weight") as tf.Tensor4D, 1, "same"), of("logit.bias"));
  return tf.reshape(logit, [batch, side / 2, side / 2]);
}

/** Dice and binary cross-entropy of a mask of logits. */
function lossOf(mask: tf.Tensor, target: tf.Tensor): tf.Scalar {
  const p = tf.sigmoid(mask);
  const both = tf.sum(tf.mul(p, target), [1, 2]);
  const total = tf.add(tf.sum(p, [1, 2]), tf.sum(target, [1, 2]));
  const dice = tf.mean(tf.sub(1, tf.div(tf.add(tf.mul(both, 2), 1), tf.add(total, 1))));
  return tf.add(dice, tf.mean(tf.sub(tf.softplus(mask), tf.mul(mask, target))));
}

/** A step: the loss and the gradient of every variable, whose names are the paths. */
export function stepByHand(part: Part, variables: ReadonlyMap<string, tf.Variable>, images: tf.Tensor, target: tf.Tensor): { readonly loss: tf.Tensor; readonly gradients: readonly tf.Tensor[] } {
  const of: Weights = (path) => {
    const found = variables.get(path);
    if (!found) throw new Error(`no weight ${path}`);
    return found;
  };
  const { value, grads } = tf.variableGrads(() => lossOf(maskOf(part, images, of), target), [...variables.values()]);
  return { loss: value, gradients: Object.values(grads) };
}
