/** Samples by the size of what they mean: the share of the picture that the true mask covers (CD2FSAN, equation 19). */
import type { Overlap } from "./overlap.ts";

export interface SizeBin {
  readonly name: "small" | "medium" | "large";
  /** The greatest share that belongs to this bin; each begins above the bound of the one before. */
  readonly upTo: number;
}

/** From small to large. */
export const sizeBins: readonly SizeBin[] = [{ name: "small", upTo: 0.2 }, { name: "medium", upTo: 0.6 }, { name: "large", upTo: 1 }];

/** The bin of a sample. The share is that of the truth, so that every model has the same samples in a bin. */
export function sizeBinOf({ truth, area }: Pick<Overlap, "truth" | "area">): SizeBin {
  const share = truth / area;
  return sizeBins.find(({ upTo }) => share <= upTo)!;
}
