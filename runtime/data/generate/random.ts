/** Random numbers in a row, for the generator: one stream a scene, so that a scene is a function of (seed, number) and of nothing before it. */
import { streamOf, uniformAt } from "../../../compiler/operators/random.ts";

export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

export function randomOf(key: string, number: number): Random {
  const stream = streamOf(key, number);
  let element = 0;
  const next = (): number => uniformAt(stream, element++);
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    pick: (list) => list[Math.floor(list.length * next())],
    chance: (probability) => next() < probability,
  };
}
