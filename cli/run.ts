/** `netc run`: builds a model in memory, or in a temporary folder where its weights are large, and runs it with ONNX Runtime or TensorFlow.js. */
import { join } from "node:path";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import type { Model } from "../grammar/ast.ts";
import type { EngineTensor } from "../runtime/engine.ts";
import { formatNpy } from "../runtime/npy.ts";
import { formatPng, overlay, resizePlane, type Picture } from "../runtime/pictures.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import { weightBytes, withEngine } from "./artefact.ts";
import { onnxOf } from "./build.ts";
import { inferenceGraph } from "./inference-graph.ts";
import type { EngineName } from "./engine-names.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { readInputs, requireBatch } from "./model-inputs.ts";
import { endProgress, progress, writeWhole } from "./output.ts";
import { chooseSound } from "./select.ts";
import { needingTensorflow } from "./tfjs-missing.ts";
import { explained } from "./training-run.ts";
import { weightsOf } from "./weights-source.ts";

export interface RunOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly input: readonly string[];
  readonly weights?: string;
  readonly seed: number;
  readonly output: string;
  readonly engine: EngineName;
  /** Of TensorFlow.js. */
  readonly backend?: BackendChoice;
  readonly quiet?: boolean;
}

export async function run(file: string, options: RunOptions): Promise<number> {
  if (options.engine === "ort" && options.backend !== undefined) throw new UsageError("--backend is one of TensorFlow.js", "--engine tfjs");
  const { compilation, model, variant } = chooseSound(file, options);
  const graph = inferenceGraph(compilation, model, variant, new Map());
  const { feeds, picture } = await readInputs(compilation, model, graph, options.input);
  await requireBatch(model, graph, feeds);
  progress("building …");
  const outputs = options.engine === "tfjs" ? await byTensorflow(compilation, model, variant, feeds, options) : await byOnnx(model, variant, graph, feeds, options);
  endProgress();
  for (const { name } of graph.outputs) {
    const written = writeOutput(options.output, name, outputs[name], picture);
    if (!options.quiet) process.stdout.write(`${name}: [${outputs[name].shape.join(", ")}] → ${written.join(", ")}\n`);
  }
  return 0;
}

type Outputs = Readonly<Record<string, EngineTensor>>;

async function byOnnx(model: Model, variant: Variant, graph: Graph, feeds: Record<string, EngineTensor>, { weights, seed }: RunOptions): Promise<Outputs> {
  const large = weightBytes(graph) > 2 ** 28;
  const artefact = onnxOf(model, variant, graph, { weights: { kind: "values", of: weightsOf(graph, weights, seed) }, external: large ? "model.onnx.data" : undefined });
  progress("running …");
  return withEngine(artefact, (engine) => engine.run(feeds)).catch((error: Error) => {
    throw new ProgramError(`ONNX Runtime refused: ${error.message}`);
  });
}

/** TensorFlow.js is loaded where it is asked for alone. */
async function byTensorflow(compilation: Compilation, model: Model, variant: Variant, feeds: Outputs, options: RunOptions): Promise<Outputs> {
  const { runTensors } = await needingTensorflow(import("./run-tfjs.ts"));
  const { outputs, lines } = await explained(() => runTensors(compilation, model, variant, feeds, options));
  endProgress();
  if (!options.quiet) process.stderr.write(`${lines.join("\n")}\n`);
  return outputs;
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
