/** The change that the demo makes to the flagship: the coarse map is added without being made as large as the fine one. */

/** A line of the flagship as it stands there, and as a person might have written it by mistake. */
export const right = "let sum_2 = L2 + resize(L1, to: (Y: L2.Y, X: L2.X), mode: nearest)";
export const wrong = "let sum_2 = L2 + L1";

/** The text of the flagship with its one mistake. */
export function withMistake(source: string): string {
  if (source.split(right).length !== 2) throw new Error("the line that the demo changes does not stand once in the model");
  return source.replace(right, wrong);
}
