/**
 * `npm run demo -- train`: a training from end to end on a small model: draw a data set, train, judge against constant predictors, stop a run and go on
 * with it. Every step runs the command that it names.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ansiColours, noColours } from "../compiler/diagnostics/render-human.ts";
import { generate } from "./data.ts";
import { ProgramError } from "./errors.ts";
import { useColours, writeWhole } from "./output.ts";
import type { WrittenReport } from "./run-report.ts";
import { logOfRun } from "../runtime/training/run-records.ts";
import { trainAndReport } from "./train.ts";
import { packageFolder } from "./version.ts";

export interface DemoTrainOptions {
  /** Samples of the data set, and steps of the training. */
  readonly count: number;
  readonly steps: number;
  /** The step after which the second run is stopped; it goes on for as many again. */
  readonly stopAfter: number;
  /** Another model of pictures of 64 × 64 and a sentence. */
  readonly file?: string;
}

/** In every folder that the demo has made; another folder is not replaced. */
const record = "made-by-demo.txt";

export async function demoTrain(folder: string, { count, steps, stopAfter, ...options }: DemoTrainOptions): Promise<number> {
  const begin = performance.now();
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const colours = useColours(process.stdout) ? ansiColours : noColours;
  const title = (text: string, command: string): void => say(`\n${colours.strong(text)}\n   npx netc ${command}\n`);
  const file = options.file ?? relative(process.cwd(), join(packageFolder, "examples", "small_cd2fsan.net"));
  const [data, whole, stopped] = ["data", "run", "stopped"].map((name) => join(folder, name));
  if (2 * stopAfter >= steps) throw new ProgramError(`a training of ${steps} steps cannot be stopped after ${stopAfter} and again after ${2 * stopAfter}`);
  clear(folder);

  title("1. Draw a data set: two or three large objects on each picture, and a sentence that means one of them", `data generate ${data} --easy --count ${count} --size 64`);
  await generate(data, { layout: "folder", count, size: 64, seed: 0, easy: true });

  title(`2. Train a small ${options.file ? "model" : "CD2FSAN"} on it, from random weights; after each epoch it is judged on samples that it does not train on`, `train ${file} --data ${data} --out ${whole} --steps ${steps}`);
  const { code, report } = await trainAndReport(file, { set: [], data, out: whole, seed: 0, steps, workers: 1 });
  if (code !== 0 || !report) return code;
  say(`\n   ${verdictOf(report)}`);

  const again = ["train", file, "--data", data, "--out", stopped, "--steps", String(steps)];
  title(`3. The same training once more, stopped as by Ctrl-C after ${stopAfter} steps`, again.join(" "));
  await stoppedRun(again, stopped, stopAfter);
  title(`4. It goes on from where it was; after ${stopAfter} more steps it is stopped again, since all of it would take as long as before`, `${again.join(" ")} --resume`);
  const before = rowsOf(stopped).length;
  await stoppedRun([...again, "--resume"], stopped, before + stopAfter);
  const isSame = compare(rowsOf(whole), rowsOf(stopped), before, say);

  say(`\nDone in ${((performance.now() - begin) / 60_000).toFixed(1)} minutes. Open ${report.path} in a browser: the curves, and pictures with sentence, truth and prediction.`);
  say("Next:");
  say(`   npx netc evaluate ${file} --data ${data} --weights ${join(whole, "weights.safetensors")}          # on the test split, by size and category`);
  say(`   npx netc predict ${file} --weights ${join(whole, "weights.safetensors")} --image ${join(data, "images", "00000.png")} --text ${JSON.stringify(firstSentence(data))} --output ${join(folder, "mask.png")}`);
  say(`   npx netc train ${file} --data ${data} --out ${stopped} --steps ${steps} --resume   # let the stopped one come to its end`);
  say("   docs/training.md: every line of a training section, and training on data of your own");
  return isSame ? 0 : 1;
}

/** An empty folder with the record in it. A folder that others made stays. */
function clear(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, record)) && readdirSync(folder).length > 0) throw new ProgramError(`${folder} is not replaced: it has no ${record}, so the demo did not make it`, "choose another folder: npm run demo -- train FOLDER");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, record), ["`npm run demo -- train` writes this folder anew each time.\n"]);
}

/** Whether the model is better than every constant predictor, in a sentence that holds. */
export function verdictOf({ judged }: Pick<WrittenReport, "judged">): string {
  if (!judged) throw new Error("netc bug: the demo's data have a validation split");
  const { model, constants } = judged;
  const best = (metric: "oIoU" | "mIoU"): number => Math.max(...Object.values(constants).map((each: typeof model) => each[metric]));
  const times = (metric: "oIoU" | "mIoU"): string => (model[metric] / Math.max(best(metric), 1e-9)).toFixed(1);
  if (model.oIoU > best("oIoU") && model.mIoU > best("mIoU")) return `oIoU is ${times("oIoU")} times and mIoU ${times("mIoU")} times that of the best constant predictor, which knows neither picture nor sentence.`;
  return "It is not better than a constant predictor in both oIoU and mIoU: this training was too short.";
}

/** Runs a training and interrupts it when its log has so many rows. */
async function stoppedRun(args: readonly string[], out: string, after: number): Promise<void> {
  const child = spawn(process.execPath, [join(packageFolder, "bin", "netc.mjs"), ...args], { stdio: "inherit" });
  const ended = new Promise<number | null>((done, fail) => child.on("error", fail).on("exit", done));
  let asked = false;
  const watch = setInterval(() => {
    if (!asked && rowsOf(out).length >= after) asked = child.kill("SIGINT");
  }, 20);
  const code = await ended.finally(() => clearInterval(watch));
  // 130: it stopped when asked. A short training may have come to its end before it heard.
  if (code !== 130 && code !== 0) throw new ProgramError(`the training ended with exit code ${String(code)}`);
}

/** The rows of a run's log without its head, as they stand there. */
function rowsOf(out: string): readonly string[] {
  const path = logOfRun(out);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(1, -1) : [];
}

/** Shows the losses on both sides of the stop, and whether every row of the stopped run is that of the other, to the last digit. */
function compare(whole: readonly string[], stopped: readonly string[], stop: number, say: (text: string) => void): boolean {
  const loss = (row: string): string => row.split(",")[2];
  say("   step   loss, not stopped    loss, stopped and resumed");
  for (let i = Math.max(0, stop - 3); i < Math.min(stopped.length, stop + 3); i++) {
    if (i === stop) say("          ――― stopped here, and resumed ―――");
    say(`   ${String(i + 1).padStart(4)}   ${loss(whole[i]).padEnd(18)}   ${loss(stopped[i])}`);
  }
  const unlike = stopped.findIndex((row, i) => row !== whole[i]);
  say(unlike < 0 ? `   all ${stopped.length} rows of metrics.csv are the same in both runs, to the last digit: ${stop} before the stop, ${stopped.length - stop} after it` : `   the runs differ from step ${unlike + 1} on`);
  return unlike < 0 && stopped.length > stop;
}

const firstSentence = (data: string): string => (JSON.parse(readFileSync(join(data, "train.jsonl"), "utf8").split("\n")[0]) as { readonly text: string }).text;
