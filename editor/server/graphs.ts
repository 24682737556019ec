/**
 * Whom the server asks what needs graphs: a thread of its own where the environment has one, so that nobody waits for a graph who did not ask about it; else
 * this one. The thread is started at the first question once the first diagnostics are out, is sent the texts that it does not have yet, is started again
 * once when it ended by itself, and after that its questions stay unanswered.
 */
import { LSPErrorCodes, ResponseError, type CancellationToken, type WorkDoneProgressReporter } from "vscode-languageserver";
import type { Compilation } from "../../compiler/compilation.ts";
import { answering, type AnswerTo, type GraphAnswers, type GraphQuestion } from "../service/graph-questions.ts";
import type { InactiveArm } from "../service/inactive-arms.ts";
import type { Choices, Look } from "../service/project.ts";
import type { GraphThread } from "./environment.ts";
import type { FromGraphs, ToGraphs } from "./graph-thread.ts";
import { lasting } from "./lasting.ts";
import { showing } from "./showing.ts";
import { throwIfEdited } from "./turns.ts";
import type { Workspace } from "./workspace.ts";

export interface Asking {
  readonly title?: string;
  readonly token?: CancellationToken;
  readonly progress?: WorkDoneProgressReporter;
  /** Somebody looks at the screen and waits: it goes before other questions, and stays unanswered after so many milliseconds. */
  readonly patience?: number;
}

export interface Graphs {
  /**
   * The answer about a file whose program has no errors. Rejects with an error of the protocol: of what `lasting` rejects with, and `RequestFailed` where
   * there is no answer in time or at all, in which case the asker does without.
   */
  ask<Question extends GraphQuestion>(look: Look, question: Question, asking: Asking): Promise<AnswerTo<Question> | undefined>;
  /** The arms that the chosen variants of a file do not have, as far as `ask` has found that out for these texts. */
  armsOf(look: Look): readonly InactiveArm[];
  /** The first diagnostics are out: from now on a thread may be started. */
  allow(): void;
  /** A text or a choice changed: what was asked about the older ones is given up. */
  changed(): void;
  end(): void;
}

/** Whether a question stayed without an answer, which is no fault of the asker. */
export const isUnanswered = (error: unknown): boolean => error instanceof ResponseError && error.code === LSPErrorCodes.RequestFailed;

interface Pending {
  readonly look: Look;
  readonly question: GraphQuestion;
  readonly revision: number;
  readonly isUrgent: boolean;
  readonly advance: (part: number, what: string) => void;
  readonly settle: (outcome: GraphAnswers[GraphQuestion["kind"]] | ResponseError<void>) => void;
}

/** The thread is started so many times. */
const mostStarts = 2;

export function createGraphs(workspace: Workspace): Graphs {
  const { project } = workspace;
  const pending = new Map<number, Pending>();
  const arms = new WeakMap<Compilation, { readonly choices: Choices; readonly arms: readonly InactiveArm[] }>();
  /** The texts that the thread has. */
  let sent = new Map<string, string>();
  let thread: GraphThread | undefined;
  let [starts, ids] = [0, 0];
  let [isAllowed, isEnded] = [false, false];

  const unanswered = (): ResponseError<void> => new ResponseError(LSPErrorCodes.RequestFailed, "the graph was not built");
  const settle = (id: number, outcome: Parameters<Pending["settle"]>[0]): void => {
    const own = pending.get(id);
    pending.delete(id);
    own?.settle(outcome);
  };
  const giveUp = (id: number, error: ResponseError<void>): void => {
    if (!pending.has(id)) return;
    thread?.post({ kind: "cancel", id });
    settle(id, error);
  };

  const heard = (message: FromGraphs): void => {
    const own = pending.get(message.id);
    if (!own) return;
    if (message.kind === "progress") return own.advance(message.part, message.what);
    if (message.kind === "answer") return settle(message.id, message.answer);
    if (message.kind === "fault") workspace.connection.console.error(`netc: a fault of netc itself while a graph of ${own.look.name} was built: ${message.reason}`);
    settle(message.id, message.kind === "superseded" ? new ResponseError(LSPErrorCodes.ContentModified, "the text was edited meanwhile") : unanswered());
  };
  const start = (make: () => GraphThread): GraphThread | undefined => {
    starts++;
    sent = new Map();
    try {
      const made = make();
      made.onMessage((message) => {
        if (thread === made) heard(message);
      });
      made.onEnd((reason) => {
        if (thread === made) ended(reason);
      });
      return made;
    } catch (error) {
      workspace.connection.console.error(`netc: the thread that builds graphs could not be started: ${(error as Error).message}`);
      return undefined;
    }
  };
  const ended = (reason: string): void => {
    thread = undefined;
    if (isEnded) return;
    const again = starts < mostStarts;
    workspace.connection.console.error(`netc: the thread that builds graphs ended: ${reason}; ${again ? "it is started again" : "there are no costs and no faded arms any more in this session"}`);
    sendAll();
  };
  /** Sends what waits; where no thread can be had any more, it stays unanswered. */
  const sendAll = (): void => {
    if (!isAllowed) return;
    const make = workspace.environment.graphThread;
    while (make && !thread && !isEnded && starts < mostStarts && pending.size > 0) thread = start(make);
    for (const [id, own] of [...pending]) {
      if (!thread) settle(id, unanswered());
      else send(thread, id, own);
    }
  };
  const send = (to: GraphThread, id: number, { look, question, isUrgent }: Pending): void => {
    const texts = look.compilation.program.files.flatMap(({ source, library }) => (library || sent.get(source.name) === source.text ? [] : [[source.name, source.text] as const]));
    for (const [name, text] of texts) sent.set(name, text);
    to.post({ kind: "ask", id, name: look.name, texts, choices: project.choices, question, isUrgent } satisfies ToGraphs);
  };

  const askThread = async <Question extends GraphQuestion>(look: Look, question: Question, { title, token, progress, patience }: Asking): Promise<AnswerTo<Question> | undefined> => {
    const id = ids++;
    const cancelled = (): void => giveUp(id, new ResponseError(LSPErrorCodes.RequestCancelled, "the request was cancelled"));
    const shown = showing(workspace, { title, progress }, cancelled);
    const asked = token?.onCancellationRequested(cancelled);
    const timer = patience === undefined ? undefined : setTimeout(() => giveUp(id, unanswered()), patience);
    try {
      return await new Promise<AnswerTo<Question> | undefined>((resolve, reject) => {
        const own: Pending = {
          look, question, revision: project.revision, isUrgent: patience !== undefined, advance: shown.advance,
          settle: (outcome) => (outcome instanceof ResponseError ? reject(outcome) : resolve(outcome as AnswerTo<Question> | undefined)),
        };
        pending.set(id, own);
        if (thread && isAllowed) send(thread, id, own);
        else sendAll();
      });
    } finally {
      clearTimeout(timer);
      asked?.dispose();
      shown.end();
    }
  };

  return {
    async ask(look, question, asking) {
      const { revision, choices } = project;
      const answer = await (workspace.environment.graphThread ? askThread(look, question, asking) : lasting(workspace, answering(project, look.name, question), asking));
      throwIfEdited(project, revision);
      if (question.kind === "preparation") arms.set(look.compilation, { choices, arms: (answer ?? []) as readonly InactiveArm[] });
      return answer;
    },
    armsOf(look) {
      const known = arms.get(look.compilation);
      return known && known.choices === project.choices ? known.arms : [];
    },
    allow() {
      if (isAllowed) return;
      isAllowed = true;
      sendAll();
    },
    changed() {
      for (const [id, { revision }] of [...pending]) if (revision !== project.revision) giveUp(id, new ResponseError(LSPErrorCodes.ContentModified, "the text was edited meanwhile"));
    },
    end() {
      isEnded = true;
      thread?.end();
      thread = undefined;
      sendAll();
    },
  };
}
