/**
 * Parsing a long file in steps, for whoever has to serve others in between. The text grows by some items at each step, and only those are read (see
 * `reparse.ts`), so the result is that of parsing the whole text at once.
 */
import { parse, type ParseResult } from "./parse.ts";
import { reparse } from "./reparse.ts";
import { createSourceFile, type SourceFile } from "./source.ts";

/** A step reads so many characters. */
const usualStep = 4_000;
/** What each step costs beside what it reads grows with the file, so a very long one is read in larger steps instead of more. */
const mostSteps = 40;

/** Gives before each step but the first how much is read, from 0 to 1. */
export function* parseInSteps(source: SourceFile): Generator<number, ParseResult> {
  const { text } = source;
  const step = Math.max(usualStep, text.length / mostSteps);
  let read: ParseResult | undefined;
  for (let end = itemAfter(text, step); end < text.length; end = itemAfter(text, end + step)) {
    const part = createSourceFile(source.name, text.slice(0, end));
    read = read ? reparse(part, read) : parse(part);
    yield end / text.length;
  }
  return read ? reparse(source, read) : parse(source);
}

/** Where the next line begins at whose head a letter stands, as at the head of an item; anywhere else would be right too, but more is read twice. */
function itemAfter(text: string, offset: number): number {
  const head = /\n(?=[a-z])/g;
  head.lastIndex = Math.floor(offset);
  const found = head.exec(text);
  return found ? found.index + 1 : text.length;
}
