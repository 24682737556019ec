/** How far something that lasts is, where the client shows that: in the place that came with the request, or in one that is asked for once it lasts. */
import { WorkDoneProgressReporter, type CancellationToken, type WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { Workspace } from "./workspace.ts";

/** Work of which the client did not ask to hear is shown after so many milliseconds. */
const shownAfter = 400;
/** How far it is is told so many milliseconds apart. */
const toldEvery = 100;

export interface Showing {
  /** It is so far, from 0 to 1, and this is what is done next. */
  advance(part: number, what: string): void;
  /** Of the place that was asked for: a person may cancel there. */
  readonly token: CancellationToken | undefined;
  end(): void;
}

/** Without a title nothing is shown, unless the request has a place for it. `cancelled` is called when a person cancels it in a place that was asked for. */
export function showing(workspace: Workspace, { title, progress }: { readonly title?: string; readonly progress?: WorkDoneProgressReporter }, cancelled: () => void = () => undefined): Showing {
  const { now } = workspace;
  const begun = now();
  const isShown = progress !== undefined && !WorkDoneProgressReporter.isNullInstance(progress);
  let shown: WorkDoneProgressReporter | undefined = isShown ? progress : undefined;
  let own: WorkDoneProgressServerReporter | undefined;
  let isAsked = isShown || title === undefined || !workspace.features.workDoneProgress;
  let isOver = false;
  let told = begun;
  shown?.begin(title ?? "", 0, undefined, true);
  /** Asks the client for a place to show it; the answer comes while the work goes on. */
  const ask = (): void => {
    isAsked = true;
    workspace.connection.window.createWorkDoneProgress().then((made) => {
      made.begin(title ?? "", 0, undefined, true);
      if (isOver) return made.done();
      shown = own = made;
      made.token.onCancellationRequested(cancelled);
    }, () => undefined); // it is not shown then
  };
  return {
    advance(part, what) {
      const at = now();
      if (!isAsked && at - begun > shownAfter) ask();
      if (!shown || at - told < toldEvery) return;
      told = at;
      shown.report(Math.round(100 * part), what);
    },
    get token() {
      return own?.token;
    },
    end() {
      isOver = true;
      shown?.done();
    },
  };
}
