/** A program that is being viewed: compiled when its text changes, each view made when it is first asked for. While the text has an error, the last good program stays. */
import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import type { Model } from "../grammar/ast.ts";
import { positionAt } from "../grammar/source.ts";
import { createCompilation, type Compilation, type Variant } from "../compiler/compilation.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { compareViews, configDifference } from "../editor/view/model/difference.ts";
import type { ViewDifference } from "../editor/view/model/document.ts";
import { mergeViews } from "../editor/view/model/merge.ts";
import type { Choice, Problem, ViewBundle, ViewMessage } from "../editor/view/model/messages.ts";
import { programOf, viewOf, type View } from "../editor/view/model/view.ts";
import { fileHost } from "./host.ts";

export interface ViewSession {
  /** Undefined when there is no such model or variant. */
  message(choice: Choice): ViewMessage | undefined;
  /** All variants of a model, and what differs between each two. */
  bundle(choice: Choice): ViewBundle;
  /** What is wrong with the text at the moment. */
  problem(): Problem | undefined;
  /** Follows the files; `changed` is called when there is a new program or a new problem. */
  follow(changed: () => void): void;
  close(): void;
}

type Sizes = ReadonlyMap<string, number>;

/** `first` is a compilation without errors. */
export function createViewSession(first: Compilation, names: readonly string[], sizes: Sizes): ViewSession {
  let compilation = first;
  let views = new Map<Variant, View>();
  let problem: Problem | undefined;
  let texts = textsOf(first);
  const watchers = new Map<string, FSWatcher>();
  let files = filesOf(first);
  let heard: (() => void) | undefined;
  let waiting: NodeJS.Timeout | undefined;

  const find = (model: string, variant: string): { readonly model: Model; readonly variant: Variant } | undefined => {
    const found = compilation.models.find((candidate) => candidate.name.text === model);
    const row = found && compilation.variantsOf(found).find((candidate) => candidate.name === variant);
    return found && row && { model: found, variant: row };
  };
  const view = (model: Model, variant: Variant): View => {
    const known = views.get(variant) ?? viewOf(compilation, model, variant, sizes);
    views.set(variant, known);
    return known;
  };
  const compare = (model: Model, from: Variant, to: Variant): ViewDifference => compareViews(view(model, from), view(model, to), configDifference(compilation, model, from, to));

  /** Editors write a new file and rename it, so folders are watched and not files; a new import may bring another folder. */
  const watchFolders = (): void => {
    for (const folder of new Set(files.map((name) => dirname(name)))) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_, name) => {
        if (name !== null && !files.some((file) => dirname(file) === folder && basename(file) === name)) return;
        clearTimeout(waiting);
        waiting = setTimeout(() => {
          if (reload()) heard?.();
        }, 40);
      });
      watcher.on("error", () => watcher.close()); // a folder that is gone brings no news
      watchers.set(folder, watcher);
    }
  };

  const reload = (): boolean => {
    const next = createCompilation(fileHost, names);
    const now = textsOf(next);
    if (now === texts) return false;
    texts = now;
    files = [...new Set([...files, ...filesOf(next)])]; // one that is away for a moment comes back
    if (heard) watchFolders();
    const errors = next.diagnostics().filter(({ severity }) => severity === "error");
    problem = errors.length ? problemOf(errors) : next.models.length === 0 ? { code: "", message: "the file has no model", file: names[0], line: 1, column: 1, others: 0 } : undefined;
    if (problem) return true;
    compilation = next;
    views = new Map();
    return true;
  };

  return {
    message(choice) {
      const [to, from] = [find(choice.model, choice.variant), choice.from === undefined ? undefined : find(choice.model, choice.from)];
      if (!to || (choice.from !== undefined && !from)) return undefined;
      const program = programOf(compilation);
      const after = view(to.model, to.variant).document;
      if (!from) return { program, choice, document: after };
      const difference = compare(to.model, from.variant, to.variant);
      return { program, choice, document: mergeViews(view(to.model, from.variant).document, after, difference), config: difference.config };
    },
    bundle(choice) {
      const { model } = find(choice.model, choice.variant)!;
      const variants = compilation.variantsOf(model);
      const differences = variants.flatMap((to, i) => variants.slice(0, i).map((from) => ({ ...compare(model, from, to), model: model.name.text })));
      const program = programOf(compilation);
      return { program: { ...program, models: program.models.filter((own) => own.name === choice.model) }, choice, documents: variants.map((variant) => view(model, variant).document), differences };
    },
    problem: () => problem,
    follow(changed) {
      heard = changed;
      watchFolders();
    },
    close() {
      clearTimeout(waiting);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

const filesOf = ({ program }: Compilation): readonly string[] => program.files.filter(({ library }) => !library).map(({ source }) => source.name);

/** The person's own texts, to tell whether a change of a file is one of its text. */
function textsOf({ program }: Compilation): string {
  return program.files.filter(({ library }) => !library).map(({ source }) => `${source.name}\0${source.text}`).join("\0");
}

function problemOf([first, ...others]: readonly Diagnostic[]): Problem {
  const { line, column } = positionAt(first.span.file, first.span.start);
  return { code: first.code, message: first.message, file: first.span.file.name, line, column, others: others.length };
}
