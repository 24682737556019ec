// Best-first search of a space of sizes (models.ts): places in order of the sum of the user's variables, up to an effort that is counted, not timed.
// When nothing small is found, a fixed sequence of larger places is tried and what is found there is shrunk.
import type { Integer } from "./integers.ts";
import { emptyQueue } from "./place-queue.ts";
import type { Place } from "./place-queue.ts";
import type { Space } from "./space.ts";

/** The n-th value of a range: from the lower end up, else from the upper end down, else 0, 1, -1, 2, … */
function valueAt({ lower, upper }: { readonly lower: number; readonly upper: number }, n: number): number | undefined {
  if (lower > -Infinity) return lower + n <= upper ? lower + n : undefined;
  if (upper < Infinity) return upper - n;
  return n % 2 === 0 ? -n / 2 : (n + 1) / 2;
}

export type Accept = (values: readonly Integer[]) => boolean;

/** How far a search goes, in places looked at. */
export interface Effort {
  readonly near: number;
  readonly far: number;
}

/**
 * Where increasing a coordinate can make the user's variables smaller, the first place found need not be the smallest: this many more are
 * looked at.
 */
const SLACK = 64;

/** Up to `count` places that satisfy the facts and are accepted, smallest first. `all` tells that no others exist. */
export function search(
  space: Space,
  accept: Accept,
  count: number,
  effort: Effort,
): { readonly found: readonly (readonly Integer[])[]; readonly all: boolean } {
  const found: Place[] = [];
  const queue = emptyQueue();
  const width = space.ranges.length;
  let isMonotone = true;
  const offer = (indices: readonly number[], last: number, from: number): void => {
    const values = valuesAt(space, indices);
    if (values === undefined) return;
    const cost = costOf(space, values);
    if (cost < from) isMonotone = false;
    queue.push({ indices, last, values, cost });
  };
  offer(new Array<number>(width).fill(0), 0, 0);
  let [looked, limit] = [0, effort.near];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    if (looked++ >= limit) break;
    if (isComplete(space, place.values) && space.satisfied(place.values) && accept(place.values)) {
      found.push(place);
      if (found.length === count) {
        if (isMonotone) return { found: found.map((one) => one.values), all: false };
        limit = Math.min(limit, looked + SLACK);
      }
    }
    for (let at = place.last; at < width; at++) {
      const next = [...place.indices];
      next[at]!++;
      offer(next, at, place.cost);
    }
  }
  const all = queue.isEmpty() && looked <= limit;
  const sorted = found
    .sort((a, b) => a.cost - b.cost || compareUsers(space, a.values, b.values))
    .slice(0, count)
    .map((place) => place.values);
  const far = sorted.length === 0 && !all ? searchFar(space, accept, effort.far) : undefined;
  return { found: far === undefined ? sorted : [far], all };
}

function compareUsers(space: Space, a: readonly Integer[], b: readonly Integer[]): number {
  for (const name of space.users) {
    const at = space.places.get(name)!;
    if (a[at] !== b[at]) return Number(a[at]) - Number(b[at]);
  }
  return 0;
}

/** All values at a place; undefined outside the ranges. A place where a value does not exist keeps its enumerated values only. */
function valuesAt(space: Space, indices: readonly number[]): Integer[] | undefined {
  const values: Integer[] = [];
  for (const [at, index] of indices.entries()) {
    const value = valueAt(space.ranges[at]!, index);
    if (value === undefined) return undefined;
    values.push(value);
  }
  if (!space.complete(values)) values.length = indices.length;
  return values;
}

const isComplete = (space: Space, values: readonly Integer[]): boolean => values.length === space.places.size;

/** The sum of the magnitudes of the user's variables. */
function costOf(space: Space, values: readonly Integer[]): number {
  let cost = 0;
  for (const name of space.users) {
    const value = values[space.places.get(name)!];
    if (value !== undefined) cost += Math.abs(Number(value));
  }
  return cost;
}

/** Places at powers of two along axes, diagonals and a fixed pseudo-random walk; what is found is moved down while it stays accepted. */
function searchFar(space: Space, accept: Accept, tries: number): readonly Integer[] | undefined {
  const width = space.ranges.length;
  const test = (indices: readonly number[]): readonly Integer[] | undefined => {
    const values = valuesAt(space, indices);
    return values !== undefined && isComplete(space, values) && space.satisfied(values) && accept(values) ? values : undefined;
  };
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  for (let n = 0; n < tries && width > 0; n++) {
    const exponent = 1 + Math.floor(n / (2 * width + 2));
    const axis = n % (2 * width + 2);
    const indices = Array.from({ length: width }, (_, at) => {
      if (axis < 2 * width && exponent < 24) return at === axis >> 1 ? 2 ** exponent - (axis & 1) : 0;
      return n % 2 === 0 && exponent < 24 ? 2 ** exponent : random(2 ** (1 + random(14)));
    });
    if (test(indices) !== undefined) return shrink(indices, test);
  }
  return undefined;
}

function shrink(start: readonly number[], test: (indices: readonly number[]) => readonly Integer[] | undefined): readonly Integer[] | undefined {
  let [indices, values, moves] = [start, test(start), 0];
  for (let moved = true; moved && moves < 400;) {
    moved = false;
    for (let at = 0; at < indices.length; at++) {
      for (let step = indices[at]!; step >= 1 && moves < 400; step = Math.floor(step / 2)) {
        const next = indices.map((index, other) => (other === at ? index - step : index));
        const smaller = test(next);
        moves++;
        if (smaller !== undefined) [indices, values, moved, step] = [next, smaller, true, Math.min(step, next[at]!) + 1];
      }
    }
  }
  return values;
}
