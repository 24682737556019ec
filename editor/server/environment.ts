/** What the server asks of the machine on which it runs. Given by who starts it, so the server itself touches nothing. */
import type { TextEdit } from "../service/text.ts";

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
}
