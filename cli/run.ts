/** `netc run`: builds a model in memory, or in a temporary folder where its weights are large, and runs it with ONNX Runtime. */
import { join } from "node:path";
import type { EngineTensor } from "../runtime/engine.ts";
import { formatNpy } from "../runtime/npy.ts";
import { formatPng, overlay, resizePlane, type Picture } from "../runtime/pictures.ts";
import { weightBytes, withEngine } from "./artefact.ts";
import { inferenceGraph, onnxOf } from "./build.ts";
import { ProgramError } from "./errors.ts";
import { readInputs } from "./model-inputs.ts";
import { endProgress, progress, writeWhole } from "./output.ts";
import { requireBatch } from "./sizes.ts";
import { chooseSound } from "./select.ts";
import { weightsOf } from "./weights-source.ts";

export interface RunOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly input: readonly string[];
  readonly weights?: string;
  readonly seed: number;
  readonly output: string;
  readonly quiet?: boolean;
}

export async function run(file: string, options: RunOptions): Promise<number> {
  const { compilation, model, variant } = chooseSound(file, options);
  const graph = inferenceGraph(compilation, model, variant, new Map());
  const { feeds, picture } = await readInputs(compilation, model, graph, options.input);
  requireBatch(model, graph, feeds);
  progress("building …");
  const large = weightBytes(graph) > 2 ** 28;
  const of = weightsOf(graph, options.weights, options.seed);
  const artefact = onnxOf(model, variant, graph, { weights: { kind: "values", of }, external: large ? "model.onnx.data" : undefined });
  progress("running …");
  const outputs = await withEngine(artefact, (engine) => engine.run(feeds)).catch((error: Error) => {
    throw new ProgramError(`ONNX Runtime refused: ${error.message}`);
  });
  endProgress();
  for (const { name } of graph.outputs) {
    const written = writeOutput(options.output, name, outputs[name], picture);
    if (!options.quiet) process.stdout.write(`${name}: [${outputs[name].shape.join(", ")}] → ${written.join(", ")}\n`);
  }
  return 0;
}

/** An output as .npy; a map [B, Y, X] also as a picture: the logits' sigmoid over the input picture, or alone. */
function writeOutput(folder: string, name: string, tensor: EngineTensor, picture: Picture | undefined): readonly string[] {
  const written = [join(folder, `${name}.npy`)];
  writeWhole(written[0], formatNpy(tensor));
  if (tensor.dtype === "f32" && tensor.shape.length === 3 && tensor.shape[1] > 1 && tensor.shape[2] > 1) {
    written.push(join(folder, `${name}.png`));
    writeWhole(written[1], [formatPng(maskPicture(tensor, picture))]);
  }
  return written;
}

/** The first map of a batch of logits, as probabilities over the picture. */
export function maskPicture(tensor: EngineTensor, picture: Picture | undefined, threshold = 0.35): Picture {
  const [, height, width] = tensor.shape;
  const logits = (tensor.data as Float32Array).subarray(0, height * width);
  const probability = Float32Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  if (!picture) return { height, width, planes: Float32Array.from({ length: 3 * height * width }, (_, i) => probability[i % (height * width)]) };
  return overlay(picture, resizePlane(probability, height, width, picture.height, picture.width), threshold);
}
