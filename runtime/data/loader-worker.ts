/** The thread that decodes and augments: takes jobs, writes into shared memory, answers with what it did. Nothing is left running when it is closed. */
import { parentPort, workerData } from "node:worker_threads";
import { DataError } from "./errors.ts";
import { loadSample } from "./load-sample.ts";
import { placeOf, type Answer, type Job, type Request, type WorkerStart } from "./messages.ts";

const { roles, slots } = workerData as WorkerStart;
const port = parentPort!;
const running = new Set<Promise<void>>();

async function work({ id, slot, place, sample, augmentation }: Job): Promise<void> {
  const { picture, target } = placeOf(slots[slot], roles, place);
  let answer: Answer;
  try {
    answer = { id, letterbox: await loadSample(sample, augmentation, roles, picture, target) };
  } catch (error) {
    answer = { id, problem: (error as Error).message, file: error instanceof DataError ? error.file : undefined };
  }
  port.postMessage(answer);
}

port.on("message", (request: Request) => {
  if (request.kind === "close") {
    void Promise.all(running).then(() => port.close());
    return;
  }
  const promise = work(request.job).finally(() => running.delete(promise));
  running.add(promise);
});
