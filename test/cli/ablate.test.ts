/** An ablation as a person does it, on either engine: its rows are costed, trained, judged and tabulated; it goes on; and what is said when it cannot be. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";
import { tiny } from "./tiny.ts";

const program = tiny("  epochs 1\n  batch 4");

let folder: string;
beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "tiny.net"), program);
  expect(netc(folder, "data", "generate", "data", "--count", "40", "--size", "64", "-q")).toMatchObject({ code: 0 });
});

const ablate = (...more: readonly string[]) => netc(folder, "ablate", "tiny.net", "widths", "--data", "data", "--steps", "4", ...more);
const lossesOf = (run: string): readonly number[] => readFileSync(join(folder, run, "metrics.csv"), "utf8").trim().split("\n").slice(1).map((line) => Number(line.split(",")[2]));

it("costs its rows, trains them, resumes and makes the tables", () => {
  const { code, out } = ablate("--seeds", "2", "--out", "table");
  expect(code).toBe(0);
  expect(out).toMatch(/\(a\) +Narrow +198\.\d+ k/);
  expect(readdirSync(join(folder, "table")).sort()).toEqual(["a", "b", "curves.svg", "table.csv", "table.md", "table.tex"]);
  const table = readFileSync(join(folder, "table/table.md"), "utf8");
  expect(table).toContain("±");
  rmSync(join(folder, "table/b/seed-1"), { recursive: true });
  const weights = readFileSync(join(folder, "table/a/seed-0/weights.safetensors"));
  expect(ablate("--seeds", "2", "--out", "table").err).toContain("--resume");
  expect(ablate("--seeds", "2", "--out", "table", "--resume").code).toBe(0);
  expect(readFileSync(join(folder, "table/table.md"), "utf8")).toBe(table);
  expect(readFileSync(join(folder, "table/a/seed-0/weights.safetensors")).equals(weights)).toBe(true);
});

describe("on TensorFlow.js", () => {
  it("every row is what netc train --engine tfjs makes of it, near what ONNX Runtime does, and judged alike", () => {
    const { code, out, err } = ablate("--engine", "tfjs", "--backend", "wasm", "--out", "tensors");
    expect([code, err.match(/^backend wasm: WebAssembly/gm)?.length]).toEqual([0, 1]);
    expect(out).toMatch(/\(b\) +\(a\) \+ width +\d/);
    expect(readdirSync(join(folder, "tensors")).sort()).toEqual(["a", "b", "curves.svg", "table.csv", "table.md", "table.tex"]);
    expect(netc(folder, "train", "tiny.net", "--variant", "b", "--data", "data", "--steps", "4", "--engine", "tfjs", "--backend", "wasm", "--out", "alone")).toMatchObject({ code: 0 });
    expect(lossesOf("tensors/b/seed-0")).toEqual(lossesOf("alone"));
    expect(readFileSync(join(folder, "tensors/b/seed-0/weights.safetensors")).equals(readFileSync(join(folder, "alone/weights.safetensors")))).toBe(true);
    for (const row of ["a", "b"]) {
      const [own, others] = [lossesOf(`tensors/${row}/seed-0`), lossesOf(`table/${row}/seed-0`)];
      expect(own).toHaveLength(4);
      own.forEach((loss, step) => expect(Math.abs(loss - others[step])).toBeLessThan(1e-3));
    }
    const { validation } = JSON.parse(readFileSync(join(folder, "tensors/b/seed-0/results.json"), "utf8")) as { readonly validation: Readonly<Record<string, number>> };
    const judged = netc(folder, "evaluate", "tiny.net", "--variant", "b", "--data", "data", "--split", "val", "--weights", "tensors/b/seed-0/weights.safetensors", "--engine", "tfjs", "--format", "json");
    expect((JSON.parse(judged.out) as { readonly metrics: Readonly<Record<string, number>> }).metrics).toEqual(validation);
  });

  it("goes on: what is done is not done again, and a row that is gone becomes what it was", () => {
    const table = readFileSync(join(folder, "tensors/table.md"), "utf8");
    rmSync(join(folder, "tensors/b"), { recursive: true });
    const { code, out } = ablate("--engine", "tfjs", "--backend", "wasm", "--out", "tensors", "--resume");
    expect([code, out.match(/\[1\/2\] \(a\) epoch/)]).toEqual([0, null]);
    expect(readFileSync(join(folder, "tensors/table.md"), "utf8")).toBe(table);
  });
});

describe("what cannot be is said before anything is made", () => {
  it.each([
    ["a backend without its engine", ["--backend", "wasm"], 2, /^netc: --backend is one of TensorFlow\.js\n {2}help: --engine tfjs\n$/],
    ["a device of the other engine", ["--engine", "tfjs", "--device", "cuda"], 2, /^netc: --device is one of ONNX Runtime\n {2}help: --backend node-gpu\n$/],
    ["threads of the other engine", ["--engine", "tfjs", "--threads", "2"], 2, /^netc: --threads is one of ONNX Runtime: .*\n {2}help: leave it out, or take --engine ort\n$/],
    ["an engine that there is not", ["--engine", "tensorflow"], 2, /Allowed choices are ort, tfjs/],
    ["a backend that is not installed", ["--engine", "tfjs", "--backend", "node"], 1, /^netc: @tensorflow\/tfjs-node is not installed\n {2}help: npm install @tensorflow\/tfjs-node@4\.22\.0\n$/],
  ])("%s", (_, more, code, message) => {
    expect(ablate("--out", "never", ...more)).toMatchObject({ code, out: "", err: expect.stringMatching(message) });
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});
