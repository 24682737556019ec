// A small deterministic generator: a fuzzer's seed and count say exactly what it did.

export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed & 0x7fffffff;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}
