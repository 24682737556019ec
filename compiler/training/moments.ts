/** What an optimiser remembers. */
import type { Optimizer } from "./description.ts";

/** The vectors that an optimiser keeps for each parameter. */
export function momentsOf({ kind, momentum }: Pick<Optimizer, "kind" | "momentum">): readonly string[] {
  if (kind !== "sgd") return ["first", "second"];
  return momentum === 0 ? [] : ["velocity"];
}
