import { meantBy } from "./habits.ts";

/** The nearest of the few words that a place admits: as nothing else may stand there, half of the letters may be wrong. */
export const nearestWord = (wrong: string, words: Iterable<string>): string | undefined => nearestName(wrong, words, Math.floor(wrong.length / 2));

/** The nearest right name to a wrong one, by edit distance with transpositions; undefined when nothing is near enough to be meant. */
export function nearestName(wrong: string, candidates: Iterable<string>, furthest = Math.floor(wrong.length / 3)): string | undefined {
  const names = [...candidates];
  const meant = meantBy(wrong);
  if (meant !== undefined && names.includes(meant)) return meant;
  // `token` for `tok`, `dim` for `dimension`: one is the beginning of the other, and no other name is.
  const begun = names.filter((name) => name !== wrong && Math.min(name.length, wrong.length) >= 3 && (name.startsWith(wrong) || wrong.startsWith(name)));
  let best: string | undefined;
  // A single letter is like every other: only its other case is near.
  let bestDistance = wrong.length < 2 ? 1 : Math.max(1, furthest) + 1;
  for (const name of names) {
    if (name === wrong || Math.abs(name.length - wrong.length) > bestDistance) continue;
    const distance = name.toLowerCase() === wrong.toLowerCase() ? 0.5 : editDistance(wrong, name);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best ?? (begun.length === 1 ? begun[0] : undefined);
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
