/** ONNX Runtime in a certificate: with an artefact, or one that is built in memory. */
import type { Model } from "../grammar/ast.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Graph, TensorData } from "../compiler/ir/graph.ts";
import type { EngineTensor } from "../runtime/engine-tensor.ts";
import { createEngine, type Engine } from "../runtime/engine.ts";
import { createArena } from "../runtime/training/arena.ts";
import { allOf } from "../runtime/training/gradient.ts";
import { createStepEngine } from "../runtime/training/step-engine.ts";
import { withEngine } from "./artefact.ts";
import { onnxOf } from "./build.ts";
import { inferenceGraph } from "./inference-graph.ts";
import type { Contender, Values } from "./contenders.ts";
import { ProgramError } from "./errors.ts";
import { trainingProgram } from "./training-program.ts";
import { weightsOf } from "./weights-source.ts";

export interface OnnxContenderOptions {
  readonly artefact?: string;
  readonly weights?: string;
  readonly seed: number;
}

export function onnxContender(compilation: Compilation, model: Model, variant: Variant, lowered: Graph, { artefact, weights, seed }: OnnxContenderOptions): Contender {
  const run = async (engine: Engine, inputs: Values): Promise<Readonly<Record<string, EngineTensor>>> => engine.run(Object.fromEntries([...inputs].filter(([name]) => engine.inputs.includes(name)).map(([name, value]) => [name, tensorOf(value)])));
  let built: ReturnType<typeof onnxOf> | undefined;
  return {
    engine: "ONNX Runtime",
    async outputs(inputs) {
      if (artefact === undefined) {
        built ??= onnxOf(model, variant, inferenceGraph(compilation, model, variant, new Map()), { weights: { kind: "values", of: weightsOf(lowered, weights, seed) } });
        return withEngine(built, (engine) => run(engine, inputs));
      }
      const engine = await createEngine(artefact).catch((error: Error) => {
        throw new ProgramError(`ONNX Runtime cannot load ${artefact}: ${error.message}`);
      });
      return run(engine, inputs).finally(() => engine.dispose());
    },
    async step(batch, inputs, parameters) {
      const program = trainingProgram(compilation, model, variant, { batch });
      const arenas = { parameters: createArena(program.parameters), states: createArena(program.states) };
      for (const store of [arenas.parameters, arenas.states]) for (const { path } of store.entries) if (parameters.has(path)) store.write(path, Float32Array.from(parameters.get(path)!.data));
      const feeds = Object.fromEntries(program.fields.map(({ name }) => [name, tensorOf(inputs.get(name)!).data as Float32Array]));
      const engine = await createStepEngine(program, arenas, seed);
      const result = await engine.run(feeds, 0);
      // Read before the engine goes.
      const gradients = new Map(program.parameters.filter(({ isTrained }) => isTrained).map(({ path }) => [path, allOf(result.gradientOf(path))]));
      await engine.dispose();
      return { ...result, gradientOf: (path) => gradients.get(path)! };
    },
    dispose: () => Promise.resolve(),
  };
}

function tensorOf({ dtype, shape, data }: TensorData): EngineTensor {
  if (dtype === "i32") return { dtype, shape, data: Int32Array.from(data) };
  if (dtype === "bool") return { dtype, shape, data: Uint8Array.from(data) };
  return { dtype: "f32", shape, data: Float32Array.from(data) };
}
