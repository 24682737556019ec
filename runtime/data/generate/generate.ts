/**
 * A synthetic data set of aerial scenes with referring sentences. Everything is a function of (seed, count, size, layout, easy): the same call writes the same
 * bytes, and sample n of a seed is the same scene in every layout and at every size. A folder is written under a temporary name and renamed at the end.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writingReason } from "../../writing-reason.ts";
import { DataError } from "../errors.ts";
import type { Split } from "../sample.ts";
import { renderScene } from "./draw.ts";
import { drawEasyScene } from "./easy.ts";
import { layouts, type Drawn, type LayoutName } from "./layouts.ts";
import { randomOf } from "./random.ts";
import { drawScene, type Scene, type SceneObject } from "./scene.ts";
import { describe, sentenceOf, type Description } from "./sentence.ts";

export interface GenerateOptions {
  readonly layout: LayoutName;
  readonly count: number;
  /** Side of the pictures in pixels. */
  readonly size: number;
  readonly seed: number;
  /** Few large objects and short sentences: `easy.ts`. */
  readonly easy?: boolean;
  /** Replace a folder that is there. */
  readonly force?: boolean;
  /** Told after each sample. */
  readonly progress?: (done: number) => void;
}

export interface ComposedScene {
  readonly scene: Scene;
  readonly target: SceneObject;
  readonly description: Description;
}

/** Scene `number` of a seed, one of its objects, and what is said of it. */
export function composeScene(seed: number, number: number): ComposedScene {
  for (let attempt = 0; ; attempt++) {
    const random = randomOf(`scene ${seed} ${attempt}`, number);
    const scene = drawScene(random);
    // Three times of four an object that is not the only one of its kind.
    const several = scene.objects.filter((object) => scene.objects.some((other) => other !== object && other.kind === object.kind));
    const candidates = several.length > 0 && random.chance(0.75) ? several : scene.objects;
    if (candidates.length < 1 || scene.objects.length < 3) continue;
    const target = random.pick(candidates);
    const description = describe(target, scene, random);
    if (description) return { scene, target, description };
  }
}

/** Easy scene `number` of a seed: its target is called by colour and kind, and no other object has its colour. */
export function composeEasyScene(seed: number, number: number): ComposedScene {
  for (let attempt = 0; ; attempt++) {
    const random = randomOf(`easy scene ${seed} ${attempt}`, number);
    const scene = drawEasyScene(random);
    if (!scene) continue;
    const target = random.pick(scene.objects);
    return { scene, target, description: { noun: target.kind.noun, colour: target.colour } };
  }
}

/** 70 %, 10 %, 20 %, as in RRSIS-D; each split has a sample where there are three. */
export function splitAt(number: number, count: number): Split {
  const validation = Math.max(Math.round(0.1 * count), count >= 3 ? 1 : 0);
  const test = Math.max(Math.round(0.2 * count), count >= 2 ? 1 : 0);
  if (number < count - validation - test) return "train";
  return number < count - test ? "val" : "test";
}

/** Sample `number`, drawn. */
export function drawSample(seed: number, number: number, count: number, size: number, easy = false): Drawn {
  const { scene, target, description } = (easy ? composeEasyScene : composeScene)(seed, number);
  const { pixels, mask } = renderScene(scene, target, size, number + 1000 * seed);
  return { number, split: splitAt(number, count), sentence: sentenceOf(description), category: target.kind.noun, pixels, mask };
}

/** Samples that are encoded in the background while the next ones are drawn. */
const encodedAtOnce = 4;

/** In every folder that was generated: how. Only a folder that has it is ever replaced. */
const record = "generated.json";

/** Writes the folder, whole or not at all. A DataError when it is there already, and with `force` when it is not one that was generated. */
export async function generateDataSet(given: string, { layout, count, size, seed, easy = false, force, progress }: GenerateOptions): Promise<void> {
  const folder = given.replace(/(?<=.)[/\\]+$/, "");
  if (existsSync(folder)) {
    if (!force) throw new DataError(folder, "it exists already", "choose another folder, or replace it with --force");
    if (!existsSync(join(folder, record)) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0)) throw new DataError(folder, `it is not replaced: it has no ${record}, so it was not generated`, "choose another folder");
  }
  const partial = `${folder}.tmp-${process.pid}`;
  const writer = layouts[layout]();
  const write = (path: string, content: Uint8Array | string): Promise<void> => writeFile(join(partial, path), content);
  try {
    await rm(partial, { recursive: true, force: true });
    for (const path of ["", ...writer.folders]) await mkdir(join(partial, path), { recursive: true });
    const running = new Set<Promise<void>>();
    let done = 0;
    for (let number = 0; number < count; number++) {
      const drawn = drawSample(seed, number, count, size, easy);
      const promise: Promise<void> = writer.add(drawn, write).then(() => {
        running.delete(promise);
        progress?.(++done);
      });
      running.add(promise);
      if (running.size >= encodedAtOnce) await Promise.race(running);
    }
    await Promise.all(running);
    await writer.finish(write);
    await write(record, `${JSON.stringify({ layout, count, size, seed, ...(easy ? { easy } : {}) })}\n`);
    await replaceFolder(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof DataError || code === undefined) throw error;
    throw new DataError(dirname(folder), `the data set cannot be written: ${writingReason(error)}`);
  }
}

/** The old folder is removed when the new one has its name. */
async function replaceFolder(partial: string, folder: string): Promise<void> {
  const old = `${folder}.old-${process.pid}`;
  const exists = existsSync(folder);
  if (exists) await rename(folder, old);
  try {
    await rename(partial, folder);
  } catch (error) {
    if (exists) await rename(old, folder);
    throw error;
  }
  if (exists) await rm(old, { recursive: true, force: true });
}
