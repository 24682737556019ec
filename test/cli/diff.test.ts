/** `netc diff` from outside: every format says the same, and wrong usage gets a suggestion. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../programs.ts";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, ...args);
const flagship = join(repository, "models/cd2fsan.net");

const net = (width: number, block = "Conv"): string => `model Small {
  config { width: int = ${width} }
  input image: f32[B, C = 3, Y, X] where Y % 2 == 0, X % 2 == 0
  let stem = ${block}(image, out: width)
  let same = Linear(stem, out: 7)
  output map: f32[B, C = 7, Y, X] = same
}
ablation widths of Small {
  small "narrow" = { width: 4 }
  large "wide"   = small with { width: 16 }
}
`;

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "old.net"), net(8));
  writeFileSync(join(folder, "new.net"), net(12, "ConvNorm").replace("ablation widths", "ablation others").replaceAll("stem", "head"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  readonly name: string;
  readonly kind: string;
  readonly before?: { readonly path: string; readonly results: readonly string[] };
  readonly after?: { readonly path: string; readonly results: readonly string[] };
  readonly parameters: { readonly before: number; readonly after: number };
  readonly macs: { readonly before: number; readonly after: number };
  readonly weights?: readonly { readonly path: { readonly after?: string }; readonly type: { readonly before?: string; readonly after?: string } }[];
  readonly children?: readonly Block[];
}
interface Output {
  readonly version: number;
  readonly config: readonly object[];
  readonly sizes: object;
  readonly parameters: { readonly before: number; readonly after: number };
  readonly macs: { readonly before: number; readonly after: number };
  readonly tree: Block;
}

describe("two variants of one file", () => {
  it("for a person: config, blocks with their figures, totals", () => {
    const { code, out, err } = run("diff", flagship, "--from", "d", "--to", "f");
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines.slice(0, 2)).toEqual(["CD2FSAN: d -> f", "  ~ align: none -> maam"]);
    expect(out).toMatch(/^\+ {5}imc +IMC +\+1\.86 M +\+1\.67 G$/m);
    expect(out).toMatch(/^= {3}vision, text, selection, fused, mask +unchanged$/m);
    expect(out).toContain("parameters: 175,779,849 -> 186,574,345 (+10,794,496, +6.14 %)");
    expect(out).toContain("MACs: 142,376,882,176 -> 149,004,920,832 (+6,628,038,656, +4.66 %) at B = 1");
    expect(out).not.toContain("\u001b[");
  });

  it("as one JSON object, the same twice", () => {
    const [first, second] = [0, 1].map(() => run("diff", flagship, "--from", "a", "--to", "b", "--format", "json"));
    expect(first.out).toBe(second.out);
    const { version, config, parameters, macs, tree } = JSON.parse(first.out) as Output;
    expect([version, config]).toEqual([1, [{ key: "select", before: "last", after: "fixed" }]]);
    expect(parameters).toEqual({ before: 153_679_105, after: 170_926_849 });
    expect(macs).toEqual(tree.macs);
    expect(tree.children!.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["same vision", "same text", "added fused", "same aligned", "same mask"]);
    const moved = tree.children![2].children!.find(({ kind }) => kind === "moved")!;
    expect([moved.before!.path, moved.after!.path]).toEqual(["fused", "fused.L3"]);
    expect(moved.children).toHaveLength(4);
  });

  it("in Markdown, as a table", () => {
    const { code, out } = run("diff", flagship, "--from", "f", "--to", "g", "--format", "markdown", "--depth", "1");
    expect(code).toBe(0);
    expect(out).toContain("### CD2FSAN: f -> g\n\n- `decoder`: plain -> drc\n");
    const widths = out.split("\n").filter((line) => line.startsWith("|")).map((line) => line.split("|").length);
    expect(widths.length).toBeGreaterThan(4);
    expect(new Set(widths)).toEqual(new Set([6]));
    expect(out).toContain("5 blocks inside");
  });

  it("shapes of parameters and of what leaves a block, before and after", () => {
    const { out } = run("diff", "old.net", "--from", "small", "--to", "large");
    expect(out).toMatch(/^~ {3}stem +Conv: f32\[B, out = 4, Y, X\] -> f32\[B, out = 16, Y, X\] +\+336 +\+1\.30 k$/m);
    expect(out).toMatch(/^~ {5}weight +parameter f32\[.*4.*\] -> f32\[.*16.*\]$/m);
    const { tree } = JSON.parse(run("diff", "old.net", "--from", "small", "--to", "large", "--format", "json").out) as Output;
    const stem = tree.children!.find(({ name }) => name === "stem")!;
    expect(stem.parameters).toEqual({ before: 27 * 4 + 4, after: 27 * 16 + 16 });
    expect(stem.weights!.map(({ path }) => path.after)).toEqual(["stem.weight", "stem.bias"]);
  });

  it("at sizes that are given", () => {
    const macs = (...size: readonly string[]): number => (JSON.parse(run("diff", "old.net", "--from", "small", "--to", "large", "--format", "json", ...size).out) as Output).macs.after;
    expect(macs("--size", "B=2", "--size", "Y=10")).toBe(10 * macs());
    expect(run("diff", "old.net", "--from", "small", "--size", "Y=5")).toMatchObject({ code: 1, err: expect.stringContaining("multiple of 2") as string });
    expect(run("diff", "old.net", "--from", "small", "--size", "Z=5")).toMatchObject({ code: 1, err: expect.stringContaining("free are B, Y, X") as string });
  });

  it("--set changes the second; no difference is no failure", () => {
    expect(run("diff", "old.net", "--set", "width=9").out).toContain("~ width: 8 -> 9");
    const { code, out } = run("diff", "old.net", "--from", "small", "--to", "small");
    expect(code).toBe(0);
    expect(out).toContain("no block differs");
    expect(out).toContain("parameters: 147, unchanged");
  });
});

describe("two files", () => {
  it("are compared by structure", () => {
    const { code, out } = run("diff", "old.net", "new.net", "--to", "large");
    expect(code).toBe(0);
    expect(out).toContain("Small (default) of old.net -> Small (large) of new.net");
    expect(out).toMatch(/^\+ {3}head +ConvNorm/m);
    expect(out).toMatch(/^- {3}stem +Conv/m);
    expect(out).toContain("~ width: 8 -> 16");
  });

  it("alike under other names: one line", () => {
    writeFileSync(join(folder, "renamed.net"), net(8).replaceAll("stem", "trunk"));
    const { out } = run("diff", "old.net", "renamed.net");
    expect(out).toMatch(/^> {3}trunk +Conv, was stem +0 +0$/m);
    expect(out).toMatch(/^= {3}same +unchanged$/m);
  });
});

describe("wrong usage", () => {
  it.each([
    [["old.net", "--from", "smal"], "did you mean small?"],
    [["old.net", "--to", "larg"], "did you mean large?"],
    [["old.net", "--model", "Smal", "--to", "large"], "did you mean Small?"],
    [["old.net"], "--from NAME --to NAME"],
    [["old.net", "new.net", "old.net"], "two files"],
    [["old.net", "--from", "small", "--dept", "1"], "--depth"],
    [["old.net", "--set", "widht=3"], "did you mean width?"],
  ])("%s", (args, suggestion) => {
    const { code, out, err } = run("diff", ...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(suggestion);
  });

  it("help shows an example, and the overview names the command", () => {
    expect(run("diff", "--help").out).toMatch(/Example:\n {2}netc diff /);
    expect(run("--help").out).toMatch(/^ {2}diff\b/m);
  });
});
