/** Chance that is the same in every run: mulberry32, a function of the seed alone. */
export interface Random {
  /** A whole number from 0 to below the bound. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<Element>(list: readonly Element[]): Element;
  shuffled<Element>(list: readonly Element[]): Element[];
}

export function random(seed: number): Random {
  let state = (seed * 2654435761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)],
    shuffled(list) {
      const mixed = [...list];
      for (let i = mixed.length - 1; i > 0; i--) {
        const other = below(i + 1);
        [mixed[i], mixed[other]] = [mixed[other], mixed[i]];
      }
      return mixed;
    },
  };
}
