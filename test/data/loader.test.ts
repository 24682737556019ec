/** Batches: what is in them, that threads change nothing, errors with the file's name, and an end without anything left running. */
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { drawAugmentation, swapSides } from "../../runtime/data/augment.ts";
import { DataError } from "../../runtime/data/errors.ts";
import { openDataSet, samplesOf } from "../../runtime/data/formats/recognise.ts";
import { createLoader, type Batch, type Loader, type LoaderOptions } from "../../runtime/data/loader.ts";
import { indicesOf } from "../../runtime/data/order.ts";
import { readMask, readPixels } from "../../runtime/data/decode.ts";
import { preparePicture, prepareTarget } from "../../runtime/data/prepare.ts";
import { rolesOf } from "../../runtime/data/roles.ts";
import { encodeText } from "../../runtime/tokenizer.ts";
import type { Sample } from "../../runtime/data/sample.ts";
import { compileFiles } from "../programs.ts";
import { dataContractOf } from "../../compiler/training/data-contract.ts";
import { contractOf, generated, temporary } from "./folders.ts";

const contract = contractOf(64);
const open: Loader[] = [];
const loaderOf = (samples: readonly Sample[], options: Partial<LoaderOptions> = {}): Loader => {
  const loader = createLoader({ samples, contract, seed: 5, batch: 3, training: true, ...options });
  open.push(loader);
  return loader;
};
afterEach(async () => {
  for (const loader of open.splice(0)) await loader.close();
});

const samples = samplesOf(openDataSet(await generated("folder", 16, 80)), "train"); // 11
const facts = ({ feeds, samples: loaded }: Batch): unknown => [feeds, loaded];

describe("a batch", () => {
  it("holds what the contract says, of the samples that the order says", async () => {
    const loader = loaderOf(samples);
    expect(loader.batchesPerEpoch).toBe(3);
    const { feeds, samples: loaded } = await loader.batch(2, 1);
    const indices = indicesOf({ count: samples.length, batch: 3, seed: 5 }, 2, 1);
    expect(loaded.map(({ index }) => index)).toEqual(indices);
    expect(Object.entries(feeds).map(([name, data]) => [name, data.constructor.name, data.length])).toEqual([["image", "Float32Array", 3 * 3 * 64 * 64], ["target", "Float32Array", 3 * 32 * 32], ["words", "Int32Array", 3 * 22]]);
    const roles = rolesOf(contract);
    for (const [i, index] of indices.entries()) {
      const augmentation = drawAugmentation(5, 2, index);
      const [picture, target] = [new Float32Array(3 * 64 * 64), new Float32Array(32 * 32)];
      const box = preparePicture(await readPixels(samples[index].image), roles.picture, augmentation, picture);
      prepareTarget(await readMask(samples[index].mask), box, roles.target!, augmentation, target);
      expect(feeds["image"].subarray(i * picture.length, (i + 1) * picture.length)).toEqual(picture);
      expect(feeds["target"].subarray(i * target.length, (i + 1) * target.length)).toEqual(target);
      const sentence = augmentation.mirrored ? swapSides(samples[index].sentence) : samples[index].sentence;
      expect(loaded[i]).toMatchObject({ sentence, augmentation, letterbox: box });
      expect(feeds["words"].subarray(22 * i, 22 * i + 22)).toEqual(encodeText(sentence, 22));
    }
    expect(new Set(feeds["target"])).toEqual(new Set([0, 1]));
  });

  it("is the same with any number of threads, in any order of asking", async () => {
    const [here, one, two] = [loaderOf(samples, { workers: 0 }), loaderOf(samples, { workers: 1 }), loaderOf(samples, { workers: 2, ahead: 4 })];
    for (const [epoch, step] of [[0, 0], [0, 1], [0, 2], [1, 0], [1, 2], [0, 1], [7, 0]] as const) {
      const wanted = facts(await here.batch(epoch, step));
      expect(facts(await one.batch(epoch, step))).toEqual(wanted);
      expect(facts(await two.batch(epoch, step))).toEqual(wanted);
    }
    expect([here.taken, one.taken]).toEqual([7, 7]);
    expect(one.waited).toBeGreaterThan(0);
  });

  it("of an evaluation is in the order of the files, neither augmented nor left out", async () => {
    const loader = loaderOf(samples, { training: false, batch: 4 });
    const batches = [await loader.batch(0, 0), await loader.batch(0, 1), await loader.batch(0, 2)];
    expect(batches.flatMap((batch) => batch.samples.map(({ index }) => index))).toEqual(samples.map((_, i) => i));
    expect(batches[2].feeds["image"].length).toBe(3 * 3 * 64 * 64);
    expect(batches[0].samples[0]).toMatchObject({ sentence: samples[0].sentence, augmentation: undefined });
    // CLIP's statistics: black is (0 - 0.481) / 0.269.
    expect(Math.min(...batches[0].feeds["image"])).toBeGreaterThan(-1.9);
    expect(Math.max(...batches[0].feeds["image"])).toBeLessThan(2.2);
    await expect(loader.batch(0, 3)).rejects.toThrow("epoch 0 has the steps 0 to 2, not 3");
  });

  it("follows the contract of the flagship", async () => {
    const compilation = compileFiles("models/cd2fsan.net");
    const [model] = compilation.models.filter(({ name }) => name.text === "CD2FSAN");
    const flagship = dataContractOf(compilation, model, compilation.variantsOf(model)[0])!;
    expect(flagship).toMatchObject({ source: "rrsisd", split: "train" });
    expect(flagship.fields.map(({ name, dtype, low, high, normalisedBy, axes }) => [name, dtype, low, high, normalisedBy, axes.map(({ size }) => size)])).toEqual([
      ["image", "f32", 0, 1, "clip", [undefined, 3, 480, 480]], ["words", "i32", 0, 1, undefined, [undefined, 22]], ["target", "f32", 0, 1, undefined, [undefined, 240, 240]],
    ]);
    const { feeds } = await loaderOf(samples, { contract: flagship, batch: 1 }).batch(0, 0);
    expect([feeds["image"].length, feeds["words"].length, feeds["target"].length]).toEqual([3 * 480 * 480, 22, 240 * 240]);
  });

  it("is refused where a field has no source, or there are too few samples", () => {
    const [image, words, target] = contract.fields;
    const make = (...fields: typeof contract.fields) => () => createLoader({ samples, contract: { source: "folder", fields }, seed: 0, batch: 2, training: true });
    expect(make(image, words, { ...target, dtype: "bool" })).toThrow("field `target`: bool[?, 32, 32] is neither a picture f32[B, 3, Y, X], nor words i32[B, T], nor a mask f32[B, Y, X]");
    expect(make(words)).toThrow("the data have no picture");
    expect(make({ ...image, normalisedBy: "imagenet" })).toThrow("field `image`: the normalisation imagenet is not known; clip is");
    expect(make({ ...image, axes: image.axes.map(({ size }, i) => ({ name: "Y", size: i === 2 ? undefined : size })) })).toThrow("field `image`: the size of Y is open");
    expect(make(image, image)).toThrow("there is already a field for the picture");
    expect(() => loaderOf(samples, { batch: 12 })).toThrow("11 samples do not fill a batch of 12");
  });
});

describe("a sample that is wrong", () => {
  it.each([0, 1, 2])("is named, with %i threads, and the batches without it are made all the same", async (workers) => {
    const own = samplesOf(openDataSet(await generated("folder", 13, 64)), "train"); // 9
    truncateSync(own[4].image, 300);
    const loader = loaderOf(own, { workers, training: false });
    await loader.batch(0, 0);
    const problem = await loader.batch(0, 1).catch((error: Error) => error);
    expect(problem).toBeInstanceOf(DataError);
    expect((problem as DataError).file).toBe(own[4].image);
    expect((problem as DataError).message).toMatch(/^\S+00004\.png: it is truncated or damaged: .* \(sample \S+train\.jsonl:5\)$/);
    expect((await loader.batch(0, 2)).samples.length).toBe(3);
  });

  it("with a mask of another size is named by its mask", async () => {
    const own = samplesOf(openDataSet(await generated("folder", 3, 64)), "train");
    const loader = loaderOf([{ ...own[0], image: samples[0].image }], { batch: 1 });
    await expect(loader.batch(0, 0)).rejects.toThrow(`00000.png: the mask is 64 × 64, but its picture ${samples[0].image} is 80 × 80`);
  });
});

describe("the threads", () => {
  it("end when the loader is closed, also in the middle of work, and what is waited for fails", async () => {
    for (let i = 0; i < 5; i++) {
      const loader = createLoader({ samples, contract, seed: i, batch: 3, training: true, workers: 2, ahead: 3 });
      const asked = loader.batch(0, 0);
      const failed = expect(asked).rejects.toThrow("the data loader was closed");
      await loader.close();
      await failed;
      await expect(loader.batch(0, 1)).rejects.toThrow("the data loader was closed");
      await loader.close();
    }
    const left = (process as unknown as { getActiveResourcesInfo(): string[] }).getActiveResourcesInfo().filter((name) => name === "MessagePort" || name === "Worker");
    expect(left.length).toBeLessThanOrEqual(1); // vitest's own
  });

  it.each([
    ["ends", "process.exit(3)", /a thread that loads data stopped with exit code 3/],
    ["throws", "throw new Error('no memory')", /a thread that loads data failed: no memory/],
  ])("make an error, not a wait, when one %s", async (_, deed, message) => {
    const folder = temporary();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "loader-worker.mjs"), `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { ${deed}; });`);
    const before = process.env["NETC_WORKERS"];
    process.env["NETC_WORKERS"] = folder;
    const loader = loaderOf(samples);
    process.env["NETC_WORKERS"] = before;
    await expect(loader.batch(0, 0)).rejects.toThrow(message);
    await expect(loader.batch(0, 1)).rejects.toThrow(message);
    rmSync(folder, { recursive: true });
  });
});
