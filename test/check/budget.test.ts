/** Budgets: what holds is silent, what does not says by how much and where; what is no budget says what one would be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { costOf, sizeAt } from "../../compiler/cost.ts";
import { textOf } from "../../grammar/source.ts";
import { inferenceMemory, trainingMemory } from "../../compiler/memory.ts";
import { brief, compileFiles, compileText, problemsOf, repository } from "../programs.ts";

/** Two 3 × 3 convolutions, 4 -> hidden -> 4, in three widths: 10 unless said, 5 and 20. */
const net = (budgets: string, rest = ""): string => `model M {
  config { hidden: int = 10 }
  input x: f32[B, C = 4, Y, X] where Y % 4 == 0, X % 4 == 0
  let up = Conv(x, out: hidden)
  let down = Conv(relu(up), out: 4)
  output y: f32[B, C = 4, Y, X] = down
  ${budgets}
}
ablation widths of M {
  narrow "five"   = { hidden: 5 }
  wide   "twenty" = narrow with { hidden: 20 }
}
${rest}`;

const count = (hidden: number): number => 9 * 4 * hidden + hidden + 9 * hidden * 4 + 4;
const macs = (hidden: number, positions: number): number => 2 * 9 * 4 * hidden * positions;

describe("a budget that holds", () => {
  it.each([
    `assert parameters <= ${count(20)}`, `assert parameters < ${count(20) + 1}`, `assert parameters >= ${count(5)}`, `assert trainable <= 1.464k`, "assert parameters <= 2k", "assert parameters <= 0.002M",
    `assert macs <= ${macs(20, 16)}`, `assert macs(Y = 8) <= ${macs(20, 32)}`, `assert macs(Y = 8, X = 12, B = 3) <= ${macs(20, 288)}`, "assert macs <= 1G", "assert flops <= 1T",
    "assert memory(inference) <= 1MB", "assert memory(train, B = 8) <= 1MiB", "assert memory(train) <= 0.001GiB",
  ])("%s", (budget) => {
    expect(brief(problemsOf(net(budget)))).toEqual([]);
  });
});

describe("a budget that does not hold", () => {
  it.each([
    [`assert parameters < ${count(20)}`, `${count(20).toLocaleString("en-US")} parameters, but the budget is < 1,464`, "exactly the limit"],
    [`assert parameters <= ${count(20) - 1}`, "1,464 parameters, but the budget is <= 1,463", "1 (0.1 %) too many"],
    [`assert parameters > 1k`, `${count(5)} parameters, but the budget is > 1,000`, "631 (63.1 %) too few"],
    [`assert parameters == ${count(10)}`, `1,464 parameters, but the budget is == 734`, "730 (99.5 %) too many"],
    [`assert macs <= ${macs(20, 16) - 1}`, `23,040 MACs at B = 1, Y = 4, X = 4, but the budget is <= 23,039`, "1 (0.0 %) too many"],
    [`assert macs(Y = 8, B = 2) <= 1k`, `92,160 MACs at B = 2, Y = 8, X = 4, but the budget is <= 1,000`, "91,160 (9116.0 %) too many"],
  ])("%s", (budget, message, label) => {
    const found = problemsOf(net(budget));
    expect(found.map((one) => [one.code, one.message, one.label])).toEqual([["NET0506", message, label]]);
    expect(textOf(found[0].span)).toBe(budget);
  });

  it("names the blocks that cost most, the variants that miss it, and their figures", () => {
    const [found] = problemsOf(net("assert parameters <= 700"));
    expect(found.notes).toEqual([
      "a budget holds in every variant of its model",
      `the most is in up (Conv): ${9 * 4 * 20 + 20}; down (Conv): ${9 * 20 * 4 + 4}`,
      `the budget is missed in M: ${count(10)}; M (wide): 1,464`,
    ]);
    expect(found.usedBy).toEqual(["M", "M (wide)"]);
    expect(problemsOf(net("assert parameters <= 1k"))[0].usedBy).toEqual(["M (wide)"]);
  });

  it("counts only what training changes, where weights are frozen", () => {
    const plan = 'weights w of M from "m.safetensors" {\n  fresh up, down\n  freeze up\n}';
    expect(brief(problemsOf(net(`assert trainable <= ${9 * 20 * 4 + 4}`, plan)))).toEqual([]);
    expect(problemsOf(net(`assert trainable < ${9 * 20 * 4 + 4}`, plan)).map(({ message }) => message)).toEqual(["724 trainable parameters, but the budget is < 724"]);
  });

  it("memory is what the summary counts: weights and live values at inference, the training step", () => {
    const compilation = compileText(net(""));
    const [model] = compilation.models;
    const variant = compilation.variantsOf(model).find(({ name }) => name === "wide")!;
    const at = (B: number): ReadonlyMap<string, number> => new Map([["B", B], ["Y", 4], ["X", 4]]);
    const inference = inferenceMemory(compilation.lower(model, variant).graph, at(1));
    const bytes = { inference: inference.weights + inference.peak, train: sizeAt(trainingMemory(compilation.lower(model, variant, { training: true }).graph).total, at(8)) };
    expect(inference.weights).toBe(4 * count(20));
    for (const [mode, figure, rest] of [["inference", bytes.inference, ""], ["train", bytes.train, ", B = 8"]] as const) {
      expect(brief(problemsOf(net(`assert memory(${mode}${rest}) <= ${figure}`)))).toEqual([]);
      expect(problemsOf(net(`assert memory(${mode}${rest}) < ${figure}`)).map(({ code, label }) => [code, label])).toEqual([["NET0506", "exactly the limit"]]);
    }
  });

  it("in a configuration that no row names", () => {
    const compilation = compileText(net("assert parameters <= 2k"));
    const [model] = compilation.models;
    const [variant, ...rows] = compilation.variantsOf(model);
    expect(compilation.budgets(model, variant)).toEqual([]);
    const configuration = new Map([["hidden", { kind: "IntegerLiteral", text: "30", value: 30, span: model.span } as const]]);
    expect(compilation.budgets(model, { ...variant, name: "default with hidden=30", configuration }).map(({ message }) => message)).toEqual([`${count(30).toLocaleString("en-US")} parameters, but the budget is <= 2,000`]);
    expect(rows).toHaveLength(2);
  });
});

describe("not a budget", () => {
  it.each([
    ["assert parametres <= 1M", "parametres", "did you mean `parameters`?"],
    ["assert weights <= 1M", "weights", "parameters, trainable, macs, flops, memory"],
    ["assert parameters <= 200MB", "MB", "did you mean `M`? its units are k, M, G, T"],
    ["assert memory(train) <= 24G", "G", "did you mean `GB`? its units are KB, MB, GB, KiB, MiB, GiB"],
    ["assert memory(train) <= 24gb", "gb", "did you mean `GB`?"],
    ["assert parameters", "parameters", "assert parameters <= 200M"],
    ["assert parameters != 5", "parameters != 5", "a relation"],
    ["assert parameters <= hidden", "hidden", "a limit is a number"],
    ["assert 5 <= parameters", "5", "parameters, trainable"],
    ["assert parameters(B = 2) <= 5", "B = 2", "write `parameters` alone"],
    ["assert memory <= 5GB", "memory", "`memory(inference)` or `memory(train)`"],
    ["assert memory(trian) <= 5GB", "trian", "did you mean `train`?"],
    ["assert macs(Y) <= 5G", "Y", "macs(Y = 512)"],
    ["assert macs(y = 8) <= 5G", "y = 8", "did you mean `Y`?"],
    ["assert macs(Z = 8) <= 5G", "Z = 8", "free are `B`, `Y`, `X`"],
    ["assert macs(C = 8) <= 5G", "C = 8", "free are `B`, `Y`, `X`"],
    ["assert macs(Y = 6) <= 5G", "Y = 6", "nearest: "],
    ["assert macs(Y = 8, Y = 8) <= 5G", "Y = 8", undefined],
  ])("%s", (budget, place, help) => {
    const found = problemsOf(net(budget));
    expect(brief(found)).toEqual([`NET0507 \`${place}\``]);
    if (help) expect(found[0].help).toContain(help);
  });

  it("in a block, in an arm, in a block of a model that has errors besides", () => {
    const block = "block Layer(x: f32[B, C]) -> f32[B, C] {\n  assert parameters <= 5\n  return Linear(x)\n}\n";
    expect(brief(problemsOf(block))).toEqual(["NET0507 `assert parameters <= 5`"]);
    expect(problemsOf(`${block}model M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Layer(x)\n}`).map(({ code }) => code)).toEqual(["NET0507"]);
    const arm = "model M {\n  config { wide: bool = true }\n  input x: f32[B, C = 4]\n  let a = if wide then Linear(x) else x\n  let b = match by { one => { assert parameters <= 5\n return a } two => a }\n  output y: f32[B, C] = b\n}";
    expect(problemsOf(arm.replace("wide: bool = true", "wide: bool = true  by: one | two = one")).map(({ code }) => code)).toEqual(["NET0507"]);
  });

  it("is no error of a program that is broken otherwise: those are said first", () => {
    expect(problemsOf(net("assert parameters <= 1\n  let z = nothing(x)")).map(({ code }) => code)).toEqual(["NET0101"]);
  });
});

describe("the flagship", () => {
  const text = readFileSync(join(repository, "models/cd2fsan.net"), "utf8");
  const clip = readFileSync(join(repository, "models/clip.net"), "utf8");
  const withBudget = (budget: string) => problemsOf(text.replace("  output mask:", `  ${budget}\n  output mask:`), { "clip.net": clip }).filter(({ severity }) => severity === "error");

  it("has the parameters and MACs of table 5 in every variant", () => {
    expect(brief(withBudget("assert parameters <= 197_220_381\n  assert macs <= 149.313G\n  assert parameters >= 153_679_105"))).toEqual([]);
  });

  it("tells which variant exceeds a budget, by how much, and where", () => {
    const compilation = compileFiles("models/cd2fsan.net");
    const [model] = compilation.models;
    const cost = costOf(compilation.lower(model, compilation.variantsOf(model).find(({ name }) => name === "g")!).graph);
    const [found] = withBudget("assert parameters <= 190M");
    expect(found.message).toBe("197,220,381 parameters, but the budget is <= 190,000,000");
    expect(found.label).toContain("7,220,381");
    expect(found.usedBy).toEqual(["CD2FSAN", "CD2FSAN (g)"]);
    const top = [...cost.children].sort((a, b) => sizeAt(b.parameters, new Map()) - sizeAt(a.parameters, new Map())).slice(0, 3);
    expect(found.notes[1]).toBe(`the most is in ${top.map((own) => `${own.path} (${own.block}): ${sizeAt(own.parameters, new Map()).toLocaleString("en-US")}`).join("; ")}`);
  });
});
