/** The script of the thread in which the language server has graphs built. */
import { parentPort } from "node:worker_threads";
import { serveGraphs, type ToGraphs } from "../editor/server/graph-thread.ts";

const port = parentPort!;
const take = serveGraphs((message) => port.postMessage(message), () => performance.now());
port.on("message", (message: ToGraphs) => take(message));
