/** One sample from its files into the places of a batch that belong to it. The same in a worker thread and without one. */
import type { Augmentation } from "./augment.ts";
import { readMask, readPixels } from "./decode.ts";
import { DataError } from "./errors.ts";
import type { Letterbox } from "./letterbox.ts";
import { preparePicture, prepareTarget } from "./prepare.ts";
import type { Roles } from "./roles.ts";
import type { Sample } from "./sample.ts";

/** The file that a person has to look at when a sample's mask is wrong. */
export const maskFile = ({ mask }: Pick<Sample, "mask">): string => (mask.kind === "file" ? mask.path : mask.file);

/** Fills `picture` [3, height, width] and, where the roles have one, `target` [height, width]. A DataError names the file that is wrong. */
export async function loadSample(sample: Pick<Sample, "image" | "mask">, augmentation: Augmentation | undefined, roles: Roles, picture: Float32Array, target: Float32Array | undefined): Promise<Letterbox> {
  const [pixels, mask] = await Promise.all([readPixels(sample.image), target && readMask(sample.mask)]);
  if (mask && (mask.height !== pixels.height || mask.width !== pixels.width)) {
    throw new DataError(maskFile(sample), `the mask is ${mask.width} × ${mask.height}, but its picture ${sample.image} is ${pixels.width} × ${pixels.height}`);
  }
  const box = preparePicture(pixels, roles.picture, augmentation, picture);
  if (mask && target && roles.target) prepareTarget(mask, box, roles.target, augmentation, target);
  return box;
}
