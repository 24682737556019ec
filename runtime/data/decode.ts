/**
 * Picture files to bytes: JPEG, PNG and TIFF, through sharp, known by their first bytes and by nothing else (sharp would also open SVG and more).
 * What a file declares is checked before anything is decoded; a truncated file is an error. Colours are taken as they stand: no colour profile, no
 * turning by EXIF, since masks have neither.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Sharp, default as sharpModule } from "sharp";
import { DataError } from "./errors.ts";
import { readingProblem } from "./paths.ts";
import { maskOfSegments, RunLengthError } from "./run-length.ts";
import type { Mask, MaskSource } from "./sample.ts";

export class PictureError extends Error {}

/** Interleaved bytes: `data[(y * width + x) * 3 + c]`, red, green, blue. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** Sides and pixels that are decoded: 192 MiB of RGB at most. */
export const largestSide = 16_384;
export const mostPixels = 2 ** 26;

let loaded: typeof sharpModule | undefined;

/** sharp, loaded when there is a picture. One thread for each picture and no cache: pictures are read once, and cores belong to the training. */
export function loadSharp(): typeof sharpModule {
  if (!loaded) {
    loaded = createRequire(import.meta.url)("sharp") as typeof sharpModule;
    loaded.cache(false);
    loaded.concurrency(1);
  }
  return loaded;
}

/** `jpeg`, `png` or `tiff`, by the first bytes. */
export function pictureKind(file: Uint8Array): "jpeg" | "png" | "tiff" | undefined {
  const start = (...bytes: readonly number[]): boolean => bytes.every((byte, i) => file[i] === byte);
  if (start(0xff, 0xd8, 0xff)) return "jpeg";
  if (start(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (start(0x49, 0x49, 0x2a, 0) || start(0x4d, 0x4d, 0, 0x2a)) return "tiff";
  return undefined;
}

const reason = (error: unknown): string => (error as Error).message.replace(/\s+/g, " ").trim();

async function open(file: Uint8Array): Promise<Sharp> {
  if (file.length === 0) throw new PictureError("it is empty");
  if (!pictureKind(file)) throw new PictureError("it is no JPEG, PNG or TIFF file");
  const sharp = loadSharp();
  // `ignoreIcc`: the readers of the published data sets do not apply profiles either.
  const picture = sharp(file, { failOn: "error", limitInputPixels: false, ignoreIcc: true, pages: 1, sequentialRead: true });
  let declared;
  try {
    declared = await picture.metadata();
  } catch (error) {
    throw new PictureError(`it cannot be decoded: ${reason(error)}`);
  }
  const { width = 0, height = 0 } = declared;
  if (width > largestSide || height > largestSide || width * height > mostPixels) {
    throw new PictureError(`it is ${width} × ${height}; at most ${largestSide} on a side and ${mostPixels} pixels in all are read`);
  }
  return picture;
}

async function raw(picture: Sharp): Promise<{ readonly data: Uint8Array; readonly info: { readonly width: number; readonly height: number; readonly channels: number } }> {
  try {
    return await picture.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new PictureError(`it is truncated or damaged: ${reason(error)}`);
  }
}

/** The pixels of a picture file; grey becomes three equal channels, transparency is dropped. */
export async function decodePixels(file: Uint8Array): Promise<Pixels> {
  const { data, info } = await raw((await open(file)).removeAlpha().toColourspace("srgb"));
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, data };
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) rgb.fill(data[i * channels], 3 * i, 3 * i + 3);
  return { width, height, data: rgb };
}

/** The mask in a picture file, by its first channel: 1 where the value is greater than `above`. */
export async function decodeMask(file: Uint8Array, above: number): Promise<Mask> {
  const { data, info } = await raw((await open(file)).removeAlpha());
  const { width, height, channels } = info;
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) mask[i] = data[i * channels] > above ? 1 : 0;
  return { width, height, data: mask };
}

async function decodeFile<T>(path: string, decode: (file: Buffer) => Promise<T>): Promise<T> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch (error) {
    throw new DataError(path, readingProblem(error));
  }
  try {
    return await decode(file);
  } catch (error) {
    if (error instanceof PictureError) throw new DataError(path, error.message);
    throw error;
  }
}

/** The pixels of the file at `path`. A DataError names the file. */
export const readPixels = (path: string): Promise<Pixels> => decodeFile(path, decodePixels);

/** The mask of a sample, from its file or its segments. A DataError names the file. */
export async function readMask(source: MaskSource): Promise<Mask> {
  if (source.kind === "file") return decodeFile(source.path, (file) => decodeMask(file, source.above));
  try {
    return maskOfSegments(source.segments, source.height, source.width);
  } catch (error) {
    if (error instanceof RunLengthError) throw new DataError(source.file, error.message);
    throw error;
  }
}
