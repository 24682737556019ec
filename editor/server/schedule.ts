/**
 * When diagnostics are computed and sent. The document that was edited comes first, then those that import it, one at a time, so that requests are answered
 * in between. A pause before it grows with how long checking took, so that a slow check does not run for each key.
 */
import type { Diagnostic as ProtocolDiagnostic } from "vscode-languageserver";
import { problemsFrom, type Problem } from "../service/diagnostics.ts";
import { fadedArms, preparations, protocolDiagnostic } from "./convert-diagnostics.ts";
import type { Workspace } from "./workspace.ts";

export interface Schedule {
  /** Something changed; `first` is the document that was edited. */
  changed(first?: string): void;
  closed(name: string): void;
  stop(): void;
}

/** A check shorter than this, in milliseconds, is made for every edit at once. */
const unnoticed = 80;
const longestPause = 300;
const idleAfter = 250;

export function createSchedule(workspace: Workspace, now: () => number): Schedule {
  const { project, connection, documents } = workspace;
  /** What each root found, by file. */
  const found = new Map<string, ReadonlyMap<string, readonly Problem[]>>();
  const sent = new Map<string, string>();
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let took = 0;
  let refreshed = -1;

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
    void connection.sendDiagnostics({ uri, ...(document ? { version: document.version } : {}), diagnostics });
  };

  const step = (): void => {
    timer = undefined;
    const root = waiting.shift();
    if (root !== undefined && project.isOpen(root)) {
      const start = now();
      try {
        const before = found.get(root);
        const files = problemsFrom(project, root);
        found.set(root, files);
        for (const name of new Set([root, ...files.keys(), ...(before?.keys() ?? [])])) if (name === root || !waiting.includes(name)) publish(name);
      } catch (error) {
        connection.console.error(`netc: a fault of netc itself while checking ${root}: ${(error as Error).stack ?? String(error)}`);
      }
      took = now() - start;
    }
    if (waiting.length > 0) timer = setTimeout(step, 0);
    else rest();
  };
  /** What takes a build and what nobody waits for, in turns, until a text changes. */
  const rest = (): void => {
    clearTimeout(idle);
    const steps = project.openNames().values();
    let own: ReturnType<typeof preparations> | undefined;
    let name = "";
    const prepare = (): void => {
      try {
        if (!own || own.next().done) {
          if (own && !workspace.features.pullDiagnostics) publish(name);
          const next = steps.next();
          if (next.done) return finish();
          name = next.value;
          own = preparations(workspace, name);
        }
      } catch (error) {
        own = undefined;
        connection.console.error(`netc: a fault of netc itself while building ${name}: ${(error as Error).stack ?? String(error)}`);
      }
      idle = setTimeout(prepare, 0);
    };
    const finish = (): void => {
      if (!workspace.features.pullDiagnostics || !workspace.features.refreshDiagnostics || refreshed === project.revision) return;
      refreshed = project.revision;
      connection.languages.diagnostics.refresh();
    };
    idle = setTimeout(prepare, idleAfter);
  };

  return {
    changed(first) {
      clearTimeout(idle);
      if (workspace.features.pullDiagnostics) {
        rest();
        return;
      }
      const others = project.openNames().filter((name) => name !== first);
      waiting = [...(first !== undefined ? [first] : []), ...others];
      clearTimeout(timer);
      timer = setTimeout(step, took < unnoticed ? 0 : Math.min(took / 2, longestPause));
    },
    closed(name) {
      found.delete(name);
      const uri = workspace.addresses.uriOf(name);
      if (sent.delete(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
      this.changed();
    },
    stop() {
      clearTimeout(timer);
      clearTimeout(idle);
      waiting = [];
    },
  };
}
