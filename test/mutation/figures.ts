/** Counts over judged mutants, by rule and in total. */
import type { Judgement } from "./judge.ts";
import type { Ruling } from "./oracle.ts";
import type { Statement } from "./truth.ts";

/** A mutant with all that was found out about it; a ruling only where the checker accepted it. */
export interface Result extends Judgement {
  readonly ruling?: Ruling;
  readonly statement?: Statement;
}

export interface Figures {
  readonly mutants: number;
  /** All but valid other programs and equivalent ones. */
  readonly faults: number;
  readonly refused: number;
  /** Accepted with a warning. */
  readonly warned: number;
  readonly valid: number;
  /** The same program in other words. */
  readonly same: number;
  readonly keeps: number;
  readonly wrong: number;
  readonly near: number;
  readonly shown: number;
  readonly one: number;
  readonly withFix: number;
  readonly fixed: number;
}

const count = (results: readonly Result[], holds: (result: Result) => boolean): number => results.filter(holds).length;

export function figuresOf(results: readonly Result[]): Figures {
  const refused = results.filter((result) => result.errors.length > 0);
  const valid = count(results, ({ ruling }) => ruling?.verdict === "valid other program");
  const same = count(results, ({ ruling }) => ruling?.verdict === "same program");
  return {
    mutants: results.length,
    faults: results.length - valid - same,
    refused: refused.length,
    warned: count(results, ({ ruling, warnings }) => ruling !== undefined && ruling.verdict !== "valid other program" && ruling.verdict !== "same program" && warnings.length > 0),
    valid,
    same,
    keeps: count(results, ({ ruling }) => ruling?.verdict === "keeps every shape"),
    wrong: count(results, ({ ruling, thrown }) => thrown !== undefined || ruling?.verdict === "wrong"),
    near: count(refused, (result) => result.near),
    shown: count(refused, (result) => result.shown),
    one: count(refused, (result) => result.errors.length === 1),
    withFix: count(refused, (result) => result.fixed !== undefined),
    fixed: count(refused, (result) => result.fixed === true),
  };
}

export function byRule(results: readonly Result[]): ReadonlyMap<string, readonly Result[]> {
  const rules = new Map<string, Result[]>();
  for (const result of results) rules.set(result.mutant.rule, [...(rules.get(result.mutant.rule) ?? []), result]);
  return rules;
}

/** `97.1`, or a dash where there is nothing to count. */
export const percent = (part: number, whole: number): string => (whole === 0 ? "–" : ((100 * part) / whole).toFixed(1));
