/** `npm run demo -- train`, with a tiny model: every step happens, and what is said at the end is what happened. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { verdictOf } from "../../cli/demo-train.ts";
import { createBaselineMetrics } from "../../runtime/metrics/baseline.ts";
import { createMeanMask } from "../../runtime/metrics/constant-mask.ts";
import { createSegmentationMetrics } from "../../runtime/metrics/segmentation.ts";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";

const program = `model Tiny {
  input image: f32[B, rgb = 3, Y = 64, X = 64]
  input words: i32[B, T = 16]
  let token = Embedding(words, rows: 49408, out: C = 4)
  let scale = Linear(mean(token, over: T), out: C = 8)
  let one = relu(Conv(image, out: C = 8))
  output mask: f32[B, Y = 64, X = 64] = Conv(one * scale, out: 1)[C = 0]
}

train Tiny {
  data folder(split: train, image: 64, words: 16) {
    image: f32[B, rgb = 3, Y = 64, X = 64] in [0, 1] normalised by clip
    words: i32[B, T = 16]
    target: f32[B, Y = 64, X = 64] in [0, 1]
  }
  loss dice(mask, target) + bce_with_logits(mask, target)
  optimizer adam(lr: 1e-2)
  batch 2
  epochs 1
  metrics oIoU, mIoU of sigmoid(mask) > 0.5 at original
}
`;

let folder: string;
beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "tiny.net"), program);
});

describe("the demo's training", () => {
  it("draws, trains, writes the page, stops a run, goes on with it, and compares", () => {
    const { code, out } = netc(folder, "demo", "train", "demo", "--file", "tiny.net", "--count", "100", "--steps", "60", "--stop-after", "8");
    expect(code, out).toBe(0);
    for (const command of ["npx netc data generate demo/data --easy --count 100 --size 64", "npx netc train tiny.net --data demo/data --out demo/run --steps 60", "npx netc train tiny.net --data demo/data --out demo/stopped --steps 60 --resume"]) expect(out).toContain(`\n   ${command}\n`);
    for (const row of ["validation, best weights", "best constant mask", "foreground everywhere"]) expect(out).toMatch(new RegExp(`^${row} +10 `, "m"));
    expect(out).toMatch(/ {3}(oIoU is \d+\.\d times|It is not better)/);
    expect(readFileSync(join(folder, "demo/run/report.html"), "utf8")).toContain("best constant mask");

    const rows = (run: string): readonly string[] => readFileSync(join(folder, "demo", run, "metrics.csv"), "utf8").trim().split("\n").slice(1);
    const [, all, before, after] = /all (\d+) rows of metrics\.csv are the same in both runs, to the last digit: (\d+) before the stop, (\d+) after it/.exec(out)!.map(Number);
    expect(rows("run")).toHaveLength(60);
    expect(rows("stopped")).toEqual(rows("run").slice(0, all));
    expect([before >= 8, after > 0, before + after]).toEqual([true, true, all]);
    expect(out).toContain("Open demo/run/report.html in a browser");
  });

  it("the commands that it names as the next ones work", () => {
    expect(netc(folder, "evaluate", "tiny.net", "--data", "demo/data", "--weights", "demo/run/weights.safetensors")).toMatchObject({ code: 0, err: "" });
    expect(netc(folder, "predict", "tiny.net", "--weights", "demo/run/weights.safetensors", "--image", "demo/data/images/00000.png", "--text", "the white storage tank", "--output", "demo/mask.png")).toMatchObject({ code: 0, err: "" });
    expect(existsSync(join(folder, "demo/mask.png"))).toBe(true);
  });

  it("leaves a folder alone that it did not make, and a training that is too short to be stopped", () => {
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine", "thesis.txt"), "years of work");
    const refused = netc(folder, "demo", "train", "mine");
    expect([refused.code, refused.err]).toEqual([1, "netc: mine is not replaced: it has no made-by-demo.txt, so the demo did not make it\n  help: choose another folder: npm run demo -- train FOLDER\n"]);
    expect(readFileSync(join(folder, "mine", "thesis.txt"), "utf8")).toBe("years of work");
    expect(netc(folder, "demo", "train", "demo", "--steps", "8", "--stop-after", "4")).toMatchObject({ code: 1, err: "netc: a training of 8 steps cannot be stopped after 4 and again after 8\n" });
    expect(existsSync(join(folder, "demo/run/report.html"))).toBe(true);
  });
});

describe("what it says of the model", () => {
  /** A square at a place, `shift` pixels to the right of where it is. */
  const judged = (shift: number) => {
    const mask = { height: 16, width: 16, data: Uint8Array.from({ length: 256 }, (_, i) => Number(i % 16 < 4 && i < 64)) };
    const prediction = Uint8Array.from({ length: 256 }, (_, i) => mask.data[i - shift] ?? 0);
    const options = { precisions: [], threshold: 0.5 };
    const mean = createMeanMask();
    mean.add({ ...mask, data: mask.data.map((value, i) => Number(value || i % 16 < 12)) });
    const [model, constants] = [createSegmentationMetrics(options), createBaselineMetrics(options, mean)];
    model.add({ prediction, mask });
    constants.add({ mask });
    return { judged: { model: model.result(), constants: constants.result() } };
  };

  it("is how many times it is better, or that it is not", () => {
    expect(verdictOf(judged(0))).toBe("oIoU is 12.0 times and mIoU 12.0 times that of the best constant predictor, which knows neither picture nor sentence.");
    expect(verdictOf(judged(8))).toBe("It is not better than a constant predictor in both oIoU and mIoU: this training was too short.");
  });
});
