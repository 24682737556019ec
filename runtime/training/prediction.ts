/** A mask for a picture and a sentence. */
import { readFileSync } from "node:fs";
import { readPixels } from "../data/decode.ts";
import { letterboxOf, toOriginal } from "../data/letterbox.ts";
import { preparePicture } from "../data/prepare.ts";
import { rolesOf } from "../data/roles.ts";
import { ExpectedError } from "../errors.ts";
import { formatPng, overlay, parsePicture, type Picture } from "../pictures.ts";
import { encodeText } from "../tokenizer.ts";
import { writeWhole } from "../whole-file.ts";
import type { Forward } from "./evaluation.ts";
import { countOf } from "./shape.ts";
import type { WeightStores } from "./store.ts";
import type { Feeds, TrainedModel } from "./trained-model.ts";

export interface Question {
  /** The path of a picture. */
  readonly image: string;
  readonly text: string;
}

export interface PredictedMask {
  readonly height: number;
  readonly width: number;
  /** What the metrics are of, such as a probability, for each pixel of the picture. */
  readonly score: Float32Array;
}

/** Throws an ExpectedError where the model takes no picture and words, or says of no map what its metrics are. */
export async function predictMask(model: TrainedModel, forward: Forward, weights: WeightStores, { image, text }: Question): Promise<PredictedMask> {
  if (text.trim() === "") throw new ExpectedError("the sentence is empty", '--text "the red ship in the upper left"');
  const roles = rolesOf(model.section.data);
  if (!roles.words) throw new ExpectedError(`${model.model} takes no words`);
  const pixels = await readPixels(image);
  const picture = new Float32Array(3 * roles.picture.height * roles.picture.width);
  preparePicture(pixels, roles.picture, undefined, picture);
  const feeds: Feeds = Object.fromEntries(model.fields.map(({ name, dtype, shape }) => {
    if (name === roles.picture.name) return [name, picture];
    if (name === roles.words!.name) return [name, encodeText(text, roles.words!.length)];
    const count = countOf(shape.slice(1));
    return [name, dtype === "i32" ? new Int32Array(count) : new Float32Array(count)]; // the target, of which only the loss knows
  }));
  const letGo = forward.use(weights);
  const { score } = await forward.run(feeds, 1).finally(letGo);
  if (!score || !(score.data instanceof Float32Array) || score.shape.length !== 3) throw new ExpectedError(`${model.model}: the training section does not say of which map the metrics are`, "write `metrics oIoU of sigmoid(mask) > 0.5`");
  const [, height, width] = score.shape;
  return { height: pixels.height, width: pixels.width, score: toOriginal(score.data, height, width, letterboxOf(pixels.height, pixels.width, roles.picture.height, roles.picture.width)) };
}

/** Writes the mask as PNG and, as PATH-over.png, the picture with it; gives the paths, and the share of the picture that is foreground. */
export async function writeMask({ height, width, score }: PredictedMask, image: string, threshold: number, path: string): Promise<{ readonly paths: readonly [string, string]; readonly share: number }> {
  const count = height * width;
  const mask: Picture = { height, width, planes: Float32Array.from({ length: 3 * count }, (_, i) => (score[i % count] > threshold ? 1 : 0)) };
  const over = path.replace(/(\.png)?$/, "-over.png");
  writeWhole(path, [formatPng(mask)]);
  writeWhole(over, [formatPng(overlay(await parsePicture(readFileSync(image)), score, threshold))]);
  return { paths: [path, over], share: score.filter((value) => value > threshold).length / count };
}
