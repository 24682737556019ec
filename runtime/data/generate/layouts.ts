/** Writers of the layouts: what goes into a folder for each sample, and what when all samples are there. Each is the counterpart of a reader in `formats/`. */
import { formatCounts, encodeRuns } from "../run-length.ts";
import type { Mask, Split } from "../sample.ts";
import type { Pixels } from "../decode.ts";
import { encodeJpeg, encodeMaskPng, encodeMaskTiff, encodePng, encodeTiff } from "./encode.ts";
import { formatPickle } from "./pickle-writer.ts";

/** A drawn sample. `number` counts from 0 over all splits. */
export interface Drawn {
  readonly number: number;
  readonly split: Split;
  readonly sentence: string;
  readonly category: string;
  readonly pixels: Pixels;
  readonly mask: Mask;
}

export type WriteFile = (path: string, content: Uint8Array | string) => Promise<void>;

export interface LayoutWriter {
  /** Folders that are there even when empty. */
  readonly folders: readonly string[];
  add(drawn: Drawn, write: WriteFile): Promise<void>;
  finish(write: WriteFile): Promise<void>;
}

const padded = (number: number): string => String(number).padStart(5, "0");

/** Lines of `NAME SENTENCE`, in the order of the samples' numbers. */
function phraseLayout(images: string, masks: string, extension: string, inLine: string, encode: (pixels: Pixels) => Promise<Buffer>, encodeMask: (mask: Mask) => Promise<Buffer>): LayoutWriter {
  const lines = new Map<Split, [number, string][]>();
  return {
    folders: [images, masks],
    async add({ number, split, sentence, pixels, mask }, write) {
      const name = String(number + 1);
      lines.set(split, [...(lines.get(split) ?? []), [number, `${name}${inLine} ${sentence}`]]);
      await write(`${images}/${name}${extension}`, await encode(pixels));
      await write(`${masks}/${name}${extension}`, await encodeMask(mask));
    },
    async finish(write) {
      for (const [split, list] of lines) await write(`output_phrase_${split}.txt`, `${inOrder(list).join("\n")}\n`);
    },
  };
}

const inOrder = <T>(list: readonly (readonly [number, T])[]): readonly T[] => [...list].sort((a, b) => a[0] - b[0]).map(([, item]) => item);

function folderLayout(): LayoutWriter {
  const lines = new Map<Split, [number, string][]>();
  return {
    folders: ["images", "masks"],
    async add({ number, split, sentence, category, pixels, mask }, write) {
      const [image, maskPath] = [`images/${padded(number)}.png`, `masks/${padded(number)}.png`];
      lines.set(split, [...(lines.get(split) ?? []), [number, JSON.stringify({ image, text: sentence, mask: maskPath, category })]]);
      await write(image, await encodePng(pixels));
      await write(maskPath, await encodeMaskPng(mask));
    },
    async finish(write) {
      for (const [split, list] of lines) await write(`${split}.jsonl`, `${inOrder(list).join("\n")}\n`);
    },
  };
}

function rrsisdLayout(): LayoutWriter {
  const entries: [number, { readonly drawn: Omit<Drawn, "pixels" | "mask">; readonly size: readonly [number, number]; readonly counts: string; readonly box: readonly number[]; readonly area: number }][] = [];
  return {
    folders: ["rrsisd", "images/rrsisd/JPEGImages"],
    async add({ pixels, mask, ...drawn }, write) {
      entries.push([drawn.number, { drawn, size: [mask.height, mask.width], counts: formatCounts(encodeRuns(mask)), box: boxOf(mask), area: mask.data.reduce((sum, value) => sum + value, 0) }]);
      await write(`images/rrsisd/JPEGImages/${padded(drawn.number + 1)}.jpg`, await encodeJpeg(pixels));
    },
    async finish(write) {
      const all = inOrder(entries);
      const categories = [...new Set(all.map(({ drawn }) => drawn.category))].sort();
      const idOf = (category: string): number => categories.indexOf(category) + 1;
      const name = (number: number): string => `${padded(number + 1)}.jpg`;
      const instances = {
        info: { description: "synthetic aerial scenes in the layout of RRSIS-D" },
        images: all.map(({ drawn, size: [height, width] }) => ({ id: drawn.number, file_name: name(drawn.number), height, width })),
        annotations: all.map(({ drawn, size, counts, box, area }) => ({ id: drawn.number, image_id: drawn.number, category_id: idOf(drawn.category), iscrowd: 0, area, bbox: box, segmentation: [{ size, counts }] })),
        categories: categories.map((category) => ({ id: idOf(category), name: category, supercategory: "object" })),
      };
      const references = all.map(({ drawn: { number, category, split, sentence } }) => ({
        ref_id: number, ann_id: number, image_id: number, category_id: idOf(category), file_name: name(number), split, sent_ids: [number],
        sentences: [{ sent_id: number, sent: sentence, raw: sentence, tokens: sentence.split(" ") }],
      }));
      await write("rrsisd/instances.json", JSON.stringify(instances));
      await write("rrsisd/refs(unc).p", formatPickle(references));
    },
  };
}

/** Left, top, width, height. */
function boxOf({ height, width, data }: Mask): readonly number[] {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!data[y * width + x]) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return [left, top, right - left + 1, bottom - top + 1];
}

export const layouts = {
  rrsisd: rrsisdLayout,
  refsegrs: () => phraseLayout("images", "masks", ".tif", "", encodeTiff, encodeMaskTiff),
  risbench: () => phraseLayout("img_rgb", "mask", ".png", ".png", encodePng, encodeMaskPng),
  folder: folderLayout,
} as const satisfies Readonly<Record<string, () => LayoutWriter>>;

export type LayoutName = keyof typeof layouts;
