/** The small CD2FSAN with a training section, without dropout; batches and summaries by formula. The twin of make_golden_training.py. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Compilation, Variant } from "../../compiler/compilation.ts";
import type { Feeds } from "../../runtime/training/step-engine.ts";
import { compile } from "../training/programs.ts";
import { between, unit } from "./formula.ts";
import golden from "./golden/training.json";
import { shrink } from "./shrink.ts";

/** From the root of the repository, where tests and benches run. */
const read = (name: string): string => readFileSync(join("models", name), "utf8");

const SIDE = 96;
const WORDS = 12;
const VOCABULARY = 50;

/** Dropout is drawn by each side in its own way, so there is none: what is changed, and how often it stands in the model. */
const withoutDropout: readonly (readonly [from: string, to: string, times: number])[] = [
  ["rate: float = 0.1)", "rate: float = 0.0)", 2],
  ["RotatedConv(x, out: out, bases: bases)", "RotatedConv(x, out: out, bases: bases, rate: 0.0)", 1],
];

/** `optimizer`: an item of the training section. */
export function smallTraining(optimizer: string): Compilation {
  const text = withoutDropout.reduce((whole, [from, to, times]) => {
    const parts = whole.split(from);
    if (parts.length !== times + 1) throw new Error(`${from} stands ${parts.length - 1} times in the model`);
    return parts.join(to);
  }, shrink(read("cd2fsan.net")));
  return compile({
    "cd2fsan.net": `${text}
train CD2FSAN {
  data rrsisd(split: train) {
    image: f32[B, rgb = 3, Y = 96, X = 96]
    words: i32[B, T = 12]
    target: f32[B, Y = 48, X = 48]
  }
  loss dice(mask, target) + bce_with_logits(mask, target)
  optimizer ${optimizer}
  batch ${golden.batch}
}
`,
    "clip.net": read("clip.net"),
  });
}

export function variantOf(compilation: Compilation, name: string): Variant {
  const found = compilation.variantsOf(compilation.rootModels[0]).find((variant) => variant.name === name);
  if (!found) throw new Error(`no variant ${name}`);
  return found;
}

/** Images, words and masks of a step. */
export function batchOf(step: number): { readonly image: Float64Array; readonly words: Float64Array; readonly target: Float64Array } {
  const count = golden.batch;
  const half = SIDE / 2;
  const image = between(`image:${step}`, [count, 3, SIDE, SIDE], -1, 1);
  const words = unit(`words:${step}`, count * WORDS).map((x) => Math.floor(x * VOCABULARY));
  const place = between(`place:${step}`, [count, 3], 0.2, 0.8);
  const target = new Float64Array(count * half * half);
  for (let b = 0; b < count; b++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const distance = ((y + 0.5) / half - place[3 * b]) ** 2 + ((x + 0.5) / half - place[3 * b + 1]) ** 2;
        if (distance >= (0.4 * place[3 * b + 2]) ** 2) continue;
        target[(b * half + y) * half + x] = 1;
        for (let c = 0; c < 3; c++) for (const dy of [0, 1]) for (const dx of [0, 1]) image[((b * 3 + c) * SIDE + 2 * y + dy) * SIDE + 2 * x + dx] += 1;
      }
    }
  }
  return { image, words, target };
}

export function feedsOf(step: number): Feeds {
  const { image, words, target } = batchOf(step);
  return { image: Float32Array.from(image), words: Int32Array.from(words), target: Float32Array.from(target) };
}

/** What is kept of a tensor: its norm, and its products with pseudo-random vectors. */
type Kept = readonly number[];

export interface GoldenStep {
  /** Which batch: one at which no kink lies within the rounding of single precision. */
  readonly batch: number;
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Kept>;
  readonly states: ReadonlyMap<string, Kept>;
}

export function goldenStep(variant: keyof typeof golden.variants): GoldenStep {
  const { batch, loss, gradients, states } = golden.variants[variant];
  const table = ({ of, kept }: { readonly of: readonly number[]; readonly kept: readonly Kept[] }): ReadonlyMap<string, Kept> => new Map(of.map((at, i) => [golden.paths[at], kept[i]]));
  return { batch, loss, gradients: table(gradients), states: table(states) };
}

export const variants = Object.keys(golden.variants) as readonly (keyof typeof golden.variants)[];
export const { losses, rate } = golden;

/** The distance of a tensor from what is kept of PyTorch's, as a share of its norm, or of `floor` where that is larger. */
export function distanceOf(path: string, data: ArrayLike<number>, [norm, ...products]: Kept, floor = 0): number {
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += data[i] * data[i];
  const errors = [Math.abs(Math.sqrt(squares) - norm)];
  products.forEach((product, k) => {
    const vector = between(`projection:${k}:${path}`, [data.length], -1, 1);
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i] * vector[i];
    errors.push(Math.abs(sum - product));
  });
  const worst = Math.max(...errors) / Math.max(norm, floor);
  return Number.isNaN(worst) ? Infinity : worst;
}
