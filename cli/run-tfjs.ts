/** `netc run --engine tfjs`: the program that a project would have, compiled and loaded in this process. Loads the core of TensorFlow.js. */
import * as tf from "@tensorflow/tfjs-core";
import { showSize } from "../compiler/dims/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Model } from "../grammar/ast.ts";
import type { EngineTensor } from "../runtime/engine-tensor.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import { fromBackend, nested, toBackend, type Tensors } from "../runtime/tfjs/entries.ts";
import { ProgramError } from "./errors.ts";
import { planInference } from "./tfjs-inference.ts";
import { loadPredict, tableTensors } from "./tfjs-load.ts";
import { currentBackend } from "./tfjs-machine.ts";
import { kernelsOf } from "./tfjs-training.ts";
import { weightsOf } from "./weights-source.ts";

export interface TensorRun {
  /** By name. */
  readonly outputs: Readonly<Record<string, EngineTensor>>;
  /** Which backend it was. */
  readonly lines: readonly string[];
}

/** `weights`: a file; first values by the seed unless given. */
export async function runTensors(compilation: Compilation, model: Model, variant: Variant, feeds: Readonly<Record<string, EngineTensor>>, options: { readonly weights?: string; readonly seed: number; readonly backend?: BackendChoice }): Promise<TensorRun> {
  const backend = await currentBackend(options.backend);
  const { graph, files } = planInference(compilation, model, variant, { fixed: new Map(), language: "javascript", backends: [kernelsOf(backend.name)] });
  const valueOf = weightsOf(graph, options.weights, options.seed);
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toBackend(feed)]));
  const weights = nested([...graph.parameters, ...graph.states].map((node) => [node.attributes.path, tf.tensor(valueOf(node), node.type.shape.map((size) => Number(showSize(size))))] as const));
  const results = answered(() => loadPredict(files)({ inputs, weights, tables: tableTensors(files.tables), step: 0 }));
  const outputs: Record<string, EngineTensor> = {};
  for (const [name, tensor] of Object.entries(results)) outputs[name] = await fromBackend(tensor);
  return { outputs, lines: backend.lines };
}

function answered(run: () => Tensors): Tensors {
  try {
    return run();
  } catch (error) {
    throw new ProgramError(`TensorFlow.js refused: ${(error as Error).message.split("\n")[0]}`);
  }
}
