/** Text files of `NAME SENTENCE`, one sample a line, one file a split: what RefSegRS and RISBench have in common. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inside, readText } from "../paths.ts";
import { splits, type Sample } from "../sample.ts";

export interface PhraseLayout {
  readonly images: string;
  readonly masks: string;
  /** Added to the name in the line. */
  readonly extension: string;
}

/** `output_phrase_train.txt` and its like. */
export const phraseFile = (split: string): string => `output_phrase_${split}.txt`;
export const anyPhraseFile = { or: splits.map(phraseFile) };

/** Loaders of both data sets take what is brighter than this as foreground; masks are 0 and 255. */
const foregroundAbove = 50;

export function readPhrases(folder: string, layout: PhraseLayout): readonly Sample[] {
  return splits.flatMap((split) => {
    const file = join(folder, phraseFile(split));
    if (!existsSync(file)) return [];
    const samples: Sample[] = [];
    readText(file).split(/\r?\n/).forEach((line, i) => {
      if (line.trim() === "") return;
      const origin = `${file}:${i + 1}`;
      const [, name, sentence] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line)!;
      const picture = `${name}${layout.extension}`;
      samples.push({
        id: `${split}/${name}:${i + 1}`, split, sentence, origin,
        image: inside(join(folder, layout.images), picture, origin),
        mask: { kind: "file", path: inside(join(folder, layout.masks), picture, origin), above: foregroundAbove },
      });
    });
    return samples;
  });
}
