/**
 * The other side of `graphs.ts`: answers questions that need graphs, in a thread of its own, with a project of the texts that are sent. A question that
 * is urgent goes before the others; one whose texts are not those of the project any more is given up.
 */
import type { LongWork } from "../../compiler/long-work.ts";
import { answering, type GraphAnswers, type GraphQuestion } from "../service/graph-questions.ts";
import { createProject, type Choices } from "../service/project.ts";
import { turn } from "./turns.ts";

/** What is sent to the thread. */
export type ToGraphs =
  | {
      readonly kind: "ask";
      readonly id: number;
      /** The file that is asked about, and what is new of the texts of its program. */
      readonly name: string;
      readonly texts: readonly (readonly [name: string, text: string])[];
      readonly choices: Choices;
      readonly question: GraphQuestion;
      /** Somebody looks at the screen and waits. */
      readonly isUrgent: boolean;
    }
  | { readonly kind: "cancel"; readonly id: number };

/** What the thread sends: one of the last three for each question that is not cancelled, and how far it is before. */
export type FromGraphs =
  | { readonly kind: "progress"; readonly id: number; readonly part: number; readonly what: string }
  | { readonly kind: "answer"; readonly id: number; readonly answer: GraphAnswers[GraphQuestion["kind"]] }
  | { readonly kind: "superseded"; readonly id: number }
  | { readonly kind: "fault"; readonly id: number; readonly reason: string };

interface Job {
  readonly id: number;
  readonly isUrgent: boolean;
  readonly choices: Choices;
  readonly work: LongWork<GraphAnswers[GraphQuestion["kind"]] | undefined>;
  /** Whether its texts are those of the project. */
  isCurrent(): boolean;
}

/** Messages are read, and progress is told, after so many milliseconds of work. */
const slice = 50;

const faultOf = (id: number, error: unknown): FromGraphs => ({ kind: "fault", id, reason: (error as Error).stack ?? String(error) });

/** Takes messages and answers through `post`. `now` is a clock in milliseconds. */
export function serveGraphs(post: (message: FromGraphs) => void, now: () => number): (message: ToGraphs) => void {
  const project = createProject({ read: () => undefined, list: () => [] });
  let jobs: Job[] = [];
  let isRunning = false;

  const end = (job: Job, message: FromGraphs): void => {
    jobs = jobs.filter((other) => other !== job);
    post(message);
  };
  /** A slice of the first job. */
  const advance = (job: Job): void => {
    const { id } = job;
    if (!job.isCurrent()) return end(job, { kind: "superseded", id });
    project.choices = job.choices;
    try {
      for (const from = now(); ; ) {
        const step = job.work.next();
        if (step.done) return end(job, { kind: "answer", id, answer: step.value });
        if (now() - from >= slice) return post({ kind: "progress", id, ...step.value });
      }
    } catch (error) {
      end(job, faultOf(id, error));
    }
  };
  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    for (;;) {
      await turn();
      const job = jobs.find(({ isUrgent }) => isUrgent) ?? jobs[0];
      if (!job) break;
      advance(job);
    }
    isRunning = false;
  };

  return (message) => {
    if (message.kind === "cancel") {
      jobs = jobs.filter(({ id }) => id !== message.id);
      return;
    }
    const { id, name, texts, choices, question, isUrgent } = message;
    for (const [file, text] of texts) project.setText(file, text);
    try {
      const compilation = project.look(name)?.compilation;
      jobs.push({ id, isUrgent, choices, work: answering(project, name, question), isCurrent: () => project.glance(name)?.compilation === compilation });
    } catch (error) {
      return post(faultOf(id, error));
    }
    void run();
  };
}
