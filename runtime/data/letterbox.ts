/**
 * A picture of any size in the model's frame: scaled until one side fits, its shape kept, the rest padded on both sides. The record of it is kept, so
 * that a prediction can be brought back to the pixels of the original, where the metrics are counted.
 */
import { resizePlane } from "../resize-plane.ts";

export interface Letterbox {
  /** Of the original picture. */
  readonly height: number;
  readonly width: number;
  /** Of the model's input. */
  readonly frameHeight: number;
  readonly frameWidth: number;
  /** Where the scaled picture lies in the frame, in pixels. */
  readonly top: number;
  readonly left: number;
  readonly contentHeight: number;
  readonly contentWidth: number;
}

/** Colour of the padding, in 0 … 255: CLIP's mean, as ASDA writes it. */
export const padColour: readonly [number, number, number] = [123.7, 116.3, 103.5];

export function letterboxOf(height: number, width: number, frameHeight: number, frameWidth: number): Letterbox {
  const ratio = Math.min(frameHeight / height, frameWidth / width);
  const side = (length: number, most: number): number => Math.min(Math.max(Math.round(length * ratio), 1), most);
  const [contentHeight, contentWidth] = [side(height, frameHeight), side(width, frameWidth)];
  return { height, width, frameHeight, frameWidth, contentHeight, contentWidth, top: (frameHeight - contentHeight) >> 1, left: (frameWidth - contentWidth) >> 1 };
}

/**
 * A map of the model, [mapHeight, mapWidth] over the whole frame, at the original's resolution: [height, width] of the letterbox. Bilinear to the frame,
 * cut to the content, bilinear to the original. Values are probabilities or anything else that may be interpolated.
 */
export function toOriginal(map: Float32Array, mapHeight: number, mapWidth: number, letterbox: Letterbox): Float32Array {
  const { height, width, frameHeight, frameWidth, top, left, contentHeight, contentWidth } = letterbox;
  if (map.length !== mapHeight * mapWidth) throw new RangeError(`a map of ${mapHeight} × ${mapWidth} has ${mapHeight * mapWidth} values, not ${map.length}`);
  const frame = mapHeight === frameHeight && mapWidth === frameWidth ? map : resizePlane(map, mapHeight, mapWidth, frameHeight, frameWidth);
  let content = frame;
  if (contentHeight !== frameHeight || contentWidth !== frameWidth) {
    content = new Float32Array(contentHeight * contentWidth);
    for (let y = 0; y < contentHeight; y++) content.set(frame.subarray((top + y) * frameWidth + left, (top + y) * frameWidth + left + contentWidth), y * contentWidth);
  }
  return contentHeight === height && contentWidth === width ? content.slice() : resizePlane(content, contentHeight, contentWidth, height, width);
}
