/** Gradients that are given as their parts: read in any pieces they are the whole ones, and a training with them is that without. */
import { describe, expect, it } from "vitest";
import { buildOnnx } from "../../backends/onnx/index.ts";
import { planTraining } from "../../cli/training-program.ts";
import { emptyFacts } from "../../compiler/dims/index.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { gradientName } from "../../compiler/training/step.ts";
import { thinGradients } from "../../compiler/training/thin-gradients.ts";
import { allOf, gradientFrom, rowGradient, type Gradient } from "../../runtime/training/gradient.ts";
import { createTrainer, initialWeights } from "../../runtime/training/trainer.ts";
import { createStepEngine } from "../../runtime/training/step-engine.ts";
import { batches, compile } from "./programs.ts";
import { difference, evaluated, stepOf } from "./steps.ts";

/** Words of a sentence, with 0.27 million numbers in each of two weights, and a layer whose gradient has a transposed operand. */
const sentences = (items: string, positions = 3) =>
  compile({
    "sentences.net": `model Sentences {
  input words: i32[B, T = ${positions}]
  let embedded = Embedding(words, rows: 600, out: C = 450)
  let wide = gelu(Linear(embedded, out: C = 600))
  output y: f32[B] = mean(Linear(wide, out: C = 1)[C = 0], over: T)
}
train Sentences {
  data folder(split: train) { words: i32[B, T = ${positions}]  target: f32[B] }
  loss bce_with_logits(y, target)
${items}
}
`,
  });

/** All of a gradient, read in pieces of odd lengths. */
function inPieces(gradient: Gradient): Float32Array {
  const all = new Float32Array(gradient.length);
  for (let from = 0, length = 1; from < all.length; [from, length] = [from + length, 1 + ((length * 7) % 1013)]) gradient.read(from, all.subarray(from, Math.min(from + length, all.length)));
  return all;
}

describe("the parts of a gradient", () => {
  it("are smaller results of the same step, and give the whole ones in any pieces", () => {
    const step = stepOf(sentences("  optimizer sgd(lr: 0.1)\n  batch 2"), "default", 2);
    const thin = thinGradients(step.graph);
    expect(verify(thin.graph, emptyFacts())).toEqual([]);
    expect([...thin.forms.values()].map(({ kind }) => kind).sort()).toEqual(["rows"]);
    const feeds = { words: Int32Array.of(5, 599, 5, 0, 7, 599), target: Float32Array.of(0, 1) };
    const [whole, parts] = [evaluated(step, feeds, 3, 7), evaluated({ ...step, graph: thin.graph }, feeds, 3, 7)];
    for (const [name, form] of thin.forms) {
      expect(parts.has(name)).toBe(false);
      const gradient = gradientFrom(form, name, (part) => Float32Array.from(parts.get(part)!.data), (part) => Int32Array.from(parts.get(part)!.data));
      expect(gradient.length).toBe(whole.get(name)!.data.length);
      expect(difference(whole.get(name)!.data, inPieces(gradient)), name).toBeLessThan(1e-6);
      expect(inPieces(gradient)).toEqual(allOf(gradient));
    }
    // The norm is summed otherwise: words 5 and 599 stand twice each, and their rows are added before they are squared.
    expect(parts.get("squared_norm")!.data[0] / whole.get("squared_norm")!.data[0]).toBeCloseTo(1, 12);
    for (const [name, value] of whole) if (!thin.forms.has(name) && name !== "squared_norm") expect(parts.get(name), name).toEqual(value);
  });

  it("are not given where they are no smaller, or sizes are free", () => {
    const many = stepOf(sentences("  optimizer sgd(lr: 0.1)\n  batch 60"), "default", 60);
    expect(thinGradients(many.graph).forms.size).toBe(0);
    expect(thinGradients(many.graph, 1e9).forms.size).toBe(0);
    expect(thinGradients(many.graph, 1e9).graph.outputs).toEqual(many.graph.outputs);
  });

  it("add up rows of one place", () => {
    expect([...allOf(rowGradient(Float32Array.of(1, 2, 10, 20, 100, 200), Int32Array.of(2, 0, 2), 3, 2))]).toEqual([10, 20, 0, 0, 101, 202]);
  });
});

describe("a training with them", () => {
  it.each(["adam(lr: 1e-3)", "sgd(lr: 0.1, momentum: 0.9)\n  accumulate 3"])("%s: has the gradients, and the losses, of double precision", async (optimizer) => {
    const compiled = sentences(`  optimizer ${optimizer}\n  batch 2`);
    const [model] = compiled.rootModels;
    const { program } = planTraining(compiled, model, compiled.variantsOf(model)[0]);
    expect(program.gradientForms.size).toBe(1);
    const source = batches(program, 8);
    const weights = initialWeights(program, 5);
    const engine = await createStepEngine(program, weights, 5);
    const { feeds } = await source.batch(0, 0);
    const [result, wanted] = [await engine.run(feeds, 0), evaluated(stepOf(compiled, "default", 2), feeds, 5, 0)];
    for (const { path } of program.parameters) expect(difference(wanted.get(gradientName(path))!.data, allOf(result.gradientOf(path))), path).toBeLessThan(1e-5);
    expect(result.squaredNorm / wanted.get("squared_norm")!.data[0]).toBeCloseTo(1, 5);
    await engine.dispose();
    // The same training with whole gradients: the parts are only another way to give them.
    const built = buildOnnx(stepOf(compiled, "default", 2).graph, { producerVersion: "test", metadata: new Map(), weights: { kind: "inputs" }, runLate: true });
    if ("refused" in built) throw new Error(built.refused[0].needs);
    const losses = async (own: typeof program): Promise<readonly number[]> => {
      const trainer = await createTrainer(own, source, { seed: 5, steps: 4 });
      const found = [];
      for (let i = 0; i < 4; i++) found.push((await trainer.step()).loss);
      await trainer.dispose();
      return found;
    };
    const parts = await losses(program);
    expect(parts[3]).not.toBe(parts[0]);
    const whole = await losses({ ...program, step: built.model, arena: undefined, gradientForms: new Map() });
    for (const [i, loss] of whole.entries()) expect(Math.abs(parts[i] - loss), `step ${i + 1}`).toBeLessThan(1e-6);
  });
});
