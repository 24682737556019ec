/** Every number of an array folder looked at: what is not finite, or not in the range that a model's field has. Files are read piece by piece. */
import type { DataContract, FieldContract } from "../../../compiler/training/description.ts";
import { DataError } from "../errors.ts";
import type { Split } from "../sample.ts";
import { numbersOf, openReader, type ArrayFile } from "./array-file.ts";
import { filesFor, valueProblem, type ArraySet } from "./array-set.ts";

export interface ArraySummary {
  readonly split: Split;
  readonly name: string;
  /** As NumPy writes it: `<f4`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Of the finite numbers; undefined where there is none. */
  readonly least?: number;
  readonly greatest?: number;
}

export interface ArrayFinding {
  readonly severity: "error";
  readonly file: string;
  readonly message: string;
}

export interface ArrayReport {
  readonly arrays: readonly ArraySummary[];
  readonly findings: readonly ArrayFinding[];
}

const pieceBytes = 8 * 1024 * 1024;
/** Samples of a file that are named one by one. */
const mostNamed = 5;

/** Without a contract any finite number is well. `progress` is told the share that is done. */
export async function checkArrays(set: ArraySet, only: string | undefined, contract?: DataContract, progress: (share: number) => void = () => undefined): Promise<ArrayReport> {
  const chosen = set.splits.filter(({ split }) => only === undefined || split === only);
  if (chosen.length === 0) throw new DataError(set.folder, `there is no split ${JSON.stringify(only)}; it has ${set.splits.map(({ split }) => split).join(", ")}`);
  const findings: ArrayFinding[] = [];
  const arrays: ArraySummary[] = [];
  const total = chosen.flatMap(({ files }) => [...files.values()]).reduce((sum, file) => sum + file.shape[0] * file.sampleBytes, 0);
  let before = 0;
  for (const { split, files } of chosen) {
    const fields = new Map<ArrayFile, FieldContract>();
    for (const field of contract?.fields ?? []) {
      try {
        const [own] = filesFor(set, split, { ...contract!, fields: [field] });
        fields.set(own.file, field);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        findings.push({ severity: "error", file: error.file, message: error.message });
      }
    }
    for (const [name, file] of files) {
      const { least, greatest, problems } = await checkFile(file, fields.get(file), (bytes) => progress((before + bytes) / Math.max(1, total)));
      before += file.shape[0] * file.sampleBytes;
      arrays.push({ split, name, type: file.descr, shape: file.shape, ...(least <= greatest ? { least, greatest } : {}) });
      findings.push(...problems.map((message): ArrayFinding => ({ severity: "error", file: file.path, message: `${file.path}: ${message}` })));
    }
  }
  return { arrays, findings };
}

async function checkFile(file: ArrayFile, field: FieldContract | undefined, progress: (bytes: number) => void): Promise<{ readonly least: number; readonly greatest: number; readonly problems: readonly string[] }> {
  const [count] = file.shape;
  const size = file.sampleBytes / file.width;
  const atOnce = Math.max(1, Math.floor(pieceBytes / Math.max(1, file.sampleBytes)));
  const problems: string[] = [];
  let [least, greatest, wrong] = [Infinity, -Infinity, 0];
  const reader = await openReader(file);
  try {
    for (let from = 0; from < count; from += atOnce) {
      const samples = Math.min(atOnce, count - from);
      const numbers = numbersOf(file, await reader.read(from, samples));
      for (let sample = 0; sample < samples; sample++) {
        let problem: string | undefined;
        for (let i = sample * size; i < (sample + 1) * size; i++) {
          const value = numbers[i];
          if (value < least && value !== -Infinity) least = value;
          if (value > greatest && value !== Infinity) greatest = value;
          problem ??= field ? valueProblem(field, file.width === 1, value) : Number.isFinite(value) ? undefined : `${value} is no finite number`;
        }
        if (problem && ++wrong <= mostNamed) problems.push(`sample ${from + sample}: ${problem}`);
      }
      progress((from + samples) * file.sampleBytes);
    }
  } finally {
    await reader.close();
  }
  if (wrong > mostNamed) problems.push(`${wrong - mostNamed} more samples`);
  return { least, greatest, problems };
}
