/**
 * Values are computed when they are first used, one for the sake of another. A chain of them can be longer than the stack of this process;
 * then its outermost value is an error of the program, and checking goes on behind it: the compiler never throws.
 */
import type { Span } from "../../grammar/source.ts";
import type { DiagnosticSink } from "../diagnostics/diagnostic.ts";
import { report, type Scope } from "./scope.ts";
import { unknown, type Value } from "./values.ts";

/** How many values are being computed; a fact about the stack, so one for the process. */
let depth = 0;

/** Where it was said already: what is too deep once is so from many beginnings. */
const said = new WeakSet<DiagnosticSink>();

export function withinStack(scope: Scope, name: string, span: Span, compute: () => Value): Value {
  const { active } = scope.frame.session;
  const before = active.length;
  depth++;
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof RangeError) || depth > 1) throw error;
    active.length = before;
    const { sink } = scope.frame.session;
    if (!said.has(sink)) report(scope, "NET0003", span, { message: `\`${name}\` stands on a chain of values that is too long for the stack of this process: write what is used first, first` });
    said.add(sink);
    return unknown;
  } finally {
    depth--;
  }
}
