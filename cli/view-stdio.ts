/**
 * `netc view --stdio`: the viewer of an editor, one JSON object a line in both directions (`StdioRequest`, `StdioNews`). No port is opened. The editor
 * says what is typed, so the graph follows texts that are not saved; it ends the command by closing standard input.
 */
import { createInterface } from "node:readline";
import type { Choice, Showing, StdioNews, StdioRequest } from "../editor/view/model/messages.ts";
import type { ViewSession } from "./view-session.ts";

export interface StdioOptions {
  /** The page with its first state in it. */
  readonly page: (showing: Showing) => string;
  /** The folder that holds the layer library's `std/`. */
  readonly library: string;
}

/** Answers until the editor closes its end. What came in while something was made is taken together: who types is not answered for every key. */
export async function speak(session: ViewSession, { page, library }: StdioOptions): Promise<number> {
  const pending: StdioRequest[] = [];
  let choice: Partial<Choice> = {};
  let isOpen = false;

  const say = (news: StdioNews): void => void process.stdout.write(`${JSON.stringify(news)}\n`);
  const showChoice = (next: Partial<Choice>): void => {
    const showing = session.showing(next);
    choice = showing.view?.choice ?? next;
    if (isOpen) return say({ kind: "show", showing });
    say({ kind: "page", html: page(showing), showing, library });
    isOpen = true;
  };
  /** While the text has errors the editor has the last graph already. */
  const showChange = (): void => {
    const state = session.problems();
    if (state.problems) say({ kind: "show", showing: state });
    else showChoice(choice);
  };
  const work = (): void => {
    const requests = pending.splice(0);
    const wanted = requests.findLast((request) => request.kind === "want");
    const chosen = requests.findLast((request) => request.kind === "choose");
    const texts = new Map(requests.flatMap((request) => (request.kind === "texts" ? request.texts.map((text) => [text.file, text] as const) : [])));
    const changed = session.setTexts([...texts.values()]);
    if (wanted?.kind === "want") {
      session.want(wanted.wanted);
      showChoice({});
    } else if (changed && isOpen) showChange();
    if (chosen?.kind === "choose" && isOpen) showChoice(chosen.choice);
  };

  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  return new Promise((resolve, reject) => {
    /** A fault in an answer ends neither the command nor the graph that is shown; without a graph there is nothing to keep. */
    const guarded = (make: () => void): void => {
      try {
        make();
      } catch (error) {
        if (isOpen) return say({ kind: "show", showing: { ...session.problems(), problems: { problems: [{ code: "", message: `a fault of netc itself: ${(error as Error).message}` }], sources: [] } } });
        reject(error as Error);
        lines.close();
      }
    };
    session.follow(() => isOpen && guarded(showChange));
    lines.on("line", (line) => {
      const request = requestOf(line);
      if (request && pending.push(request) === 1) setImmediate(() => guarded(work));
    });
    lines.once("close", () => {
      session.close();
      resolve(0);
    });
  });
}

/** A line that is no request is passed over: the editor may be newer. */
function requestOf(line: string): StdioRequest | undefined {
  try {
    const request = JSON.parse(line) as StdioRequest | null;
    return request !== null && ["texts", "want", "choose"].includes(request.kind) ? request : undefined;
  } catch {
    return undefined;
  }
}
