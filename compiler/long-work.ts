/** Work that lasts, in steps: between two of them others are served, and whoever gave up waiting is not served any more. */
export interface Advance {
  /** How much is done, from 0 to 1. */
  readonly part: number;
  /** What is done next: a file, a variant. */
  readonly what: string;
}

export type LongWork<Result> = Generator<Advance, Result>;

/** The result, with all steps taken at once. */
export function finished<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Work as a stretch of a larger one: from one part of it to another. */
export function* stretch<Result>(work: LongWork<Result>, from: number, to: number): LongWork<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield { ...step.value, part: from + (to - from) * step.value.part };
  }
}
