/** From the logits of a model's frame to scores at the pixels of the original picture, where a segmentation is counted. */
import { toOriginal, type Letterbox } from "../data/letterbox.ts";

/** 1 / (1 + e⁻ˣ) of each number. */
export const sigmoid = (logits: Float32Array): Float32Array => logits.map((logit) => 1 / (1 + Math.exp(-logit)));

/**
 * Scores in [0, 1], [height, width] of the original picture, of one sample's logits [mapHeight, mapWidth]: sigmoid, bilinear to the frame (half-pixel
 * centres, held at the border), the letterbox's padding cut off, bilinear to the original. The sigmoid comes first, as in the CD2FSAN demo: it does not
 * commute with the resizes. Throws a RangeError when the logits are not mapHeight × mapWidth.
 */
export const scoresAtOriginal = (logits: Float32Array, mapHeight: number, mapWidth: number, letterbox: Letterbox): Float32Array => toOriginal(sigmoid(logits), mapHeight, mapWidth, letterbox);
