/** An editing session on the files of a program: edits by chance and their undoing, checked with the memory of the step before and anew. */
import { dirname, join, normalize } from "node:path";
import { createCompilation, createMemory, type CompilationHost, type CompilationMemory } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";

export type Texts = Readonly<Record<string, string>>;

export const hostOf = (texts: Texts): CompilationHost => ({ read: (name) => texts[name], resolve: (from, importer) => normalize(join(dirname(importer), from)) });

const place = ({ span }: { readonly span: Diagnostic["span"] }): string => `${span.file.name}:${span.start}-${span.end}`;

/** Everything that a diagnostic says, as a line. */
export const told = (one: Diagnostic): string =>
  [one.code, one.severity, place(one), one.message, one.label, one.notes.join(" / "), one.help, one.usedBy.join(), one.related.map((related) => `${place(related)} ${related.message}`).join(" / "), one.fixes.map((fix) => `${fix.title}: ${fix.edits.map((edit) => `${place(edit)} ${edit.newText}`).join()}`).join(" / ")].join(" | ");

export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pieces = ["(", ")", "{", "}", ",", " ", "\n", "// note\n", "x", "B", "C", "2", "7", " + 1", ".", "let z = x\n", "relu", "Linear(x)", "\"", "block k(x: f32[B]) -> f32[B] = x\n"];

/** A text with one edit: a word that becomes another word of the text, a number that changes, a line that goes, or something put in. */
export function edited(text: string, pick: (below: number) => number): string {
  const words = [...text.matchAll(/[A-Za-z_]\w*|\d+/g)];
  const at = pick(text.length + 1);
  switch (pick(6)) {
    case 0:
    case 1: {
      const [word, other] = [words[pick(words.length)], words[pick(words.length)]];
      return word ? text.slice(0, word.index) + other[0] + text.slice(word.index + word[0].length) : text;
    }
    case 2: {
      const numbers = words.filter(([word]) => /^\d/.test(word));
      const number = numbers[pick(numbers.length)];
      return number ? text.slice(0, number.index) + String(Number(number[0]) + 1 + pick(3)) + text.slice(number.index + number[0].length) : text;
    }
    case 3: {
      const lines = text.split("\n");
      lines.splice(pick(lines.length), 1);
      return lines.join("\n");
    }
    case 4:
      return text.slice(0, at) + text.slice(at + 1 + pick(3));
    default:
      return text.slice(0, at) + pieces[pick(pieces.length)] + text.slice(at);
  }
}

export interface Step {
  readonly texts: Texts;
  /** What differs between checking with memory and anew; undefined where nothing does. */
  readonly difference?: string;
  readonly errors: number;
}

/** Checks a program after each of so many edits. */
export function* session(original: Texts, root: string, steps: number, seed: number, memory: CompilationMemory = createMemory()): Generator<Step> {
  const pick = randomNumbers(seed);
  const names = Object.keys(original);
  const past: Texts[] = [original];
  let texts = original;
  for (let step = 0; step < steps; step++) {
    // Mostly back to a program that is right, so that what is checked after the types is checked too.
    if (past.length > 1 && pick(5) < 3) texts = past.pop()!;
    else {
      past.push(texts);
      const name = names[pick(names.length)];
      texts = { ...texts, [name]: edited(texts[name], pick) };
    }
    const own = createCompilation(hostOf(texts), [root], memory).diagnostics();
    const fresh = createCompilation(hostOf(texts), [root]).diagnostics();
    const [mine, wanted] = [own.map(told), fresh.map(told)];
    const only = (some: readonly string[], others: readonly string[], sign: string): readonly string[] => some.filter((line) => !others.includes(line)).map((line) => `${sign} ${line}`);
    const difference = [...only(mine, wanted, "+"), ...only(wanted, mine, "-")];
    if (difference.length === 0 && mine.join("\n") !== wanted.join("\n")) difference.push("another order");
    yield { texts, errors: wanted.length, ...(difference.length > 0 && { difference: difference.join("\n") }) };
  }
}
