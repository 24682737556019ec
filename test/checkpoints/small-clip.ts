/** The flagship's weights plans over a small CLIP: the plans' texts are those of models/cd2fsan.net, with the sizes of make_golden.py. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../programs.ts";

const read = (name: string): string => readFileSync(join(repository, "models", name), "utf8");

export const goldenFile = (name: string): string => join(repository, "test/checkpoints/golden", name);

const replacements: readonly (readonly [from: string, to: string])[] = [
  ["grid: 14 -> 30", "grid: 4 -> 6"],
  ["T = ..22", "T = ..9"],
  ["i in 0..12", "i in 0..2"],
  ["  fresh selection, fused, aligned, mask\n", ""],
];

/** A model of both towers for pictures of 48 × 48 and 9 words, and its two plans. */
export function smallClip(mode: "bilinear" | "bicubic" = "bilinear"): Readonly<Record<string, string>> {
  const flagship = read("cd2fsan.net");
  let plans = flagship.slice(flagship.indexOf("\nweights clip of"), flagship.indexOf("\nablation table4 of"));
  for (const [from, to] of replacements) {
    if (plans.split(from).length !== 3) throw new Error(`stands ${plans.split(from).length - 1} times in the plans: ${from}`);
    plans = plans.replaceAll(from, to);
  }
  return {
    "small.net": `import { ViT, TextTransformer } from "./clip.net"

model Clip {
  input image: f32[B, rgb = 3, Y = 48, X = 48]
  input words: i32[B, T = 9]
  let vision = ViT(image, patch: 8, width: 16, depth: 2, heads: 2)
  let text = TextTransformer(words, vocabulary: 40, width: 16, depth: 2, heads: 2)
  output picture: f32[B, tok = 37, C = 16] = vision.layer[2]
  output word: f32[B, T = 9, C = 16] = text.word
}
${plans.replaceAll("of CD2FSAN", "of Clip").replaceAll("mode: bilinear", `mode: ${mode}`)}`,
    "clip.net": read("clip.net"),
  };
}
