// A priority queue of places to look at (a binary heap): least cost first, then the least indices from the left, so that the order is total.
import type { Integer } from "./integers.ts";

export interface Place {
  readonly indices: readonly number[];
  /** Only coordinates from here on are increased further: so each place is reached once. */
  readonly last: number;
  readonly values: readonly Integer[];
  readonly cost: number;
}

export interface PlaceQueue {
  readonly isEmpty: () => boolean;
  readonly push: (place: Place) => void;
  readonly pop: () => Place | undefined;
}

export function emptyQueue(): PlaceQueue {
  const places: Place[] = [];
  const swap = (a: number, b: number): void => void ([places[a], places[b]] = [places[b]!, places[a]!]);
  const push = (place: Place): void => {
    let at = places.push(place) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && precedes(places[at]!, places[parent]!); at = parent, parent = (at - 1) >> 1) swap(at, parent);
  };
  const pop = (): Place | undefined => {
    const top = places[0];
    const last = places.pop();
    if (top === undefined || last === undefined || places.length === 0) return top;
    places[0] = last;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < places.length && precedes(places[child]!, places[least]!)) least = child;
      if (least === at) return top;
      swap(at, least);
      at = least;
    }
  };
  return { isEmpty: () => places.length === 0, push, pop };
}

function precedes(a: Place, b: Place): boolean {
  if (a.cost !== b.cost) return a.cost < b.cost;
  for (let at = 0; at < a.indices.length; at++) if (a.indices[at] !== b.indices[at]) return a.indices[at]! < b.indices[at]!;
  return false;
}
