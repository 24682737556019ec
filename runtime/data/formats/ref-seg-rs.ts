/** RefSegRS (Yuan et al. 2024), as published by its authors: `images/NAME.tif`, `masks/NAME.tif`, and lines `NAME SENTENCE` in a text file a split. */
import type { Format } from "./format.ts";
import { anyPhraseFile, readPhrases } from "./phrases.ts";

export const refSegRs: Format = {
  name: "refsegrs",
  title: "RefSegRS",
  marks: [anyPhraseFile, "images", "masks"],
  read: (folder) => readPhrases(folder, { images: "images", masks: "masks", extension: ".tif" }),
};
