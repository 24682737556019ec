/**
 * The plain folder: `train.jsonl`, `val.jsonl`, `test.jsonl`, one JSON object a line, {"image": …, "text": …, "mask": …, "category"?: …}, with paths
 * relative to the folder. Masks are pictures; what is not 0 is foreground.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { inside, readText } from "../paths.ts";
import { splits, type Sample } from "../sample.ts";
import type { Format } from "./format.ts";

export const folderFormat: Format = {
  name: "folder",
  title: "plain folder",
  marks: [{ or: splits.map((split) => `${split}.jsonl`) }],
  read: (folder) =>
    splits.flatMap((split) => {
      const file = join(folder, `${split}.jsonl`);
      if (!existsSync(file)) return [];
      const samples: Sample[] = [];
      readText(file).split(/\r?\n/).forEach((line, i) => {
        if (line.trim() === "") return;
        const origin = `${file}:${i + 1}`;
        const { image, text, mask, category } = parseLine(line, origin);
        if (typeof text !== "string") throw new DataError(origin, 'there is no "text"', 'a line is {"image": "a.png", "text": "the red ship", "mask": "a-mask.png"}');
        if (category !== undefined && typeof category !== "string") throw new DataError(origin, '"category" is no text');
        samples.push({
          id: `${split}:${i + 1}`, split, sentence: text.trim(), origin, category,
          image: inside(folder, image, `${origin} "image"`),
          mask: { kind: "file", path: inside(folder, mask, `${origin} "mask"`), above: 0 },
        });
      });
      return samples;
    }),
};

function parseLine(line: string, origin: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new DataError(origin, `it is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new DataError(origin, "it is no JSON object");
  return value as Readonly<Record<string, unknown>>;
}
