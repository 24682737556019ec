/** What the server asks of the machine on which it runs. Given by who starts it, so the server itself touches nothing. */
import type { TextEdit } from "../service/text.ts";
import type { FromGraphs, ToGraphs } from "./graph-thread.ts";

/** Another thread, in which `serveGraphs` takes what is posted. */
export interface GraphThread {
  post(message: ToGraphs): void;
  onMessage(listener: (message: FromGraphs) => void): void;
  /** Is told why the thread is not there any more. */
  onEnd(listener: (reason: string) => void): void;
  end(): void;
}

export interface Environment {
  readonly version: string;
  /** The folder that holds `std/`, where the package is installed. */
  readonly library?: string;
  /** The text of a file; undefined when there is none, it cannot be read, or it is too large. */
  read(path: string): string | undefined;
  /** Differs where the file differs; undefined when there is none. */
  stamp(path: string): string | undefined;
  /** The `.net` files below a folder, as far as they can be read; `undefined` for each folder in which was looked. */
  list(folder: string): Iterable<string | undefined>;
  /** What formatting would change of a text; nothing in one that cannot be read. Without it, formatting is not offered. */
  readonly format?: (text: string) => readonly TextEdit[];
  /** Starts a thread that builds graphs. Without it, they are built where everything else is done. Throws where it cannot be started. */
  readonly graphThread?: () => GraphThread;
}
