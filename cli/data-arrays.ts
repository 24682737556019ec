/** `netc data` for a folder of arrays: what each file is, and which numbers a model cannot take. */
import { checkArrays, type ArrayReport } from "../runtime/data/arrays/check.ts";
import { openArrays } from "../runtime/data/arrays/array-set.ts";
import type { DataContract } from "../compiler/training/data-contract.ts";
import { UsageError } from "./errors.ts";
import { endProgress, grouped, progress } from "./output.ts";
import { layOut } from "../runtime/reports/columns.ts";
import type { DataOptions } from "./data.ts";

/** `contract`: of the model, when one is given. */
export async function dataOfArrays(folder: string, options: DataOptions, contract: DataContract | undefined): Promise<number> {
  if (options.contactSheet) throw new UsageError("--contact-sheet shows pictures, and this folder has arrays");
  const report = await checkArrays(openArrays(folder), options.split, contract, (share) => progress(`checking ${(100 * share).toFixed(0)} %`));
  endProgress();
  process.stdout.write(options.format === "json" ? `${JSON.stringify({ version: 1, folder, format: "arrays", ...report })}\n` : textOf(folder, report, options));
  return report.findings.length ? 1 : 0;
}

function textOf(folder: string, { arrays, findings }: ArrayReport, { model }: DataOptions): string {
  const rows = arrays.map(({ split, name, type, shape, least, greatest }, i) => [
    split === arrays[i - 1]?.split ? "" : split, split === arrays[i - 1]?.split ? "" : grouped(shape[0]), name, type, `[${shape.slice(1).join(", ")}]`, least === undefined ? "-" : `${Number(least.toPrecision(6))} to ${Number(greatest!.toPrecision(6))}`,
  ]);
  const checked = model ? `, checked against ${model}` : "";
  return [`${folder}: arrays`, "", ...layOut([["split", "samples", "field", "type", "of a sample", "values"], ...rows], false), "", ...findings.map(({ message }) => `error: ${message}`), `${findings.length ? `${grouped(findings.length)} error${findings.length === 1 ? "" : "s"}` : "every sample is well"}${checked}`, ""].join("\n");
}
