/**
 * From a decoded picture and mask to what the model takes: resize, mirror, colour, letterbox, affine, normalisation and the planes' order. Padding
 * is never drawn: each pixel of the frame asks the scaled picture for its colour, and outside it there is the pad colour. The mask is read where the
 * target's pixels fall, so nothing is resized twice.
 */
import { inverseAffine, scaleColours, type Augmentation } from "./augment.ts";
import type { Pixels } from "./decode.ts";
import { letterboxOf, padColour, type Letterbox } from "./letterbox.ts";
import { nearest, resizePixels } from "./resample.ts";
import type { PictureRole, TargetRole } from "./roles.ts";
import type { Mask } from "./sample.ts";

type Affine = ReturnType<typeof inverseAffine>;
const identity: Affine = [1, 0, 0, 0, 1, 0];

let content = new Float32Array(0);

/** Writes the picture's planes [3, height, width] of the role into `into`. Returns where the picture lies in the frame. */
export function preparePicture(pixels: Pixels, role: PictureRole, augmentation: Augmentation | undefined, into: Float32Array): Letterbox {
  const box = letterboxOf(pixels.height, pixels.width, role.height, role.width);
  const count = box.contentHeight * box.contentWidth;
  if (content.length < 3 * count) content = new Float32Array(3 * count);
  resizePixels(pixels.data, pixels.height, pixels.width, content, box.contentHeight, box.contentWidth, augmentation?.mirrored);
  // After the resize and not before, since it is then fewer pixels; the padding keeps its colour.
  if (augmentation) scaleColours(content, count, augmentation.saturation, augmentation.value);
  if (augmentation) warpPlanes(content, box, inverseAffine(augmentation, role.height, role.width), role, into);
  else placePlanes(content, box, role, into);
  return box;
}

/** Without an affine map: the content where it lies, the pad colour around it. */
function placePlanes(source: Float32Array, box: Letterbox, { scale, shift }: PictureRole, into: Float32Array): void {
  const { frameHeight, frameWidth, top, left, contentHeight, contentWidth } = box;
  const size = frameHeight * frameWidth;
  const padded = contentHeight < frameHeight || contentWidth < frameWidth;
  for (let c = 0; c < 3; c++) {
    const [factor, summand] = [scale[c], shift[c]];
    if (padded) into.fill(padColour[c] * factor + summand, c * size, (c + 1) * size);
    for (let y = 0; y < contentHeight; y++) {
      const target = c * size + (top + y) * frameWidth + left;
      for (let x = 0, from = 3 * y * contentWidth + c; x < contentWidth; x++, from += 3) into[target + x] = source[from] * factor + summand;
    }
  }
}

/** Bilinear between the pixels of the content and the pad colour around it. */
function warpPlanes(source: Float32Array, box: Letterbox, [a, b, c, d, e, f]: Affine, { scale, shift }: PictureRole, into: Float32Array): void {
  const { frameHeight, frameWidth, top, left, contentHeight: rows, contentWidth: columns } = box;
  const size = frameHeight * frameWidth;
  const [pad0, pad1, pad2] = padColour;
  const [scale0, scale1, scale2] = scale;
  const [shift0, shift1, shift2] = shift;
  // The content in the middle of the loop, where all four neighbours are in it, is most of the frame: no arrays are made there.
  const [lastColumn, lastRow, stride] = [columns - 1, rows - 1, 3 * columns];
  for (let y = 0, at = 0; y < frameHeight; y++) {
    const rowU = b * y + c - left;
    const rowV = e * y + f - top;
    for (let x = 0; x < frameWidth; x++, at++) {
      const u = a * x + rowU;
      const v = d * x + rowV;
      if (u >= 0 && v >= 0 && u < lastColumn && v < lastRow) {
        const x0 = u | 0;
        const y0 = v | 0;
        const right = u - x0;
        const down = v - y0;
        const above = y0 * stride + 3 * x0;
        const below = above + stride;
        const w11 = right * down;
        const w01 = right - w11;
        const w10 = down - w11;
        const w00 = 1 - right - w10;
        into[at] = (w00 * source[above] + w01 * source[above + 3] + w10 * source[below] + w11 * source[below + 3]) * scale0 + shift0;
        into[size + at] = (w00 * source[above + 1] + w01 * source[above + 4] + w10 * source[below + 1] + w11 * source[below + 4]) * scale1 + shift1;
        into[2 * size + at] = (w00 * source[above + 2] + w01 * source[above + 5] + w10 * source[below + 2] + w11 * source[below + 5]) * scale2 + shift2;
        continue;
      }
      let [red, green, blue] = [pad0, pad1, pad2];
      const [x0, y0] = [Math.floor(u), Math.floor(v)];
      if (x0 >= -1 && y0 >= -1 && x0 < columns && y0 < rows) {
        for (let k = 0; k < 4; k++) {
          const [px, py] = [x0 + (k & 1), y0 + (k >> 1)];
          if (px < 0 || py < 0 || px >= columns || py >= rows) continue;
          const weight = (k & 1 ? u - x0 : 1 - u + x0) * (k >> 1 ? v - y0 : 1 - v + y0);
          const from = 3 * (py * columns + px);
          red += weight * (source[from] - pad0);
          green += weight * (source[from + 1] - pad1);
          blue += weight * (source[from + 2] - pad2);
        }
      }
      into[at] = red * scale0 + shift0;
      into[size + at] = green * scale1 + shift1;
      into[2 * size + at] = blue * scale2 + shift2;
    }
  }
}

/**
 * Writes the target [height, width] of the role, 0 and 1, into `into`: the mask nearest to the frame, moved with the picture, and every n-th pixel of
 * that where the target is smaller than the frame.
 */
export function prepareTarget(mask: Mask, box: Letterbox, role: TargetRole, augmentation: Augmentation | undefined, into: Float32Array): void {
  const [a, b, c, d, e, f] = augmentation ? inverseAffine(augmentation, box.frameHeight, box.frameWidth) : identity;
  const { top, left, contentHeight, contentWidth } = box;
  for (let ty = 0, at = 0; ty < role.height; ty++) {
    const y = nearest(ty, box.frameHeight, role.height);
    for (let tx = 0; tx < role.width; tx++, at++) {
      const x = nearest(tx, box.frameWidth, role.width);
      const u = Math.round(a * x + b * y + c) - left;
      const v = Math.round(d * x + e * y + f) - top;
      if (u < 0 || v < 0 || u >= contentWidth || v >= contentHeight) {
        into[at] = 0;
        continue;
      }
      const across = nearest(u, mask.width, contentWidth);
      into[at] = mask.data[nearest(v, mask.height, contentHeight) * mask.width + (augmentation?.mirrored ? mask.width - 1 - across : across)];
    }
  }
}
