/** A rate of the optimiser for parameters that the plan of imported weights freezes. */
import type { Span } from "../../../grammar/source.ts";
import { reportTo } from "../scope.ts";

export interface Frozen {
  readonly plan: string;
  readonly path: string;
  readonly span: Span;
}

export interface Group {
  readonly path: string;
  readonly span: Span;
}

/** `paths`: every parameter; `matches` says whether a group's path, or a frozen one, means it. */
export function refuseFrozenGroups(target: Parameters<typeof reportTo>[0], groups: readonly Group[], frozen: readonly Frozen[], paths: readonly string[], matches: (path: string, pattern: string) => boolean): void {
  for (const group of groups) {
    const meant = paths.filter((path) => matches(path, group.path));
    const freezing = meant.map((path) => frozen.find((own) => matches(path, own.path)));
    const [first] = freezing;
    if (meant.length === 0 || !first || freezing.some((own) => own === undefined)) continue;
    reportTo(target, "NET0820", group.span, { path: group.path, plan: first.plan }, { related: [{ span: first.span, message: "frozen here" }] });
  }
}
