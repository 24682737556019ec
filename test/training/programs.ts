/** Small programs that train, and batches for them without a data set. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { trainingProgram, type TrainingChoices } from "../../cli/training-program.ts";
import { createCompilation, type Compilation } from "../../compiler/compilation.ts";
import type { BatchSource } from "../../runtime/training/trainer.ts";
import type { TrainingProgram } from "../../runtime/training/program.ts";
import { countOf } from "../../runtime/training/shape.ts";
import { shrink } from "../parity/shrink.ts";
import { repository } from "../programs.ts";

export function compile(texts: Readonly<Record<string, string>>): Compilation {
  const compilation = createCompilation({ read: (name) => texts[name], resolve: (from) => from.replace("./", "") }, [Object.keys(texts)[0]]);
  const errors = compilation.diagnostics().filter(({ severity }) => severity === "error");
  if (errors.length) throw new Error(errors.map(({ message, span }) => `${span.file.name}:${span.start} ${message}`).join("\n"));
  return compilation;
}

export function programOf(compilation: Compilation, variant = "default", choices?: TrainingChoices): TrainingProgram {
  const [model] = compilation.rootModels;
  return trainingProgram(compilation, model, compilation.variantsOf(model).find(({ name }) => name === variant)!, choices);
}

const read = (name: string): string => readFileSync(join(repository, "models", name), "utf8");

/** CD2FSAN made small, with a training section of these items. */
export const smallFlagship = (items: string): Compilation =>
  compile({
    "cd2fsan.net": `${shrink(read("cd2fsan.net"))}
train CD2FSAN {
  data rrsisd(split: train) {
    image: f32[B, rgb = 3, Y = 96, X = 96] in [0, 1]
    words: i32[B, T = 12]
    target: f32[B, Y = 48, X = 48] in [0, 1]
  }
  loss dice(mask, target) + bce_with_logits(mask, target)
${items}
}
`,
    "clip.net": read("clip.net"),
  });

/** A model of two layers that learns whether a point lies above a curve. */
export const perceptron = (items: string, model = ""): Compilation =>
  compile({
    "perceptron.net": `model Perceptron {
  input x: f32[B, C = 2]
  let hidden = Linear(x, out: 16)
  let norm = BatchNorm(hidden)
  let mixed = dropout(tanh(norm), rate: 0.1)
  output y: f32[B] = Linear(mixed, out: C = 1)[C = 0]
}
${model}
train Perceptron {
  data folder(split: train) { x: f32[B, C = 2]  label: f32[B] }
  loss bce_with_logits(y, label)
${items}
}
`,
  });

/** Numbers that look drawn and are a function of their place. */
const scattered = (i: number): number => (Math.sin(12.9898 * (i + 1)) * 43758.5453) % 1;

/** Points and labels, or pictures, words and masks: batches as a function of (epoch, step). */
export function batches(program: Pick<TrainingProgram, "fields">, batchesPerEpoch: number): BatchSource {
  return {
    batchesPerEpoch,
    batch(epoch, step) {
      const seed = 1000 * (epoch * batchesPerEpoch + step);
      const feeds: Record<string, Float32Array | Int32Array> = {};
      for (const { name, dtype, shape } of program.fields) {
        const count = countOf(shape);
        if (name === "label") feeds[name] = Float32Array.from({ length: count }, (_, i) => (above((feeds["x"] as Float32Array)[2 * i], (feeds["x"] as Float32Array)[2 * i + 1]) ? 1 : 0));
        else if (name === "target") feeds[name] = Float32Array.from({ length: count }, (_, i) => (Math.sin(0.01 * i + seed) > 0.3 ? 1 : 0));
        else if (dtype === "i32") feeds[name] = Int32Array.from({ length: count }, (_, i) => Math.floor(Math.abs(scattered(seed + i)) * 40));
        else feeds[name] = Float32Array.from({ length: count }, (_, i) => 2 * scattered(seed + i));
      }
      return Promise.resolve({ feeds });
    },
  };
}

const above = (x: number, y: number): boolean => y > Math.sin(2 * x);

/** Eight blocks of two layers in a row: much to keep, and boundaries between which it can be computed again. */
export const tower = (items: string): Compilation =>
  compile({
    "tower.net": `block Step(x: f32[B, C]; wide: int = 96) -> f32[B, C] {
  let up = gelu(Linear(LayerNorm(x), out: wide))
  return x + Linear(up, out: C)
}

model Tower {
  input x: f32[B, C = 24]
  let step[0] = x
  let step[i] = Step(step[i - 1]) for i in 1..=8
  output y: f32[B] = Linear(step[8], out: C = 1)[C = 0]
}
train Tower {
  data folder(split: train) { x: f32[B, C = 24]  label: f32[B] }
  loss bce_with_logits(y, label)
${items}
}
`,
  });
