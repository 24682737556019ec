/** The values of a step at planned places: the plan is sound by a count of its own, ONNX Runtime runs in the foretold order, and steps are those without a plan. */
import { afterEach, describe, expect, it, vi } from "vitest";
import proto from "onnx-proto";
import { elementBytes } from "../../backends/onnx/element-types.ts";
import { pack, type Buffer } from "../../backends/onnx/pack.ts";
import { runOrder, type WrittenNode } from "../../backends/onnx/run-order.ts";
import { createArenaEngine } from "../../runtime/arena-engine.ts";
import { createEngine, type EngineTensor } from "../../runtime/engine.ts";
import type { TrainingProgram } from "../../runtime/training/program.ts";
import { drawNumbers } from "../../runtime/training/random-numbers.ts";
import { countOf } from "../../runtime/training/shape.ts";
import { batchFeeds, weightFeeds } from "../../runtime/training/step-engine.ts";
import { initialWeights } from "../../runtime/training/trainer.ts";
import { batches, programOf, smallFlagship, tower } from "./programs.ts";

const node = (name: string, input: readonly string[], output = [name], opType = "Add"): WrittenNode => ({ name, opType, input, output });

describe("pack", () => {
  it("puts buffers that are alive together apart, in little more than the most bytes alive", () => {
    for (let seed = 1; seed <= 5; seed++) {
      let state = seed;
      const random = (below: number): number => (state = (state * 48271) % 0x7fffffff) % below;
      const buffers: Buffer[] = Array.from({ length: 200 }, () => ({ bytes: 64 * (1 + random(40)), from: random(100), to: 0, offset: 0 })).map((buffer) => ({ ...buffer, to: buffer.from + random(30) }));
      const length = pack(buffers);
      const bound = Math.max(...Array.from({ length: 130 }, (_, at) => buffers.reduce((sum, { from, to, bytes }) => sum + (from <= at && at <= to ? bytes : 0), 0)));
      for (const [i, a] of buffers.entries()) for (const b of buffers.slice(i + 1)) if (a.from <= b.to && b.from <= a.to) expect(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset).toBe(true);
      expect(length).toBe(Math.max(...buffers.map(({ offset, bytes }) => offset + bytes)));
      expect(length).toBeGreaterThanOrEqual(bound);
      expect(length).toBeLessThan(1.15 * bound);
    }
    expect(pack([])).toBe(0);
  });
});

describe("runOrder", () => {
  it("goes back from what nobody reads, the last of the file first, to the operand that stands last first", () => {
    const order = runOrder([node("end", ["d"]), node("d", ["b", "c"]), node("c", ["a"]), node("b", ["a"]), node("a", ["x"]), node("alone", ["c"])]);
    expect(order.map(({ name }) => name)).toEqual(["a", "c", "alone", "b", "d", "end"]);
  });
});

/** Every pair of places that overlap belongs to values of which one has ended before the other begins, or is computed over it, or shows its numbers. */
function conflictsOf({ step, arena }: TrainingProgram): readonly string[] {
  const { plan, head } = arena!;
  const nodes = [head, step].flatMap((bytes) => proto.onnx.ModelProto.decode(bytes).graph!.node!);
  const written = new Map(nodes.map((own) => [own.name!, own]));
  const order = plan.order.map((name) => written.get(name)!);
  expect(new Set(plan.order).size).toBe(nodes.length);
  const readers = new Map<string, number[]>();
  const made = new Map<string, number>();
  for (const [at, { input, output }] of order.entries()) {
    for (const name of output!) made.set(name, at);
    for (const name of input!) readers.set(name, [...(readers.get(name) ?? []), at]);
  }
  const shows = (name: string): readonly number[] => (readers.get(name) ?? []).flatMap((at) => [at, ...(["Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity"].includes(order[at].opType!) && order[at].input![0] === name ? shows(order[at].output![0]) : [])]);
  const results = new Set(plan.results);
  const lives = plan.places.map((place) => ({ ...place, bytes: countOf(place.shape) * elementBytes[place.dtype], from: made.get(place.name)!, to: results.has(place.name) ? Infinity : Math.max(made.get(place.name)!, ...shows(place.name)) }));
  expect(lives.every(({ offset, bytes }) => offset % 64 === 0 && offset + bytes <= plan.bytes)).toBe(true);
  const conflicts: string[] = [];
  lives.sort((a, b) => a.from - b.from);
  for (const [i, first] of lives.entries()) {
    for (const second of lives.slice(i + 1)) {
      if (first.to < second.from || first.offset + first.bytes <= second.offset || second.offset + second.bytes <= first.offset) continue;
      const isOver = first.to === second.from && first.offset === second.offset && first.bytes === second.bytes && ["Abs", "Add", "Sub", "Mul", "Div", "Neg", "Sqrt", "Exp", "Log", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Softmax", "Reciprocal", "Sign", "Floor", "Ceil"].includes(order[second.from].opType!);
      const isView = first.offset === second.offset && first.bytes === second.bytes && ["Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity"].includes(order[second.from].opType!);
      if (!isOver && !isView) conflicts.push(`${first.name} (${first.from} to ${first.to}) and ${second.name} (${second.from} to ${second.to})`);
    }
  }
  return conflicts;
}

async function feedsOf(program: TrainingProgram, draw: number): Promise<Record<string, EngineTensor>> {
  const { feeds } = await batches(program, program.section.batch).batch(0, draw);
  const random = program.random.map((own) => {
    const data = new Float32Array(countOf(own.shape));
    drawNumbers(own, data, 3, draw);
    return [own.name, { dtype: "f32", shape: own.shape, data }] as const;
  });
  return { ...batchFeeds(program, feeds), ...Object.fromEntries(random) };
}

describe("the arena of a step", () => {
  const programs = [["a tower", tower("  optimizer adam(lr: 1e-3)\n  batch 4000"), "default"], ["the small flagship", smallFlagship("  optimizer adam(lr: 1e-3)\n  batch 2"), "g"]] as const;
  afterEach(() => vi.restoreAllMocks());

  it.each(programs)("of %s: no two values are in each other's way, and two steps in it are those of an engine without a plan, in the planned order", async (_, compiled, variant) => {
    const program = programOf(compiled, variant);
    expect(program.arena!.plan.places.length).toBeGreaterThan(program.arena!.plan.results.length);
    expect(conflictsOf(program)).toEqual([]);
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const [planned, plain] = [await createArenaEngine(program.step, program.arena!), await createEngine(program.step, { asWritten: true })];
    const weights = initialWeights(program, 3);
    for (const draw of [0, 1]) {
      const feeds = { ...weightFeeds(plain, program, weights), ...(await feedsOf(program, draw)) };
      const [own, wanted] = [await planned.run(feeds), await plain.run(feeds)];
      expect(Object.keys(own)).toEqual(plain.outputs);
      for (const [name, { shape, data }] of Object.entries(wanted)) expect([own[name].shape, own[name].data], name).toEqual([shape, data]);
    }
    expect(warned).not.toHaveBeenCalled();
    await planned.dispose();
    await plain.dispose();
  });

  it("is given up, with a warning, where nodes run in another order than planned", async () => {
    const program = programOf(programs[0][1]);
    const { plan } = program.arena!;
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const [engine, plain] = [await createArenaEngine(program.step, { ...program.arena!, plan: { ...plan, order: [...plan.order].reverse() } }), await createEngine(program.step, { asWritten: true })];
    const feeds = { ...weightFeeds(plain, program, initialWeights(program, 3)), ...(await feedsOf(program, 0)) };
    const wanted = await plain.run(feeds);
    for (let i = 0; i < 2; i++) for (const [name, { data }] of Object.entries(await engine.run(feeds))) expect(data, name).toEqual(wanted[name].data);
    expect(warned.mock.calls.map(([text]) => text)).toEqual([expect.stringContaining("another order")]);
    await engine.dispose();
    await plain.dispose();
  });

  it("hides no error of a step", async () => {
    const program = programOf(programs[0][1]);
    const engine = await createArenaEngine(program.step, program.arena!);
    await expect(engine.run({})).rejects.toThrow(/input/);
    await engine.dispose();
  });
});
