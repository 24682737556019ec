/**
 * The texts of a program that is viewed: those of the disk, or, where an editor has them open, those of the editor. What was read is remembered, and so is
 * what was not there, so that a change is noticed, and a file that appears too.
 */
import { existsSync, watch, type FSWatcher } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import type { CompilationHost } from "../compiler/compilation.ts";
import { fileHost } from "./host.ts";

export interface Texts {
  /** Reads for a compilation, which says anew of which files the program is made; these are followed from then on. */
  read<T>(compile: (host: CompilationHost) => T): T;
  /** Whether a file is no longer as it was read. */
  isChanged(): boolean;
  /** The text of a file in an editor; undefined when it is closed there. */
  set(file: string, text: string | undefined): void;
  /** Calls back, soon after, when files that were read may have changed on the disk. */
  watch(changed: () => void): void;
  close(): void;
}

/** Between the first sign of a change and looking: a file is written in several steps, milliseconds. */
const settling = 40;
/** Between two looks where the system watches no folders for us, milliseconds. */
const pollingInterval = 1_000;

export function createTexts(): Texts {
  const edited = new Map<string, string>();
  const known = new Map<string, string | undefined>();
  const watchers = new Map<string, FSWatcher>();
  let heard: (() => void) | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;

  const current = (name: string): string | undefined => edited.get(normalize(name)) ?? fileHost.read(name);
  const host: CompilationHost = {
    ...fileHost,
    read(name) {
      const text = current(name);
      known.set(name, text);
      return text;
    },
  };
  const soon = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      watchFolders(); // one that a file is waited for in may have come
      heard?.();
    }, settling);
  };
  /** Editors write a new file and rename it, so folders are watched and not files; of a folder that is not there, the nearest around it that is. */
  const watchFolders = (): void => {
    for (const folder of new Set([...known.keys()].map((name) => existingFolder(dirname(name))))) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, (_, name) => {
          const path = name === null ? undefined : join(folder, name);
          if (path === undefined || [...known.keys()].some((file) => file === path || file.startsWith(path + sep))) soon();
        });
        const forget = (): void => {
          watcher.close();
          watchers.delete(folder); // a folder that is gone brings no news; one that comes back is watched again
        };
        watcher.on("error", forget);
        watchers.set(folder, watcher);
      } catch {
        polling ??= setInterval(() => heard?.(), pollingInterval);
      }
    }
  };
  return {
    read(compile) {
      known.clear();
      const made = compile(host);
      if (heard) watchFolders();
      return made;
    },
    isChanged: () => [...known].some(([name, text]) => current(name) !== text),
    set(file, text) {
      if (text === undefined) edited.delete(normalize(file));
      else edited.set(normalize(file), text);
    },
    watch(changed) {
      heard = changed;
      watchFolders();
    },
    close() {
      heard = undefined;
      clearTimeout(waiting);
      clearInterval(polling);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function existingFolder(folder: string): string {
  for (let own = folder; ; own = dirname(own)) if (existsSync(own) || dirname(own) === own) return own;
}
