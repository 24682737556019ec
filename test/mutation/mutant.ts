/** A fault put into a program: what a rule changes, the text that this makes, and the enumeration of all of them in a fixed order. */
import type { Edit } from "../../compiler/diagnostics/diagnostic.ts";
import type { Block, Expression, Model, Node } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile, spanBetween, textOf, type Span } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import type { Program, Subject } from "./corpus.ts";

/** Where a rule looks: a node of the tree and the path down to it. */
export interface Place {
  readonly node: Node;
  readonly parents: readonly Node[];
  readonly subject: Subject;
}

/** One fault. Several edits when two things change places. */
export type Change = readonly Edit[];

export interface Rule {
  readonly name: string;
  /** The faults at this node; most nodes have none. */
  readonly faults: (place: Place) => readonly Change[];
}

/** A stretch of the changed text that the fault takes; empty where something was dropped. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

export interface Mutant {
  readonly program: Program;
  readonly subject: Subject;
  readonly rule: string;
  readonly text: string;
  readonly regions: readonly Region[];
  /** What stood there in the original. */
  readonly replaced: readonly string[];
  /** The node of the original that the rule changed, and the path to it. */
  readonly place: Place;
  /** `line 12: stride: 2 → stride: 3`. */
  readonly title: string;
}

export function replace(node: { readonly span: Span }, newText: string): Change {
  return [{ span: node.span, newText }];
}

/** Two stretches of text change places. */
export function exchange(first: { readonly span: Span }, second: { readonly span: Span }): Change {
  return textOf(first.span) === textOf(second.span) ? [] : [...replace(first, textOf(second.span)), ...replace(second, textOf(first.span))];
}

/** One of a list in the text is dropped, with its comma. */
export function drop(list: readonly { readonly span: Span }[], index: number): Change {
  const { span } = list[index];
  if (index > 0) return [{ span: spanBetween(span, list[index - 1].span.end, span.end), newText: "" }];
  return list.length > 1 ? [{ span: spanBetween(span, span.start, list[1].span.start), newText: "" }] : replace(list[0], "");
}

export function itemOf({ parents }: Place): Block | Model | undefined {
  return parents.find((node): node is Block | Model => node.kind === "Block" || node.kind === "Model");
}

/** The names of the axes that a tensor expression has in the original; none for other values. */
export function axesOf({ subject }: Place, tree: Expression | undefined): readonly string[] {
  const value = tree && subject.compilation.valueOf(tree);
  if (value?.kind !== "tensor") return [];
  return value.type.axes.flatMap((item) => (item.kind === "axis" && item.label ? [item.label.name] : []));
}

export function applyEdits(text: string, edits: readonly Edit[]): { readonly text: string; readonly regions: readonly Region[]; readonly replaced: readonly string[] } {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start);
  const regions: Region[] = [];
  let [changed, at] = ["", 0];
  for (const { span, newText } of ordered) {
    changed += text.slice(at, span.start);
    regions.push({ start: changed.length, end: changed.length + newText.length });
    changed += newText;
    at = span.end;
  }
  return { text: changed + text.slice(at), regions, replaced: ordered.map(({ span }) => text.slice(span.start, span.end)) };
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Every fault of every rule in one program: distinct texts, in the order of rules and of the text. */
export function mutantsOf(subject: Subject, rules: readonly Rule[]): readonly Mutant[] {
  const original = subject.program.texts[subject.program.target];
  const seen = new Set<string>([original]);
  const found: Mutant[] = [];
  for (const rule of rules) {
    walk(subject.file, (node, parents) => {
      const place: Place = { node, parents: [...parents], subject };
      for (const change of rule.faults(place)) {
        if (change.length === 0) continue;
        const { text, regions, replaced } = applyEdits(original, change);
        if (seen.has(text)) continue;
        seen.add(text);
        const line = original.slice(0, change[0].span.start).split("\n").length;
        const title = change.map(({ span, newText }) => `\`${oneLine(textOf(span))}\` → ${newText.trim() ? `\`${oneLine(newText)}\`` : "nothing"}`).join(" and ");
        found.push({ program: subject.program, subject, rule: rule.name, text, regions, replaced, place, title: `line ${line}: ${title}` });
      }
    });
  }
  return found;
}

/** Linear congruence (Numerical Recipes): the same numbers in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A change that leaves no program (the last arm of a match dropped, say) is a fault of syntax and none of shapes. */
const canBeRead = ({ program, text }: Mutant): boolean => parse(createSourceFile(program.target, text)).problems.length === 0;

/** So many of a list, as many of each rule as there are, in turn. */
export function sample(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const pick = randomNumbers(seed);
  const byRule = new Map<string, Mutant[]>();
  for (const mutant of mutants) byRule.set(mutant.rule, [...(byRule.get(mutant.rule) ?? []), mutant]);
  for (const list of byRule.values()) for (let i = list.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  const chosen: Mutant[] = [];
  const rounds = Math.max(0, ...[...byRule.values()].map((list) => list.length));
  for (let round = 0; round < rounds && chosen.length < count; round++) {
    for (const list of byRule.values()) if (round < list.length && chosen.length < count && canBeRead(list[round])) chosen.push(list[round]);
  }
  return chosen;
}
