/** `netc explain CODE`: the page of a diagnostic. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allCodes, titleOf, type Code } from "../compiler/diagnostics/codes.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { UsageError } from "./errors.ts";
import { packageFolder } from "./version.ts";

export function explain(code: string | undefined): number {
  if (code === undefined) {
    process.stdout.write(`${allCodes.map((known) => `${known}  ${titleOf(known)}`).join("\n")}\n`);
    return 0;
  }
  const wanted = code.toUpperCase().replace(/^(?=\d{4}$)/, "NET");
  if (!(allCodes as readonly string[]).includes(wanted)) {
    const near = nearestName(wanted, allCodes);
    throw new UsageError(`there is no diagnostic ${code}`, near ? `did you mean ${near}?` : "`netc explain` lists all");
  }
  process.stdout.write(`${readFileSync(join(packageFolder, "compiler", "diagnostics", "explain", `${wanted as Code}.md`), "utf8").trimEnd()}\n`);
  return 0;
}
