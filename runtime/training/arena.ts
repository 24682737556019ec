/** Tensors as views of one array: what concerns all of them is a loop over it, and it is written to a file in one piece. */
import type { Shape } from "./shape.ts";
import { countOf } from "./shape.ts";

export interface ArenaEntry {
  readonly path: string;
  readonly shape: Shape;
}

export interface Arena {
  readonly entries: readonly ArenaEntry[];
  readonly data: Float32Array;
  /** The tensor of a path, row-major; writing to it writes to the arena. */
  view(path: string): Float32Array;
}

export function createArena(entries: readonly ArenaEntry[]): Arena {
  const data = new Float32Array(entries.reduce((sum, { shape }) => sum + countOf(shape), 0));
  const views = new Map<string, Float32Array>();
  let at = 0;
  for (const { path, shape } of entries) views.set(path, data.subarray(at, (at += countOf(shape))));
  return {
    entries, data,
    view(path) {
      const view = views.get(path);
      if (!view) throw new Error(`netc bug: no tensor ${path} in this arena`);
      return view;
    },
  };
}
