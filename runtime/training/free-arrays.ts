/**
 * The arrays of a step, its batch and what onnxruntime-node copied of its results, lie outside of V8's heap, so that its collector sees no hurry: those of a
 * large step would lie beside the next one's, and a process would grow by them for hundreds of small ones. So the collector is asked when as many bytes wait
 * as are worth its time, which is some ten milliseconds: after each step or two of a large model, and now and then for a small one.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { EngineTensor } from "../engine.ts";

const worthCollecting = 4 * 1024 * 1024;

let collect: (() => void) | undefined;
let waiting = 0;

/** Says that these were made; they are free once nobody holds them. */
export function countArrays(tensors: Readonly<Record<string, EngineTensor>>): void {
  for (const { data } of Object.values(tensors)) waiting += data.byteLength;
}

/** Frees arrays that nobody holds, where they are many. */
export function freeArrays(): void {
  if (waiting < worthCollecting) return;
  waiting = 0;
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  collect();
}
