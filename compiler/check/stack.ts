/**
 * Values are computed when they are first used, one for the sake of another. A chain of them can be longer than the stack of this process;
 * then its outermost value is an error of the program, and checking goes on behind it: the compiler never throws.
 */
import type { Span } from "../../grammar/source.ts";
import type { DiagnosticSink } from "../diagnostics/diagnostic.ts";
import { report, type Scope } from "./scope.ts";
import { apart } from "./suspicion.ts";
import { unknown, type Value } from "./values.ts";

/** Values that may be computed for each other's sake; with more, the stack may end anywhere. */
const deepest = 240;

/** How many values are being computed; a fact about the stack, so one for the process. */
let depth = 0;

/** Where it was said already: what is too deep once is so from many beginnings. */
const said = new WeakSet<DiagnosticSink>();

/** A value computed by itself, and whether an error was found on the way. */
export interface Computed {
  readonly value: Value;
  readonly suspicious: boolean;
}

export function withinStack(scope: Scope, name: string, span: Span, compute: () => Value, suspected = false): Computed {
  const { active } = scope.frame.session;
  const before = active.length;
  depth++;
  try {
    if (depth > deepest) throw new RangeError("too deep");
    return apart(scope.frame.session, compute, suspected);
  } catch (error) {
    if (!(error instanceof RangeError) || depth > 1) throw error;
    active.length = before;
    const { sink } = scope.frame.session;
    if (!said.has(sink)) report(scope, "NET0003", span, { message: `\`${name}\` stands on a chain of values that is too long for the stack of this process: write what is used first, first` });
    said.add(sink);
    return { value: unknown, suspicious: true };
  } finally {
    depth--;
  }
}
