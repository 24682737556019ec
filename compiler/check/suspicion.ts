/**
 * One cause gives one error. While a value is computed it is under suspicion from the first error on, and so is every value that is computed from it, in
 * other blocks too; what is found wrong there is most likely the same mistake again, and is not said. Types are kept: only reports are held back.
 */
import { severityOf, type Code } from "../diagnostics/codes.ts";
import type { Frame, Session } from "./scope.ts";

/** Whether the value being computed, and those for whose sake it is, are under suspicion; innermost last. */
export interface Suspicion {
  readonly levels: boolean[];
  /** Errors so far, said or held back. */
  errors: number;
  /** Messages about uses of blocks: the same words at another use have the same cause, which is in the block. */
  readonly ofCalls: Set<string>;
}

export const noSuspicion = (): Suspicion => ({ levels: [false], errors: 0, ofCalls: new Set() });

/** A word that nothing declares is wrong for itself, wherever it stands. */
const alwaysSaid: ReadonlySet<Code> = new Set(["NET0101", "NET0102", "NET0104", "NET0105", "NET0106", "NET0107", "NET0108"]);

const ofCalls: ReadonlySet<Code> = new Set(["NET0303", "NET0304", "NET0306"]);

export interface Finding {
  readonly code: Code;
  readonly message: string;
  /** An axis of this name stands in the text of the item: what would have brought it may be what is wrong. */
  readonly isAxis: boolean;
}

/** Whether to say an error in this frame; what was said puts the value under suspicion, and is not said again in other words of the same frame. */
export function isNews({ session, said }: Frame, { code, message, isAxis }: Finding): boolean {
  if (severityOf(code) !== "error") return true;
  const { suspicion } = session;
  const { levels } = suspicion;
  const top = levels.length - 1;
  suspicion.errors++;
  const again = said.has(message) || (ofCalls.has(code) && suspicion.ofCalls.has(message));
  if (ofCalls.has(code)) suspicion.ofCalls.add(message);
  // An axis that a refused value would have brought has no name here; a misspelt name is like another.
  const consequence = code === "NET0101" ? said.size > 0 && isAxis : levels[top] && !alwaysSaid.has(code);
  levels[top] = true;
  said.add(message);
  return !again && !consequence;
}

/** Puts what is being computed under suspicion: it uses something that is wrong. */
export function suspect({ suspicion }: Session): void {
  suspicion.levels[suspicion.levels.length - 1] = true;
}

/** Computes something by itself, and tells whether it came under suspicion (or was from the start). */
export function apart<T>({ suspicion }: Session, compute: () => T, suspected = false): { readonly value: T; readonly suspicious: boolean } {
  const { levels } = suspicion;
  const depth = levels.length;
  levels.push(suspected);
  try {
    const value = compute();
    return { value, suspicious: levels[depth] };
  } finally {
    levels.length = depth;
  }
}
