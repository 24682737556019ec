/** Tensors as views of one array: what concerns all of them is a loop over it, and it is written to a file in one piece. */
import { countOf } from "./shape.ts";
import type { StoredEntry, TensorStore } from "./store.ts";

export interface Arena extends TensorStore {
  readonly data: Float32Array;
  /** The tensor of a path, row-major; writing to it writes to the arena. */
  view(path: string): Float32Array;
}

export function createArena(entries: readonly StoredEntry[]): Arena {
  const data = new Float32Array(entries.reduce((sum, { shape }) => sum + countOf(shape), 0));
  const views = new Map<string, Float32Array>();
  let at = 0;
  for (const { path, shape } of entries) views.set(path, data.subarray(at, (at += countOf(shape))));
  const view = (path: string): Float32Array => {
    const own = views.get(path);
    if (!own) throw new Error(`a fault of this program: there is no tensor ${path} in this arena`);
    return own;
  };
  return { entries, data, view, read: view, write: (path, values) => view(path).set(values) };
}
