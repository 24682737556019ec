// Is a condition true? Its exact text is read back (as far as it speaks of remainders of x and y, or of x and y themselves) and compared with the
// claim at every point of a grid; its suggestions, where they hold, must make the claim hold.
import { evaluate } from "../../../compiler/dims/index.ts";
import type { Claim, Condition, Size } from "../../../compiler/dims/index.ts";
import type { Point } from "./expression.ts";

/** What is wrong with a condition, or undefined. `holds` is the claim. */
export function faultOf(condition: Condition, points: readonly Point[], holds: (at: Point) => boolean): string | undefined {
  const exact = condition.exact === undefined ? undefined : readExact(condition.exact);
  if (exact !== undefined) {
    const at = points.find((point) => exact(point) !== holds(point));
    if (at !== undefined) return `"${condition.exact}" is not when, at ${JSON.stringify(at)}`;
  }
  const needed = condition.alternatives ?? (condition.suggestion === undefined ? [] : [condition.suggestion]);
  if (needed.length === 0) return undefined;
  const at = points.find((point) => needed.every((claim) => claimHolds(claim, point)) && !holds(point));
  return at === undefined ? undefined : `the suggestion does not suffice at ${JSON.stringify(at)}`;
}

function claimHolds(claim: Claim, { x, y }: Point): boolean {
  const value = (size: Size): number =>
    Number(
      evaluate(
        size,
        new Map([
          ["x", x],
          ["y", y],
        ]),
      ),
    );
  switch (claim.kind) {
    case "equal":
      return value(claim.left) === value(claim.right);
    case "not_equal":
      return value(claim.left) !== value(claim.right);
    case "at_least":
      return value(claim.left) >= value(claim.right);
    case "divides":
      return ((value(claim.of) % value(claim.divisor)) + value(claim.divisor)) % value(claim.divisor) === 0;
  }
}

function readExact(text: string): ((at: Point) => boolean) | undefined {
  const parts = text.split(" and ").map(readRemainders);
  return parts.every((part) => part !== undefined) ? (at) => parts.every((part) => part(at)) : undefined;
}

function readRemainders(text: string): ((at: Point) => boolean) | undefined {
  const one = /^([xy]) % (\d+) == (\d+)$/.exec(text);
  if (one !== null) return (at) => at[one[1] as "x" | "y"] % Number(one[2]) === Number(one[3]);
  const several = /^([xy]) mod (\d+) is ([\d., or]+)$/.exec(text);
  if (several === null) return undefined;
  const residues = several[3]!.split(/, | or /).flatMap((run) => {
    const [from, to = from] = run.split("..").map(Number) as [number, number?];
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  });
  return (at) => residues.includes(at[several[1] as "x" | "y"] % Number(several[2]));
}
