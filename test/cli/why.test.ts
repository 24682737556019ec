/** `netc why` from outside: the steps behind a size, through blocks, imports and families, each with its line; and help where there is nothing. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../programs.ts";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, ...args);

const towers = `block Patches(image: f32[B, rgb, Y, X]; size: int) -> f32[B, C = 32, Y = Y / size, X = X / size] where Y % size == 0, X % size == 0
  = Conv(image, out: C = 32, kernel: size, stride: size, padding: 0)

block shrink(x: f32[B, C, Y, X]) -> f32[B, C, Y = floor(Y / 2), X = floor(X / 2)] where Y >= 2, X >= 2
  = pool.max(x, window: (Y: 2, X: 2), stride: (Y: 2, X: 2))
`;
const main = `import { Patches, shrink } from "towers.net"
model M {
  config { patch: int = 16 }
  input image: f32[B, rgb = 3, Y = 480, X = 320]
  let grid     = Patches(image, size: patch)
  let level[0] = grid
  let level[i] = shrink(level[i - 1])      for i in 1..=3
  let rows     = image.Y / patch + 2
  output y: f32[B, C = 32, Y = floor(image.Y / (8 * patch)), X = floor(image.X / (8 * patch))] = level[3]
}
ablation sizes of M {
  fine "patches of 8" = { patch: 8 }
}
`;

/** `main.net:5:7`: where a text stands, `after` characters into it. */
function place(text: string, after = 0, file = "main.net"): string {
  const source = readFileSync(join(folder, file), "utf8");
  const at = source.indexOf(text) + after;
  expect(source).toContain(text);
  const before = source.slice(0, at).split("\n");
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`;
}

/** The steps, as they are indented, without the lines of source beneath them. */
const steps = ({ out }: Run): readonly string[] => out.split("\n").filter((line) => /, at \S+:\d+$/.test(line));

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "towers.net"), towers);
  writeFileSync(join(folder, "main.net"), main);
  writeFileSync(join(folder, "broken.net"), "model M {\n  input x: f32[B, C = 8, Y = 30, X = 30]\n  let half = pool.max(x, window: (Y: 2, X: 2), stride: (Y: 2, X: 2))\n  output y: f32[B, C, Y, X] = x + half\n}\n");
  const checked = run("check", "main.net");
  expect([checked.code, checked.err.includes("error")]).toEqual([0, false]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("steps", () => {
  it("go into the imported block and the library, and end at the declaration", () => {
    const told = run("why", place("let grid", 4), "--axis", "Y");
    expect(told.code).toBe(0);
    expect(told.out).toContain("in M: f32[B, C = 32, Y = 30, X = 20]");
    expect(steps(told)).toEqual([
      "Y = 30: the result of `Patches`, at main.net:5",
      "  from Y = 30: the result of `Conv`, at towers.net:2",
      expect.stringMatching(/^ {4}from Y = 30: conv with kernel 16, stride 16, at std\/convolution\.net:\d+$/) as string,
      "      from Y = 480: declared by the input `image`, at main.net:4",
    ]);
    expect(told.out).toContain("input image: f32[B, rgb = 3, Y = 480, X = 320]");
  });

  it("go through the members of a family", () => {
    const told = steps(run("why", place("output y", 7), "--axis", "X")).map((line) => line.trim().replace(/^from /, ""));
    const sizes = told.map((line) => line.split(":")[0]);
    expect(sizes.filter((size, i) => size !== sizes[i - 1])).toEqual(["X = 2", "X = 5", "X = 10", "X = 20", "X = 320"]);
    expect(told.filter((line) => line.includes("`shrink`"))).toHaveLength(3);
  });

  it("go through arithmetic of numbers to what was computed with", () => {
    expect(steps(run("why", place("let rows", 4)))).toEqual([
      "32: `image.Y / patch + 2`, at main.net:8",
      "  from 30: `image.Y / patch`, at main.net:8",
      "    from Y = 480: declared by the input `image`, at main.net:4",
      "    from patch = 16: the config key `patch`, at main.net:3",
    ]);
  });

  it("are told for every axis unless one is named, and for the variant that is named", () => {
    const all = steps(run("why", place("let grid", 4))).filter((line) => !line.startsWith(" "));
    expect(all.map((line) => line.split(":")[0])).toEqual(["B", "C = 32", "Y = 30", "X = 20"]);
    const fine = run("why", place("let grid", 4), "--axis", "Y", "--variant", "fine");
    expect(fine.out).toContain("in M (fine): f32[B, C = 32, Y = 60, X = 40]");
    expect(run("why", place("let grid", 4), "--axis", "Y", "--set", "patch=4").out).toContain("Y = 120");
  });

  it("in a block: for all sizes, where no model is in reach", () => {
    const told = run("why", place("pool.max", 0, "towers.net"), "--axis", "Y");
    expect(told.out).toContain("for all sizes: f32[B, C, Y = floor(Y / 2), X = floor(X / 2)]");
    expect(steps(told)).toEqual([expect.stringMatching(/^Y = floor\(Y \/ 2\): pool\.max with a window of 2 and stride 2, at towers\.net:\d$/) as string, expect.stringMatching(/^ {2}from Y: a size of the signature of `shrink`, at towers\.net:\d$/) as string]);
  });

  it("of a program with errors, as far as it was understood", () => {
    const told = run("why", place("half =", 0, "broken.net"), "--axis", "Y");
    expect(told.code).toBe(0);
    expect(steps(told)).toEqual(["Y = 15: pool.max with a window of 2 and stride 2, at broken.net:3", "  from Y = 30: declared by the input `x`, at broken.net:2"]);
  });

  it("of the flagship: patches of CLIP, from the picture", () => {
    const file = join(repository, "models/cd2fsan.net");
    const line = readFileSync(file, "utf8").split("\n").findIndex((text) => text.startsWith("  let vision = ")) + 1;
    const told = run("why", `${file}:${line}:7`, "--axis", "tok");
    expect(told.out).toContain("tok = 901: ");
    expect(told.out).toMatch(/from 30: .*at \S*clip\.net:\d+\n/);
    expect(told.out).toMatch(/from Y = 480: declared by the input `image`, at \S*cd2fsan\.net:\d+\n/);
    expect(told.out).toMatch(/from 16: the default of the option `patch` of `ViT`, at \S*clip\.net:4\n/);
  });
});

describe("where there is nothing to tell", () => {
  it.each([
    ["an axis that is not there", () => [place("let grid", 4), "--axis", "rgb"], "it has B, C, Y, X"],
    ["an axis with a slip", () => [place("let grid", 4), "--axis", "y"], "did you mean Y?"],
    ["a place without a value", () => [place("ablation sizes", 1)], "nothing at main.net"],
    ["a keyword of a line with values", () => [place("config {")], "the nearest is `"],
    ["a line too many", () => ["main.net:400:1"], "main.net has "],
    ["a column too many", () => ["main.net:5:400"], "columns, not 400"],
    ["no place", () => ["main.net"], "FILE:LINE:COLUMN"],
    ["no such file", () => ["mian.net:5:7"], "did you mean main.net?"],
    ["a variant with a slip", () => [place("let grid", 4), "--variant", "fien"], "did you mean fine?"],
  ])("%s", (_, args, text) => {
    const { code, out, err } = run("why", ...args());
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(text);
  });

  it("help shows an example, and the overview names the command", () => {
    expect(run("why", "--help").out).toMatch(/Example:\n {2}netc why /);
    expect(run("--help").out).toMatch(/^ {2}why\b/m);
  });
});
