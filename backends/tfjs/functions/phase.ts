/** Which part of a joint graph a node belongs to: what the model computes, what of it is computed once more for the way back, or the way back. */
import type { Node } from "../../../compiler/ir/graph.ts";

export const phases = ["forward", "again", "backward"] as const;
export type Phase = (typeof phases)[number];

export function phaseOf({ location: { derived } }: Node): Phase {
  const passes = derived?.split(", ") ?? [];
  return passes.includes("gradient") ? "backward" : passes.includes("recompute") ? "again" : "forward";
}

/** What the names of a phase's functions and values end in. */
export const suffixOf: { readonly [Each in Phase]: string } = { forward: "", again: "Again", backward: "Gradient" };
