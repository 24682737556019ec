/** Texts as Prettier lays them out. It is loaded when a project is written. */
import { createRequire } from "node:module";
import type * as prettier from "prettier";
import { printWidth } from "./packages.ts";

const laidOut = /\.(ts|json|md)$/;

/** The text of a file at this path of a project; of a kind that Prettier does not lay out as it is. */
export async function formatted(path: string, text: string): Promise<string> {
  if (!laidOut.test(path)) return text;
  const { format } = createRequire(import.meta.url)("prettier") as typeof prettier;
  return format(text, { filepath: path, printWidth });
}
