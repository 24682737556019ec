/** The examples on the pages of `netc explain`: ```` ```net wrong ````, ```` ```net right ````; a block with `file=other.net` belongs to the next block without one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "../compiler/diagnostics/codes.ts";

export const explainFolder = join("compiler", "diagnostics", "explain");

export interface Example {
  readonly kind: "wrong" | "right";
  /** As it stands on the page. */
  readonly text: string;
  /** As it is compiled. */
  readonly main: string;
  readonly others: Readonly<Record<string, string>>;
}

export function explainPage(code: Code, root = "."): string {
  return readFileSync(join(root, explainFolder, `${code}.md`), "utf8");
}

export function examplesOf(page: string): readonly Example[] {
  const found: Example[] = [];
  let others: Record<string, string> = {};
  for (const [, kind, file, text] of page.matchAll(/^```net (wrong|right)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)) {
    if (file) others[file] = text;
    else {
      // The only example that is too long for a page.
      const main = text.replace("((( …201… x …201… )))", `${"(".repeat(201)}x${")".repeat(201)}`);
      found.push({ kind: kind as Example["kind"], text, main, others });
      others = {};
    }
  }
  return found;
}
