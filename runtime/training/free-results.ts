/**
 * onnxruntime-node copies every result into a new ArrayBuffer, for which V8's collector sees no hurry: a step's gradients would lie beside those of the
 * next. So the collector is asked when as many bytes of results wait as are worth its time, which is some ten milliseconds: after each step of a large
 * model, and now and then for a small one, whose steps take less than that.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { EngineTensor } from "../engine.ts";

const worthCollecting = 16 * 1024 * 1024;

let collect: (() => void) | undefined;
let waiting = 0;

/** Says that these results were made; they are free once nobody holds them. */
export function countResults(results: Readonly<Record<string, EngineTensor>>): void {
  for (const { data } of Object.values(results)) waiting += data.byteLength;
}

/** Frees results that nobody holds, where they are many. */
export function freeResults(): void {
  if (waiting < worthCollecting) return;
  waiting = 0;
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  collect();
}
