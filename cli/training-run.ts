/** A training run as commands do it: with this netc's version, and errors as a person is told them. */
import { ExpectedError } from "../runtime/errors.ts";
import { runSession, type RunRequest } from "../runtime/training/session.ts";
import type { RunOutcome } from "../runtime/training/run.ts";
import { ProgramError } from "./errors.ts";
import { version } from "./version.ts";

export { figuresText, judged, weightsOfRun, type RunOutcome } from "../runtime/training/run.ts";
export { loaderOf, type Machine } from "../runtime/training/session.ts";

/** Trains to the end, or until it is stopped. Throws ProgramError, with what was done saved. */
export const run = (request: Omit<RunRequest, "version">): Promise<RunOutcome> => explained(() => runSession({ ...request, version }));

/** What goes wrong with data, checkpoints and contracts, as a person is told. */
export async function explained<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ExpectedError) throw new ProgramError(error.message, error.help);
    throw error;
  }
}
