/** Numbers for every free size of a model: those given, and for the others the smallest that the facts of the inputs admit beside them. */
import { nearestLegal, type Sizes } from "./admissible.ts";
import { constant, substitute, variablesOf, type Claim, type Size } from "./dims/index.ts";
import type { Requirement } from "./ir/graph.ts";

/** The free sizes that stand in these shapes, in the order in which they stand there. */
export function freeSizes(shapes: readonly (readonly Size[])[]): readonly string[] {
  return [...new Set(shapes.flatMap((shape) => shape.flatMap((size) => [...variablesOf(size)])))];
}

export function smallestSizes(free: readonly string[], requirements: readonly Requirement[], given: Sizes): Sizes {
  const others = new Map(free.filter((name) => !given.has(name)).map((name) => [name, 1] as const));
  const fixed = new Map([...given].map(([name, value]) => [name, constant(value)]));
  const left = requirements.map((requirement) => ({ ...requirement, claims: requirement.claims.map((claim) => withSizes(claim, fixed)) }));
  const [legal] = nearestLegal(left, others, 1);
  return new Map(free.flatMap((name) => {
    const value = given.get(name) ?? legal?.get(name) ?? others.get(name);
    return value === undefined ? [] : [[name, value] as const];
  }));
}

function withSizes(claim: Claim, sizes: ReadonlyMap<string, Size>): Claim {
  if (claim.kind === "divides") return { ...claim, divisor: substitute(claim.divisor, sizes), of: substitute(claim.of, sizes) };
  return { ...claim, left: substitute(claim.left, sizes), right: substitute(claim.right, sizes) };
}
