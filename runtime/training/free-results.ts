/**
 * onnxruntime-node copies every result into a new ArrayBuffer, for which V8's collector sees no hurry: a step's gradients would lie beside those of the
 * next. So the collector is asked after each step; it takes some milliseconds, since there are few objects.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

export function freeResults(): void {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  collect();
}
