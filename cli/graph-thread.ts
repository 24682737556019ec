/** Starts the thread in which the language server has graphs built. It keeps no process alive. */
import { Worker } from "node:worker_threads";
import type { GraphThread } from "../editor/server/environment.ts";
import { workerAddress } from "../runtime/data/worker-address.ts";

/** Throws where the script of the thread is missing. */
export function startGraphThread(): GraphThread {
  const worker = new Worker(workerAddress("graphs-worker"), { name: "netc graphs" });
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on("message", listener),
    onEnd(listener) {
      let reason: string | undefined;
      worker.on("error", (error) => (reason = error.message));
      worker.on("exit", (code) => listener(reason ?? `exit code ${code}`));
    },
    end: () => void worker.terminate(),
  };
}
