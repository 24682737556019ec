/** The data: a folder with a NumPy file a field, such as train/x.npy and train/label.npy. The order of samples is a function of (seed, epoch). */
export { arrayData as openData } from "../../data/arrays/array-data.ts";
export { loaderOf } from "../../training/session.ts";

/** Arrays have no pictures whose pixels would be scored. */
export const scoresOf = (): Promise<void> => Promise.resolve();
