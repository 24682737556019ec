// Sets of fact ids as bitsets: every bound, substitution and inequality carries the facts that it rests on, so that a proof can name them.

export type FactSet = bigint;

export const noFacts: FactSet = 0n;

export const factSet = (id: number | undefined): FactSet => (id === undefined || id < 0 ? noFacts : 1n << BigInt(id));

export const union = (a: FactSet, b: FactSet): FactSet => (a === b || b === noFacts ? a : a === noFacts ? b : a | b);

export function factIds(set: FactSet): readonly number[] {
  const ids: number[] = [];
  for (let id = 0, rest = set; rest !== 0n; id++, rest >>= 1n) if ((rest & 1n) === 1n) ids.push(id);
  return ids;
}
