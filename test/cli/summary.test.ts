/** `netc summary` from outside: frozen and trainable parameters, memory per block and for a batch, formulas, variants side by side. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../programs.ts";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, ...args);
const flagship = join(repository, "models/cd2fsan.net");

const net = `model P {
  config { hidden: int = 50 }
  input x: f32[B, C = 100]
  let up = Linear(x, out: hidden)
  output y: f32[B, C = 10] = Linear(relu(up), out: 10)
}
ablation widths of P {
  narrow "five"   = { hidden: 5 }
  wide   "twenty" = narrow with { hidden: 20 }
}
weights w of P from "p.safetensors" {
  fresh up, y
  freeze up
}
`;

interface Block {
  readonly path: string;
  readonly parameters: number;
  readonly trainable: number;
  readonly flops: number;
  readonly peakBytes: number;
  readonly keptBytes: number;
  readonly symbolic?: { readonly macs: string };
}
interface Output extends Block {
  readonly version: number;
  readonly variant: string;
  readonly frozen: number;
  readonly macs: number;
  readonly activationBytes: number;
  readonly trainingBytes: number;
  readonly weightBytes: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly trainingSizes: Readonly<Record<string, number>>;
  readonly blocks: readonly Block[];
}
const json = (...args: readonly string[]): readonly Output[] => {
  const { code, out, err } = run("summary", ...args, "--format", "json");
  expect([code, err]).toEqual([0, ""]);
  return out.trimEnd().split("\n").map((line) => JSON.parse(line) as Output);
};

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "p.net"), net);
  writeFileSync(join(folder, "free.net"), net.replace("  freeze up\n", ""));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("frozen weights", () => {
  it("are counted apart, in total and by block", () => {
    const [one] = json("p.net");
    expect([one.parameters, one.trainable, one.frozen]).toEqual([5560, 510, 5050]);
    expect(one.blocks.map(({ path, parameters, trainable }) => [path, parameters, trainable])).toEqual([["up", 5050, 0], ["y", 510, 510]]);
    expect(one.trainingBytes).toBe(4 * 5050 + 16 * 510 + 4 * 50);
    const [free] = json("free.net");
    expect([free.trainable, free.frozen]).toEqual([5560, 0]);
    expect(free.trainingBytes).toBeGreaterThan(16 * 5560);
  });

  it("have a column where there are any", () => {
    expect(run("summary", "p.net").out).toMatch(/parameters +trainable +MACs/);
    expect(run("summary", "p.net").out).toContain("5,560 parameters (510 trainable, 5,050 frozen)");
    expect(run("summary", "free.net").out).not.toContain("trainable");
    expect(run("summary", "p.net", "--variant", "all").out).toMatch(/parameters +trainable +GMACs/);
  });
});

describe("memory", () => {
  it("of training is for the batch that is given, of inference it is not", () => {
    const [one] = json("free.net");
    const [eight] = json("free.net", "--batch", "8");
    expect([eight.sizes, eight.trainingSizes]).toEqual([{ B: 1 }, { B: 8 }]);
    expect(eight.activationBytes).toBe(one.activationBytes);
    expect(eight.trainingBytes - 16 * 5560).toBe(8 * (one.trainingBytes - 16 * 5560));
    expect(json("free.net", "--size", "B=4")[0].trainingSizes).toEqual({ B: 4 });
    expect(run("summary", "free.net", "--batch", "0").code).toBe(2);
  });

  it("of blocks: what is kept adds up, and the peak is in one of them", () => {
    const [one] = json("free.net", "--batch", "8");
    expect(Math.max(...one.blocks.map(({ peakBytes }) => peakBytes))).toBe(one.activationBytes);
    const inBlocks = one.blocks.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
    expect(one.trainingBytes).toBe(16 * 5560 + inBlocks + 8 * 4 * 100); // x is no block's
  });

  it("stands beside the figures of every variant", () => {
    const { out } = run("summary", "free.net", "--variant", "all", "--batch", "2");
    const [head, ...rows] = out.split("\n");
    expect(head).toMatch(/^variant +title +parameters +GMACs +GFLOPs +weights +activations +training$/);
    expect(rows.slice(0, 3).map((row) => row.split(/ +/)[0])).toEqual(["default", "narrow", "wide"]);
    for (const row of rows.slice(0, 3)) expect(row.match(/\d+(\.\d+)? (B|KiB|MiB)/g)).toHaveLength(3);
    expect(out).toContain("training with Adam at B = 2");
    expect(json("free.net", "--variant", "all").map(({ variant, parameters }) => [variant, parameters])).toEqual([["default", 5560], ["narrow", 565], ["wide", 2230]]);
    expect(run("summary", "free.net", "--variant", "all", "--format", "markdown").out.split("\n")[1]).toMatch(/^\|[-:|]+\|$/);
  });
});

describe("formulas", () => {
  it("stand for the figures, exact quotients without rounding", () => {
    const { out } = run("summary", join(repository, "examples/unet.net"), "--symbolic", "--depth", "2");
    expect(out).toMatch(/level\[1\] {2}Double\n +parameters +221696\n +MACs +221184 \* B \* \(X \/ 2\) \* \(Y \/ 2\)/);
    expect(out).not.toContain("floor(");
    expect(out).toContain("bytes in training: ");
    const [one] = json("free.net", "--symbolic");
    expect(one.symbolic!.macs).toBe("5500 * B");
    expect(one.blocks[0].symbolic!.macs).toBe("5000 * B");
  });
});

it("a model's figures are those of table 5, FLOPs under their own convention", () => {
  const [one] = json(flagship, "--variant", "g", "--batch", "8");
  expect([one.parameters, one.macs, one.weightBytes >= 4 * one.parameters]).toEqual([197_220_381, 149_312_738_304, true]);
  expect(one.flops).toBeGreaterThan(2 * one.macs);
  expect(one.blocks.map(({ path }) => path)).toEqual(["vision", "text", "selection", "fused", "aligned", "mask"]);
});

it.each([["summary", flagship], ["diff", flagship], ["why", `${flagship}:184:7`]])("%s of a configuration that the program's facts forbid is an error of the person", (command, place) => {
  const { code, out, err } = run(command, place, "--set", "layers=[9, 4]", "--set", "select=fixed");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("error[NET0504]");
  expect(err).toContain("cannot be configured like this");
  expect(err).not.toContain("a fault of netc itself");
});

describe("budgets and --set", () => {
  it("are compared in the configuration that the command line makes", () => {
    writeFileSync(join(folder, "budget.net"), net.replace("  output y", "  assert parameters <= 6k\n  output y"));
    expect(run("check", "budget.net").code).toBe(0);
    const { code, err } = run("check", "budget.net", "--set", "hidden=80");
    expect(code).toBe(1);
    expect(err).toContain("error[NET0506]: 8,890 parameters, but the budget is <= 6,000");
    expect(err).toContain("with hidden=80");
  });
});
