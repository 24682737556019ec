/** One token deleted, doubled, or exchanged with the next: what a text looks like while somebody edits it. */
import { lex } from "../../grammar/lex.ts";
import { createSourceFile } from "../../grammar/source.ts";
import type { CorpusFile } from "./corpus.ts";

export const changes = ["deleted", "doubled", "swapped"] as const;
export type Change = (typeof changes)[number];

export interface Mutant {
  readonly file: CorpusFile;
  readonly change: Change;
  /** The token, or the two. */
  readonly what: string;
  readonly text: string;
  /** Where in the original text the change was made. */
  readonly at: number;
  /** In the mutant's text: from the start of the token before the change to the end of the token after it. */
  readonly around: { readonly start: number; readonly end: number };
  /** In the mutant's text: what was changed alone; empty for a deletion. */
  readonly place: { readonly start: number; readonly end: number };
}

interface Token {
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

function tokensOf(file: CorpusFile): readonly Token[] {
  return lex(createSourceFile(file.name, file.text)).tokens.map(({ image, startOffset }) => ({ image, start: startOffset, end: startOffset + image.length }));
}

function mutantOf(file: CorpusFile, tokens: readonly Token[], index: number, change: Change): Mutant | undefined {
  const { text } = file;
  const [before, own, next] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  const make = (what: string, mutated: string, place: Mutant["place"], after: Token | undefined, shift: number): Mutant => ({
    file, change, what, text: mutated, at: own.start, place,
    around: { start: before?.start ?? 0, end: after ? after.end + shift : mutated.length },
  });
  switch (change) {
    case "deleted": {
      // The second of two equal tokens gives the same program as the first.
      if (before?.image === own.image) return undefined;
      return make(own.image, text.slice(0, own.start) + text.slice(own.end), { start: own.start, end: own.start }, next, own.start - own.end);
    }
    case "doubled": {
      const copy = ` ${own.image}`;
      return make(own.image, text.slice(0, own.end) + copy + text.slice(own.end), { start: own.start, end: own.end + copy.length }, next, copy.length);
    }
    case "swapped": {
      if (!next || next.image === own.image) return undefined;
      const between = text.slice(own.end, next.start);
      // What is behind a comment stays there: only the tokens change places.
      return make(`${own.image} ${next.image}`, text.slice(0, own.start) + next.image + between + own.image + text.slice(next.end), { start: own.start, end: next.end }, tokens[index + 2], 0);
    }
  }
}

/** Every mutant of a file, in the order of the text. */
export function mutantsOf(file: CorpusFile): readonly Mutant[] {
  const tokens = tokensOf(file);
  return tokens.flatMap((_, index) => changes.flatMap((change) => mutantOf(file, tokens, index, change) ?? []));
}
