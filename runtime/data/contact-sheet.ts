/** A picture of many samples at once: each with its mask over it and its sentence below, so that a person sees whether they belong together. */
import type { Picture } from "../pictures.ts";
import { readMask, readPixels } from "./decode.ts";
import { DataError } from "./errors.ts";
import { breakLines, drawText, letterWidth, lineHeight } from "./lettering.ts";
import { letterboxOf } from "./letterbox.ts";
import { preparePicture, prepareTarget } from "./prepare.ts";
import type { Sample } from "./sample.ts";

const tileSide = 198;
const margin = 8;
const textLines = 3;
const role = { name: "tile", height: tileSide, width: tileSide, scale: [1 / 255, 1 / 255, 1 / 255], shift: [0, 0, 0] };

/** Some samples, spread evenly over a list. */
export const spread = <T>(list: readonly T[], count: number): readonly T[] => (list.length <= count ? list : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]));

/** The sheet of these samples, in rows; one that cannot be read is an empty tile that says so. */
export async function contactSheet(samples: readonly Sample[], columns = 6): Promise<Picture> {
  const across = Math.min(columns, samples.length);
  const [stepX, stepY] = [tileSide + margin, tileSide + margin + textLines * lineHeight];
  const [width, height] = [across * stepX + margin, Math.ceil(samples.length / across) * stepY + margin];
  const planes = new Float32Array(3 * width * height).fill(0.11);
  for (const [i, sample] of samples.entries()) {
    const [left, top] = [margin + (i % across) * stepX, margin + Math.floor(i / across) * stepY];
    const tile = await tileOf(sample);
    if ("planes" in tile) {
      for (let c = 0; c < 3; c++) for (let y = 0; y < tileSide; y++) planes.set(tile.planes.subarray((c * tileSide + y) * tileSide, (c * tileSide + y + 1) * tileSide), c * width * height + (top + y) * width + left);
    }
    const write = (text: string, x: number, y: number, lines: number, bright: number): void =>
      breakLines(text, Math.floor(tileSide / letterWidth), lines).forEach((line, row) =>
        drawText(line, x, y + row * lineHeight, (u, v) => {
          for (let c = 0; c < 3; c++) planes[c * width * height + v * width + u] = bright;
        }),
      );
    write(sample.sentence || "(no sentence)", left, top + tileSide + 3, textLines, 0.9);
    if (!("planes" in tile)) write(`cannot be read: ${tile.problem}`, left + 4, top + 4, 12, 0.6);
  }
  return { width, height, planes };
}

async function tileOf(sample: Sample): Promise<Picture | { readonly problem: string }> {
  try {
    const [pixels, mask] = await Promise.all([readPixels(sample.image), readMask(sample.mask)]);
    const planes = new Float32Array(3 * tileSide * tileSide);
    const target = new Float32Array(tileSide * tileSide);
    preparePicture(pixels, role, undefined, planes);
    prepareTarget(mask, letterboxOf(pixels.height, pixels.width, tileSide, tileSide), role, undefined, target);
    return marked(planes, target);
  } catch (error) {
    if (error instanceof DataError) return { problem: error.message };
    throw error;
  }
}

/** The colour of an outline: none that a thing in a picture from above has. */
const outline = [1, 0.1, 0.9];

/** Everything outside of the mask darker, and the mask's outline around it: colours inside stay as they are, since sentences speak of them. */
function marked(planes: Float32Array, mask: Float32Array): Picture {
  const size = tileSide * tileSide;
  const masked = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < tileSide && y < tileSide && mask[y * tileSide + x] > 0;
  for (let y = 0, at = 0; y < tileSide; y++) {
    for (let x = 0; x < tileSide; x++, at++) {
      if (masked(x, y)) continue;
      const beside = masked(x - 1, y) || masked(x + 1, y) || masked(x, y - 1) || masked(x, y + 1);
      for (let c = 0; c < 3; c++) planes[c * size + at] = beside ? outline[c] : 0.65 * planes[c * size + at];
    }
  }
  return { height: tileSide, width: tileSide, planes };
}
