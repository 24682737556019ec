/** What is done to pictures: against OpenCV, and that chance is a function of (seed, epoch, sample). */
import { describe, expect, it } from "vitest";
import { drawAugmentation, inverseAffine, scaleColours, swapSides, type Augmentation } from "../../runtime/data/augment.ts";
import { letterboxOf, padColour, toOriginal } from "../../runtime/data/letterbox.ts";
import { batchesPerEpoch, following, indicesOf, permutation } from "../../runtime/data/order.ts";
import { preparePicture, prepareTarget } from "../../runtime/data/prepare.ts";
import { nearest, resizePixels } from "../../runtime/data/resample.ts";
import { bits, golden } from "./golden.ts";

const none: Augmentation = { mirrored: false, saturation: 1, value: 1, rotation: 0, scale: 1, shiftX: 0, shiftY: 0, shearX: 0, shearY: 0 };
const plain = (height: number, width: number) => ({ name: "image", height, width, scale: [1, 1, 1], shift: [0, 0, 0] });
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

interface Resampling { height: number; width: number; newHeight: number; newWidth: number; picture: number[]; resized: number[]; mask: string; nearest: string }

describe("resampling", () => {
  it.each(golden<readonly Resampling[]>("resampling"))("$height × $width to $newHeight × $newWidth is OpenCV's", ({ height, width, newHeight, newWidth, picture, resized, mask, nearest: wanted }) => {
    const into = new Float32Array(3 * newHeight * newWidth);
    resizePixels(Uint8Array.from(picture), height, width, into, newHeight, newWidth);
    expect(largestDifference(into, resized)).toBeLessThan(0.002);
    const mirrored = new Float32Array(into.length);
    resizePixels(Uint8Array.from(picture), height, width, mirrored, newHeight, newWidth, true);
    expect(mirrored.subarray(0, 3)).toEqual(into.subarray(3 * (newWidth - 1), 3 * newWidth));
    const source = bits(mask);
    const found = Array.from({ length: newHeight * newWidth }, (_, i) => source[nearest(Math.floor(i / newWidth), height, newHeight) * width + nearest(i % newWidth, width, newWidth)]);
    expect(found).toEqual(bits(wanted));
  });

  it("that grows keeps a ramp a ramp", () => {
    const into = new Float32Array(3 * 8);
    resizePixels(Uint8Array.from([0, 0, 0, 100, 100, 100, 200, 200, 200, 250, 250, 250]), 1, 4, into, 1, 8);
    expect([0, 1, 2, 3, 4, 5].map((x) => into[3 * x])).toEqual([0, 25, 75, 125, 175, 212.5]);
  });
});

describe("the affine map", () => {
  interface Case extends Augmentation { height: number; width: number; inverse: number[]; picture: number[]; warped: number[] }
  it.each(golden<readonly Case[]>("affine"))("turned by $rotation is OpenCV's", ({ height, width, inverse, picture, warped, ...given }) => {
    const augmentation = { ...none, ...given };
    expect(largestDifference(inverseAffine(augmentation, height, width), inverse)).toBeLessThan(1e-8);
    const planes = new Float32Array(3 * height * width);
    preparePicture({ height, width, data: Uint8Array.from(picture) }, plain(height, width), augmentation, planes);
    const interleaved = warped.map((_, i) => planes[(i % 3) * height * width + Math.floor(i / 3)]);
    // OpenCV rounds places to 1/32 of a pixel: so far from smooth pictures as their slope allows.
    const mean = warped.reduce((sum, value, i) => sum + Math.abs(value - interleaved[i]), 0) / warped.length;
    expect(mean).toBeLessThan(0.5);
    expect(largestDifference(interleaved, warped)).toBeLessThan(12);
  });

  it("moves the mask as the picture", () => {
    const [height, width] = [240, 360];
    const data = new Uint8Array(height * width);
    const pixels = new Uint8Array(3 * height * width);
    for (let y = 80; y < 180; y++) for (let x = 40; x < 200; x++) [data[y * width + x], pixels[3 * (y * width + x)]] = [1, 255];
    for (let index = 0; index < 20; index++) {
      const augmentation = { ...drawAugmentation(3, 0, index), saturation: 1, value: 1 };
      const planes = new Float32Array(3 * 384 * 384);
      const target = new Float32Array(192 * 192);
      const box = preparePicture({ height, width, data: pixels }, plain(384, 384), augmentation, planes);
      prepareTarget({ height, width, data }, box, { name: "target", height: 192, width: 192 }, augmentation, target);
      // The red plane over the pad colour of green, which is 0 in the picture: only the inside of the content is compared.
      let [both, either] = [0, 0];
      for (let i = 0; i < 192 * 192; i++) {
        const at = 2 * Math.floor(i / 192) * 384 + 2 * (i % 192);
        const red = planes[at] > 127 && planes[384 * 384 + at] < 50 ? 1 : 0;
        both += Math.min(red, target[i]);
        either += Math.max(red, target[i]);
      }
      expect(both / either).toBeGreaterThan(0.95);
    }
  });
});

describe("colours", () => {
  it.each(golden<readonly { saturation: number; value: number; picture: number[]; scaled: number[] }[]>("colours"))("with saturation × $saturation and value × $value are OpenCV's", ({ saturation, value, picture, scaled }) => {
    const data = Float32Array.from(picture);
    scaleColours(data, picture.length / 3, saturation, value);
    expect(largestDifference(data, scaled)).toBeLessThan(0.01);
  });
});

describe("chance", () => {
  it("is a function of seed, epoch and sample, within its bounds", () => {
    const drawn = Array.from({ length: 2000 }, (_, index) => drawAugmentation(1, 4, index));
    expect(drawAugmentation(1, 4, 17)).toEqual(drawn[17]);
    expect(drawAugmentation(2, 4, 17)).not.toEqual(drawn[17]);
    expect(drawAugmentation(1, 5, 17)).not.toEqual(drawn[17]);
    const mirrored = drawn.filter((augmentation) => augmentation.mirrored).length;
    expect(mirrored).toBeGreaterThan(900);
    expect(mirrored).toBeLessThan(1100);
    const bounds = { saturation: [0.5, 1.5], value: [0.5, 1.5], rotation: [-5, 5], scale: [0.9, 1.1], shiftX: [-0.1, 0.1], shiftY: [-0.1, 0.1], shearX: [-2, 2], shearY: [-2, 2] } as const;
    for (const key of Object.keys(bounds) as (keyof typeof bounds)[]) {
      const values = drawn.map((augmentation) => augmentation[key]);
      const [low, high] = bounds[key];
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.98 * (high - low));
    }
  });

  it("exchanges the sides in a sentence, letters as they were", () => {
    expect(swapSides("The Left ship, left of the RIGHT dock; upright")).toBe("The Right ship, right of the LEFT dock; upleft");
    expect(swapSides(swapSides("left right left"))).toBe("left right left");
  });
});

describe("the order", () => {
  it("is a permutation of each epoch, another one each time, and leaves out what does not fill a batch", () => {
    const order = { count: 103, batch: 10, seed: 7 };
    expect(batchesPerEpoch(order)).toBe(10);
    const seen = (epoch: number): readonly number[] => Array.from({ length: 10 }, (_, step) => indicesOf(order, epoch, step)).flat();
    expect(new Set(seen(0)).size).toBe(100);
    expect(seen(0)).not.toEqual(seen(1));
    expect(seen(3)).toEqual([...permutation(103, 7, 3)].slice(0, 100));
    expect(indicesOf({ ...order, seed: 8 }, 0, 0)).not.toEqual(indicesOf(order, 0, 0));
    expect(following(order, 2, 9)).toEqual({ epoch: 3, step: 0 });
    expect(() => indicesOf(order, 0, 10)).toThrow("epoch 0 has the steps 0 to 9, not 10");
  });

  it("of an evaluation is that of the files, to the last", () => {
    const order = { count: 5, batch: 2, seed: 7, sequential: true };
    expect([0, 1, 2].map((step) => indicesOf(order, 0, step))).toEqual([[0, 1], [2, 3], [4]]);
  });
});

describe("the letterbox", () => {
  it.each([[800, 800], [300, 500], [501, 299], [1, 1000]])("of a picture of %i × %i lies in the middle and keeps its shape", (height, width) => {
    const box = letterboxOf(height, width, 480, 480);
    expect(Math.max(box.contentHeight, box.contentWidth)).toBe(480);
    if (Math.min(height, width) > 1) expect(Math.abs(box.contentHeight / box.contentWidth / (height / width) - 1)).toBeLessThan(0.01);
    expect(Math.abs(480 - box.contentHeight - 2 * box.top)).toBeLessThanOrEqual(1);
    expect(Math.abs(480 - box.contentWidth - 2 * box.left)).toBeLessThanOrEqual(1);
  });

  it("pads with CLIP's mean", () => {
    const planes = new Float32Array(3 * 8 * 8);
    preparePicture({ height: 2, width: 4, data: new Uint8Array(24).fill(200) }, plain(8, 8), undefined, planes);
    expect([0, 1, 2].map((c) => planes[64 * c])).toEqual(padColour.map(Math.fround));
    expect(planes[4 * 8 + 3]).toBe(200);
  });

  it.each([[800, 800], [300, 500], [333, 217]])("can be undone: a mask of %i × %i through the target comes back", (height, width) => {
    const data = new Uint8Array(height * width);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = ((y - 0.4 * height) / (0.3 * height)) ** 2 + ((x - 0.6 * width) / (0.25 * width)) ** 2 < 1 ? 1 : 0;
    const box = letterboxOf(height, width, 480, 480);
    const target = new Float32Array(240 * 240);
    prepareTarget({ height, width, data }, box, { name: "target", height: 240, width: 240 }, undefined, target);
    const back = toOriginal(target, 240, 240, box);
    let [both, either] = [0, 0];
    for (let i = 0; i < data.length; i++) {
      const value = back[i] > 0.5 ? 1 : 0;
      both += value & data[i];
      either += value | data[i];
    }
    expect(back.length).toBe(data.length);
    expect(both / either).toBeGreaterThan(0.97);
  });
});
