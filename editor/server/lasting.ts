/**
 * Work that lasts, for a client: in slices, between which others are served; how far it is, where the client shows that; and given up when nobody waits for
 * it any more, or its texts are not those of the client any more.
 */
import { WorkDoneProgressReporter, type CancellationToken, type WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { LongWork } from "../../compiler/long-work.ts";
import { throwIfCancelled, throwIfEdited, turn } from "./turns.ts";
import type { Workspace } from "./workspace.ts";

/** A slice ends with the step during which it has lasted so long, in milliseconds. What takes less is done at once. */
const slice = 20;
/** Between two slices of what is not urgent. */
const pauseOf = 2 * slice;
/** Work of which the client did not ask to hear is shown after so many milliseconds. */
const shownAfter = 400;
/** How far it is is told so many milliseconds apart. */
const toldEvery = 100;

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
  const begun = now();
  const isShown = progress !== undefined && !WorkDoneProgressReporter.isNullInstance(progress);
  let shown: WorkDoneProgressReporter | undefined = isShown ? progress : undefined;
  let own: WorkDoneProgressServerReporter | undefined;
  let isAsked = isShown || title === undefined || !workspace.features.workDoneProgress;
  let isOver = false;
  shown?.begin(title ?? "", 0, undefined, true);
  /** Asks the client for a place to show it; the answer comes while the work goes on. */
  const ask = (): void => {
    isAsked = true;
    workspace.connection.window.createWorkDoneProgress().then((made) => {
      made.begin(title ?? "", 0, undefined, true);
      if (isOver) return made.done();
      shown = own = made;
    }, () => undefined); // it is not shown then
  };
  try {
    for (let told = begun, from = begun; ; ) {
      const step = work.next();
      if (step.done) return step.value;
      const at = now();
      if (at - from < slice) continue;
      if (!isAsked && at - begun > shownAfter) ask();
      if (shown && at - told >= toldEvery) {
        told = at;
        shown.report(Math.round(100 * step.value.part), step.value.what);
      }
      await (isUrgent ? turn() : pause());
      if (token) throwIfCancelled(token);
      if (own) throwIfCancelled(own.token);
      if (ofTexts) throwIfEdited(project, revision);
      from = now();
    }
  } finally {
    isOver = true;
    shown?.done();
  }
}
