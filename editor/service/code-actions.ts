/**
 * Changes that are offered at a place. Whatever claims to mend a mistake was tried: applied to the text and checked. Trying is a check of its own,
 * which lasts.
 */
import { checkedInSteps, type Compilation } from "../../compiler/compilation.ts";
import { editedHost, helps } from "../../compiler/fixes.ts";
import type { LongWork } from "../../compiler/long-work.ts";
import type { Diagnostic, Fix } from "../../compiler/diagnostics/diagnostic.ts";
import { spanIn, textOf } from "../../grammar/source.ts";
import { extractions } from "./extract-block.ts";
import { importEdit } from "./imports.ts";
import { inlinings } from "./inline-binding.ts";
import { newVariants } from "./make-variant.ts";
import { axisNamings } from "./name-axis.ts";
import { itemsOf } from "./names.ts";
import { importPath } from "./paths.ts";
import type { Look } from "./project.ts";
import { rangeOf, overlaps, type FileEdits, type Range, type TextEdit } from "./text.ts";

export interface Action {
  readonly title: string;
  readonly kind: "quickfix" | "refactor.extract" | "refactor.inline" | "refactor.rewrite";
  readonly edits: FileEdits;
  /** The problem that it mends. */
  readonly mends?: Diagnostic;
  /** It says exactly what was meant, as far as that can be known. */
  readonly preferred: boolean;
}

/** Candidates of one diagnostic that are tried. */
const mostTried = 6;

/** The actions at a range. `wanted` says which kinds are asked for. */
export function* actionsAt(look: Look, range: Range, wanted: (kind: Action["kind"]) => boolean = () => true): LongWork<readonly Action[]> {
  if (look.library) return [];
  const all = look.compilation.diagnostics();
  const actions: Action[] = [];
  if (wanted("quickfix")) {
    for (const diagnostic of all) {
      if (diagnostic.span.file.name === look.name && overlaps(diagnostic.span, range)) actions.push(...(yield* fixesFor(look, all, diagnostic)));
    }
  }
  const refactorings = [
    ...(wanted("refactor.rewrite") ? [...axisNamings(look, range), ...newVariants(look, range)] : []),
    ...(wanted("refactor.extract") ? extractions(look, range) : []),
    ...(wanted("refactor.inline") ? inlinings(look, range) : []),
  ];
  for (const action of refactorings) if (yield* isHarmless(look, all, action.edits)) actions.push(action);
  return actions;
}

/** What was found to help, for as long as the compilation is: a menu is opened again and again at one place. */
const tried = new WeakMap<Compilation, Map<Diagnostic, readonly Action[]>>();

function* fixesFor(look: Look, all: readonly Diagnostic[], diagnostic: Diagnostic): LongWork<readonly Action[]> {
  let earlier = tried.get(look.compilation);
  if (!earlier) tried.set(look.compilation, (earlier = new Map()));
  const known = earlier.get(diagnostic);
  if (known) return known;
  const found: { readonly fix: Fix; readonly help: "whole" | "partly" }[] = [];
  const { host } = look.project;
  for (const fix of [...distinct(diagnostic.fixes).slice(0, mostTried), ...importFixes(look, diagnostic)]) {
    const help = yield* helps(host, [look.name], all, diagnostic, fix);
    if (help !== "not") found.push({ fix, help });
  }
  const whole = found.filter(({ help }) => help === "whole");
  const actions = (whole.length ? whole : found).map(({ fix }, i): Action => ({ title: sentence(fix.title), kind: "quickfix", edits: editsOf(fix), mends: diagnostic, preferred: i === 0 && whole.length === 1 && !fix.isGuess }));
  earlier.set(diagnostic, actions);
  return actions;
}

const sentence = (text: string): string => text[0].toUpperCase() + text.slice(1);

function distinct(fixes: readonly Fix[]): readonly Fix[] {
  const seen = new Set<string>();
  return fixes.filter(({ edits }) => {
    const key = edits.map(({ span, newText }) => `${span.file.name}:${span.start}:${span.end}:${newText}`).join("|");
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function editsOf(fix: Fix): FileEdits {
  const edits = new Map<string, TextEdit[]>();
  for (const { span, newText } of fix.edits) edits.set(span.file.name, [...(edits.get(span.file.name) ?? []), { ...rangeOf(span), newText }]);
  return edits;
}

/** A name that another file declares: the checker of one program cannot know of it. */
function importFixes(look: Look, { code, span }: Diagnostic): readonly Fix[] {
  if (code !== "NET0101") return [];
  const name = textOf(span);
  return look.project.knownNames().flatMap((file) => {
    if (file === look.name || !itemsOf(look.project.file(file) ?? { source: look.source, tree: { ...look.tree, items: [] }, library: false, doubtful: [] }).some((item) => item.name.text === name)) return [];
    const { start, end, newText } = importEdit(look, file, name);
    return [{ title: `import \`${name}\` from "${importPath(file, look.name)}"`, edits: [{ span: spanIn(look.source, start, end), newText }] }];
  });
}

/** Whether a change brings no mistake that was not there. */
function* isHarmless(look: Look, before: readonly Diagnostic[], edits: FileEdits): LongWork<boolean> {
  const all = [...edits].flatMap(([name, own]) => {
    const source = name === look.name ? look.source : look.project.file(name)!.source;
    return own.map(({ start, end, newText }) => ({ span: spanIn(source, start, end), newText }));
  });
  const host = editedHost(look.project.host, all);
  if (!host) return false;
  const serious = (found: readonly Diagnostic[]): number => found.filter(({ severity }) => severity !== "info").length;
  const after = yield* checkedInSteps(host, [look.name]);
  return serious(after.diagnostics()) <= serious(before);
}
