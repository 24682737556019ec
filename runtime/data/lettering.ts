/**
 * Capitals of five by seven pixels, for the sentences on a contact sheet: machines without fonts draw the same. A letter is seven rows, each a digit of
 * base 32 whose five bits are the row's pixels from left to right.
 */
const letters: Readonly<Record<string, string>> = {
  A: "ehhvhhh", B: "uhhuhhu", C: "ehggghe", D: "uhhhhhu", E: "vgguggv", F: "vgguggg", G: "ehgnhhf", H: "hhhvhhh", I: "e44444e", J: "72222ic", K: "hikokih", L: "ggggggv", M: "hrllhhh",
  N: "hhpljhh", O: "ehhhhhe", P: "uhhuggg", Q: "ehhhlid", R: "uhhukih", S: "fgge11u", T: "v444444", U: "hhhhhhe", V: "hhhhha4", W: "hhhllla", X: "hha4ahh", Y: "hhha444", Z: "v1248gv",
  0: "ehjlphe", 1: "4c4444e", 2: "eh1248v", 3: "v2421he", 4: "26aiv22", 5: "vgu11he", 6: "68guhhe", 7: "v124888", 8: "ehhehhe", 9: "ehhf12c",
  " ": "0000000", ".": "00000cc", ",": "0000c48", "-": "000v000", "'": "4480000", "/": "01248g0", "(": "2488842", ")": "8422248", ":": "0cc0cc0", ";": "0cc0c48", "?": "eh12404", "!": "4444404", '"': "aaa0000",
  _: "000000v", "+": "044v440", "%": "op248j3",
};
/** Stands for a letter that is not in the table. */
const unknownLetter = "vhhhhhv";

/** Places from one letter, and from one line, to the next. */
export const letterWidth = 6;
export const lineHeight = 9;

/** Calls `dot` for each pixel of a line of text whose first letter has its corner at (left, top). */
export function drawText(text: string, left: number, top: number, dot: (x: number, y: number) => void): void {
  [...text.toUpperCase()].forEach((letter, i) => {
    const rows = letters[letter] ?? unknownLetter;
    for (let y = 0; y < 7; y++) for (let x = 0; x < 5; x++) if ((parseInt(rows[y], 32) >> (4 - x)) & 1) dot(left + i * letterWidth + x, top + y);
  });
}

/** Lines of at most `length` letters, broken between words; what is more than `lines` lines ends in `...`. */
export function breakLines(text: string, length: number, lines: number): readonly string[] {
  const result: string[] = [""];
  for (const word of text.split(/\s+/).flatMap((whole) => whole.match(new RegExp(`.{1,${length}}`, "gu")) ?? [])) {
    const last = result[result.length - 1];
    if (last === "") result[result.length - 1] = word;
    else if (last.length + 1 + word.length <= length) result[result.length - 1] = `${last} ${word}`;
    else result.push(word);
  }
  if (result.length <= lines) return result;
  return [...result.slice(0, lines - 1), `${result[lines - 1].slice(0, length - 3)}...`];
}
