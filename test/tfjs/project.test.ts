/** A project that netc writes is whole: it type-checks, is laid out, trains as netc does, goes on after a kill, judges and predicts, and says what is wrong. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { formatNpy } from "../../runtime/npy.ts";
import { buildIfMissing, netc, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";

const program = `/// A picture and the mean of a sentence's words: which pixels are meant.
model Tiny {
  config { wide: int = 8 }
  input image: f32[B, rgb = 3, Y = 32, X = 32]
  input words: i32[B, T = 8]
  let token = Embedding(words, rows: 49408, out: C = 4)
  let sentence = mean(token, over: T)
  let one = relu(Conv(image, out: C = wide))
  let scale = Linear(sentence, out: C = wide)
  let two = dropout(relu(BatchNorm(one * scale)), rate: 0.1)
  output mask: f32[B, Y = 32, X = 32] = Conv(two, out: 1)[C = 0]
}

ablation widths of Tiny {
  a "Narrow" = {}
  b "(a) + width" = a with { wide: 16 }
}

train Tiny {
  data folder(split: train, image: 32, words: 8) {
    image: f32[B, rgb = 3, Y = 32, X = 32] in [0, 1] normalised by clip
    words: i32[B, T = 8]
    target: f32[B, Y = 32, X = 32] in [0, 1]
  }
  loss dice(mask, target) + bce_with_logits(mask, target)
  optimizer adam(lr: 1e-2) { one: lr * 0.5 }
  epochs 2
  batch 4
  ema 0.9
  metrics oIoU, mIoU, precision@[0.5] of sigmoid(mask) > 0.5 at original
}
`;

const points = `model Quadrants {
  input x: f32[B, C = 2]
  let hidden = Linear(x, out: 16)
  output logit: f32[B, class = 2] = Linear(tanh(hidden), out: class = 2)
}

train Quadrants {
  data arrays(split: train) {
    x: f32[B, C = 2] in [-1, 1]
    label: i32[B] in [0, 1]
  }
  loss cross_entropy(logit, label, over: class)
  optimizer sgd(lr: 0.5, momentum: 0.9)
  epochs 20
  batch 20
  metrics accuracy
}
`;

let folder: string;
let project: string;
/** What the compiler said of the project, strictly. */
let typed: Ran;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const node = (cwd: string, ...args: readonly string[]): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { cwd, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
};
const tool = (name: string, file: string): string => join(repository, "node_modules", name, file);
/** A program of the project, on a backend that is always there unless another is named. */
const run = (name: string, ...args: readonly string[]): Ran => node(project, `dist/${name}.js`, ...(args.includes("--backend") ? [] : ["--backend", "wasm"]), ...args);

/** Packages come from netc's own folder: `npm install` would fetch the same versions (sources.test.ts). */
function compiled(at: string, ...options: readonly string[]): Ran {
  symlinkSync(join(repository, "node_modules"), join(at, "node_modules"));
  return node(at, tool("typescript", "bin/tsc"), ...options);
}

const lossesOf = (log: string): readonly number[] => readFileSync(log, "utf8").trim().split("\n").slice(1).map((line) => Number(line.split(",")[2]));

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  project = join(folder, "out");
  writeFileSync(join(folder, "tiny.net"), program);
  expect(netc(folder, "data", "generate", "data", "--count", "40", "--size", "64", "-q")).toMatchObject({ code: 0 });
  expect(netc(folder, "build", "tiny.net", "--target", "tfjs", "-o", "out")).toMatchObject({ code: 0 });
  typed = compiled(project, "--strict", "--noUnusedLocals", "--noImplicitReturns");
});

describe("what is written", () => {
  it("has what a person looks for, is laid out, and names nothing util", () => {
    const names = readdirSync(project);
    for (const name of ["package.json", "model.ts", "gradient.ts", "library", "train.ts", "data.ts", "metrics.ts", "predict.ts", "evaluate.ts", "weights", "README.md", "netc.json"]) expect(names).toContain(name);
    const all = readdirSync(project, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith("node_modules"));
    expect(all.filter((name) => /util/i.test(name))).toEqual([]);
    expect(node(project, tool("prettier", "bin/prettier.cjs"), "--check", ".")).toMatchObject({ code: 0 });
  });

  it("type-checks strictly, without what is not used", () => {
    expect(typed).toMatchObject({ code: 0, out: "" });
  });

  it("needs nothing of netc, and says what it was made of", () => {
    const texts = readdirSync(project, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !/^(node_modules|dist)/.test(name)).map((name) => readFileSync(join(project, name), "utf8"));
    expect(texts.filter((text) => /from "[^"]*(netc|compiler\/|runtime\/|\.\.\/\.\.\/\.\.)/.test(text))).toEqual([]);
    const record = JSON.parse(readFileSync(join(project, "netc.json"), "utf8")) as Readonly<Record<string, unknown>>;
    expect(record).toMatchObject({ model: "Tiny", variant: "default", tensorflow: "4.22.0", batch: 4, source: { file: "tiny.net", sha256: createHash("sha256").update(program).digest("hex") } });
    expect(readFileSync(join(project, ".npmrc"), "utf8")).toBe("engine-strict=true\n");
    expect(readFileSync(join(project, "README.md"), "utf8")).toMatch(/\| 3\.21\.0 to 4\.22\.0 +\| 2\.9\.1 +\| 11\.2 +\| 8\.1 +\|/);
  });

  it("is the same each time, and replaces nothing without being told", () => {
    expect(netc(folder, "build", "tiny.net", "--target", "tfjs", "-o", "again", "-q")).toMatchObject({ code: 0, out: "" });
    for (const name of ["model.ts", "gradient.ts", "settings.ts", "parameters.ts", "weights/initial.safetensors"]) expect(readFileSync(join(folder, "again", name)).equals(readFileSync(join(project, name))), name).toBe(true);
    writeFileSync(join(folder, "again", "train.ts"), "mine");
    writeFileSync(join(folder, "again", "notes.txt"), "mine too");
    const { code, err } = netc(folder, "build", "tiny.net", "--target", "tfjs", "-o", "again");
    expect([code, err]).toEqual([1, expect.stringContaining("say --force")]);
    expect(readFileSync(join(folder, "again", "train.ts"), "utf8")).toBe("mine");
    expect(netc(folder, "build", "tiny.net", "--target", "tfjs", "-o", "again", "--force")).toMatchObject({ code: 0 });
    expect([readFileSync(join(folder, "again", "train.ts"), "utf8") === "mine", readFileSync(join(folder, "again", "notes.txt"), "utf8")]).toEqual([false, "mine too"]);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp-"))).toEqual([]);
  });
});

describe("the project", () => {
  it("trains as netc does, on either engine", () => {
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--out", "netc-tfjs", "--engine", "tfjs", "--backend", "wasm")).toMatchObject({ code: 0 });
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--out", "netc-ort")).toMatchObject({ code: 0 });
    const { code, out, err } = run("train", "--data", "../data", "--out", "../own");
    expect([code, err.includes("backend wasm: WebAssembly"), out.match(/^epoch \d/gm)?.length]).toEqual([0, true, 2]);
    const own = lossesOf(join(folder, "own", "metrics.csv"));
    expect(own).toEqual(lossesOf(join(folder, "netc-tfjs", "metrics.csv")));
    lossesOf(join(folder, "netc-ort", "metrics.csv")).forEach((loss, i) => expect(Math.abs(loss - own[i])).toBeLessThan(1e-3));
    expect(readdirSync(join(folder, "own")).sort()).toEqual(["checkpoints", "events", "metrics.csv", "weights.safetensors"]);
  });

  it("judges and predicts with the weights of its run, as netc does with either engine", () => {
    const judged = run("evaluate", "--data", "../data", "--weights", "../own/weights.safetensors");
    expect(judged.code).toBe(0);
    for (const engine of ["ort", "tfjs"]) expect(netc(folder, "evaluate", "tiny.net", "--data", "data", "--weights", "own/weights.safetensors", "--engine", engine).out.trim()).toBe(judged.out.trim());
    const asked = ["--image", join(folder, "data/images/00000.png"), "--text", "the white roof", "--weights", join(folder, "own/weights.safetensors")];
    expect(run("predict", ...asked, "--output", join(folder, "own.png"), "--threshold", "0.2")).toMatchObject({ code: 0 });
    expect(netc(folder, "predict", "tiny.net", ...asked, "--engine", "tfjs", "--output", "netc.png", "--threshold", "0.2")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "own.png")).equals(readFileSync(join(folder, "netc.png")))).toBe(true);
    expect(existsSync(join(folder, "own-over.png"))).toBe(true);
  });

  it("goes on after a kill with the very losses that would have come", async () => {
    const log = join(folder, "killed", "metrics.csv");
    const child = spawn(process.execPath, ["dist/train.js", "--data", "../data", "--out", "../killed", "--backend", "wasm", "--quiet"], { cwd: project, stdio: "ignore" });
    const watch = setInterval(() => void (existsSync(log) && existsSync(join(folder, "killed", "checkpoints", "last", "state.json")) && child.kill("SIGKILL")), 5);
    await new Promise((resolve) => child.on("exit", resolve));
    clearInterval(watch);
    expect(run("train", "--data", "../data", "--out", "../killed")).toMatchObject({ code: 1, err: expect.stringContaining("--resume") });
    expect(run("train", "--data", "../data", "--out", "../killed", "--resume", "--quiet")).toMatchObject({ code: 0, out: "" });
    expect(lossesOf(log)).toEqual(lossesOf(join(folder, "own", "metrics.csv")));
  });
});

describe("what is wrong is said in one message, and nothing is left behind", () => {
  it.each([
    ["a typo", ["--dta", "x"], 2, "--dta"],
    ["a number that is none", ["--data", "../data", "--steps", "many"], 2, "--steps takes a whole number, at least 1, not many"],
    ["no data", [], 2, "--data is missing"],
    ["a backend that there is not", ["--data", "../data", "--backend", "gpu"], 2, "there is auto, node-gpu, node, wasm, cpu"],
    ["a backend that is not installed", ["--data", "../data", "--backend", "node-gpu"], 1, "npm install @tensorflow/tfjs-node-gpu@4.22.0"],
    ["a folder without images", ["--data", ".."], 1, "it has no known layout"],
    ["a file for a folder", ["--data", "package.json"], 1, "package.json: it is a file, not a folder"],
    ["weights that are not there", ["--data", "../data", "--weights", "none.safetensors"], 1, "there is no such file"],
  ])("%s", (_, args, code, message) => {
    const found = run("train", "--out", "../never", ...args);
    expect(found.code, found.err).toBe(code);
    expect(found.err).toContain(message);
    expect(found.err).not.toMatch(/^\s+at /m);
    expect(existsSync(join(folder, "never"))).toBe(false);
  });

  it("settings that the functions were not made for", () => {
    const settings = join(project, "dist", "settings.js");
    const before = readFileSync(settings, "utf8");
    writeFileSync(settings, before.replace("batch: 4", "batch: 2"));
    const { code, err } = run("train", "--data", "../data", "--out", "../never");
    writeFileSync(settings, before);
    expect([code, err]).toEqual([1, expect.stringMatching(/^settings\.ts says that a batch of `image` is \[2, 3, 32, 32\], but gradient\.ts was made for \[4, 3, 32, 32\]\n {2}help: /)]);
    expect(existsSync(join(folder, "never"))).toBe(false);
  });

  it("too few samples, which leave no folder of a run; a checkpoint that is cut", () => {
    cpSync(join(folder, "data"), join(folder, "few"), { recursive: true });
    writeFileSync(join(folder, "few", "train.jsonl"), readFileSync(join(folder, "data", "train.jsonl"), "utf8").split("\n").slice(0, 1).join("\n"));
    const few = run("train", "--data", "../few", "--out", "../never");
    expect([few.code, few.err]).toEqual([1, expect.stringMatching(/few\/train\.jsonl: 1 sample does not fill a batch of 4\n {2}help: add samples/)]);
    expect(existsSync(join(folder, "never"))).toBe(false);
    for (const [file, message] of [["state.json", "it is not JSON"], ["optimizer.safetensors", "truncated"]] as const) {
      cpSync(join(folder, "own"), join(folder, "torn"), { recursive: true });
      truncateSync(join(folder, "torn", "checkpoints", "last", file), 40);
      const { code, err } = run("train", "--data", "../data", "--out", "../torn", "--resume");
      expect([code, err]).toEqual([1, expect.stringContaining(message)]);
      expect(err).toContain("help: put another one in its place, such as checkpoints/best");
      rmSync(join(folder, "torn"), { recursive: true });
    }
  });

  it("a picture that is gone is named", () => {
    cpSync(join(folder, "data"), join(folder, "spoilt"), { recursive: true });
    rmSync(join(folder, "spoilt", "images"), { recursive: true });
    mkdirSync(join(folder, "spoilt", "images"));
    const { code, err } = run("train", "--data", "../spoilt", "--out", "../spoilt-run");
    expect([code, err]).toEqual([1, expect.stringMatching(/images\/\d+\.png: there is no such file/)]);
  });

  it("weights of another variant, truncated ones, a checkpoint of another model", () => {
    expect(netc(folder, "build", "tiny.net", "--variant", "b", "--target", "tfjs", "-o", "wide", "-q")).toMatchObject({ code: 0 });
    const wide = join(folder, "wide", "weights", "initial.safetensors");
    expect(run("evaluate", "--data", "../data", "--weights", wide)).toMatchObject({ code: 1, err: expect.stringContaining("do not fit the model: one.weight is [1, 16, 3, 3, 3] there, but [1, 8, 3, 3, 3]") });
    const cut = join(folder, "cut.safetensors");
    cpSync(join(folder, "own", "weights.safetensors"), cut);
    truncateSync(cut, 5000);
    expect(run("evaluate", "--data", "../data", "--weights", cut)).toMatchObject({ code: 1, err: expect.stringContaining("truncated") });
    expect(compiled(join(folder, "wide"), "--noCheck")).toMatchObject({ code: 0, out: "" });
    expect(node(join(folder, "wide"), "dist/train.js", "--data", "../data", "--out", "../own", "--resume", "--backend", "wasm")).toMatchObject({ code: 1, err: expect.stringContaining("is of another model") });
  });

  it("options that do not belong together", () => {
    expect(netc(folder, "build", "tiny.net", "--target", "tfjs", "--opset", "20")).toMatchObject({ code: 2, err: expect.stringContaining("--opset is of --target onnx") });
    expect(netc(folder, "build", "tiny.net", "--force")).toMatchObject({ code: 2, err: expect.stringContaining("--force is of --target tfjs") });
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--backend", "wasm")).toMatchObject({ code: 2, err: expect.stringContaining("--engine tfjs") });
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--engine", "tfjs", "--backend", "node")).toMatchObject({ code: 1, err: expect.stringContaining("npm install @tensorflow/tfjs-node@4.22.0") });
    expect(netc(folder, "train", "tiny.net", "--plan", "--engine", "tfjs")).toMatchObject({ code: 2, err: expect.stringContaining("--plan is one of ONNX Runtime") });
    expect(netc(folder, "build", "tiny.net", "--target", "tfjs", "--size", "B=2")).toMatchObject({ code: 2, err: expect.stringContaining("--size is not of a model that trains") });
  });

  it("an operator that a backend has no kernel for: with its line and the backends that can", () => {
    const axes = "[B, p = 2, q = 2, r = 2, s = 2, t = 2, C = 2]";
    const padded = `model Padded {
  input x: f32${axes}
  let hidden = Linear(x, out: k = 3)
  let later = hidden[p = 1..]
  output y: f32[B] = mean(later, over: [p, q, r, s, t, k])
}

train Padded {
  data arrays(split: train) {
    x: f32${axes}
    label: f32[B]
  }
  loss bce_with_logits(y, label)
  optimizer sgd(lr: 0.1)
}
`;
    writeFileSync(join(folder, "padded.net"), padded);
    const { code, err } = netc(folder, "build", "padded.net", "--target", "tfjs", "-o", "padded");
    expect([code, err]).toEqual([1, expect.stringMatching(/TensorFlow\.js cannot run this:\n {2}padded\.net:4:\d+: pad at later\S* runs on cpu and wasm alone\n {2}help: take a backend that can: --backend wasm or cpu/)]);
    expect(existsSync(join(folder, "padded"))).toBe(false);
    expect(netc(folder, "build", "padded.net", "--target", "tfjs", "-o", "padded", "--backend", "wasm", "-q")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "padded", "settings.ts"), "utf8")).toContain('backends: readonly BackendName[] = ["wasm"]');
  });
});

it("a classifier of arrays has a project too, which learns", () => {
  writeFileSync(join(folder, "points.net"), points);
  for (const [split, count] of [["train", 200], ["val", 50]] as const) {
    mkdirSync(join(folder, "points", split), { recursive: true });
    const x = Float32Array.from({ length: 2 * count }, (_, i) => (((i + 1) * 0.754877666) % 1) * 2 - 1);
    writeFileSync(join(folder, "points", split, "x.npy"), Buffer.concat(formatNpy({ dtype: "f32", shape: [count, 2], data: x })));
    writeFileSync(join(folder, "points", split, "label.npy"), Buffer.concat(formatNpy({ dtype: "i32", shape: [count], data: Int32Array.from({ length: count }, (_, i) => (x[2 * i] > x[2 * i + 1] ? 1 : 0)) })));
  }
  expect(netc(folder, "build", "points.net", "--target", "tfjs", "-o", "classifier", "-q")).toMatchObject({ code: 0 });
  const own = join(folder, "classifier");
  expect(compiled(own)).toMatchObject({ code: 0, out: "" });
  expect(existsSync(join(own, "predict.ts"))).toBe(false);
  const { code, out } = node(own, "dist/train.js", "--data", "../points", "--backend", "cpu");
  expect(code).toBe(0);
  const [, best] = /best accuracy after step \d+: accuracy ([\d.]+)/.exec(out)!;
  expect(Number(best)).toBeGreaterThan(90);
  expect(node(own, "dist/train.js", "--data", "../data", "--backend", "cpu", "--out", "never")).toMatchObject({ code: 1 });
});
