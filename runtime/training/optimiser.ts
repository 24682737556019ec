/**
 * The optimiser over the arenas: a kernel that works on a piece of a parameter, its gradient and its moments at a time, in memory of its own that stays in a
 * core's cache. Rates and bias corrections are computed here in double precision.
 */
import type { KernelExports } from "../../backends/wasm/kernel.ts";
import { momentsOf } from "../../compiler/training/moments.ts";
import { createArena, type Arena } from "./arena.ts";
import type { Gradient } from "./gradient.ts";
import type { TrainingProgram } from "./program.ts";

/** Node has it; its types are those of browsers, which are not loaded here. */
const engine = (globalThis as unknown as { readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object) => { readonly exports: KernelExports } } }).WebAssembly;

export interface Optimiser {
  /** The vectors kept for each trained parameter, by their names. */
  readonly moments: ReadonlyMap<string, Arena>;
  /** One step: `gradientOf` gives a parameter's gradient, `scale` multiplies it, `rate` is the learning rate now. `step` counts from 1. */
  update(gradientOf: (path: string) => Gradient, scale: number, rate: number, step: number): void;
}

export function createOptimiser(program: TrainingProgram, parameters: Arena): Optimiser {
  const { section: { optimizer }, update: kernel } = program;
  const trained = program.parameters.filter(({ isTrained }) => isTrained);
  const moments = new Map(momentsOf(optimizer).map((name) => [name, createArena(trained)]));
  const { memory, run } = new engine.Instance(new engine.Module(kernel.bytes)).exports;
  const rooms = new Map(kernel.vectors.map((name, i) => [name, new Float32Array(memory.buffer, 4 * i * kernel.capacity, kernel.capacity)]));
  return {
    moments,
    update(gradientOf, scale, rate, step) {
      const [beta1, beta2] = optimizer.betas;
      for (const { path, rateFactor, decayFactor } of trained) {
        const own = rate * rateFactor;
        const decay = optimizer.decay * decayFactor;
        const scalars: Readonly<Record<string, number>> =
          optimizer.kind === "sgd"
            ? { scale, rate: own, decay }
            : { scale, rate: own / (1 - beta1 ** step), correction: 1 / Math.sqrt(1 - beta2 ** step), decay: optimizer.kind === "adamw" ? own * decay : decay };
        const gradient = gradientOf(path);
        const whole = new Map([["parameter", parameters.view(path)], ...[...moments].map(([name, arena]) => [name, arena.view(path)] as const)]);
        const numbers = kernel.scalars.map((name) => scalars[name]);
        const { length } = gradient;
        for (let from = 0; from < length; from += kernel.capacity) {
          const count = Math.min(kernel.capacity, length - from);
          for (const [name, room] of rooms) {
            if (name === "gradient") gradient.read(from, count < kernel.capacity ? room.subarray(0, count) : room);
            else room.set(whole.get(name)!.subarray(from, from + count));
          }
          run(count, ...numbers);
          for (const name of kernel.replaced) whole.get(name)!.set(count < kernel.capacity ? rooms.get(name)!.subarray(0, count) : rooms.get(name)!, from);
        }
      }
    },
  };
}
