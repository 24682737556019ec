/**
 * The data: a folder of pictures with sentences and masks, in one of the layouts that data/formats knows. Threads decode and augment batches ahead of the
 * step that takes them; which samples a batch has, and what is done to them by chance, is a function of (seed, epoch, step).
 */
export { referringData as openData } from "../../data/referring-data.ts";
export { maskScores as scoresOf } from "../../training/mask-scores.ts";
export { loaderOf } from "../../training/session.ts";
