/** A training run as commands do it: in the process that a person sees, with this netc's version. */
import { ExpectedError } from "../runtime/errors.ts";
import { runSession, type RunRequest } from "../runtime/training/session.ts";
import type { RunOutcome } from "../runtime/training/run.ts";
import { ProgramError } from "./errors.ts";
import { commandProcess, isAbandoned } from "./training-process.ts";
import { version } from "./version.ts";

export { figuresText, judged, weightsOfRun, type RunOutcome } from "../runtime/training/run.ts";
export { loaderOf, type Machine } from "../runtime/training/session.ts";

/** Trains to the end, or until it is stopped. Throws ProgramError, with what was done saved. */
export const run = (request: Omit<RunRequest, "version" | "isAbandoned" | "commandProcess">): Promise<RunOutcome> => explained(() => runSession({ ...request, version, isAbandoned, commandProcess }));

/** What goes wrong with data, checkpoints and contracts, as a person is told. */
export async function explained<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ExpectedError) throw new ProgramError(error.message, error.help);
    throw error;
  }
}
