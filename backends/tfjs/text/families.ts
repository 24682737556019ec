/**
 * Members of families: values and results of calls that stand in the source under one name with an index, or that a block makes as often in the same way.
 * They have one name in the program too and are reached by their index, so that what is done to all of them can be a loop.
 */
import { withMarks, withoutNumbers } from "./holes.ts";

/** What something would like to be called. */
export interface Wanted {
  readonly base: string;
  readonly index?: number;
}

/** Fewer are named one by one: of those with an index in the source, and of others. */
const fewest = 3;
export const fewestAlike = 4;

export interface Member {
  readonly wanted: Wanted;
  /** Of a value: what it is made by. */
  readonly expression: string;
}

/** For each of `members` its family and index, or undefined where it stands alone. The family is the place of its first member. */
export function familiesOf(members: readonly Member[]): readonly ({ readonly first: number; readonly index: number } | undefined)[] {
  const groups = new Map<string, { readonly at: number; readonly index: number }[]>();
  const counts = new Map<string, number>();
  members.forEach(({ wanted: { base, index }, expression }, at) => {
    const skeleton = index === undefined ? `${base} ${withoutNumbers(withMarks(expression, () => "x")).replace(/(?<![\w.])\d+(?![\w.])/g, "0")}` : base;
    const place = `${skeleton} ${index}`;
    const occurrence = counts.get(place) ?? 0;
    counts.set(place, occurrence + 1);
    const key = index === undefined ? skeleton : `${skeleton} ${occurrence}`;
    const group = groups.get(key) ?? [];
    groups.set(key, [...group, { at, index: index ?? group.length }]);
  });
  const found: ({ readonly first: number; readonly index: number } | undefined)[] = members.map(() => undefined);
  for (const group of groups.values()) {
    const indices = group.map(({ index }) => index).sort((a, b) => a - b);
    if (group.length < (members[group[0].at].wanted.index === undefined ? fewestAlike : fewest) || indices.some((index, place) => index !== indices[0] + place)) continue;
    for (const { at, index } of group) found[at] = { first: group[0].at, index };
  }
  return found;
}

/** `layer.7` as a member of `layer`; other paths as they are. */
export function wantedOf(path: string, name: (path: string) => string): Wanted {
  const indexed = /^(.*[A-Za-z_].*)\.(\d+)$/.exec(path);
  return indexed ? { base: name(indexed[1]), index: Number(indexed[2]) } : { base: name(path) };
}

/** The name without its index. */
export const familyName = (name: string): string => name.replace(/\[\d+\]$/, "");

export const plainName = ({ base, index }: Wanted): string => `${base}${index ?? ""}`;
