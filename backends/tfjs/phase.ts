/** Which part of a joint graph a node belongs to: what the model computes, or the way back, with what is computed once more for it. */
import type { Node } from "../../compiler/ir/graph.ts";

export type Phase = "forward" | "backward";

const backwardPasses = ["gradient", "recompute"];

export const phaseOf = ({ location: { derived } }: Node): Phase => (derived !== undefined && derived.split(", ").some((pass) => backwardPasses.includes(pass)) ? "backward" : "forward");

/** Whether a node of the forward part is computed once more. */
export const isRecomputed = ({ location: { derived } }: Node): boolean => derived !== undefined && derived.split(", ").includes("recompute") && !derived.split(", ").includes("gradient");
