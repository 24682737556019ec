/** Each layout is read as it was written, and what is wrong in a folder is said with the file's name. */
import { readFileSync, rmSync, truncateSync, statSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { checkDataSet } from "../../runtime/data/check.ts";
import { readMask, readPixels } from "../../runtime/data/decode.ts";
import { openDataSet, recogniseFormat, samplesOf } from "../../runtime/data/formats/recognise.ts";
import { drawSample } from "../../runtime/data/generate/generate.ts";
import { layouts, type LayoutName } from "../../runtime/data/generate/layouts.ts";
import { formatPickle } from "../../runtime/data/generate/pickle-writer.ts";
import { rolesOf } from "../../runtime/data/roles.ts";
import { contractOf, dataError, generated, put, temporary } from "./folders.ts";

const names = Object.keys(layouts) as readonly LayoutName[];
const grey = (width: number, height: number): Promise<Buffer> => sharp({ create: { width, height, channels: 3, background: "#808080" } }).png().toBuffer();
const white = (width: number, height: number): Promise<Buffer> => sharp({ create: { width, height, channels: 3, background: "#fff" } }).png().toBuffer();

describe("the layout", () => {
  it.each(names)("%s is read as it was written: sentences, splits, masks to the pixel, pictures", async (layout) => {
    const folder = await generated(layout, 10, 80);
    const dataSet = openDataSet(folder);
    expect(dataSet.format).toBe(layout);
    expect(dataSet.splits).toEqual(["train", "val", "test"]);
    expect(dataSet.splits.map((split) => samplesOf(dataSet, split).length)).toEqual([7, 1, 2]);
    for (const [i, sample] of dataSet.samples.entries()) {
      const drawn = drawSample(1, i, 10, 80);
      expect(sample).toMatchObject({ sentence: drawn.sentence, split: drawn.split });
      expect(sample.category).toBe(layout === "rrsisd" || layout === "folder" ? drawn.category : undefined);
      expect(await readMask(sample.mask)).toEqual(drawn.mask);
      const { data, width, height } = await readPixels(sample.image);
      expect([width, height]).toEqual([80, 80]);
      const error = data.reduce((sum, value, at) => sum + Math.abs(value - drawn.pixels.data[at]), 0) / data.length;
      if (layout === "rrsisd") expect(error).toBeLessThan(4); // JPEG
      else expect(error).toBe(0);
    }
  });

  it("of RRSIS-D may have several sentences an object, polygons, and runs that are not compressed", async () => {
    const folder = temporary();
    const sentence = (text: string) => ({ sent_id: 0, sent: text, raw: `${text} `, tokens: [text] });
    put(folder, "rrsisd/refs(unc).p", formatPickle([{ ref_id: 5, ann_id: 1, image_id: 0, category_id: 2, split: "testA", sentences: [sentence("one"), sentence("two")] }, { ref_id: 6, ann_id: 2, image_id: 0, category_id: 2, split: "val", sentences: [sentence("three")] }]));
    put(folder, "rrsisd/instances.json", JSON.stringify({
      images: [{ id: 0, file_name: "a.jpg", height: 4, width: 6 }], categories: [{ id: 2, name: "ship" }],
      annotations: [{ id: 1, segmentation: { size: [4, 6], counts: [4, 4, 16] } }, { id: 2, segmentation: [[0, 0, 6, 0, 6, 2, 0, 2]] }],
    }));
    put(folder, "images/rrsisd/JPEGImages/a.jpg", await grey(6, 4));
    const { samples } = openDataSet(folder);
    expect(samples.map(({ id, sentence: text, split, category }) => [id, text, split, category])).toEqual([["5/0", "one", "test", "ship"], ["5/1", "two", "test", "ship"], ["6", "three", "val", "ship"]]);
    expect([...(await readMask(samples[0].mask)).data].map((value, i) => (value ? i : -1)).filter((i) => i >= 0)).toEqual([1, 7, 13, 19]);
    expect((await readMask(samples[2].mask)).data.reduce((sum, value) => sum + value, 0)).toBe(12);
  });
});

describe("a folder that is no data set", () => {
  it("is refused with what was looked for", async () => {
    const folder = temporary();
    put(folder, "images/a.png", "");
    const { message, help } = await dataError(() => recogniseFormat(folder));
    expect(message).toBe(`${folder}: it has no known layout; looked for RRSIS-D (missing: rrsisd/refs(unc).p, rrsisd/instances.json, images/rrsisd/JPEGImages); RefSegRS (missing: output_phrase_train.txt or output_phrase_val.txt or output_phrase_test.txt, masks); RISBench (missing: output_phrase_train.txt or output_phrase_val.txt or output_phrase_test.txt, img_rgb, mask); plain folder (missing: train.jsonl or val.jsonl or test.jsonl)`);
    expect(help).toContain("train.jsonl");
    expect((await dataError(() => recogniseFormat(join(folder, "none")))).message).toContain("there is no such folder");
  });

  it("names the splits that there are", async () => {
    const dataSet = openDataSet(await generated("folder"));
    expect((await dataError(() => samplesOf(dataSet, "dev"))).message).toBe(`${dataSet.folder}: there is no split "dev"; it has train, val, test`);
  });
});

describe("an annotation that is wrong", () => {
  const broken = async (change: (root: Record<string, Record<string, unknown>[]>) => void, references?: Uint8Array): Promise<string> => {
    const folder = await generated("rrsisd", 3);
    const path = join(folder, "rrsisd/instances.json");
    const root = JSON.parse(readFileSync(path, "utf8")) as Record<string, Record<string, unknown>[]>;
    change(root);
    put(folder, "rrsisd/instances.json", JSON.stringify(root));
    if (references) put(folder, "rrsisd/refs(unc).p", references);
    return folder;
  };

  it("a run length that exceeds the size", async () => {
    const folder = await broken(({ annotations }) => (annotations[1]["segmentation"] = [{ size: [64, 64], counts: [100, 5000] }]));
    const { findings } = await checkDataSet(openDataSet(folder), openDataSet(folder).samples);
    expect(findings).toMatchObject([{ severity: "error", kind: "mask", message: `${join(folder, "rrsisd/instances.json")} annotation 1: its runs add up to more than its size, 64 × 64 = 4096: run 1 ends at 5100` }]);
  });

  it.each(["../../../../etc/passwd", "/etc/passwd", "a/../../b.jpg", "..\\b.jpg", "C:/b.jpg", "a\0.jpg"])("a file name that leads out: %j", async (name) => {
    const folder = await broken(({ images }) => (images[2]["file_name"] = name));
    const { message } = await dataError(() => openDataSet(folder));
    expect(message).toBe(`${join(folder, "rrsisd/instances.json")} image 2: the file name ${JSON.stringify(name)} leads out of ${join(folder, "images/rrsisd/JPEGImages")}`);
  });

  it("a pickle that would run something", async () => {
    const folder = await broken(() => undefined, Buffer.from("cos\nsystem\n(S'touch hacked'\ntR."));
    const { message, help } = await dataError(() => openDataSet(folder));
    expect(message).toBe(`${join(folder, "rrsisd/refs(unc).p")}: the pickle is refused: GLOBAL at byte 0: it would import os.system, which is not data`);
    expect(help).toContain("nothing in it is ever run");
  });

  it("an id that is not there, a split that is not known, a file that is no JSON", async () => {
    const entry = { ref_id: 0, ann_id: 77, image_id: 0, category_id: 1, split: "train", sentences: [] };
    const unknown = await broken(() => undefined, formatPickle([entry]));
    expect((await dataError(() => openDataSet(unknown))).message).toContain(`[0]: its ann_id is 77, which ${join(unknown, "rrsisd/instances.json")} does not have`);
    const split = await broken(() => undefined, formatPickle([{ ...entry, ann_id: 0, split: "dev" }]));
    expect((await dataError(() => openDataSet(split))).message).toContain('[0]: its split is "dev"; train, val and test are known');
    put(split, "rrsisd/instances.json", "{");
    expect((await dataError(() => openDataSet(split))).message).toContain("instances.json: it is no JSON");
  });

  it("lines of the other layouts", async () => {
    const folder = temporary();
    const lines = (...given: readonly string[]): void => put(folder, "train.jsonl", given.join("\n"));
    const file = join(folder, "train.jsonl");
    lines('{"image": "a.png", "text": "x", "mask": "../m.png"}');
    expect((await dataError(() => openDataSet(folder))).message).toContain(`${file}:1 "mask": the file name "../m.png" leads out of`);
    lines("", '{"image": "a.png", "mask": "m.png"}');
    expect((await dataError(() => openDataSet(folder))).message).toBe(`${file}:2: there is no "text"`);
    lines("not JSON");
    expect((await dataError(() => openDataSet(folder))).message).toContain(`${file}:1: it is no JSON`);
    lines("");
    expect((await dataError(() => openDataSet(folder))).message).toContain("has no samples");
    const phrases = await generated("refsegrs", 3);
    put(phrases, "output_phrase_val.txt", "../../x the road\n");
    expect((await dataError(() => openDataSet(phrases))).message).toContain('output_phrase_val.txt:1: the file name "../../x.tif" leads out of');
  });
});

describe("the check of every sample", () => {
  it.each(names)("finds nothing wrong with a generated %s", async (layout) => {
    const dataSet = openDataSet(await generated(layout, 10));
    const report = await checkDataSet(dataSet, dataSet.samples, rolesOf(contractOf(64)));
    expect(report.findings).toEqual([]);
    expect(report.splits.map(({ samples, pictures, sizes }) => [samples, pictures, sizes])).toEqual([[7, 7, [["64 × 64", 7]]], [1, 1, [["64 × 64", 1]]], [2, 2, [["64 × 64", 2]]]]);
  });

  it.each(names)("names what is wrong in %s: missing, truncated, another size, empty", async (layout) => {
    const folder = await generated(layout, 6);
    const { samples } = openDataSet(folder);
    rmSync(samples[0].image);
    truncateSync(samples[1].image, Math.floor(statSync(samples[1].image).size / 2));
    put(samples[2].image, "../garbage", "");
    const expected = [`${samples[0].image}: there is no such file`, `${samples[1].image}: it `];
    if (samples[3].mask.kind === "file" && samples[4].mask.kind === "file") {
      put("", samples[3].mask.path, await white(32, 64));
      put("", samples[4].mask.path, await sharp({ create: { width: 64, height: 64, channels: 3, background: "#000" } }).png().toBuffer());
      expected.push(`${samples[3].mask.path}: the mask is 64 × 32, but its picture ${samples[3].image} is 64 × 64 (height × width)`, `${samples[4].mask.path}: the mask is empty: no value is above`);
    } else {
      put("", samples[3].image, await grey(32, 64));
      expected.push(`the mask is 64 × 64, but its picture ${samples[3].image} is 64 × 32`);
    }
    const { findings } = await checkDataSet(openDataSet(folder), samples);
    expect(findings.map((finding) => finding.severity)).toEqual(expected.map(() => "error"));
    expected.forEach((message, i) => expect(findings[i].message).toContain(message));
    expect(findings[1].message).toMatch(/truncated or damaged|cannot be decoded/);
  });

  it("tells empty and long sentences", async () => {
    const folder = temporary();
    put(folder, "a.png", await grey(8, 8));
    put(folder, "m.png", await white(8, 8));
    const long = `the ${"very ".repeat(30)}large ship`;
    put(folder, "train.jsonl", ["", " ", long, "the ship"].map((text) => JSON.stringify({ image: "a.png", text, mask: "m.png" })).join("\n"));
    const dataSet = openDataSet(folder);
    const { findings, splits } = await checkDataSet(dataSet, dataSet.samples, rolesOf(contractOf(64)));
    expect(findings.map(({ severity, kind }) => [severity, kind])).toEqual([["error", "empty-sentence"], ["error", "empty-sentence"], ["warning", "long-sentence"]]);
    expect(findings[2].message).toBe(`${join(folder, "train.jsonl")}:3: the sentence has 35 tokens with start and end, the model takes 22: the last 13 are cut off: "${long}"`);
    expect(splits[0]).toMatchObject({ pictures: 1, samples: 4, tokens: [4, 35] });
  });

  it("decodes no picture that is huge, and none that is something else", async () => {
    const folder = temporary();
    const header = (await grey(8, 8)).subarray(0, 33);
    const huge = Buffer.concat([header, (await grey(8, 8)).subarray(33)]);
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    put(folder, "huge.png", huge);
    put(folder, "empty.png", "");
    put(folder, "drawing.png", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    expect((await dataError(() => readPixels(join(folder, "huge.png")))).message).toMatch(/huge\.png: it (is 60000 × 60000; at most 16384 on a side|cannot be decoded)/);
    expect((await dataError(() => readPixels(join(folder, "empty.png")))).message).toBe(`${join(folder, "empty.png")}: it is empty`);
    expect((await dataError(() => readPixels(join(folder, "drawing.png")))).message).toBe(`${join(folder, "drawing.png")}: it is no JPEG, PNG or TIFF file`);
    const wide = await sharp({ create: { width: 16_000, height: 5_000, channels: 3, background: "#000" } }).png().toBuffer();
    put(folder, "wide.png", wide);
    expect((await dataError(() => readPixels(join(folder, "wide.png")))).message).toContain("it is 16000 × 5000; at most 16384 on a side and 67108864 pixels in all are read");
  });

  it("takes grey, transparent and 16-bit pictures, and masks of one bit or a palette", async () => {
    const folder = temporary();
    const noise = sharp({ create: { width: 8, height: 6, channels: 4, background: { r: 10, g: 200, b: 90, alpha: 0.5 } } });
    put(folder, "alpha.png", await noise.clone().png().toBuffer());
    expect([...(await readPixels(join(folder, "alpha.png"))).data.subarray(0, 3)]).toEqual([10, 200, 90]);
    put(folder, "grey.jpg", await noise.clone().removeAlpha().greyscale().jpeg().toBuffer());
    const grey = await readPixels(join(folder, "grey.jpg"));
    expect([grey.data.length, new Set(grey.data.subarray(0, 3)).size]).toEqual([144, 1]);
    put(folder, "deep.tif", await noise.clone().removeAlpha().toColourspace("rgb16").tiff().toBuffer());
    expect([...(await readPixels(join(folder, "deep.tif"))).data.subarray(0, 3)]).toEqual([10, 200, 90]);
    const half = Buffer.from(Array.from({ length: 48 }, (_, i) => (i % 8 < 4 ? 0 : 255)));
    const raw = sharp(half, { raw: { width: 8, height: 6, channels: 1 } });
    put(folder, "palette.png", await raw.clone().png({ palette: true, colours: 2 }).toBuffer());
    put(folder, "bit.tif", await raw.clone().toColourspace("b-w").tiff({ bitdepth: 1, compression: "ccittfax4" }).toBuffer());
    for (const file of ["palette.png", "bit.tif"]) {
      const mask = await readMask({ kind: "file", path: join(folder, file), above: 50 });
      expect([...mask.data]).toEqual([...half].map((value) => value / 255));
    }
  });
});
