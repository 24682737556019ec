/** Pictures: JPEG, PNG and TIFF in, PNG out, resampling, and a mask drawn over a picture. Channels are planar (rgb, y, x) in [0, 1], as models take them. */
import { PNG } from "pngjs";
import { decodePixels } from "./data/decode.ts";
import { resizePlane } from "./resize-plane.ts";

export { resizePlane } from "./resize-plane.ts";

export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 3 planes of height × width, in [0, 1]. */
  readonly planes: Float32Array;
}

export { PictureError } from "./data/decode.ts";

/** A JPEG, PNG or TIFF file. A PictureError says what is wrong with it. */
export async function parsePicture(file: Uint8Array): Promise<Picture> {
  const { width, height, data } = await decodePixels(file);
  const planes = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) planes[c * width * height + i] = data[3 * i + c] / 255;
  return { width, height, planes };
}

export function formatPng(picture: Picture): Buffer {
  const { width, height, planes } = picture;
  const png = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) png.data[4 * i + c] = Math.round(255 * Math.min(1, Math.max(0, planes[c * width * height + i])));
    png.data[4 * i + 3] = 255;
  }
  return PNG.sync.write(png);
}

export function resizePicture(picture: Picture, height: number, width: number): Picture {
  if (picture.height === height && picture.width === width) return picture;
  const size = picture.height * picture.width;
  const planes = new Float32Array(3 * height * width);
  for (let c = 0; c < 3; c++) planes.set(resizePlane(picture.planes.subarray(c * size, (c + 1) * size), picture.height, picture.width, height, width), c * height * width);
  return { height, width, planes };
}

/** The picture with a mask over it: tinted by the probability, its outline at the threshold drawn in full. */
export function overlay(picture: Picture, probability: Float32Array, threshold: number): Picture {
  const { height, width } = picture;
  const planes = Float32Array.from(picture.planes);
  const inside = (y: number, x: number): boolean => probability[y * width + x] > threshold;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const edge = inside(y, x) && [[y - 1, x], [y + 1, x], [y, x - 1], [y, x + 1]].some(([v, u]) => v >= 0 && u >= 0 && v < height && u < width && !inside(v, u));
      const weight = edge ? 1 : 0.6 * probability[i];
      [1, 0.25, 0.1].forEach((tint, c) => (planes[c * height * width + i] = planes[c * height * width + i] * (1 - weight) + tint * weight));
    }
  }
  return { height, width, planes };
}
