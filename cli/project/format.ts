/** Texts as Prettier lays them out: of what every project has alike, as they were laid out when netc was built. Prettier is loaded when a project is written. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as prettier from "prettier";
import { printWidth } from "./packages.ts";

const laidOut = /\.(ts|json|md)$/;

/** What a text is known by: it says all that its layout depends on. */
export const keyOf = (path: string, text: string): string => createHash("sha256").update(`${printWidth} ${path}\n${text}`).digest("base64url");

/** By key; none where netc runs from its sources. Beside the bundle. */
let known: Readonly<Record<string, string>> | undefined;
function knownTexts(): Readonly<Record<string, string>> {
  const file = new URL("project-texts.json", import.meta.url);
  return (known ??= existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>) : {});
}

/** The text of a file at this path of a project; of a kind that Prettier does not lay out as it is. */
export async function formatted(path: string, text: string): Promise<string> {
  if (!laidOut.test(path)) return text;
  return knownTexts()[keyOf(path, text)] ?? laidOutAnew(path, text);
}

export async function laidOutAnew(path: string, text: string): Promise<string> {
  const { format } = createRequire(import.meta.url)("prettier") as typeof prettier;
  return format(text, { filepath: path, printWidth });
}
