/** Long work in turns: between two steps others are served, and who gave up waiting is not served any more. */
import { LSPErrorCodes, ResponseError, type CancellationToken } from "vscode-languageserver";

/** Lets what waits be read and answered. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "the request was cancelled");
}

/**
 * Runs a generator to its end, a turn after each step; `current` says whether its texts are still those of the client. What it gave and what it returns.
 */
export async function inTurns<Step, Result>(work: Generator<Step, Result>, token: CancellationToken, current: () => boolean): Promise<{ readonly steps: readonly Exclude<Step, undefined>[]; readonly result: Result }> {
  const steps: Exclude<Step, undefined>[] = [];
  for (;;) {
    throwIfCancelled(token);
    if (!current()) throw new ResponseError(LSPErrorCodes.ContentModified, "the text was edited meanwhile");
    const step = work.next();
    if (step.done) return { steps, result: step.value };
    if (step.value !== undefined) steps.push(step.value as Exclude<Step, undefined>);
    await turn();
  }
}
