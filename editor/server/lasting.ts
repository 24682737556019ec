/**
 * Work that lasts, for a client: in slices, between which others are served; how far it is, where the client shows that; and given up when nobody waits for
 * it any more, or its texts are not those of the client any more.
 */
import type { CancellationToken, WorkDoneProgressReporter } from "vscode-languageserver";
import type { LongWork } from "../../compiler/long-work.ts";
import { showing } from "./showing.ts";
import { throwIfCancelled, throwIfEdited, turn } from "./turns.ts";
import type { Workspace } from "./workspace.ts";

/** A slice ends with the step during which it has lasted so long, in milliseconds. What takes less is done at once. */
const slice = 10;
/** Between two slices of what is not urgent. */
const pauseOf = 4 * slice;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseOf));

export interface Waiting {
  /** What a person reads while waiting; without it nothing is shown. */
  readonly title?: string;
  /** Of the request. */
  readonly token?: CancellationToken;
  /** Of the request, where the client gave a token for it. */
  readonly progress?: WorkDoneProgressReporter;
  /** The work is about texts as they were at its beginning. */
  readonly ofTexts?: boolean;
  /** Nobody waits for it: it leaves most of the time to others. */
  readonly isUrgent?: boolean;
}

/** The result of work. Throws an error of the protocol where it was cancelled, by the request or by the person who sees it, or its texts were edited. */
export async function lasting<Result>(workspace: Workspace, work: LongWork<Result>, { title, token, progress, ofTexts = true, isUrgent = true }: Waiting): Promise<Result> {
  const { now, project } = workspace;
  const { revision } = project;
  const shown = showing(workspace, { title, progress });
  try {
    for (let from = now(); ; ) {
      const step = work.next();
      if (step.done) return step.value;
      if (now() - from < slice) continue;
      shown.advance(step.value.part, step.value.what);
      await (isUrgent ? turn() : pause());
      if (token) throwIfCancelled(token);
      if (shown.token) throwIfCancelled(shown.token);
      if (ofTexts) throwIfEdited(project, revision);
      from = now();
    }
  } finally {
    shown.end();
  }
}
