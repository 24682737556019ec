/**
 * When diagnostics are computed and sent. The document that was edited comes first, then those that import it, in slices, between which requests are
 * answered and edits are taken over. After an edit it begins anew, with what is known of the items that are as before; of an older text nothing is sent.
 */
import { LSPErrorCodes, ResponseError, type Diagnostic as ProtocolDiagnostic } from "vscode-languageserver";
import { problemsFrom, type Problem } from "../service/diagnostics.ts";
import { baseName } from "../service/paths.ts";
import { fadedArms, prepared, protocolDiagnostic } from "./convert-diagnostics.ts";
import { lasting } from "./lasting.ts";
import { readAhead } from "./read-ahead.ts";
import type { Workspace } from "./workspace.ts";

export interface Schedule {
  /** Something changed; `first` is the document that was edited. */
  changed(first?: string): void;
  closed(name: string): void;
  /** The files of the workspace are to be read, when nothing else is to be done. */
  readWorkspace(): void;
  stop(): void;
}

/** So many milliseconds after the last change begins what nobody waits for. */
const idleAfter = 250;

export function createSchedule(workspace: Workspace): Schedule {
  const { project, connection, documents } = workspace;
  /** Counts the changes: of two walks the later one goes on. */
  let walk = 0;
  /** What each root found, by file. */
  const found = new Map<string, ReadonlyMap<string, readonly Problem[]>>();
  const sent = new Map<string, string>();
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let refreshed = -1;
  let isReadingDue = false;
  /** Fulfilled when what was sent so far is on its way. */
  let told: Promise<unknown> = Promise.resolve();

  const problemsAt = (name: string): readonly Problem[] => {
    const unique = new Map<string, Problem>();
    for (const [root, files] of found) {
      if (root !== name && !isCurrent(root)) continue;
      for (const problem of files.get(name) ?? []) unique.set(`${problem.code}|${problem.start}|${problem.end}`, problem);
    }
    return [...unique.values()].sort((a, b) => a.start - b.start);
  };
  const isCurrent = (root: string): boolean => !waiting.includes(root);

  const publish = (name: string): void => {
    const document = [...documents.values()].find((own) => own.name === name);
    const diagnostics: ProtocolDiagnostic[] = [...problemsAt(name).map((problem) => protocolDiagnostic(workspace, problem)), ...fadedArms(workspace, name)];
    const uri = document?.uri ?? workspace.addresses.uriOf(name);
    const text = JSON.stringify([document?.version, diagnostics]);
    if (sent.get(uri) === text || (diagnostics.length === 0 && !document && !sent.has(uri))) return;
    sent.set(uri, text);
    if (diagnostics.length === 0 && !document) sent.delete(uri);
    told = connection.sendDiagnostics({ uri, ...(document ? { version: document.version } : {}), diagnostics }).catch(() => undefined); // the client is gone
  };

  /** Checks what waits, a document after the other, until a text changes: then another walk begins. */
  const check = async (): Promise<void> => {
    const own = walk;
    for (let root = waiting[0]; root !== undefined && own === walk; root = waiting[0]) {
      const before = found.get(root);
      const files = project.isOpen(root) && (await settled(own, root, lasting(workspace, problemsFrom(project, root), { title: `Checking ${baseName(root)}` })));
      if (own !== walk) return;
      if (files === "again") continue;
      waiting.shift();
      if (!files) continue;
      found.set(root, files);
      for (const name of new Set([root, ...files.keys(), ...(before?.keys() ?? [])])) if (name === root || !waiting.includes(name)) publish(name);
    }
    if (own !== walk) return;
    void told.then(() => workspace.graphs.allow());
    rest();
  };
  /** What takes a build and what nobody waits for, when nothing else is to be done. */
  const rest = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => void prepare(), idleAfter);
  };
  const prepare = async (): Promise<void> => {
    const own = walk;
    workspace.graphs.allow();
    if (isReadingDue) readAhead(workspace);
    isReadingDue = false;
    for (const name of project.openNames()) {
      const outcome = await settled(own, name, prepared(workspace, name));
      if (own !== walk) return;
      if (outcome === "again") return rest();
      if (!workspace.features.pullDiagnostics) publish(name);
    }
    if (!workspace.features.pullDiagnostics || !workspace.features.refreshDiagnostics || refreshed === project.revision) return;
    refreshed = project.revision;
    connection.languages.diagnostics.refresh();
  };
  /** The result of work on a file; undefined where it failed, or a person wants it no more; "again" where something changed meanwhile that is no text. */
  const settled = async <Result>(own: number, name: string, work: Promise<Result>): Promise<Result | "again" | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ResponseError) return own === walk && error.code === LSPErrorCodes.ContentModified ? "again" : undefined;
      connection.console.error(`netc: a fault of netc itself while checking ${name}: ${(error as Error).stack ?? String(error)}`);
      return undefined;
    }
  };

  return {
    changed(first) {
      walk++;
      workspace.graphs.changed();
      clearTimeout(idle);
      if (workspace.features.pullDiagnostics) {
        rest();
        return;
      }
      const others = project.openNames().filter((name) => name !== first);
      waiting = [...(first !== undefined ? [first] : []), ...others];
      clearTimeout(timer);
      timer = setTimeout(() => void check(), 0);
    },
    closed(name) {
      found.delete(name);
      const uri = workspace.addresses.uriOf(name);
      if (sent.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
      this.changed();
    },
    readWorkspace() {
      isReadingDue = true;
      if (waiting.length === 0) rest();
    },
    stop() {
      walk++;
      clearTimeout(timer);
      clearTimeout(idle);
      waiting = [];
    },
  };
}
