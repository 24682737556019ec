/**
 * The graph of a file, from a `netc view` that runs beside the editor. The extension is its client, so the panel needs no way to the network; the page
 * comes from it too, and so speaks the same version of the messages whichever netc a person has chosen.
 */
import { get, type IncomingMessage } from "node:http";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { dirname } from "node:path";
import type { Choice, Problem, ViewMessage } from "../view/model/messages.ts";
import { couldNotStart, startNetc, type Launch } from "./launch.ts";

export interface ViewListener {
  /** The page with its first view inside. */
  page(html: string, first: ViewMessage): void;
  document(message: ViewMessage): void;
  problem(problem: Problem): void;
  /** netc has ended, for this reason; nothing more comes. */
  ended(reason: string): void;
}

export interface ViewClient {
  choose(choice: Choice): void;
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Shows a file, in a variant where one is named. */
export function startView(launch: Launch, file: string, choice: Partial<Choice>, listener: ViewListener): ViewClient {
  const args = ["view", file, "--no-open", "--quiet", ...(choice.model === undefined ? [] : ["--model", choice.model]), ...(choice.variant === undefined ? [] : ["--variant", choice.variant])];
  const child = startNetc(launch, args, dirname(file));
  let shown: Choice | undefined;
  let asked = 0;
  let closed = false;
  let address: URL | undefined;
  let events: IncomingMessage | undefined;

  const finish = (reason: string): void => {
    if (closed) return;
    closed = true;
    events?.destroy();
    child.kill();
    listener.ended(reason);
  };
  const ask = async (next: Choice): Promise<void> => {
    const own = ++asked;
    const { status, text } = await fetchText(at(address!, "/view", next));
    if (own !== asked || closed) return; // another was asked for since
    if (status === 200) {
      const message = JSON.parse(text) as ViewMessage;
      shown = message.choice;
      listener.document(message);
    } else if (status === 404 && next.variant !== "default") await ask({ model: next.model, variant: "default" }); // the row was taken out of the ablation
    else finish(`the file no longer has ${next.model}`);
  };
  const lost = (error: Error): void => finish(`netc view does not answer: ${error.message}`);

  void firstLine(child).then(async (line) => {
    address = new URL(line);
    const [page, first] = [await fetchText(address), await fetchText(at(address, "/view", choice))];
    if (closed) return;
    const message = JSON.parse(first.text) as ViewMessage;
    shown = message.choice;
    listener.page(page.text, message);
    follow(at(address, "/events"), (response) => (events = response), (event, data) => {
      if (event === "problem") listener.problem(JSON.parse(data) as Problem);
      else if (event === "changed" && shown) ask(shown).catch(lost);
    });
  }).catch((error: Error) => finish(error.message));
  child.once("error", (error) => finish(couldNotStart(launch, error)));
  child.once("close", () => address && finish("netc view has ended")); // before there is an address, what it complains about is the reason

  return {
    choose: (next) => void (address && ask(next).catch(lost)),
    close() {
      closed = true;
      events?.destroy();
      child.kill();
    },
  };
}

/** The address that the command prints, or what it complains about. */
function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let [out, complaint] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      out += part;
      if (out.includes("\n")) resolve(out.slice(0, out.indexOf("\n")));
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => (complaint += part));
    child.once("close", (code) => reject(new Error(complaint.trim() || `netc view has ended with exit code ${code}`)));
  });
}

function at(address: URL, path: string, choice: Partial<Choice> = {}): URL {
  const url = new URL(path, address);
  url.search = new URLSearchParams({ token: address.searchParams.get("token") ?? "", ...(choice as Record<string, string>) }).toString();
  return url;
}

function fetchText(address: URL): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(address, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part)).on("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
    }).on("error", reject);
  });
}

/** Server-sent events: lines `event: …` and `data: …`, an empty line behind each. The end of netc ends them, and is noticed there. */
function follow(address: URL, opened: (response: IncomingMessage) => void, heard: (event: string, data: string) => void): void {
  get(address, (response) => {
    opened(response);
    let rest = "";
    response.on("error", () => undefined);
    response.setEncoding("utf8").on("data", (part: string) => {
      const messages = (rest + part).split("\n\n");
      rest = messages.pop() ?? "";
      for (const message of messages) {
        const field = (name: string): string => message.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
        heard(field("event"), field("data"));
      }
    });
  }).on("error", () => undefined);
}
