/** The numbers that a step draws, for engines that are given them. */
import { fillNormal, streamOf, uniformAt } from "../../compiler/operators/random.ts";
import type { RandomTensor } from "./trained-model.ts";

/** What (seed, draw) are to the streams of random numbers; `draw` counts batches since the beginning. */
export const streamStep = (seed: number, draw: number): number => seed * 2 ** 32 + draw;

/** The numbers that the interpreter draws for a key: a function of (key, seed, draw). */
export function drawNumbers({ key, distribution }: Pick<RandomTensor, "key" | "distribution">, out: Float32Array, seed: number, draw: number): void {
  const stream = streamOf(key, streamStep(seed, draw));
  if (distribution === "normal") fillNormal(out, stream, 0, 1);
  else for (let i = 0; i < out.length; i++) out[i] = uniformAt(stream, i);
}
