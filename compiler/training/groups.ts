/** What the groups of an optimiser mean. It stands by itself, because programs that netc writes have it too. */
import type { Optimizer } from "./description.ts";

/** A path stands for everything under it; `*` for any one segment. */
export function pathMatches(path: string, pattern: string): boolean {
  if (!pattern.includes("*")) return path === pattern || (path.startsWith(pattern) && path[pattern.length] === ".");
  const [own, wanted] = [path.split("."), pattern.split(".")];
  return wanted.length <= own.length && wanted.every((segment, i) => segment === "*" || segment === own[i]);
}

/** Whether a pattern of a group means the parameter at a path: `vision` everything under it, `*.bias` every bias, however deep. */
export const isMeant = (path: string, pattern: string): boolean => pathMatches(path, pattern) || (pattern.startsWith("*.") && path.endsWith(pattern.slice(1)));

/** The factor of the learning rate or of the weight decay for a parameter: of the first group that means it; 1 without one. */
export const groupFactor = (groups: Optimizer["groups"], quantity: "lr" | "decay", path: string): number =>
  groups.find((group) => group.quantity === quantity && group.patterns.some((pattern) => isMeant(path, pattern)))?.factor ?? 1;
