/** Mutants of the corpus judged, and the figures: how many diagnostics, how far the first, what other items lost. */
import { corpusFiles, type CorpusFile } from "./corpus.ts";
import { judge, originalOf, type Distance, type Judgement } from "./judge.ts";
import { mutantsOf } from "./mutant.ts";

export interface Figures {
  mutants: number;
  /** No diagnostic: still a program. */
  valid: number;
  /** By the number of diagnostics, 4 for more than three. */
  readonly diagnostics: [number, number, number, number];
  readonly distance: Map<Distance, number>;
  relatedNear: number;
  syntax: number;
  readonly threw: Judgement[];
  readonly many: Judgement[];
  readonly far: Judgement[];
  /** Items that do not use the changed one, and have other types than before. */
  readonly lost: Judgement[];
  /** Items that do use it, where the change is a syntax error. */
  readonly lostUsers: Judgement[];
  slowest: number;
}

export const noFigures = (): Figures => ({
  mutants: 0, valid: 0, diagnostics: [0, 0, 0, 0], distance: new Map(), relatedNear: 0, syntax: 0, threw: [], many: [], far: [], lost: [], lostUsers: [], slowest: 0,
});

export const isNear = (distance: Distance | undefined): boolean => distance === "token" || distance === "line" || distance === "statement";

function count(figures: Figures, judgement: Judgement): void {
  figures.mutants++;
  figures.slowest = Math.max(figures.slowest, judgement.milliseconds);
  if (judgement.threw !== undefined) {
    figures.threw.push(judgement);
    return;
  }
  const found = judgement.diagnostics.length;
  if (found === 0) figures.valid++;
  else {
    figures.diagnostics[Math.min(found, 4) - 1]++;
    figures.distance.set(judgement.distance!, (figures.distance.get(judgement.distance!) ?? 0) + 1);
    if (judgement.syntax) figures.syntax++;
    if (judgement.relatedNear) figures.relatedNear++;
    if (!isNear(judgement.distance)) figures.far.push(judgement);
    if (found > 3) figures.many.push(judgement);
  }
  // A program that is still valid may well mean something else elsewhere.
  if (judgement.lost.length > 0 && found > 0) figures.lost.push(judgement);
  if (judgement.lostUsers.length > 0 && judgement.syntax) figures.lostUsers.push(judgement);
}

/** Every `step`-th mutant of the corpus, beginning with the `first`. */
export function campaign(step: number, first = 0, files: readonly CorpusFile[] = corpusFiles(), progress: (name: string) => void = () => undefined): Figures {
  const figures = noFigures();
  let number = 0;
  for (const file of files) {
    const chosen = mutantsOf(file).filter(() => number++ % step === first);
    if (chosen.length === 0) continue;
    const original = originalOf(file);
    for (const mutant of chosen) count(figures, judge(original, mutant));
    progress(file.name);
  }
  return figures;
}

/** `examples/unet.net:12 deleted "Y"`: where a mutant is to be found. */
export function shown({ mutant, diagnostics, lost, lostUsers, threw }: Judgement): string {
  const line = mutant.file.text.slice(0, mutant.at).split("\n").length;
  const what = threw ?? (diagnostics.map(({ code }) => code).join(" ") + (lost[0] ? ` | ${lost[0].slice(0, 160)}` : "") + (lostUsers[0] ? ` | user ${lostUsers[0].slice(0, 160)}` : ""));
  return `${mutant.file.name}:${line} ${mutant.change} ${JSON.stringify(mutant.what)}: ${what}`;
}
