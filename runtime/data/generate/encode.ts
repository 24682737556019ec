/** Pixels and masks as picture files, the same bytes for the same pixels. */
import type { Sharp } from "sharp";
import { loadSharp, type Pixels } from "../decode.ts";
import type { Mask } from "../sample.ts";

const raw = (data: Uint8Array, width: number, height: number, channels: 1 | 3): Sharp => loadSharp()(data, { raw: { width, height, channels } });

export const encodeJpeg = ({ data, width, height }: Pixels): Promise<Buffer> => raw(data, width, height, 3).jpeg({ quality: 92, chromaSubsampling: "4:4:4" }).toBuffer();
export const encodePng = ({ data, width, height }: Pixels): Promise<Buffer> => raw(data, width, height, 3).png({ compressionLevel: 3 }).toBuffer();
export const encodeTiff = ({ data, width, height }: Pixels): Promise<Buffer> => raw(data, width, height, 3).tiff({ compression: "lzw" }).toBuffer();

/** 0 and 255, one channel. */
const white = ({ data }: Mask): Uint8Array => data.map((value) => 255 * value);
export const encodeMaskPng = (mask: Mask): Promise<Buffer> => raw(white(mask), mask.width, mask.height, 1).toColourspace("b-w").png({ compressionLevel: 6 }).toBuffer();
export const encodeMaskTiff = (mask: Mask): Promise<Buffer> => raw(white(mask), mask.width, mask.height, 1).toColourspace("b-w").tiff({ compression: "lzw" }).toBuffer();
