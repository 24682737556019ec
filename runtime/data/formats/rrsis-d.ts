/**
 * RRSIS-D (Liu et al. 2024), as published by its authors, in the manner of RefCOCO: `rrsisd/refs(unc).p` is a pickle of references (sentences, split,
 * ids), `rrsisd/instances.json` has COCO's images, annotations and categories, `images/rrsisd/JPEGImages` the pictures. The folder
 * `images/rrsisd/ann_split` (boxes as XML) is not needed.
 */
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { inside, readBytes, readText } from "../paths.ts";
import { numpyConstructors } from "../pickle-numpy.ts";
import { PickleError, readPickle } from "../pickle.ts";
import type { Segment } from "../run-length.ts";
import type { Sample } from "../sample.ts";
import { splitOf, type Format } from "./format.ts";

const references = "rrsisd/refs(unc).p";
const instances = "rrsisd/instances.json";
const pictures = "images/rrsisd/JPEGImages";

export const rrsisD: Format = { name: "rrsisd", title: "RRSIS-D", marks: [references, instances, pictures], read: readRrsisD };

type Json = Readonly<Record<string, unknown>>;

function readRrsisD(folder: string): readonly Sample[] {
  const [file, picklePath] = [join(folder, instances), join(folder, references)];
  const root = parseJson(file);
  const images = indexed(root, "images", file);
  const annotations = indexed(root, "annotations", file);
  const categories = indexed(root, "categories", file);
  const samples: Sample[] = [];
  for (const [i, item] of readReferences(picklePath).entries()) {
    const origin = `${picklePath} [${i}]`;
    if (!(item instanceof Map)) throw new DataError(origin, "the reference is no dict");
    const reference = item as ReadonlyMap<string, unknown>;
    const found = <T>(index: ReadonlyMap<unknown, T>, key: string): T => {
      const value = index.get(reference.get(key));
      if (value === undefined) throw new DataError(origin, `its ${key} is ${String(reference.get(key))}, which ${file} does not have`);
      return value;
    };
    const split = splitOf(reference.get("split"));
    if (!split) throw new DataError(origin, `its split is ${JSON.stringify(reference.get("split") ?? null)}; train, val and test are known`);
    const image = found(images, "image_id");
    const annotation = found(annotations, "ann_id");
    const category = categories.get(reference.get("category_id"))?.["name"];
    const mask = maskOf(annotation, image, `${file} annotation ${String(reference.get("ann_id"))}`);
    const sentences = reference.get("sentences");
    if (!Array.isArray(sentences) || sentences.length === 0) throw new DataError(origin, "it has no sentences");
    sentences.forEach((sentence: unknown, k) => {
      // `raw` is what RMSIN's loader reads; `sent` is the same, cleaned.
      const text = sentence instanceof Map ? (sentence.get("raw") ?? sentence.get("sent")) : undefined;
      if (typeof text !== "string") throw new DataError(origin, `its sentence ${k} is no text`);
      samples.push({
        id: `${String(reference.get("ref_id"))}${sentences.length > 1 ? `/${k}` : ""}`, split, sentence: text.trim(), origin, mask,
        image: inside(join(folder, pictures), image["file_name"], `${file} image ${String(reference.get("image_id"))}`),
        category: typeof category === "string" ? category : undefined,
      });
    });
  }
  return samples;
}

function readReferences(path: string): readonly unknown[] {
  let value: unknown;
  try {
    value = readPickle(readBytes(path), { constructors: numpyConstructors });
  } catch (error) {
    if (error instanceof PickleError) throw new DataError(path, `the pickle is refused: ${error.message}`, "only data are read, and nothing in it is ever run: get the file from its authors");
    throw error;
  }
  if (!Array.isArray(value)) throw new DataError(path, "it holds no list of references");
  return value;
}

function parseJson(path: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(readText(path));
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(path, `it is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null) throw new DataError(path, "it is no JSON object");
  return value as Json;
}

function indexed(root: Json, key: string, path: string): ReadonlyMap<unknown, Json> {
  const list = root[key];
  if (!Array.isArray(list)) throw new DataError(path, `it has no list "${key}"`);
  return new Map((list as readonly Json[]).map((item) => [item?.["id"], item]));
}

function maskOf(annotation: Json, image: Json, origin: string): Sample["mask"] {
  const [height, width] = [image["height"], image["width"]];
  if (typeof height !== "number" || typeof width !== "number") throw new DataError(origin, "its image has no height and width");
  const written = annotation["segmentation"];
  // A list of runs (RRSIS-D), runs by themselves, or a list of polygons (RefCOCO).
  const list = Array.isArray(written) ? (written as readonly unknown[]) : [written];
  return { kind: "segments", file: origin, height, width, segments: list.map((item) => segmentOf(item, origin)) };
}

function segmentOf(item: unknown, origin: string): Segment {
  if (Array.isArray(item) && item.every((value) => typeof value === "number")) return { kind: "polygon", points: item };
  const { size, counts } = (item ?? {}) as Json;
  const [height, width] = Array.isArray(size) ? (size as readonly unknown[]) : [];
  const fits = typeof counts === "string" || (Array.isArray(counts) && counts.every((value) => typeof value === "number"));
  if (typeof height !== "number" || typeof width !== "number" || !fits) throw new DataError(origin, 'its segmentation is neither {"size": [height, width], "counts": …} nor a polygon');
  return { kind: "runs", height, width, counts: counts as string | readonly number[] };
}
