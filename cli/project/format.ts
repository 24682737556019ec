/** Texts as Prettier lays them out. It is loaded when a project is written. */
import { createRequire } from "node:module";
import type * as prettier from "prettier";
import { printWidth } from "./packages.ts";

const parsers: Readonly<Record<string, string>> = { ts: "typescript", json: "json", md: "markdown" };

/** The text of a file of this name; of a kind that Prettier does not know as it is. */
export async function formatted(name: string, text: string): Promise<string> {
  const parser = parsers[name.slice(name.lastIndexOf(".") + 1)];
  if (!parser) return text;
  const { format } = createRequire(import.meta.url)("prettier") as typeof prettier;
  return format(text, { parser: name === "package.json" ? "json-stringify" : parser, printWidth });
}
