/** The scores of a batch at the pixels of the pictures that they are of, beside the masks. */
import type { LoadedSample } from "../data/batch.ts";
import { readMask } from "../data/decode.ts";
import { toOriginal } from "../data/letterbox.ts";
import type { Mask } from "../data/sample.ts";
import type { EvaluatedSample, Results } from "./evaluation.ts";
import type { TrainedModel } from "./trained-model.ts";

/** Nothing where the model has no score that is a map. */
export async function maskScores(model: TrainedModel, results: Results, loaded: readonly LoadedSample[], each: (sample: EvaluatedSample) => void): Promise<void> {
  const score = results["score"];
  if (!score || !(score.data instanceof Float32Array) || score.shape.length !== 3) return;
  const [, height, width] = score.shape;
  for (const [i, own] of loaded.entries()) {
    const map = score.data.subarray(i * height * width, (i + 1) * height * width);
    const original = await readMask(own.sample.mask);
    if (model.section.atOriginal) each({ loaded: own, score: toOriginal(map, height, width, own.letterbox), mask: original });
    else each({ loaded: own, score: map, mask: reduced(original, height, width) });
  }
}

/** A mask at another size, each pixel the nearest. */
function reduced({ height, width, data }: Mask, newHeight: number, newWidth: number): Mask {
  const result = new Uint8Array(newHeight * newWidth);
  for (let y = 0; y < newHeight; y++) for (let x = 0; x < newWidth; x++) result[y * newWidth + x] = data[Math.floor((y * height) / newHeight) * width + Math.floor((x * width) / newWidth)];
  return { height: newHeight, width: newWidth, data: result };
}
