/**
 * The graph of a file, from a `netc view --stdio` that runs beside the editor. It is told what is typed, so the graph is of the text that is seen and not of
 * the file; the page comes from it too, and so speaks the same version of the messages whichever netc a person has chosen.
 */
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Choice, Showing, StdioNews, StdioRequest, Wanted } from "../view/model/messages.ts";
import { couldNotStart, startNetc, type Launch } from "./launch.ts";

export interface ViewListener {
  /** The page with its first state inside; `library` is the folder that holds the `std/` of library sources. */
  page(html: string, showing: Showing, library: string): void;
  show(showing: Showing): void;
  /** netc has ended, for this reason; nothing more comes. */
  ended(reason: string): void;
}

/** Texts that are open in the editor; without a text the file on the disk counts again. */
export type Texts = readonly { readonly file: string; readonly text?: string }[];

export interface ViewClient {
  choose(choice: Choice): void;
  /** Another wish of the person, instead of the one at the start. */
  want(wanted: Wanted): void;
  setTexts(texts: Texts): void;
  close(): void;
}

/** Shows a file as it is in the editor. */
export function startView(launch: Launch, file: string, wanted: Wanted, texts: Texts, listener: ViewListener): ViewClient {
  const child = startNetc(launch, ["view", file, "--stdio"], dirname(file));
  let closed = false;
  let complaint = "";

  const finish = (reason: string): void => {
    if (closed) return;
    closed = true;
    child.kill();
    listener.ended(reason);
  };
  const say = (request: StdioRequest): void => void (closed || child.stdin.write(`${JSON.stringify(request)}\n`));
  const hear = (line: string): void => {
    if (closed) return;
    let news: StdioNews;
    try {
      news = JSON.parse(line) as StdioNews;
    } catch {
      return finish(`netc view says what is not understood: ${line.slice(0, 200)}`);
    }
    if (news.kind === "page") listener.page(news.html, news.showing, news.library);
    else if (news.kind === "show") listener.show(news.showing);
  };

  child.stdin.on("error", () => undefined); // it has ended: `close` says why
  child.stderr.setEncoding("utf8").on("data", (part: string) => (complaint = (complaint + part).slice(-4_000)));
  createInterface({ input: child.stdout }).on("line", hear);
  child.once("error", (error) => finish(couldNotStart(launch, error)));
  child.once("close", (code) => finish(complaint.trim() || `netc view has ended with exit code ${code}`));
  if (texts.length > 0) say({ kind: "texts", texts });
  say({ kind: "want", wanted });

  return {
    choose: (choice) => say({ kind: "choose", choice }),
    want: (next) => say({ kind: "want", wanted: next }),
    setTexts: (next) => say({ kind: "texts", texts: next }),
    close() {
      closed = true;
      child.stdin.end();
      child.kill();
    },
  };
}
