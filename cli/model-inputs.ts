/** Values for the inputs of a model from what a person has: pictures, arrays, sentences. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Model } from "../grammar/ast.ts";
import type { Compilation } from "../compiler/compilation.ts";
import { itemsOfKind } from "../compiler/check/program.ts";
import { constantValue, showSize } from "../compiler/dims/index.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import type { EngineTensor } from "../runtime/engine.ts";
import { NpyError, parseNpy } from "../runtime/npy.ts";
import { parsePicture, PictureError, resizePicture, type Picture } from "../runtime/pictures.ts";
import { normalisations } from "../runtime/data/roles.ts";
import { encodeText } from "../runtime/tokenizer.ts";
import { ProgramError, UsageError } from "./errors.ts";

type InputNode = Graph["inputs"][number];

export interface ModelInputs {
  readonly feeds: Record<string, EngineTensor>;
  /** The first picture, at the size of the model, for overlays. */
  readonly picture?: Picture;
}

const { mean: clipMean, deviation: clipDeviation } = normalisations["clip"];

/** Whether the training section says that this input is normalised by CLIP's statistics. */
function normalisedByClip(compilation: Compilation, model: Model, name: string): boolean {
  return compilation.program.files.some((file) =>
    itemsOfKind(file.tree, "Train").some(
      (train) => train.model.text === model.name.text && train.items.some((item) => item.kind === "DataItem" && item.fields.some((field) => field.name.text === name && field.normalisedBy?.text === "clip")),
    ),
  );
}

const pictureExtensions = [".png", ".jpg", ".jpeg", ".tif", ".tiff"];

/** `name=path` pairs, or `name=some text` for inputs of words. */
export async function readInputs(compilation: Compilation, model: Model, graph: Graph, given: readonly string[]): Promise<ModelInputs> {
  const feeds: Record<string, EngineTensor> = {};
  let picture: Picture | undefined;
  const names = graph.inputs.map((input) => input.attributes.name);
  for (const text of given) {
    const at = text.indexOf("=");
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    if (at <= 0) throw new UsageError(`--input takes name=path, not \`${text}\``, `the inputs are ${names.join(", ")}`);
    const node = graph.inputs.find((input) => input.attributes.name === name);
    if (!node) {
      const near = nearestName(name, names);
      throw new UsageError(`${model.name.text} has no input ${name}; it has ${names.join(", ")}`, near && `did you mean ${near}?`);
    }
    if (pictureExtensions.includes(extname(value).toLowerCase())) {
      picture = await pictureFor(node, value);
      feeds[name] = pictureTensor(picture, normalisedByClip(compilation, model, name));
    } else if (extname(value).toLowerCase() === ".npy") feeds[name] = arrayFor(node, value);
    else feeds[name] = wordsFor(node, value);
  }
  const missing = graph.inputs.filter((input) => !(input.attributes.name in feeds));
  if (missing.length) throw new UsageError(`missing: ${missing.map((input) => `--input ${input.attributes.name}=…  (${describe(input)})`).join("; ")}`);
  return { feeds, picture };
}

export function describe(input: InputNode): string {
  return `${input.type.dtype}[${input.type.shape.map((size, i) => axisText(input.type.axes[i], showSize(size))).join(", ")}]`;
}

function axisText(name: string, size: string): string {
  return name && name !== size ? `${name} = ${size}` : size;
}

function readFileOrFail(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ProgramError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message}`);
  }
}

async function pictureFor(node: InputNode, path: string): Promise<Picture> {
  const sizes = node.type.shape.map((size) => constantValue(size));
  const [height, width] = sizes.slice(-2);
  if (node.type.dtype !== "f32" || sizes.length !== 4 || sizes[1] !== 3) throw new ProgramError(`input \`${node.attributes.name}\` is ${describe(node)}: it takes no picture`, "give a .npy array");
  try {
    const picture = await parsePicture(readFileOrFail(path));
    return resizePicture(picture, height ?? picture.height, width ?? picture.width);
  } catch (error) {
    if (error instanceof PictureError) throw new ProgramError(`${path}: ${error.message}`);
    throw error;
  }
}

export function pictureTensor(picture: Picture, normalised: boolean, batch = 1): EngineTensor {
  const size = picture.height * picture.width;
  const one = Float32Array.from(picture.planes);
  if (normalised) for (let c = 0; c < 3; c++) for (let i = 0; i < size; i++) one[c * size + i] = (one[c * size + i] - clipMean[c]) / clipDeviation[c];
  const data = new Float32Array(batch * one.length);
  for (let b = 0; b < batch; b++) data.set(one, b * one.length);
  return { dtype: "f32", shape: [batch, 3, picture.height, picture.width], data };
}

function arrayFor(node: InputNode, path: string): EngineTensor {
  let tensor: EngineTensor;
  try {
    tensor = parseNpy(readFileOrFail(path));
  } catch (error) {
    if (error instanceof NpyError) throw new ProgramError(`${path}: ${error.message}`);
    throw error;
  }
  const wanted = node.type.shape.map((size) => constantValue(size));
  const fits = tensor.shape.length === wanted.length && wanted.every((size, i) => size === undefined || size === tensor.shape[i]);
  if (!fits) throw new ProgramError(`${path} is [${tensor.shape.join(", ")}], but input \`${node.attributes.name}\` is ${describe(node)}`);
  if (tensor.dtype !== node.type.dtype) throw new ProgramError(`${path} holds ${tensor.dtype}, but input \`${node.attributes.name}\` is ${describe(node)}`);
  return tensor;
}

function wordsFor(node: InputNode, text: string): EngineTensor {
  const length = node.type.shape.length === 2 ? constantValue(node.type.shape[1]) : undefined;
  if (node.type.dtype !== "i32" || length === undefined) throw new ProgramError(`input \`${node.attributes.name}\` is ${describe(node)}: it takes no text`, "give a picture (.png, .jpg, .tif) or a .npy array");
  return { dtype: "i32", shape: [1, length], data: encodeText(text, length) };
}
