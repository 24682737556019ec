/** The files that every project of a kind has alike, laid out: made when netc is built (scripts/build.mjs), because Prettier takes most of the time of writing a project. */
import { keyOf, laidOutAnew } from "./format.ts";
import { plainFiles, projectFiles, readerNames } from "./layout.ts";

/** Laid out texts by the key of their path and text. */
export async function constantTexts(): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const { files } of [projectFiles("pictures", true), projectFiles("pictures", false), projectFiles("arrays", false), plainFiles(readerNames)]) {
    for (const [path, text] of files) texts[keyOf(path, text)] ??= await laidOutAnew(path, text);
  }
  return texts;
}
