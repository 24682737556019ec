/** RISBench (Dong et al. 2024), as published by its authors: `img_rgb/NAME`, `mask/NAME` (PNG), and lines `NAME SENTENCE`, the name with its extension. */
import type { Format } from "./format.ts";
import { anyPhraseFile, readPhrases } from "./phrases.ts";

export const risBench: Format = {
  name: "risbench",
  title: "RISBench",
  marks: [anyPhraseFile, "img_rgb", "mask"],
  read: (folder) => readPhrases(folder, { images: "img_rgb", masks: "mask", extension: "" }),
};
