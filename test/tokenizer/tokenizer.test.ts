/** The tokenizer gives OpenAI's ids for 10,000 strings. No Python here: golden/ids.json.gz is made by make_golden.py. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeText, endToken, startToken, tokenIds } from "../../runtime/tokenizer.ts";
import { unit } from "../parity/formula.ts";
import pieces from "./pieces.json";

interface Golden {
  readonly count: number;
  readonly block: number;
  readonly every: number;
  /** Strings that ftfy takes for wrongly decoded: left out. */
  readonly repaired: readonly number[];
  readonly hashes: readonly string[];
  readonly full: readonly (readonly number[])[];
}

const golden = JSON.parse(gunzipSync(readFileSync(new URL("golden/ids.json.gz", import.meta.url))).toString()) as Golden;
const kinds = Object.keys(pieces) as readonly (keyof typeof pieces)[];

/** The twin of `string` in make_golden.py. */
function stringOf(i: number): string {
  const draws = unit(`string:${i}`, 3 * 40);
  const length = 1 + Math.floor(draws[0] * (i % 4 ? 30 : 8));
  const main = kinds[i % kinds.length];
  let text = "";
  for (let k = 1; k <= length; k++) {
    const [which, place, gap] = draws.subarray(3 * k, 3 * k + 3);
    const kind = which < 0.5 ? main : i % 2 ? kinds[Math.floor((which - 0.5) * 2 * kinds.length)] : "words";
    const entry = pieces[kind][Math.floor(place * pieces[kind].length)];
    if (typeof entry === "string") text += entry;
    else for (const x of unit(`letters:${i}:${k}`, 1 + Math.floor(gap * 6))) text += String.fromCodePoint(entry[0] + Math.floor(x * (entry[1] - entry[0] + 1)));
    if (gap < 0.7) text += " ";
  }
  return text;
}

describe("OpenAI's ids", () => {
  const repaired = new Set(golden.repaired);
  const ids = Array.from({ length: golden.count }, (_, i) => (repaired.has(i) ? [] : tokenIds(stringOf(i))));

  it("one by one for every nineteenth string", () => {
    const wrong = golden.full.flatMap((expected, i) => (expected.join() === ids[i * golden.every].join() ? [] : [{ text: stringOf(i * golden.every), expected, found: ids[i * golden.every] }]));
    expect(wrong).toEqual([]);
  });

  it("for all 10,000, by a hash for each hundred", () => {
    const hashes = golden.hashes.map((_, block) => createHash("sha256").update(ids.slice(block * golden.block, (block + 1) * golden.block).map((each) => each.join()).join(";")).digest("hex").slice(0, 16));
    expect(hashes.flatMap((hash, block) => (hash === golden.hashes[block] ? [] : [block]))).toEqual([]);
    expect(golden.count).toBe(10_000);
    expect(golden.repaired.length).toBeLessThan(golden.count / 50);
  });
});

describe("22 ids", () => {
  it("have start and end, then zeros", () => {
    const ids = encodeText("The red ship", 22);
    expect([...ids]).toEqual([startToken, 518, 736, 1158, endToken, ...Array<number>(17).fill(0)]);
  });

  it("keep the end of a sentence that is cut", () => {
    const long = Array<string>(40).fill("ship").join(" ");
    expect([...encodeText(long, 22)]).toEqual([startToken, ...Array<number>(20).fill(1158), endToken]);
    expect([...encodeText("", 3)]).toEqual([startToken, endToken, 0]);
  });

  it("of letters beyond ASCII are those of their bytes, and never none", () => {
    expect(encodeText("日本 é 🚢", 22).every((id) => Number.isInteger(id) && id >= 0 && id <= endToken)).toBe(true);
    expect(tokenIds("constructor toString")).toEqual(tokenIds("CONSTRUCTOR  tostring"));
  });
});
