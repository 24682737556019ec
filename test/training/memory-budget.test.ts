/** A budget of memory: more is computed again, no more than is needed, and nothing else changes. */
import { describe, expect, it } from "vitest";
import { constant, emptyFacts } from "../../compiler/dims/index.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Graph, Node, NodeOf } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { largestLiveSet } from "../../compiler/training/live-set.ts";
import { chooseWithinBudget } from "../../compiler/training/memory-budget.ts";
import { planTraining } from "../../cli/training-program.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import { initialWeights } from "../../runtime/training/trainer.ts";
import { allOf } from "../../runtime/training/gradient.ts";
import { createStepEngine } from "../../runtime/training/step-engine.ts";
import type { Compilation } from "../../compiler/compilation.ts";
import { batches, perceptron, tower } from "./programs.ts";
import { difference, evaluated, stepOf } from "./steps.ts";

describe("the largest live set", () => {
  const graphOf = (make: (build: ReturnType<typeof createBuilder>, x: Node) => Node): Graph => {
    const build = createBuilder();
    return build.within({ location: { span: spanIn(createSourceFile("t", ""), 0, 0), callers: [] }, path: "" }, () => {
      const x = build.make("input", [], { name: "x", shape: [constant(100)], dtype: "f32" }) as NodeOf<"input">;
      return { name: "g", inputs: [x], outputs: [{ name: "y", node: make(build, x) }], parameters: [], states: [], updates: [] };
    });
  };
  it("of a chain is a value and the one that it is made of", () => {
    expect(largestLiveSet(graphOf((build, x) => build.exp(build.exp(build.exp(x)))))).toMatchObject({ bytes: 800 });
  });
  it("holds what is used once more later, and counts no view", () => {
    const graph = graphOf((build, x) => {
      const [first, view] = [build.exp(x), build.reshape(build.exp(x), [10, 10].map((each) => constant(each)))];
      return build.add(first, build.reshape(build.exp(build.exp(view)), [constant(100)]));
    });
    // first, its view's chain of two, or first, the chain's end and the sum: three arrays of 100 numbers.
    expect(largestLiveSet(graph).bytes).toBe(1200);
  });
});

describe("a step within a budget", () => {
  const step = stepOf(tower("  optimizer adam(lr: 1e-3)\n  batch 256"), "default", 256);
  const plain = chooseWithinBudget(step.graph, Infinity);
  const smallest = chooseWithinBudget(step.graph, 0);

  it("takes at most what it may, and repeats more work where it may take less", () => {
    expect(plain.depth).toBe(0);
    expect(smallest.liveBytes).toBeLessThan(0.7 * plain.liveBytes);
    let before = 0;
    for (const share of [0.75, 0.5, 0.25, 0]) {
      const budget = smallest.liveBytes + share * (plain.liveBytes - smallest.liveBytes);
      const found = chooseWithinBudget(step.graph, budget);
      expect(found.liveBytes).toBeLessThanOrEqual(budget);
      expect(largestLiveSet(found.graph).bytes).toBe(found.liveBytes);
      expect(found.recomputedMacs).toBeGreaterThanOrEqual(before);
      before = found.recomputedMacs;
    }
    expect(before).toBeGreaterThan(0);
  });
});

describe("a program within a budget", () => {
  const planned = (compiled: Compilation, memory?: number) => {
    const [model] = compiled.rootModels;
    return planTraining(compiled, model, compiled.variantsOf(model)[0], { memory });
  };

  it("has the same loss, gradients and states, in the interpreter and in ONNX Runtime", async () => {
    const compiled = tower("  optimizer adam(lr: 1e-3)\n  batch 64");
    const { program, memory } = planned(compiled);
    const tight = planned(compiled, memory.peak - 0.3 * memory.values);
    expect(tight.memory.peak).toBeLessThanOrEqual(memory.peak - 0.3 * memory.values);
    expect(tight.memory.recomputed.some(({ operator }) => operator === "dot")).toBe(true);
    const { feeds } = await batches(program, 64).batch(0, 1);
    const step = stepOf(compiled, "default", 64);
    const found = chooseWithinBudget(step.graph, tight.memory.values);
    expect(verify(found.graph, emptyFacts())).toEqual([]);
    const [own, again] = [evaluated(step, feeds, 3, 7), evaluated({ ...step, graph: found.graph }, feeds, 3, 7)];
    for (const [name, value] of own) expect(difference(value.data, again.get(name)!.data), name).toBeLessThan(1e-13);
    const engine = await createStepEngine(tight.program, initialWeights(tight.program, 3), 3);
    const result = await engine.run(feeds, 7);
    for (const { path } of tight.program.parameters) expect(difference(own.get(`gradient/${path}`)!.data, allOf(result.gradientOf(path))), path).toBeLessThan(1e-4);
    await engine.dispose();
  });

  it("counts weights, gradients and the vectors of the optimiser", () => {
    const of = (items: string) => planned(perceptron(items)).memory;
    const adam = of("  optimizer adam(lr: 1e-2)\n  batch 8");
    // 2 × 16 + 16, twice 16 of the norm, 16 + 1; and its two running statistics.
    const [trained, states] = [4 * (48 + 32 + 17), 4 * 32];
    expect(adam.held).toEqual({ weights: trained + states, moments: 2 * trained, average: 0, accumulated: 0 });
    expect(of("  optimizer sgd(lr: 1e-2)\n  batch 8").held.moments).toBe(0);
    expect(of("  optimizer adam(lr: 1e-2)\n  batch 8\n  accumulate 2\n  ema 0.9").held).toMatchObject({ average: trained, accumulated: trained });
  });

  it("is refused where nothing helps, with what takes the room", () => {
    expect(() => planned(tower("  optimizer adam(lr: 1e-3)\n  batch 64"), 1e6)).toThrow(/--memory 976\.56 KiB is not enough: a step takes .* of weights, moments and the like, [^,]* of values, .* for the process/);
  });
});
