/** Arrays: what a batch holds is what the files hold, in an order that depends on nothing but the seed; and what does not fit is named. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DataContract, FieldContract } from "../../compiler/training/data-contract.ts";
import { hasArrays, openArrays } from "../../runtime/data/arrays/array-set.ts";
import { checkArrays } from "../../runtime/data/arrays/check.ts";
import { openTrainingData, type LoadingOptions } from "../../runtime/data/training-data.ts";
import { formatNpy } from "../../runtime/npy.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "netc-arrays-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A NumPy file of any element type. */
function save(name: string, descr: string, shape: readonly number[], data: NodeJS.ArrayBufferView): void {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const padded = Buffer.from(`${text}${" ".repeat(63 - ((10 + text.length) % 64))}\n`);
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]), padded, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]));
}

const field = (name: string, dtype: FieldContract["dtype"], sizes: readonly (number | undefined)[], more: Partial<FieldContract> = {}): FieldContract => ({ name, dtype, axes: [{ name: "B", size: undefined }, ...sizes.map((size, i) => ({ name: `A${i}`, size }))], low: 0, high: 1, ...more });
const contract = (...fields: readonly FieldContract[]): DataContract => ({ source: "arrays", split: "train", fields });
const options = (wanted: DataContract, more: Partial<LoadingOptions> = {}): LoadingOptions => ({ split: "train", contract: wanted, seed: 1, batch: 3, training: true, ...more });

/** Ten samples: x is [10 i, 10 i + 1], label is i. */
function saveTen(): DataContract {
  save("train/x.npy", "<f8", [10, 2], Float64Array.from({ length: 20 }, (_, i) => 10 * Math.floor(i / 2) + (i % 2)));
  save("train/label.npy", "<i8", [10], BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i)));
  return contract(field("x", "f32", [2], { low: 0, high: 91, isRanged: true }), field("label", "i32", []));
}

describe("batches", () => {
  it("hold the samples of the files, every one once in an epoch, the fields of a sample together", async () => {
    const data = openTrainingData((saveTen(), folder));
    expect([data.splits, data.count("train"), data.count("val")]).toEqual([["train"], 10, 0]);
    const loader = data.loader(options(saveTen()));
    expect(loader.batchesPerEpoch).toBe(3);
    const orders: (readonly number[])[] = [];
    for (const epoch of [0, 1]) {
      const seen: number[] = [];
      for (let step = 0; step < 3; step++) {
        const { feeds, count } = await loader.batch(epoch, step);
        expect(count).toBe(3);
        expect([...feeds["x"]]).toEqual([...feeds["label"]].flatMap((label) => [10 * label, 10 * label + 1]));
        seen.push(...feeds["label"]);
      }
      expect(new Set(seen).size).toBe(9);
      orders.push(seen);
    }
    expect(orders[0]).not.toEqual(orders[1]);
    // One that is asked for out of order is the same as in order, which is what a resumed training needs.
    expect([...(await loader.batch(0, 1)).feeds["label"]]).toEqual(orders[0].slice(3, 6));
    await loader.close();
  });

  it("of an evaluation come in the order of the files, the last one short", async () => {
    const wanted = saveTen();
    const loader = openTrainingData(folder).loader(options(wanted, { training: false, batch: 4 }));
    const labels: number[][] = [];
    for (let step = 0; step < loader.batchesPerEpoch; step++) labels.push([...(await loader.batch(0, step)).feeds["label"]]);
    expect(labels).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
    await loader.close();
  });

  it("take each element type; bytes of a field of floats are steps of its range", async () => {
    save("train/a.npy", "|u1", [2, 2], Uint8Array.of(0, 255, 51, 102));
    save("train/b.npy", "<f4", [2], Float32Array.of(0.5, -2));
    save("train/c.npy", "|u1", [2], Uint8Array.of(7, 200));
    save("train/d.npy", "<i4", [2], Int32Array.of(-7, 8));
    save("train/e.npy", "|b1", [2], Uint8Array.of(0, 1));
    const loader = openTrainingData(folder).loader(options(contract(field("a", "f32", [2], { low: -1, high: 1, isRanged: true }), field("b", "f32", []), field("c", "i32", []), field("d", "i32", []), field("e", "i32", [])), { training: false, batch: 2 }));
    const { feeds } = await loader.batch(0, 0);
    [-1, 1, -0.6, -0.2].forEach((value, i) => expect(feeds["a"][i]).toBeCloseTo(value, 6));
    expect([feeds["b"], feeds["c"], feeds["d"], feeds["e"]]).toEqual([Float32Array.of(0.5, -2), Int32Array.of(7, 200), Int32Array.of(-7, 8), Int32Array.of(0, 1)]);
    await loader.close();
  });
});

describe("what does not fit is named, with the file", () => {
  const says = (wanted: DataContract, more: Partial<LoadingOptions> = {}): string => {
    try {
      void openTrainingData(folder).loader(options(wanted, more)).close();
      return "";
    } catch (error) {
      return (error as Error).message.replaceAll(`${folder}/`, "");
    }
  };

  it("by the headers, before anything is trained", () => {
    const wanted = saveTen();
    expect(says(wanted)).toBe("");
    expect(says(contract(field("x", "f32", [3])))).toBe("train/x.npy: its shape is [10, 2], but the field `x` is f32[B, A0 = 3]");
    expect(says(contract(field("x", "i32", [2])))).toBe("train/x.npy: its elements are <f8, but the field `x` is i32[B, A0 = 2]");
    expect(says(contract(field("label", "f32", [])))).toBe("train/label.npy: its elements are <i8, but the field `label` is f32[B]");
    expect(says(contract(field("y", "f32", [])))).toContain("train: there is no y.npy for the field `y`; there is label.npy, x.npy");
    expect(says(contract(field("x", "f32", [2], { normalisedBy: "clip" })))).toContain("normalise them before");
    expect(says(wanted, { split: "val" })).toContain('there is no split "val"; it has train');
    expect(says(wanted, { batch: 11 })).toContain("10 samples of train do not fill a batch of 11");
    expect(says({ ...wanted, source: "folder" })).toContain("the training section reads `folder`");
    save("train/more.npy", "<f4", [9], new Float32Array(9));
    expect(says(wanted)).toBe("train/more.npy: it has 9 samples, but label.npy beside it has 10");
    rmSync(join(folder, "train/more.npy"));
    truncateSync(join(folder, "train/x.npy"), 200);
    expect(says(wanted)).toMatch(/^train\/x\.npy: its shape \[10, 2\] needs 160 bytes, but it has 72/);
    writeFileSync(join(folder, "train/x.npy"), "text");
    expect(says(wanted)).toBe("train/x.npy: it is no .npy file");
  });

  it("by the numbers, when a batch is read: with the sample", async () => {
    save("train/x.npy", "<f4", [3], Float32Array.of(0, 2, NaN));
    const read = async (...fields: readonly FieldContract[]) => {
      const loader = openTrainingData(folder).loader(options(contract(...fields), { training: false, batch: 3 }));
      return loader.batch(0, 0).finally(() => loader.close());
    };
    await expect(read(field("x", "f32", [], { isRanged: true }))).rejects.toThrow(/x\.npy: sample 1: 2 is not in \[0, 1\]/);
    await expect(read(field("x", "f32", []))).rejects.toThrow(/x\.npy: sample 2: NaN is no finite number/);
    save("train/x.npy", "<i8", [3], BigInt64Array.of(0n, 2n ** 40n, 1n));
    await expect(read(field("x", "i32", []))).rejects.toThrow(/sample 1: 1099511627776 is no whole number of 32 bits/);
  });

  it("all of it, by the check of a folder, whose files are read in pieces", async () => {
    const [count, size] = [5, 3 * 1024 * 1024]; // more than one piece, which is of two samples
    const large = new Uint8Array(count * size).fill(1);
    large[4 * size + 7] = 9;
    save("train/large.npy", "|u1", [count, size], large);
    save("train/x.npy", "<f4", [count], Float32Array.of(0.5, -Infinity, 0.25, 3, 1));
    const { arrays, findings } = await checkArrays(openArrays(folder), undefined, contract(field("large", "i32", [size], { low: 0, high: 5, isRanged: true }), field("x", "f32", [], { isRanged: true }), field("y", "f32", [])));
    expect(arrays).toEqual([{ split: "train", name: "large", type: "|u1", shape: [count, size], least: 1, greatest: 9 }, { split: "train", name: "x", type: "<f4", shape: [count], least: 0.25, greatest: 3 }]);
    expect(findings.map(({ message }) => message.replaceAll(`${folder}/`, ""))).toEqual([
      "train: there is no y.npy for the field `y`; there is large.npy, x.npy", "train/large.npy: sample 4: 9 is not in [0, 5]",
      "train/x.npy: sample 1: -Infinity is no finite number", "train/x.npy: sample 3: 3 is not in [0, 1]",
    ]);
    expect((await checkArrays(openArrays(folder), "train")).findings).toHaveLength(1);
    await expect(checkArrays(openArrays(folder), "val")).rejects.toThrow('there is no split "val"; it has train');
  });
});

it("a folder is one of arrays by its files; what the rest of netc writes as .npy is read", () => {
  expect(hasArrays(folder)).toBe(false);
  mkdirSync(join(folder, "val"));
  writeFileSync(join(folder, "val/x.npy"), Buffer.concat(formatNpy({ dtype: "f32", shape: [2, 3], data: new Float32Array(6) })));
  expect(hasArrays(folder)).toBe(true);
  expect(openArrays(folder).splits[0].files.get("x")).toMatchObject({ descr: "<f4", shape: [2, 3], sampleShape: [3], sampleBytes: 12, begin: readFileSync(join(folder, "val/x.npy")).length - 24 });
});
