/** TensorFlow.js in a certificate: the program that a project would have, compiled and loaded in this process. Loads the core of TensorFlow.js. */
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../grammar/ast.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { EngineTensor } from "../runtime/engine-tensor.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import { nested, type Given, type Tensors } from "../runtime/tfjs/entries.ts";
import { streamStep } from "../runtime/training/random-numbers.ts";
import { inferenceGraph } from "./inference-graph.ts";
import type { Contender, Values } from "./contenders.ts";
import { loadEntries, loadEvaluate, tableTensors, tensorOf } from "./tfjs-load.ts";
import { currentBackend } from "./tfjs-machine.ts";
import { buildTfjsFiles, type TfjsFiles } from "./tfjs-program.ts";
import { kernelsOf, planTfjs, refusalError } from "./tfjs-training.ts";

export async function tfjsContender(compilation: Compilation, model: Model, variant: Variant, wanted: BackendChoice, seed: number): Promise<Contender> {
  const { name } = await currentBackend(wanted);
  const backends = [kernelsOf(name)];
  let forward: TfjsFiles | undefined;
  return {
    engine: "TensorFlow.js", backend: name,
    async outputs(inputs, parameters) {
      if (!forward) {
        const built = buildTfjsFiles([{ name: "evaluate", graph: inferenceGraph(compilation, model, variant, new Map()) }], { language: "javascript", backends });
        if ("refused" in built) throw refusalError(built.refused, backends);
        forward = built;
      }
      const evaluate = loadEvaluate(forward);
      return withTensors(forward, inputs, parameters, seed, async (given) => {
        const outputs = evaluate(given);
        const found = Object.fromEntries(await Promise.all(Object.entries(outputs).map(async ([own, tensor]) => [own, { dtype: tensor.dtype === "int32" ? "i32" : tensor.dtype === "bool" ? "bool" : "f32", shape: tensor.shape, data: await tensor.data() } as EngineTensor] as const)));
        tf.dispose(outputs);
        return found;
      });
    },
    async step(batch, inputs, parameters) {
      const { files } = planTfjs(compilation, model, variant, { batch, language: "javascript", backends });
      const entries = loadEntries(files);
      return withTensors(files, inputs, parameters, seed, async (given) => {
        const { loss, squaredNorm, gradients, states } = entries.trainingStep(given);
        const read = async (tensors: Tensors): Promise<Map<string, Float32Array>> => new Map(await Promise.all(Object.entries(tensors).map(async ([path, tensor]) => [path, (await tensor.data()) as Float32Array] as const)));
        const values = { loss: (await loss.data())[0], squaredNorm: (await squaredNorm.data())[0], states: await read(states) };
        const found = await read(gradients);
        tf.dispose([loss, squaredNorm, ...Object.values(gradients), ...Object.values(states)]);
        return { ...values, gradientOf: (path) => found.get(path)! };
      });
    },
    dispose: () => Promise.resolve(),
  };
}

/** Gives everything as tensors, which are disposed afterwards. */
async function withTensors<Result>({ tables }: TfjsFiles, inputs: Values, parameters: Values, seed: number, use: (given: Given) => Promise<Result>): Promise<Result> {
  const all = (values: Values): Tensors => Object.fromEntries([...values].map(([name, value]) => [name, tensorOf(value)]));
  const [own, weights, constants] = [all(inputs), all(parameters), tableTensors(tables)];
  try {
    return await use({ inputs: own, weights: nested(Object.entries(weights)), tables: constants, step: streamStep(seed, 0) });
  } finally {
    tf.dispose([own, weights, constants]);
  }
}
