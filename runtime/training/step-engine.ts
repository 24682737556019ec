/** The step of a training: loss and gradients of a batch, computed by ONNX Runtime from the arenas of weights. */
import { gradientName } from "../../compiler/training/step.ts";
import { createArenaEngine } from "../arena-engine.ts";
import { createEngine, type Engine, type EngineChoice, type EngineTensor } from "../engine.ts";
import type { Arena } from "./arena.ts";
import { countArrays, freeArrays } from "./free-arrays.ts";
import { gradientFrom, type Gradient } from "./gradient.ts";
import type { TrainingProgram } from "./program.ts";
import { drawNumbers } from "./random-numbers.ts";
import { countOf } from "./shape.ts";
import type { TensorStore, WeightStores } from "./store.ts";
import type { Feeds } from "./trained-model.ts";

export type { Feeds } from "./trained-model.ts";

export interface StepResult {
  readonly loss: number;
  /** The sum of the squares of all gradients. */
  readonly squaredNorm: number;
  /** Valid until the next step. */
  gradientOf(path: string): Gradient;
  /** New values of the states, by path. */
  readonly states: ReadonlyMap<string, Float32Array>;
}

export interface StepEngine {
  /** `draw`: the number of the batch since the beginning, from which random numbers follow. */
  run(feeds: Feeds, draw: number): Promise<StepResult>;
  dispose(): Promise<void>;
}

export interface WeightArenas extends WeightStores {
  readonly parameters: Arena;
  readonly states: Arena;
}

export async function createStepEngine(program: TrainingProgram, weights: WeightArenas, seed: number, on: EngineChoice = {}): Promise<StepEngine> {
  const isPlanned = program.arena !== undefined && (on.device ?? "cpu") === "cpu";
  const engine = await (isPlanned ? createArenaEngine(program.step, program.arena!, on) : createEngine(program.step, { ...on, asWritten: true }));
  const fixed = weightFeeds(engine, program, weights);
  const random = program.random.map((own) => ({ own, tensor: { dtype: "f32", shape: own.shape, data: new Float32Array(countOf(own.shape)) } as const }));
  return {
    async run(feeds, draw) {
      freeArrays(); // those of the step before, which nobody holds any more
      for (const { own, tensor } of random) drawNumbers(own, tensor.data, seed, draw);
      const batch = batchFeeds(program, feeds);
      const results = await engine.run({ ...fixed, ...batch, ...Object.fromEntries(random.map(({ own, tensor }) => [own.name, tensor])) });
      countArrays(isPlanned ? batch : { ...batch, ...results });
      const numbers = (name: string): Float32Array => results[name].data as Float32Array;
      return {
        loss: numbers("loss")[0], squaredNorm: numbers("squared_norm")[0],
        gradientOf: (path) => gradientFrom(program.gradientForms.get(path) ?? { kind: "whole" }, gradientName(path), numbers, (name) => results[name].data as Int32Array),
        states: new Map(program.states.flatMap(({ path }) => (results[`next/${path}`] ? [[path, numbers(`next/${path}`)] as const] : []))),
      };
    },
    dispose: () => engine.dispose(),
  };
}

/** The weights that a model takes as inputs, as views of their arenas. */
export function weightFeeds(engine: Engine, program: TrainingProgram, { parameters, states }: WeightStores): Record<string, EngineTensor> {
  const tensor = (store: TensorStore) => ({ path, shape }: { readonly path: string; readonly shape: readonly number[] }): readonly [string, EngineTensor] => [path, { dtype: "f32", shape, data: store.read(path) }];
  const all = [...program.parameters.map(tensor(parameters)), ...program.states.map(tensor(states))];
  return Object.fromEntries(all.filter(([path]) => engine.inputs.includes(path)));
}

/** A batch as tensors. Throws when it is not what the program takes. */
export function batchFeeds(program: TrainingProgram, feeds: Feeds, batch?: number): Record<string, EngineTensor> {
  return Object.fromEntries(program.fields.map(({ name, dtype, shape }): [string, EngineTensor] => {
    const own = batch === undefined ? shape : [batch, ...shape.slice(1)];
    const data = feeds[name];
    if (!data || data.length !== countOf(own)) throw new Error(`netc bug: the field ${name} of a batch has ${data?.length ?? "no"} numbers for the shape [${own.join(", ")}]`);
    return [name, dtype === "f32" ? { dtype, shape: own, data: data as Float32Array } : { dtype, shape: own, data: data as Int32Array }];
  }));
}
