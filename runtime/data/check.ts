/**
 * Every sample of a data set against what a model wants of it. All files are opened and decoded in full, so that a training does not meet a broken one on
 * its third day; each picture once, however many sentences it has.
 */
import { encodeText, endToken } from "../tokenizer.ts";
import { readMask, readPixels } from "./decode.ts";
import { DataError } from "./errors.ts";
import { maskFile } from "./load-sample.ts";
import type { Roles } from "./roles.ts";
import type { DataSet, Sample, Split } from "./sample.ts";

export type FindingKind = "picture" | "mask" | "mask-size" | "empty-mask" | "empty-sentence" | "long-sentence";

export interface Finding {
  /** An error keeps a training from using the sample; a warning says what will be lost. */
  readonly severity: "error" | "warning";
  readonly kind: FindingKind;
  /** The file to look at. */
  readonly file: string;
  readonly message: string;
  readonly sample: string;
}

export interface SplitReport {
  readonly split: Split;
  readonly samples: number;
  readonly pictures: number;
  /** By category, the most frequent first; empty where the format has none. */
  readonly categories: readonly (readonly [string, number])[];
  /** Sizes of pictures as `height × width`, the most frequent first. */
  readonly sizes: readonly (readonly [string, number])[];
  /** Share of the picture that masks cover: least, median, most; undefined when no mask could be read. */
  readonly shares: readonly [number, number, number] | undefined;
  /** Tokens of sentences with start and end: median and most. */
  readonly tokens: readonly [number, number];
}

export interface DataReport {
  readonly splits: readonly SplitReport[];
  readonly findings: readonly Finding[];
}

/** Pictures that are decoded at the same time. */
const atOnce = 3;

/** More than any sentence has. */
const roomForWords = 512;

/** Tokens of a sentence, start and end counted. */
export const tokensOf = (sentence: string): number => {
  const end = encodeText(sentence, roomForWords).indexOf(endToken);
  return end < 0 ? roomForWords : end + 1;
};

/** Looks at the samples given, all of the data set or one split. Without roles, sentences have no limit. `progress` is told after each sample. */
export async function checkDataSet(dataSet: DataSet, samples: readonly Sample[], roles?: Roles, progress?: (done: number) => void): Promise<DataReport> {
  const findings: Finding[][] = samples.map(() => []);
  const sizes = new Map<string, string>();
  const shares = new Map<Sample, number>();
  const tokens = new Map<Sample, number>();
  const groups = [...groupByImage(samples)];
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    for (let group = groups[next++]; group; group = groups[next++]) {
      const size = await sizeOf(group[0].sample.image);
      if ("width" in size) sizes.set(group[0].sample.image, `${size.height} × ${size.width}`);
      for (const { sample, i } of group) {
        const say = (severity: Finding["severity"], kind: FindingKind, file: string, message: string): void => void findings[i].push({ severity, kind, file, message, sample: sample.id });
        if ("problem" in size) say("error", "picture", size.problem.file, size.problem.message);
        tokens.set(sample, checkSentence(sample, roles, say));
        const share = await checkMask(sample, "width" in size ? size : undefined, say);
        if (share !== undefined) shares.set(sample, share);
        progress?.(++done);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const splits = dataSet.splits.filter((split) => samples.some((sample) => sample.split === split));
  return { findings: findings.flat(), splits: splits.map((split) => reportOf(split, samples.filter((sample) => sample.split === split), sizes, shares, tokens)) };
}

type Say = (severity: Finding["severity"], kind: FindingKind, file: string, message: string) => void;

function groupByImage(samples: readonly Sample[]): Iterable<{ readonly sample: Sample; readonly i: number }[]> {
  const groups = new Map<string, { readonly sample: Sample; readonly i: number }[]>();
  samples.forEach((sample, i) => {
    const group = groups.get(sample.image);
    if (group) group.push({ sample, i });
    else groups.set(sample.image, [{ sample, i }]);
  });
  return groups.values();
}

async function sizeOf(path: string): Promise<{ readonly height: number; readonly width: number } | { readonly problem: DataError }> {
  try {
    const { height, width } = await readPixels(path);
    return { height, width };
  } catch (error) {
    if (error instanceof DataError) return { problem: error };
    throw error;
  }
}

function checkSentence({ sentence, origin }: Sample, roles: Roles | undefined, say: Say): number {
  if (sentence === "") {
    say("error", "empty-sentence", origin, `${origin}: the sentence is empty`);
    return 2;
  }
  const count = tokensOf(sentence);
  const room = roles?.words?.length;
  if (room !== undefined && count > room) say("warning", "long-sentence", origin, `${origin}: the sentence has ${count} tokens with start and end, the model takes ${room}: the last ${count - room} are cut off: "${sentence}"`);
  return count;
}

/** The share of the picture that the mask covers. */
async function checkMask(sample: Sample, size: { readonly height: number; readonly width: number } | undefined, say: Say): Promise<number | undefined> {
  const file = maskFile(sample);
  try {
    const mask = await readMask(sample.mask);
    if (size && (mask.height !== size.height || mask.width !== size.width)) say("error", "mask-size", file, `${file}: the mask is ${mask.height} × ${mask.width}, but its picture ${sample.image} is ${size.height} × ${size.width} (height × width)`);
    let area = 0;
    for (const value of mask.data) area += value;
    if (area === 0) say("error", "empty-mask", file, `${file}: the mask is empty${sample.mask.kind === "file" ? `: no value is above ${sample.mask.above}` : ""} (${sample.origin})`);
    return area / mask.data.length;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    say("error", "mask", error.file, error.message);
    return undefined;
  }
}

function reportOf(split: Split, samples: readonly Sample[], sizes: ReadonlyMap<string, string>, shares: ReadonlyMap<Sample, number>, tokens: ReadonlyMap<Sample, number>): SplitReport {
  const pictures = [...new Set(samples.map((sample) => sample.image))];
  const sorted = samples.flatMap((sample) => shares.get(sample) ?? []).sort((a, b) => a - b);
  const lengths = samples.flatMap((sample) => tokens.get(sample) ?? []).sort((a, b) => a - b);
  const middle = (list: readonly number[]): number => list[Math.floor(list.length / 2)];
  return {
    split, samples: samples.length, pictures: pictures.length,
    categories: counted(samples.flatMap((sample) => sample.category ?? [])),
    sizes: counted(pictures.flatMap((picture) => sizes.get(picture) ?? [])),
    shares: sorted.length ? [sorted[0], middle(sorted), sorted[sorted.length - 1]] : undefined,
    tokens: [middle(lengths), lengths[lengths.length - 1]],
  };
}

function counted(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
