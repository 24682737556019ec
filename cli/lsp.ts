/** `netc lsp --stdio`: the language server for editors. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createConnection, StreamMessageWriter } from "vscode-languageserver/node";
import { ClientReader } from "../editor/server/message-reader.ts";
import { serve } from "../editor/server/server.ts";
import type { Environment } from "../editor/server/environment.ts";
import { formatEdits } from "../grammar/format/edits.ts";
import { theParser } from "../grammar/parser.ts";
import { UsageError } from "./errors.ts";
import { startGraphThread } from "./graph-thread.ts";
import { packageFolder, version } from "./version.ts";

export interface LspOptions {
  readonly stdio?: boolean;
}

/** Larger files are not read for an editor: a person wrote none of them. */
const largestFile = 8_000_000;
/** Files of a workspace that are listed. */
const mostFiles = 5_000;
/** Folders of a workspace in which is looked. */
const mostFolders = 50_000;
const skipped: ReadonlySet<string> = new Set(["node_modules", "dist", "out", "target", "build", "venv", "__pycache__"]);

function read(path: string): string | undefined {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= largestFile ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function stamp(path: string): string | undefined {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

/** The `.net` files below a folder, nearest first; folders that cannot be read count as empty. */
function* list(folder: string): Generator<string | undefined, void> {
  const folders = [folder];
  let files = 0;
  for (let at = 0; at < Math.min(folders.length, mostFolders) && files < mostFiles; at++) {
    const own = folders[at];
    yield undefined;
    for (const entry of entriesOf(own)) {
      const path = `${own.replace(/\/$/, "")}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith(".") && !skipped.has(entry.name)) folders.push(path);
      else if (entry.isFile() && entry.name.endsWith(".net")) {
        files++;
        yield path;
      }
    }
  }
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch {
    return [];
  }
}

const readEntries = (folder: string) => readdirSync(folder, { withFileTypes: true, encoding: "utf8" });

export function lsp(options: LspOptions): Promise<number> {
  if (!options.stdio) throw new UsageError("an editor starts the language server, and speaks with it over --stdio", "netc lsp --stdio; recipes for editors are in docs/editors.md");
  const library = join(packageFolder, "compiler");
  const environment: Environment = { version, read, stamp, list, format: formatEdits, graphThread: startGraphThread, ...(read(join(library, "std", "linear.net")) === undefined ? {} : { library }) };
  const writer = new StreamMessageWriter(process.stdout);
  const reader = new ClientReader(process.stdin, (response) => void writer.write(response));
  const connection = createConnection(reader, writer);
  // A client that goes without a word takes the session with it.
  for (const stream of [process.stdin, process.stdout]) for (const event of ["end", "close", "error"]) stream.on(event, () => process.exit(reader.isEnding ? 0 : 1));
  theParser(); // before a client is heard, so that no request waits for it
  serve(connection, environment, () => performance.now());
  // A fault in one answer may not take the documents of a person with it.
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (fault: unknown) => connection.console.error(`netc: a fault of netc itself: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`));
  }
  return new Promise((resolve) => connection.onExit(() => resolve(0)));
}
