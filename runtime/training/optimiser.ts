/**
 * The optimiser over the arenas: a small ONNX model, run over pieces of each parameter, that writes every result over its operand. Rates and bias
 * corrections are computed here in double precision.
 */
import { momentsOf } from "../../compiler/training/update.ts";
import { createEngine, type Engine, type EngineTensor } from "../engine.ts";
import { createArena, type Arena } from "./arena.ts";
import type { Parameter, TrainingProgram } from "./program.ts";

export interface Optimiser {
  /** The vectors kept for each trained parameter, by their names. */
  readonly moments: ReadonlyMap<string, Arena>;
  /** One step: `gradientOf` gives a parameter's gradient, `scale` multiplies it, `rate` is the learning rate now. `step` counts from 1. */
  update(gradientOf: (path: string) => Float32Array, scale: number, rate: number, step: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Numbers of a parameter that are updated at once: what they need stays small beside the arenas. */
const PIECE = 4 * 1024 * 1024;

export async function createOptimiser(program: TrainingProgram, parameters: Arena, threads?: number): Promise<Optimiser> {
  const { optimizer } = program.section;
  const trained = program.parameters.filter(({ isTrained }) => isTrained);
  const moments = new Map(momentsOf(optimizer).map((name) => [name, createArena(trained)]));
  const engine = await createEngine(program.update, { threads });
  return {
    moments,
    async update(gradientOf, scale, rate, step) {
      const [beta1, beta2] = optimizer.betas;
      const scalar = (value: number): EngineTensor => ({ dtype: "f32", shape: [], data: Float32Array.of(value) });
      for (const parameter of trained) {
        const own = rate * parameter.rateFactor;
        const decay = optimizer.decay * parameter.decayFactor;
        const scalars: Record<string, EngineTensor> =
          optimizer.kind === "sgd"
            ? { scale: scalar(scale), rate: scalar(own), decay: scalar(decay) }
            : { scale: scalar(scale), rate: scalar(own / (1 - beta1 ** step)), correction: scalar(1 / Math.sqrt(1 - beta2 ** step)), decay: scalar(optimizer.kind === "adamw" ? own * decay : decay) };
        await inPieces(engine, parameter, parameters, moments, gradientOf(parameter.path), scalars);
      }
    },
    dispose: () => engine.dispose(),
  };
}

async function inPieces(engine: Engine, { path }: Parameter, parameters: Arena, moments: ReadonlyMap<string, Arena>, gradient: Float32Array, scalars: Readonly<Record<string, EngineTensor>>): Promise<void> {
  const whole = new Map([["parameter", parameters.view(path)], ...[...moments].map(([name, arena]) => [name, arena.view(path)] as const)]);
  for (let from = 0; from < gradient.length; from += PIECE) {
    const to = Math.min(from + PIECE, gradient.length);
    const piece = (data: Float32Array): EngineTensor => ({ dtype: "f32", shape: [to - from], data: data.subarray(from, to) });
    const operands = Object.fromEntries([...whole].map(([name, data]) => [name, piece(data)]));
    const feeds: Record<string, EngineTensor> = { ...operands, gradient: piece(gradient), ...scalars };
    // A scalar that this optimiser does not use is no input of its model.
    for (const name of Object.keys(feeds)) if (!engine.inputs.includes(name)) delete feeds[name];
    await engine.run(feeds, Object.fromEntries(Object.entries(operands).map(([name, tensor]) => [`next/${name}`, tensor])));
  }
}
