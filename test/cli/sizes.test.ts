/** Sizes given on the command line: which a model takes, which it does not, the nearest that it would, and what an assumption forbids. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, ...args);

const patches = "model Patches {\n  input image: f32[B, rgb = 3, Y, X] where Y % 16 == 0, X % 16 == 0, X >= 32\n  input words: i32[B, T] where T <= 77\n  let grid = Conv(image, out: C = 8, kernel: 16, stride: 16, padding: 0)\n  let word = Embedding(words, rows: 100, out: C = 8)\n  output y: f32[B, C = 8] = mean(grid, over: [Y, X]) + mean(word, over: T)\n}\n";
const assumed = "block joined(x: f32[B, T], y: f32[B, S]) -> f32[B, T] {\n  assume T == S \"both are padded alike\"\n  return x + rename(y, T = S)\n}\nmodel Joined {\n  input x: f32[B, T]\n  input y: f32[B, S]\n  output o: f32[B, T] = joined(x, y)\n}\n";

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "patches.net"), patches);
  writeFileSync(join(folder, "assumed.net"), assumed);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("check", () => {
  it("says in words which sizes the inputs may have", () => {
    const { code, out } = run("check", "patches.net");
    expect(code).toBe(0);
    expect(out).toContain("image: f32[B, rgb = 3, Y, X]: Y and X must be multiples of 16; X must be at least 32");
    expect(out).toContain("words: i32[B, T]: T must be at most 77");
  });

  it("answers whether these would do", () => {
    expect(run("check", "patches.net", "--size", "Y=32", "--size", "X=64").code).toBe(0);
    const { code, err } = run("check", "patches.net", "--size", "Y=500", "--size", "X=320");
    expect(code).toBe(1);
    expect(err).toContain("Patches does not take Y = 500: Y must be a multiple of 16");
    expect(err).toContain("nearest: Y = 496, Y = 512");
  });

  it("gives pairs of sizes together, nearest first", () => {
    const { code, err } = run("check", "patches.net", "--size", "Y=31", "--size", "X=17");
    expect(code).toBe(1);
    expect(err).toContain("Patches does not take 31 × 17");
    expect(err).toContain("nearest: 32 × 32");
  });

  it("keeps to the largest size", () => {
    const { err } = run("check", "patches.net", "--size", "T=80");
    expect(err).toContain("Patches does not take T = 80: T must be at most 77");
    expect(err).toContain("nearest: T = 77, T = 76");
  });

  it("knows the free sizes", () => {
    expect(run("check", "patches.net", "--size", "Z=4")).toMatchObject({ code: 1, err: expect.stringContaining("no input of Patches has the free size Z") as string });
    expect(run("check", "patches.net", "--size", "Y=zero")).toMatchObject({ code: 2, err: expect.stringContaining("--size takes NAME=NUMBER") as string });
  });
});

describe("build and summary", () => {
  it.each([["build", ["-o", "wrong.onnx"]], ["summary", []]] as const)("%s refuses what the facts of an input forbid", (command, more) => {
    const { code, out, err } = run(command, "patches.net", "--size", "Y=40", "--size", "X=40", ...more);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain("nearest: ");
    expect(err).toMatch(/nearest:.*\b(32|48) × (32|48)/);
    expect(existsSync(join(folder, "wrong.onnx"))).toBe(false);
  });

  it("build takes legal ones", () => {
    expect(run("build", "patches.net", "--size", "Y=32", "--size", "X=48", "-o", "right.onnx")).toMatchObject({ code: 0, err: "" });
    expect(existsSync(join(folder, "right.onnx"))).toBe(true);
  });
});

describe("run", () => {
  it("refuses a batch that the facts forbid, with the nearest sizes, before anything is computed", () => {
    writeFileSync(join(folder, "image.npy"), npy("<f4", [1, 3, 40, 48], 4));
    writeFileSync(join(folder, "words.npy"), npy("<i4", [1, 5], 4));
    const { code, err } = run("run", "patches.net", "--input", "image=image.npy", "--input", "words=words.npy", "-o", "results");
    expect(code).toBe(1);
    expect(err).toContain("Y must be a multiple of 16");
    expect(err).toContain("nearest: Y = 32, Y = 48");
    expect(existsSync(join(folder, "results"))).toBe(false);
  });

  it("refuses inputs that disagree about a size", () => {
    writeFileSync(join(folder, "image.npy"), npy("<f4", [1, 3, 32, 48], 4));
    writeFileSync(join(folder, "words.npy"), npy("<i4", [2, 5], 4));
    const { code, err } = run("run", "patches.net", "--input", "image=image.npy", "--input", "words=words.npy", "-o", "results");
    expect(code).toBe(1);
    expect(err).toMatch(/B is 1 in `image`, but 2 in `words`/);
  });
});

describe("an assumption", () => {
  it("is allowed, and said; `--strict` allows none", () => {
    expect(run("check", "assumed.net")).toMatchObject({ code: 0, err: expect.stringContaining("info[NET0323]") as string });
    expect(run("check", "assumed.net", "--strict").code).toBe(1);
  });

  it("that --size breaks is an error, and no file is written", () => {
    const { code, out, err } = run("build", "assumed.net", "--size", "T=5", "--size", "S=6", "-o", "broken.onnx");
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain("the assumption `T == S` does not hold: T = 5 and S = 6");
    expect(existsSync(join(folder, "broken.onnx"))).toBe(false);
  });

  it("that --size keeps is built", () => {
    expect(run("build", "assumed.net", "--size", "T=5", "--size", "S=5", "-o", "kept.onnx").code).toBe(0);
  });
});

/** Zeros in NumPy's format 1.0. */
function npy(kind: string, shape: readonly number[], bytes: number): Buffer {
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const head = Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0, header.length & 0xff, header.length >> 8]), Buffer.from(header, "latin1")]);
  return Buffer.concat([head, Buffer.alloc(bytes * shape.reduce((a, b) => a * b, 1))]);
}
