/** The example of docs/training.md, as a person tries it: a classifier of arrays learns, is evaluated and used, goes on where it was stopped; and its mistakes are said. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readMetricsLog } from "../../runtime/reports/csv.ts";
import { formatNpy, parseNpy } from "../../runtime/npy.ts";
import type { EngineTensor } from "../../runtime/engine.ts";
import { repository } from "../programs.ts";
import { hasTensorBoard, readByTensorBoard, whySkipped } from "../reports/tensorboard.ts";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";

const [, program] = /^## A classifier of arrays\n[\s\S]*?^```net\n([\s\S]*?)^```$/m.exec(readFileSync(join(repository, "docs/training.md"), "utf8"))!;

let folder: string;
const save = (name: string, tensor: EngineTensor): void => writeFileSync(join(folder, name), Buffer.concat(formatNpy(tensor)));

/** Numbers in [-1, 1] that look drawn. */
const scattered = (i: number): number => 2 * ((((Math.sin(12.9898 * (i + 1)) * 43758.5453) % 1) + 1) % 1) - 1;
const pointsOf = (count: number, from: number): Float32Array => Float32Array.from({ length: 2 * count }, (_, i) => scattered(from + i));
const labelsOf = (points: Float32Array): Int32Array => Int32Array.from({ length: points.length / 2 }, (_, i) => (points[2 * i] * points[2 * i + 1] > 0 ? 1 : 0));

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "quadrants.net"), program);
  for (const [split, count, from] of [["train", 400, 0], ["val", 60, 5000], ["test", 60, 9000]] as const) {
    mkdirSync(join(folder, "points", split), { recursive: true });
    const points = pointsOf(count, from);
    save(`points/${split}/x.npy`, { dtype: "f32", shape: [count, 2], data: points });
    save(`points/${split}/label.npy`, { dtype: "i32", shape: [count], data: labelsOf(points) });
  }
});

const train = (...more: readonly string[]) => netc(folder, "train", "quadrants.net", "--data", "points", "--threads", "1", ...more);
const weights = ["--weights", "run/weights.safetensors"];

describe("a classifier of arrays", () => {
  it("has data that netc data knows and checks", () => {
    const { code, out } = netc(folder, "data", "points", "--model", "quadrants.net");
    expect(code).toBe(0);
    expect(out).toMatch(/^train +400 +label +<i4 +\[\] +0 to 1\n +x +<f4 +\[2\] +-0\.99\d* to 0\.99\d*\n/m);
    expect(out).toContain("every sample is well, checked against quadrants.net");
    const told = JSON.parse(netc(folder, "data", "points", "--split", "val", "--format", "json").out) as { arrays: unknown[] };
    expect(told).toMatchObject({ version: 1, format: "arrays", findings: [], arrays: [{ split: "val", name: "label", type: "<i4", shape: [60] }, { name: "x" }] });
  });

  it("learns, and leaves what every run leaves", () => {
    const { code, out } = train("--out", "run");
    expect(code).toBe(0);
    expect(out.match(/^epoch \d.*accuracy \d/gm)).toHaveLength(10);
    expect(readdirSync(join(folder, "run")).sort()).toEqual(["checkpoints", "events", "metrics.csv", "report.html", "weights.safetensors"]);
    const { rows } = readMetricsLog(join(folder, "run/metrics.csv"));
    expect(rows).toHaveLength(200);
    const judged = rows.map((row) => row["accuracy"]).filter((value) => typeof value === "number");
    expect(Math.max(...judged)).toBeGreaterThan(0.9); // by chance: a half
    expect(Number(rows[199]["loss"])).toBeLessThan(0.5 * Number(rows[0]["loss"]));
    expect(readFileSync(join(folder, "run/report.html"), "utf8")).toContain("accuracy");
  });

  it("is evaluated, and gives the answers that were counted", () => {
    const { code, out } = netc(folder, "evaluate", "quadrants.net", "--data", "points", ...weights, "--format", "json");
    expect(code).toBe(0);
    const { metrics, samples } = JSON.parse(out) as { metrics: { accuracy: number }; samples: number };
    expect(samples).toBe(60);
    expect(metrics.accuracy).toBeGreaterThan(0.8);
    expect(netc(folder, "run", "quadrants.net", ...weights, "--input", "x=points/test/x.npy", "-o", "answers")).toMatchObject({ code: 0 });
    const { data } = parseNpy(readFileSync(join(folder, "answers/logit.npy")));
    const labels = labelsOf(pointsOf(60, 9000));
    expect([...labels].filter((label, i) => (Number(data[2 * i + 1]) > Number(data[2 * i]) ? 1 : 0) === label).length / 60).toBe(metrics.accuracy);
    expect(netc(folder, "evaluate", "quadrants.net", "--data", "points", ...weights, "--split", "val").out).toMatch(/^60 samples: loss 0\.\d{4} {2}accuracy \d\d\.\d\d\n$/);
  });

  it("goes on after a kill with the numbers that would have come", async () => {
    const child = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "train", "quadrants.net", "--data", "points", "--threads", "1", "--out", "again"], { cwd: folder, stdio: "ignore" });
    const [ended, path] = [new Promise((resolve) => child.on("exit", resolve)), join(folder, "again/metrics.csv")];
    const watch = setInterval(() => {
      if (existsSync(path) && readFileSync(path, "utf8").split("\n").length > 50) child.kill("SIGKILL");
    }, 5);
    await ended;
    clearInterval(watch);
    expect(train("--out", "again", "--resume").code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(readFileSync(join(folder, "run/metrics.csv"), "utf8"));
    expect(readFileSync(join(folder, "again/weights.safetensors")).equals(readFileSync(join(folder, "run/weights.safetensors")))).toBe(true);
  });

  it.skipIf(!hasTensorBoard)(`has event files that TensorBoard's own reader reads as the log says, over the kill${whySkipped}`, () => {
    const { scalars } = readByTensorBoard(join(folder, "again/events"));
    const { rows } = readMetricsLog(join(folder, "again/metrics.csv"));
    const logged = (column: string) => rows.filter((row) => typeof row[column] === "number").map((row) => [row["step"], Math.fround(Number(row[column]))]);
    for (const [tag, column] of [["loss/train", "loss"], ["rate", "rate"], ["norm", "norm"], ["loss/validation", "validation loss"], ["validation/accuracy", "accuracy"]]) {
      expect(scalars[tag].map(([step, value]) => [step, value]), tag).toEqual(logged(column));
    }
    expect(scalars["loss/train"]).toHaveLength(200);
  });

  it("says what is wrong with its data, and that it has no pictures", () => {
    cpSync(join(folder, "points"), join(folder, "wrong"), { recursive: true });
    save("wrong/train/label.npy", { dtype: "i32", shape: [400], data: new Int32Array(400).fill(1).fill(7, 399) });
    const checked = netc(folder, "data", "wrong", "--model", "quadrants.net");
    expect([checked.code, checked.out]).toEqual([1, expect.stringContaining("error: wrong/train/label.npy: sample 399: 7 is not in [0, 1]")]);
    const trained = netc(folder, "train", "quadrants.net", "--data", "wrong", "--out", "hurt");
    expect([trained.code, trained.err]).toEqual([1, expect.stringMatching(/^netc: wrong\/train\/label\.npy: sample 399: 7 is not in \[0, 1\]\n {2}help: netc data FOLDER --model FILE/m)]);
    save("wrong/train/x.npy", { dtype: "f32", shape: [400, 3], data: new Float32Array(1200) });
    expect(netc(folder, "train", "quadrants.net", "--data", "wrong", "--out", "other").err).toContain("wrong/train/x.npy: its shape is [400, 3], but the field `x` is f32[B, C = 2]");
    writeFileSync(join(folder, "folder.net"), program.replace("arrays(", "folder("));
    expect(netc(folder, "train", "folder.net", "--data", "points", "--out", "other")).toMatchObject({ code: 1, err: expect.stringContaining("help: write `data arrays(split: train) { x … label … }`") });
    expect(netc(folder, "predict", "quadrants.net", ...weights, "--image", "x.png", "--text", "a point")).toMatchObject({ code: 1, err: expect.stringContaining("is neither a picture") });
    expect(netc(folder, "evaluate", "quadrants.net", "--data", "points", ...weights, "--split", "tset")).toMatchObject({ code: 1, err: expect.stringContaining('there is no split "tset"; it has train, val, test') });
  });
});
