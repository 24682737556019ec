/** Optimisers and schedules against PyTorch's: the update as a graph in double precision, and the trainer on ONNX Runtime, whose model's gradient is given. */
import { describe, expect, it } from "vitest";
import { interpret } from "../../compiler/interpreter.ts";
import type { TensorData } from "../../compiler/ir/graph.ts";
import { rateFactor } from "../../compiler/training/rate.ts";
import type { Optimizer, Schedule } from "../../compiler/training/section.ts";
import { momentsOf } from "../../compiler/training/moments.ts";
import { updateGraph } from "../../compiler/training/update.ts";
import { createTrainer, type StepReport } from "../../runtime/training/trainer.ts";
import { compile, programOf } from "../training/programs.ts";
import { between } from "./formula.ts";
import golden from "./golden/optimisers.json";

const sizes = { p: 7, q: 3 } as const;
type Name = keyof typeof sizes;
const names = Object.keys(sizes) as readonly Name[];

const gradient = (step: number, name: Name): Float64Array => between(`gradient:${step}:${name}`, [sizes[name]], -1, 1).map((value) => value * (step + 0.5));

/** A model whose loss is the sum of its parameters times its inputs: with a batch of one the gradient of a parameter is the input. */
const programWith = (item: string) =>
  programOf(compile({
    "linear.net": `model Linear2 {
  input x: f32[B, P = 7]
  input y: f32[B, Q = 3]
  param p: f32[P = 7] = random.normal(std: 1.0)
  param q: f32[Q = 3] = random.normal(std: 1.0)
  output z: f32[B] = sum(x * p, over: P) + sum(y * q, over: Q)
}
train Linear2 {
  data folder(split: train) { x: f32[B, P = 7]  y: f32[B, Q = 3] }
  loss mean(z, over: B)
  optimizer ${item} { q: lr * 0.1 }
  batch 1
}
`,
  }));

const cases = Object.entries(golden.optimisers);

describe("five steps are PyTorch's", () => {
  it.each(cases)("%s, as a graph in double precision", (_, { item, clip, steps }) => {
    const { optimizer } = programWith(item).section;
    const graph = updateGraph(optimizer);
    let now = new Map<Name, Readonly<Record<string, Float64Array>>>(names.map((name) => [name, { parameter: between(name, [sizes[name]], -1, 1), ...Object.fromEntries(momentsOf(optimizer).map((moment) => [moment, new Float64Array(sizes[name])])) }]));
    steps.forEach((expected, step) => {
      const norm = Math.sqrt(names.reduce((sum, name) => sum + gradient(step, name).reduce((own, value) => own + value * value, 0), 0));
      const scale = clip === null ? 1 : Math.min(1, clip / (norm + 1e-6));
      now = new Map(names.map((name) => [name, after(graph, optimizer, now.get(name)!, gradient(step, name), scale, name === "q" ? 0.1 : 1, step + 1)]));
      for (const name of names) expected[name].forEach((value, i) => expect(Math.abs(now.get(name)!["parameter"][i] - value)).toBeLessThan(1e-12));
    });
  });

  it.each(cases)("%s, by the trainer", async (_, { item, clip, steps }) => {
    const program = programWith(item);
    const source = { batchesPerEpoch: steps.length, batch: (__: number, step: number) => Promise.resolve({ feeds: { x: Float32Array.from(gradient(step, "p")), y: Float32Array.from(gradient(step, "q")) } }) };
    const trainer = await createTrainer(program, source, { seed: 0, steps: steps.length, initial: (path) => Float32Array.from(between(path, [sizes[path as Name]], -1, 1)) });
    const reports: StepReport[] = [];
    for (const expected of steps) {
      reports.push(await trainer.step());
      for (const name of names) expected[name].forEach((value, i) => expect(Math.abs(trainer.state.parameters.view(name)[i] - value)).toBeLessThan(2e-6));
    }
    await trainer.dispose();
    // The norm that is reported is that before clipping.
    expect(reports[4].norm > (clip ?? 0)).toBe(true);
  });
});

/** One step as runtime/training/optimiser.ts does it, in double precision. */
function after(graph: ReturnType<typeof updateGraph>, optimizer: Optimizer, now: Readonly<Record<string, Float64Array>>, slope: Float64Array, scale: number, factor: number, step: number): Readonly<Record<string, Float64Array>> {
  const [beta1, beta2] = optimizer.betas;
  const own = optimizer.learningRate * factor;
  const scalars: Readonly<Record<string, number>> = {
    scale, rate: optimizer.kind === "sgd" ? own : own / (1 - beta1 ** step), correction: 1 / Math.sqrt(1 - beta2 ** step),
    decay: optimizer.kind === "adamw" ? own * optimizer.decay : optimizer.decay,
  };
  const inputs = new Map(graph.inputs.map(({ attributes: { name } }): [string, TensorData] => {
    const vector = name === "gradient" ? slope : now[name];
    return [name, vector ? { dtype: "f32", shape: [vector.length], data: vector } : { dtype: "f32", shape: [], data: Float64Array.of(scalars[name]) }];
  }));
  const values = interpret(graph.outputs.map(({ node }) => node), { inputs, parameters: new Map(), sizes: new Map([["N", slope.length]]) });
  return Object.fromEntries(graph.outputs.map(({ name }, i) => [name.replace("next/", ""), Float64Array.from(values[i].data)]));
}

describe("schedules are PyTorch's", () => {
  const usual: Schedule = { kind: "constant", at: [], by: 0.1, power: 1, warmup: 0, floor: 0 };
  it.each(Object.entries(golden.schedules))("%s", (_, { schedule, factors }) => {
    factors.forEach((factor, step) => expect(Math.abs(rateFactor({ ...usual, ...(schedule as Partial<Schedule>) }, step, { stepsPerEpoch: 1, totalSteps: golden.epochs }) - factor)).toBeLessThan(1e-12));
  });
});
