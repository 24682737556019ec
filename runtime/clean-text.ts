/**
 * A sentence as CLIP's tokenizer wants it: OpenAI's code mends it with the Python package ftfy, decodes HTML's references twice, makes white space single
 * and letters small. The same is done here, but for one thing: ftfy also guesses at text that was once decoded in a wrong encoding, which stays as it is.
 * Sources: the documentation of ftfy 6, of Python's html.unescape, and the HTML standard's named character references (package `entities`).
 */
import { decodeHTML } from "entities/decode";

/** Small letters, single spaces, none at the ends. */
export function cleanText(text: string): string {
  const mended = mend(text);
  return unescapeHtml(unescapeHtml(mended)).replace(white, " ").replace(/^ | $/g, "").toLowerCase();
}

/** What Python's `regex` takes for white space. */
const white = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

// ---------------------------------------------------------------------------------------------------------------- ftfy

/** Line by line. After a line with a `<`, which may be HTML that is meant, references are left for the second decoding. */
function mend(text: string): string {
  let references = true;
  return text.split(/(?<=\n)/).map((line) => {
    references &&= !line.includes("<");
    return mendLine(line, references);
  }).join("");
}

function mendLine(line: string, references: boolean): string {
  for (let text = line; ; ) {
    const before = text;
    if (references) text = text.replace(/&#?[0-9A-Za-z]{1,24};/g, closedReference);
    text = text
      .replace(/[\x80-\x9f]/g, (letter) => controlLetters[letter.charCodeAt(0) - 0x80])
      .replace(/[ĲĳŉǄ-ǌǱ-ǳﬀ-ﬆ]/g, (letter) => (letter === "ﬅ" ? "ſt" : letter.normalize("NFKC")))
      .replace(/[\u3000\uff01-\uffef]/g, (letter) => letter.normalize("NFKC")) // forms of full and half width
      .replace(/[\u02bc\u2018-\u201b]/g, "'")
      .replace(/[\u201c-\u201f]/g, '"')
      .replace(/\r\n|[\r\u2028\u2029\x85]/g, "\n")
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/\x1b\[[\p{Nd};]*[a-zA-Z]/gu, "") // colours of a terminal
      .replace(/[\0-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]/g, "")
      .normalize("NFC");
    if (text === before) return text;
  }
}

/** The letters of Windows-1252 at the places of the control characters 0x80 to 0x9f; five places have none. */
const controlLetters = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** A reference that ends in a semicolon; of names that have small letters only, in capitals as well: `&EACUTE;`. */
function closedReference(reference: string): string {
  if (reference.startsWith("&#")) {
    const decoded = unescapeHtml(reference);
    return decoded.includes(";") ? reference : decoded;
  }
  const decoded = wholeReference(reference);
  if (decoded !== undefined) return decoded;
  const small = reference.toLowerCase();
  const isCapital = reference === reference.toUpperCase() && unescapeHtml(reference) === reference;
  return (isCapital ? wholeReference(small)?.toUpperCase() : undefined) ?? reference;
}

/** What `&name;` stands for, where all of it is one name. */
function wholeReference(reference: string): string | undefined {
  const decoded = decodeHTML(reference);
  // A name that is known without its semicolon would leave that behind, and others the beginning of what follows.
  return decoded === reference || decodeHTML(`${reference.slice(0, -1)}x`) === `${decoded.slice(0, -1)}x` ? undefined : decoded;
}

// ---------------------------------------------------------------------------------------------------------------- html.unescape

/** References of HTML5, those without a semicolon where HTML knows them so, and numbers as Python reads them. */
function unescapeHtml(text: string): string {
  return text.replace(/&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|[^\t\n\f <&#;]{1,32};?)/g, (reference: string, decimal: string | undefined, hexadecimal: string | undefined) => {
    if (decimal !== undefined) return letterOf(Number(decimal));
    return hexadecimal !== undefined ? letterOf(parseInt(hexadecimal, 16)) : decodeHTML(reference);
  });
}

function letterOf(point: number): string {
  if (point === 0 || (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) return "\ufffd";
  if (point >= 0x80 && point <= 0x9f) return controlLetters[point - 0x80];
  const isNone = (point < 0x20 && ![9, 10, 12, 13].includes(point)) || point === 0x7f || (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe;
  return isNone ? "" : String.fromCodePoint(point);
}
