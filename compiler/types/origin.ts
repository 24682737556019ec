/**
 * Where a size came from: a chain of steps from its use back to the declarations, kept in O(1) per axis and walked only for a message.
 */
import type { Span } from "../../grammar/source.ts";
import type { SizeUse } from "./types.ts";

export type Origin =
  /** `Y = 480` of an input, `heads: int = 12` of a config, a signature's own variable. */
  | { readonly kind: "declared"; readonly span: Span; readonly name: string }
  | { readonly kind: "literal"; readonly span: Span }
  /** Arithmetic, a rule of an operator or the result of a call; `rule` says in words what was done: "pooled by 2", "halved by stride 2". */
  | { readonly kind: "made"; readonly span: Span; readonly rule: string; readonly from: readonly SizeUse[] };

export interface OriginStep {
  readonly span: Span;
  readonly text: string;
}

/**
 * The story of a size as places to point at, nearest first, at most `limit` of them. `show` prints a size with the user's names.
 * Steps that pass a size through unchanged never appear, because passing through shares the `SizeUse`.
 */
export function originSteps(use: SizeUse, axis: string, show: (use: SizeUse) => string, limit = 4): readonly OriginStep[] {
  const steps: OriginStep[] = [];
  const seen = new Set<Origin>();
  const walk = (current: SizeUse, name: string): void => {
    if (steps.length >= limit || seen.has(current.origin)) return;
    seen.add(current.origin);
    const value = show(current);
    const origin = current.origin;
    switch (origin.kind) {
      case "literal":
        steps.push({ span: origin.span, text: name ? `${name} = ${value} is written here` : `${value} is written here` });
        return;
      case "declared":
        steps.push({
          span: origin.span,
          text: origin.name === value || !name ? `${origin.name} is declared here` : `${name} = ${value} is declared here`,
        });
        return;
      case "made": {
        const sources = origin.from.map((source) => show(source));
        const from = sources.length === 1 && sources[0] !== value ? `, from ${name ? `${name} = ` : ""}${sources[0]}` : "";
        steps.push({ span: origin.span, text: `${name ? `${name} = ` : ""}${value}: ${origin.rule}${from}` });
        for (const source of origin.from) walk(source, name);
        return;
      }
    }
  };
  walk(use, axis);
  return steps;
}
