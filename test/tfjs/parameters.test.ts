/** parameters.ts of a project lists, in few lines, the very weights that the model has: its text is read again here, and compared number by number. */
import { describe, expect, it } from "vitest";
import { formatted } from "../../cli/project/format.ts";
import { parametersText } from "../../cli/project/parameters-text.ts";
import { trainingGraphs } from "../../cli/training-program.ts";
import type { Compilation } from "../../compiler/compilation.ts";
import * as blocks from "../../runtime/parameters/weight-list.ts";
import type { Weight } from "../../runtime/parameters/weight-list.ts";
import { parametersOf, statesOf } from "../../runtime/training/listed-weights.ts";
import type { TrainedModel } from "../../runtime/training/trained-model.ts";
import { brief, compileFiles, compileText } from "../programs.ts";

type Weighted = Pick<TrainedModel, "parameters" | "states">;

/** What the text of a parameters.ts lists. It may use nothing but what it imports. */
function listed(text: string): readonly Weight[] {
  const [, names, body] = /^import \{([^}]+),\s+type WeightList,?\s+\} from "\.\/parameters\/weight-list\.ts";\n\nexport const weights: WeightList = ([\s\S]+);\n$/m.exec(text)!;
  const taken = names.trim().split(/,\s+/);
  return new Function(...taken, `return ${body};`)(...taken.map((name) => blocks[name as keyof typeof blocks])) as readonly Weight[];
}

const trainedOf = (compiled: Compilation, variant = "default"): TrainedModel => {
  const [model] = compiled.rootModels;
  return trainingGraphs(compiled, model, compiled.variantsOf(model).find(({ name }) => name === variant)!).trained;
};

async function expectKept(trained: TrainedModel): Promise<string> {
  const text = await formatted("parameters.ts", parametersText(trained, trained.model));
  expect(parametersOf(listed(text), trained.section.optimizer.groups)).toEqual(trained.parameters);
  expect(statesOf(listed(text))).toEqual(trained.states);
  return text;
}

const flagship = compileFiles("models/cd2fsan.net");

describe("what is listed is what the model has", () => {
  it.each(["default", "a", "b", "c", "d", "e", "f", "g"])("CD2FSAN, variant %s", async (variant) => {
    const text = await expectKept(trainedOf(flagship, variant));
    expect(text.split("\n").length).toBeLessThan(200);
    expect(text).toContain('biased("attention.{q,k,v,out}", [768, 768])');
  });

  it("the small CD2FSAN, and a model with frozen weights, groups, and a norm whose only weights are states", async () => {
    await expectKept(trainedOf(compileFiles("examples/small_cd2fsan.net")));
    const compiled = compileText(`block Layer(x: f32[B, C]) -> f32[B, C] {
  let wide = Linear(x, out: 3 * C)
  let narrow = Linear(relu(wide), out: C, biased: false)
  return LayerNorm(x + narrow)
}

model Frozen {
  input x: f32[B, C = 4]
  let body[0] = x
  let body[i] = Layer(body[i - 1]) for i in 1..=3
  let normed = FrozenBatchNorm(body[3])
  param bent: f32[C] = random.normal(std: 0.1)
  output y: f32[B] = Linear(normed * bent, out: C = 1)[C = 0]
}

weights given of Frozen from "given.safetensors" {
  fresh body, bent, y
  freeze body.1, body.2.wide.weight
}

train Frozen {
  data arrays(split: train) {
    x: f32[B, C = 4]
    label: f32[B] in [0, 1]
  }
  loss bce_with_logits(y, label)
  weights given
  optimizer adamw(lr: 1e-3, decay: 0.1) { body.3: lr * 0.5, *.bias: decay * 0 }
  epochs 1
  batch 2
}
`);
    expect(brief(compiled.diagnostics().filter(({ severity }) => severity === "error"))).toEqual([]);
    const trained = trainedOf(compiled);
    const text = await expectKept(trained);
    expect(text).toContain('frozen(at(');
    expect(trained.parameters.some(({ isTrained }) => !isTrained) && trained.parameters.some(({ decayFactor }) => decayFactor === 0)).toBe(true);
  });

  it("in an order that is not that of blocks, and with states in another one, everything keeps its place", () => {
    const named = (path: string, shape: readonly number[] = [2]): TrainedModel["states"][number] => ({ path, shape, init: { kind: "values", values: [0.1, -3] } });
    const trained = (path: string): TrainedModel["parameters"][number] => ({ ...named(path), isTrained: true, rateFactor: 1, decayFactor: 1 });
    const model: Weighted = {
      parameters: ["a.one", "b.one", "a.two", "layer.1.x", "layer.2.x", "layer.4.x", "layer.5.x", "layer.6.x", "c.d.e"].map(trained),
      states: [named("b.mean"), named("a.mean", [1, 2]), named("lonely")],
    };
    const text = parametersText(model, "Mixed");
    expect(parametersOf(listed(text), [])).toEqual(model.parameters);
    expect(statesOf(listed(text))).toEqual(model.states);
    expect(text).toContain('weight("layer.{1,2,4,5,6}.x", [2], values([0.1,-3]))');
  });
});
