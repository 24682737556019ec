/**
 * Checkpoints: a folder of safetensors files and a small JSON, written under another name and renamed when complete. Whoever is stopped at any moment
 * finds the one before.
 */
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../errors.ts";
import { writingReason } from "../writing-reason.ts";
import { openTensors, readFloat32, tensorFileParts, TensorFileError } from "../safetensors.ts";
import type { TrainingState } from "./loop.ts";
import { countOf } from "./shape.ts";
import type { TensorStore } from "./store.ts";
import type { TrainedModel } from "./trained-model.ts";

/** What is wrong with a checkpoint, in a sentence that names it, and what to do. */
export class CheckpointError extends ExpectedError {}

/** The small JSON. Together with program, data and weights it says all that the next step depends on. */
export interface CheckpointHeader {
  readonly version: 1;
  readonly netc: string;
  readonly model: string;
  readonly variant: string;
  readonly graphHash: string;
  /** Of the nodes under each path, to name what changed. */
  readonly graphParts: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly steps: number;
  readonly skipped: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly batch: number;
  readonly accumulate: number;
  /** What the section says of the optimiser, its rate and the average. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The samples of training, as a hash. */
  readonly data: string;
  /** The best result so far and when it was reached; epochs since. */
  readonly best?: { readonly metric: string; readonly value: number; readonly step: number };
}

export interface CheckpointContext {
  readonly program: TrainedModel;
  readonly header: Omit<CheckpointHeader, "version" | "model" | "variant" | "graphHash" | "graphParts" | "steps" | "skipped" | "batch" | "accumulate" | "settings">;
}

const weightsFile = "weights.safetensors";
const optimizerFile = "optimizer.safetensors";
const averageFile = "average.safetensors";
const headerFile = "state.json";

/** Writes a checkpoint in a folder's place. Throws CheckpointError; what was there before stays then. */
export function saveCheckpoint(folder: string, state: TrainingState, { program, header }: CheckpointContext): void {
  const partial = `${folder}.tmp-${process.pid}`;
  const before = `${folder}.before`;
  let writing = ""; // for the message
  const own = (name: string): string => join(partial, (writing = name));
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    writeTensors(own(weightsFile), [["", state.parameters], ["", state.states]]);
    writeTensors(own(optimizerFile), [...state.moments].map(([name, store]) => [`${name}/`, store]));
    if (state.average) writeTensors(own(averageFile), [["", state.average]]);
    const full: CheckpointHeader = {
      version: 1, ...header, model: program.model, variant: program.variant, graphHash: program.graphHash, graphParts: program.graphParts,
      steps: state.counts.steps, skipped: state.counts.skipped, batch: program.section.batch, accumulate: program.section.accumulate, settings: settingsOf(program),
    };
    writeParts(own(headerFile), [Buffer.from(`${JSON.stringify(full, null, 2)}\n`)]);
    writing = "";
    rmSync(before, { recursive: true, force: true });
    if (existsSync(folder)) renameSync(folder, before);
    renameSync(partial, folder);
    rmSync(before, { recursive: true, force: true });
  } catch (error) {
    try {
      rmSync(partial, { recursive: true, force: true });
    } catch {
      // where it could not be written, there is nothing to remove
    }
    throw new CheckpointError(`cannot write ${join(folder, writing)}: ${writingReason(error)}`, existsSync(folder) ? "the checkpoint before it is untouched: make room, and go on with --resume" : undefined);
  }
}

/** The folder that holds a checkpoint: itself, or the one that was being replaced when its writer was stopped. */
export function checkpointAt(folder: string): string | undefined {
  return [folder, `${folder}.before`].find((each) => existsSync(join(each, headerFile)));
}

/** What helps where a checkpoint is broken. */
const anotherOne = "put another one in its place, such as checkpoints/best, or begin a new run with --out";

/** Reads the header. Throws CheckpointError. */
export function readHeader(folder: string): CheckpointHeader {
  const path = join(folder, headerFile);
  let header: Partial<CheckpointHeader>;
  try {
    header = JSON.parse(readFileSync(path, "utf8")) as Partial<CheckpointHeader>;
  } catch (error) {
    throw new CheckpointError(`cannot read ${path}: ${error instanceof SyntaxError ? "it is not JSON" : (error as Error).message}`, anotherOne);
  }
  const numbers = [header.seed, header.steps, header.skipped, header.stepsPerEpoch, header.totalSteps, header.batch, header.accumulate];
  if (header.version !== 1) throw new CheckpointError(`${path} is of version ${String(header.version)}, and this program reads version 1`);
  if (!numbers.every((each) => Number.isSafeInteger(each) && each! >= 0) || typeof header.graphHash !== "string" || typeof header.data !== "string") throw new CheckpointError(`${path} is incomplete`, anotherOne);
  return header as CheckpointHeader;
}

/** Puts a checkpoint into the stores of a training. Throws CheckpointError, before anything is changed, when it belongs to another model or to other data. */
export function restoreCheckpoint(folder: string, state: TrainingState, { program, header }: CheckpointContext): CheckpointHeader {
  const found = readHeader(folder);
  const differences = differencesOf(folder, found, program);
  if (differences.length) throw new CheckpointError(`the checkpoint ${folder} is of another model: ${differences.slice(0, 4).join("; ")}${differences.length > 4 ? `; and ${differences.length - 4} more` : ""}`, "take the model as it was, or begin a new run with --out");
  if (found.data !== header.data) throw new CheckpointError(`the data are not those with which ${folder} was trained: samples were added, removed or renamed`, "bring the data back, or begin a new run with --out");
  const settings = settingsOf(program);
  const others = ([["seed", found.seed, header.seed], ["batch", found.batch, program.section.batch], ["accumulate", found.accumulate, program.section.accumulate], ["steps in all", found.totalSteps, header.totalSteps], ...Object.entries(settings).map(([name, value]) => [name, JSON.stringify(found.settings?.[name]), JSON.stringify(value)] as const)] as const).filter(([, there, here]) => there !== here);
  if (others.length) throw new CheckpointError(`the checkpoint ${folder} was trained with ${others.map(([name, there, here]) => `${name} ${there}, and now it is ${here}`).join("; ")}`, "give what it was trained with, or begin a new run with --out");
  try {
    readTensors(join(folder, weightsFile), [["", state.parameters], ["", state.states]]);
    readTensors(join(folder, optimizerFile), [...state.moments].map(([name, store]) => [`${name}/`, store]));
    if (state.average) readTensors(join(folder, averageFile), [["", state.average]]);
  } catch (error) {
    if (error instanceof TensorFileError) throw new CheckpointError(error.message, anotherOne);
    throw error;
  }
  state.counts.steps = found.steps;
  state.counts.skipped = found.skipped;
  return found;
}

/** Of the section, what the next step depends on. */
function settingsOf({ section: { optimizer, schedule, ema } }: TrainedModel): CheckpointHeader["settings"] {
  const { kind, learningRate, betas, epsilon, decay, momentum, clip, groups } = optimizer;
  return { optimizer: kind, rate: learningRate, betas, epsilon, decay, momentum, ...(clip === undefined ? {} : { clip }), groups, schedule, ...(ema === undefined ? {} : { ema }) };
}

/** What is different in the model that a checkpoint belongs to: weights by path and shape, then parts of the graph. */
function differencesOf(folder: string, found: CheckpointHeader, program: TrainedModel): readonly string[] {
  const there = openChecked(join(folder, weightsFile)).tensors;
  const here = new Map([...program.parameters, ...program.states].map(({ path, shape }) => [path, shape]));
  const differences: string[] = [];
  for (const [path, shape] of here) {
    const own = there.get(path)?.shape;
    if (!own) differences.push(`${path} is new`);
    else if (own.join() !== shape.join()) differences.push(`${path} was [${own.join(", ")}] and is [${shape.join(", ")}]`);
  }
  for (const path of there.keys()) if (!here.has(path)) differences.push(`${path} is gone`);
  if (differences.length || found.graphHash === program.graphHash) return differences;
  const paths = new Set([...Object.keys(found.graphParts ?? {}), ...Object.keys(program.graphParts)]);
  const changed = [...paths].filter((path) => found.graphParts?.[path] !== program.graphParts[path]);
  return changed.length ? changed.map((path) => `what ${path || "the loss"} computes is not the same`) : ["the step computes something else"];
}

function openChecked(path: string): ReturnType<typeof openTensors> {
  try {
    return openTensors(path);
  } catch (error) {
    if (error instanceof TensorFileError) throw new CheckpointError(error.message, anotherOne);
    throw error;
  }
}

type Named = readonly (readonly [prefix: string, store: TensorStore])[];

function writeTensors(path: string, stores: Named): void {
  writeParts(path, tensorFileParts(stores.flatMap(([prefix, store]) => store.entries.map(({ path: own, shape }) => ({ name: `${prefix}${own}`, shape, data: () => store.read(own) })))));
}

function writeParts(path: string, parts: Iterable<Uint8Array>): void {
  const file = openSync(path, "w");
  try {
    for (const bytes of parts) for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30));
  } finally {
    closeSync(file);
  }
}

function readTensors(path: string, stores: Named): void {
  const file = openTensors(path);
  for (const [prefix, store] of stores) {
    for (const { path: own, shape } of store.entries) {
      const values = readFloat32(file, `${prefix}${own}`);
      if (values.length !== countOf(shape)) throw new TensorFileError(`${path}: ${prefix}${own} has ${values.length} numbers, not ${countOf(shape)}`);
      store.write(own, values);
    }
  }
}
