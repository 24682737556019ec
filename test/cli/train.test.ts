/** Training as a person does it: a data set, a run, its stop and resume, the weights in use; and what is said when something is wrong. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { installedRuntime } from "../../runtime/device.ts";
import { repository } from "../programs.ts";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";
import { tiny } from "./tiny.ts";

const program = tiny("  epochs 3\n  batch 4\n  ema 0.9");

const hasCuda = installedRuntime().libraries.includes("libonnxruntime_providers_cuda.so");

let folder: string;
beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "tiny.net"), program);
  expect(netc(folder, "data", "generate", "data", "--count", "40", "--size", "64", "-q")).toMatchObject({ code: 0 });
});

const train = (...more: readonly string[]) => netc(folder, "train", "tiny.net", "--data", "data", "--threads", "1", ...more);
const log = (run: string): readonly string[] => readFileSync(join(folder, run, "metrics.csv"), "utf8").trim().split("\n");

/** A training that runs beside others. */
const started = (run: string, ...more: readonly string[]): Promise<number | null> =>
  new Promise((resolve) => spawn(process.execPath, [join(repository, "bin/netc.mjs"), "train", "tiny.net", "--data", "data", "--threads", "1", "--out", run, ...more], { cwd: folder, stdio: "ignore" }).on("exit", resolve));

/** Starts a training, and sends it a signal when its log has so many steps. */
async function interrupted(run: string, signal: NodeJS.Signals, steps: number, ...more: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "train", "tiny.net", "--data", "data", "--threads", "1", "--out", run, ...more], { cwd: folder, stdio: "ignore" });
  const path = join(folder, run, "metrics.csv");
  let isAsked = false;
  const watch = setInterval(() => {
    if (!isAsked && existsSync(path) && readFileSync(path, "utf8").split("\n").length > steps + 1) isAsked = child.kill(signal);
  }, 5);
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  clearInterval(watch);
  return code;
}

describe("a training", () => {
  it("leaves weights, checkpoints, a log, events and a page, and tells each epoch", () => {
    const { code, out, err } = train("--out", "run");
    expect([code, err.includes("parameters are trained")]).toEqual([0, true]);
    expect(out.match(/^epoch \d/gm)).toHaveLength(3);
    expect(out).toContain("oIoU");
    expect(readdirSync(join(folder, "run")).sort()).toEqual(["checkpoints", "events", "metrics.csv", "report.html", "weights.safetensors"]);
    expect(readdirSync(join(folder, "run/checkpoints")).sort()).toEqual(["best", "last"]);
    expect(log("run")).toHaveLength(1 + 21);
    const page = readFileSync(join(folder, "run/report.html"), "utf8");
    expect(page).toContain("best constant mask");
    expect(page.match(/data:image\/jpeg/g)!.length).toBeGreaterThan(2);
  });

  it("says what a step takes without data, and refuses a limit that cannot be met before anything is made", () => {
    const { code, out, err } = netc(folder, "train", "tiny.net", "--plan");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^weights +\d.*\nmoments of the optimiser +\d.*\nmoving average +\d[^]*^largest, predicted +\d[^]*^computed again +nodes +MACs +where$[^]*tiny\.net:\d+$/m);
    const refused = train("--out", "narrow", "--memory", "10MB");
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/--memory 9\.54 MiB is not enough: a step takes .*\n {2}help: /)]);
    expect(existsSync(join(folder, "narrow"))).toBe(false);
    expect(train("--memory", "much")).toMatchObject({ code: 2, err: expect.stringContaining("a size such as 8GB, 900MB or 4GiB") });
  });

  it("is not overwritten", () => {
    const { code, err } = train("--out", "run");
    expect([code, err]).toEqual([1, expect.stringContaining("there is a training in run already")]);
    expect(err).toContain("--resume");
  });

  it("does not disturb another one beside it in another folder", async () => {
    expect(await Promise.all([started("beside-one"), started("beside-two", "--seed", "3")])).toEqual([0, 0]);
    expect(train("--out", "alone-three", "--seed", "3").code).toBe(0);
    for (const [one, alone] of [["beside-one", "run"], ["beside-two", "alone-three"]]) {
      expect(log(one)).toEqual(log(alone));
      expect(readFileSync(join(folder, one, "weights.safetensors")).equals(readFileSync(join(folder, alone, "weights.safetensors")))).toBe(true);
    }
    expect(log("beside-one")).not.toEqual(log("beside-two"));
  });

  it("has its folder for itself while it runs, and a lock of a process that is gone does not block", async () => {
    const child = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "train", "tiny.net", "--data", "data", "--threads", "1", "--out", "locked", "--steps", "100000"], { cwd: folder, stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    while (!existsSync(join(folder, "locked/metrics.csv"))) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const more of [[], ["--resume"]]) {
      const { code, err } = train("--out", "locked", "--steps", "100000", ...more);
      // Without a checkpoint yet there is nothing to go on with, which is said first.
      expect([code, err]).toEqual([1, expect.stringMatching(more.length && !existsSync(join(folder, "locked/checkpoints/last")) ? /no training in locked to go on with/ : new RegExp(`another training is running in locked: process ${child.pid}\n.*--out FOLDER`))]);
    }
    child.kill("SIGKILL");
    await ended;
    const lock = join(folder, "locked/lock.json");
    expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ process: child.pid });
    rmSync(join(folder, "locked/checkpoints"), { recursive: true, force: true });
    rmSync(join(folder, "locked/metrics.csv"));
    expect(train("--out", "locked", "--steps", "1").code).toBe(0);
    expect(existsSync(lock)).toBe(false);
    // The number of a process that is gone may be another's by now: this one's, say, which began at another time.
    rmSync(join(folder, "locked"), { recursive: true });
    mkdirSync(join(folder, "locked"));
    writeFileSync(lock, JSON.stringify({ process: process.pid, began: "1", machine: hostname() }));
    const again = train("--out", "locked", "--steps", "1");
    expect(again.code).toBe(process.platform === "linux" ? 0 : 1);
    writeFileSync(lock, JSON.stringify({ process: 1, machine: "elsewhere" }));
    expect(train("--out", "locked", "--steps", "1")).toMatchObject({ code: 1, err: expect.stringMatching(/on the machine elsewhere, is running in locked\n.*remove locked\/lock\.json/) });
  });

  it("serves evaluate and predict", () => {
    const evaluated = netc(folder, "evaluate", "tiny.net", "--data", "data", "--weights", "run/weights.safetensors", "--split", "val", "--format", "json");
    expect(evaluated.code).toBe(0);
    const { metrics, result } = JSON.parse(evaluated.out) as { metrics: Record<string, number>; result: { samples: number } };
    expect(result.samples).toBe(4);
    const best = log("run").map((line) => line.split(",")).filter((cells) => cells[6] !== "" && cells[6] !== "oIoU").map((cells) => Number(cells[6]));
    expect(metrics["oIoU"]).toBe(Math.max(...best));
    const [image] = readdirSync(join(folder, "data/images"));
    const predicted = netc(folder, "predict", "tiny.net", "--image", `data/images/${image}`, "--text", "the red ship", "--weights", "run/weights.safetensors", "-o", "ship.png");
    expect([predicted.code, predicted.out]).toEqual([0, expect.stringMatching(/^\d+\.\d\d % of the picture → ship\.png, ship-over\.png\n$/)]);
    expect(readFileSync(join(folder, "ship.png")).readUInt32BE(16)).toBe(64);
  });

  it.each(["SIGINT", "SIGKILL"] as const)("goes on after %s with the very steps that would have come", async (signal) => {
    const run = `stopped-${signal}`;
    const code = await interrupted(run, signal, signal === "SIGINT" ? 9 : 10);
    expect(code).toBe(signal === "SIGINT" ? 130 : null);
    if (signal === "SIGINT") cpSync(join(folder, run), join(folder, "early"), { recursive: true });
    expect(train("--out", run, "--resume").code).toBe(0);
    expect(log(run)).toEqual(log("run"));
    expect(readFileSync(join(folder, run, "weights.safetensors")).equals(readFileSync(join(folder, "run/weights.safetensors")))).toBe(true);
  });

  it("goes on from the checkpoint before when it was killed while one was put in its place", () => {
    cpSync(join(folder, "run"), join(folder, "torn"), { recursive: true });
    cpSync(join(folder, "torn/checkpoints/last"), join(folder, "torn/checkpoints/last.before"), { recursive: true });
    rmSync(join(folder, "torn/checkpoints/last"), { recursive: true });
    mkdirSync(join(folder, "torn/checkpoints/last.tmp-1"));
    expect(train("--out", "torn", "--resume").code).toBe(0);
  });

  it("stops after epochs without a better result, where the section says so", () => {
    writeFileSync(join(folder, "patient.net"), program.replace("epochs 3", "epochs 40\n  patience 1").replace("lr: 1e-2", "lr: 1e-9").replace("  ema 0.9\n", ""));
    const { code, out } = netc(folder, "train", "patient.net", "--data", "data", "--out", "patient");
    expect(code).toBe(0);
    expect(out.match(/^epoch \d/gm)!.length).toBeLessThan(8);
  });
});

describe("what is wrong is said, and loses nothing", () => {
  const resumed = (text: string, ...more: readonly string[]): ReturnType<typeof netc> => {
    writeFileSync(join(folder, "changed.net"), text);
    return netc(folder, "train", "changed.net", "--data", "data", "--out", "run", "--resume", ...more);
  };

  it("another model: with what is different", () => {
    expect(resumed(program.replaceAll("narrow => 8", "narrow => 12")).err).toContain("one.weight was [1, 8, 3, 3, 3] and is [1, 12, 3, 3, 3]");
    expect(resumed(program.replace("relu(BatchNorm", "tanh(BatchNorm")).err).toContain("what two computes is not the same");
    expect(resumed(program.replace("let two =", "// a comment\n  let two =")).code).toBe(0);
  });

  it("another seed, batch or data set", () => {
    expect(resumed(program, "--seed", "5").err).toContain("seed 0, and now it is 5");
    expect(resumed(program.replace("batch 4", "batch 5")).code).toBe(1);
    expect(resumed(program.replace("lr: 1e-2", "lr: 1e-3")).err).toContain("rate 0.01, and now it is 0.001");
    expect(resumed(program, "--steps", "50").err).toContain("steps in all 21, and now it is 50");
    cpSync(join(folder, "data"), join(folder, "fewer"), { recursive: true });
    const lines = readFileSync(join(folder, "fewer/train.jsonl"), "utf8").trim().split("\n");
    writeFileSync(join(folder, "fewer/train.jsonl"), `${lines.slice(1).join("\n")}\n`);
    const { code, err } = netc(folder, "train", "tiny.net", "--data", "fewer", "--out", "run", "--resume");
    expect([code, err]).toEqual([1, expect.stringContaining("the data are not those")]);
  });

  it("a truncated checkpoint, and one whose header is no JSON", () => {
    cpSync(join(folder, "run"), join(folder, "cut"), { recursive: true });
    truncateSync(join(folder, "cut/checkpoints/last/optimizer.safetensors"), 5_000);
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--out", "cut", "--resume").err).toMatch(/optimizer\.safetensors.*truncated/);
    writeFileSync(join(folder, "cut/checkpoints/last/state.json"), "{");
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--out", "cut", "--resume").err).toContain("state.json: it is not JSON");
  });

  it("a disk on which a checkpoint has no room: the one before it is intact, and the training goes on from it", () => {
    const [last, weights] = [join(folder, "full/checkpoints/last"), join(folder, "full/weights.safetensors")];
    cpSync(join(folder, "early"), join(folder, "full"), { recursive: true });
    const before = Object.fromEntries(readdirSync(last).map((name) => [name, readFileSync(join(last, name))]));
    // A file may have 1.1 MB: the weights have 0.8, the two moments of each 1.6. Node ignores the signal, as the shell does, so that the write fails.
    const { status, stderr } = spawnSync("bash", ["-c", `trap '' XFSZ; ulimit -f 1100; exec "$0" "$@"`, process.execPath, join(repository, "bin/netc.mjs"), "train", "tiny.net", "--data", "data", "--threads", "1", "--out", "full", "--resume"], { cwd: folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^netc: cannot write full\/checkpoints\/(best|last)\/optimizer\.safetensors: it would be larger than a file may be here.*\n {2}help: the checkpoint before it is untouched: make room, and go on with --resume\n$/m)]);
    expect(readdirSync(join(folder, "full/checkpoints")).sort()).toEqual(["best", "last"]);
    expect(Object.fromEntries(readdirSync(last).map((name) => [name, readFileSync(join(last, name))]))).toEqual(before);
    expect(train("--out", "full", "--resume").code).toBe(0);
    expect(log("full")).toEqual(log("run"));
    expect(readFileSync(weights).equals(readFileSync(join(folder, "run/weights.safetensors")))).toBe(true);
  });

  it("a picture that is damaged while training: the file is named", () => {
    cpSync(join(folder, "data"), join(folder, "damaged"), { recursive: true });
    for (const name of readdirSync(join(folder, "damaged/images")).slice(20)) truncateSync(join(folder, "damaged/images", name), 200);
    const { code, err } = netc(folder, "train", "tiny.net", "--data", "damaged", "--out", "hurt");
    expect([code, err]).toEqual([1, expect.stringMatching(/damaged\/images\/\S+/)]);
  });

  it("weights of another model, missing ones, an empty sentence, a typo in a row or table", () => {
    expect(netc(folder, "evaluate", "tiny.net", "--variant", "b", "--data", "data", "--weights", "run/weights.safetensors").err).toContain("do not fit the model");
    expect(netc(folder, "predict", "tiny.net", "--image", "data/images/x.png", "--text", " ", "--weights", "run/weights.safetensors").err).toContain("the sentence is empty");
    expect(netc(folder, "ablate", "tiny.net", "width", "--data", "data")).toMatchObject({ code: 2, err: expect.stringContaining("did you mean widths?") });
    expect(netc(folder, "ablate", "tiny.net", "widths", "--data", "data", "--rows", "a,x").err).toContain("has no row x");
    expect(netc(folder, "train", "tiny.net", "--dta", "data")).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean --data?") });
    expect(netc(folder, "predict", "tiny.net", "--text", "a ship")).toMatchObject({ code: 2, err: expect.stringContaining("netc predict needs --image: a JPEG") });
    expect(netc(folder, "train", "tiny.net", "--data", "nowhere").err).toContain("there is no such folder");
  });

  it.skipIf(hasCuda)(`a GPU whose libraries are not installed, before anything is made${hasCuda ? " (skipped: they are installed)" : ""}`, () => {
    for (const [command, ...more] of [["train", "--data", "data", "--out", "gpu"], ["evaluate", "--data", "data", "--weights", "run/weights.safetensors"], ["predict", "--image", "x.png", "--text", "a ship", "--weights", "run/weights.safetensors"], ["ablate", "widths", "--data", "data", "--out", "gpu"]]) {
      const { code, out, err } = netc(folder, command, "tiny.net", ...more, "--device", "cuda");
      expect([command, code, out]).toEqual([command, 1, ""]);
      expect(err).toMatch(process.platform === "linux" && process.arch === "x64" ? /^netc: --device cuda needs the CUDA libraries of onnxruntime-node, which are not installed.*\n {2}help: .*--onnxruntime-node-install=cuda12/ : /^netc: onnxruntime-node has no CUDA provider for/);
    }
    expect(existsSync(join(folder, "gpu"))).toBe(false);
    expect(netc(folder, "train", "tiny.net", "--data", "data", "--device", "tpu")).toMatchObject({ code: 2, err: expect.stringContaining("Allowed choices are cpu, cuda") });
  });

  it("a loss that is not finite: nothing is changed, and it is counted", () => {
    writeFileSync(join(folder, "nan.net"), program.replace("loss dice(mask, target)", "loss log(0 * sum(mask, over: [B, Y, X]) - 1.0) + dice(mask, target)"));
    const { code, err } = netc(folder, "train", "nan.net", "--data", "data", "--out", "nan", "--steps", "3");
    expect(err.match(/the gradient is not finite/g)).toHaveLength(3);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "nan/checkpoints/last/state.json"), "utf8"))).toMatchObject({ steps: 3, skipped: 3 });
  });
});
