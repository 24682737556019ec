/** The facts of a model's inputs, and what its blocks assume, hold in the artefact too: a batch that breaks them is refused where it enters. */
import { describe, expect, it } from "vitest";
import { buildOnnx, type OnnxArtefact } from "../../backends/onnx/index.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { createEngine } from "../../runtime/engine.ts";
import { compileText } from "../programs.ts";
import { flaws, plainOptions } from "./artefact.ts";

function artefactOf(text: string): OnnxArtefact {
  const compilation = compileText(text);
  expect(compilation.diagnostics().filter(({ severity }) => severity === "error")).toEqual([]);
  const [model] = compilation.models;
  const { graph, facts } = compilation.lower(model, compilation.variantsOf(model)[0]);
  const built = buildOnnx(optimise(graph, { facts, verify: true }), plainOptions);
  if ("refused" in built) throw new Error("refused");
  expect(flaws(built)).toEqual([]);
  return built;
}

async function runAt(artefact: OnnxArtefact, shapes: Readonly<Record<string, readonly number[]>>): Promise<readonly number[]> {
  const engine = await createEngine(artefact.model, { threads: 1 });
  try {
    const feeds = Object.entries(shapes).map(([name, shape]) => [name, { dtype: "f32" as const, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1) }]);
    return (await engine.run(Object.fromEntries(feeds)))["o"].shape;
  } finally {
    await engine.dispose();
  }
}

describe("facts of the inputs", () => {
  const artefact = artefactOf(`model M {
    input x: f32[B, C = 2, Y, X] where Y % 4 == 0, X >= 3, Y * X <= 64, X != 5
    output o: f32[B, C, Y, X] = x * 2
  }`);

  it.each([[4, 3], [8, 8], [4, 6]])("admit %i × %i", async (y, x) => {
    expect(await runAt(artefact, { x: [1, 2, y, x] })).toEqual([1, 2, y, x]);
  });

  it.each([
    [6, 4, "Y % 4 == 0"],
    [4, 2, "X >= 3"],
    [16, 8, "Y * X <= 64"],
    [4, 5, "X != 5"],
  ])("refuse %i × %i by the name of the fact", async (y, x, fact) => {
    await expect(runAt(artefact, { x: [1, 2, y, x] })).rejects.toThrow(`requires ${fact}`);
  });
});

describe("assumptions", () => {
  const block = `block joined(x: f32[B, T], y: f32[B, S]) -> f32[B, T] {
    assume T == S "both are padded alike"
    return x + rename(y, T = S)
  }`;
  const artefact = artefactOf(`${block}
  model M { input x: f32[B, T]  input y: f32[B, S]  output o: f32[B, T] = joined(x, y) }`);

  it("admit a batch that keeps them and refuse one that does not", async () => {
    expect(await runAt(artefact, { x: [2, 7], y: [2, 7] })).toEqual([2, 7]);
    await expect(runAt(artefact, { x: [2, 7], y: [2, 1] })).rejects.toThrow("requires T == S");
  });

  it("leave nothing behind where numbers settle them", () => {
    const compilation = compileText(`${block}
    model M { input x: f32[B, T = 3]  input y: f32[B, S = 3]  output o: f32[B, T] = joined(x, y) }`);
    expect(compilation.diagnostics().map(({ code }) => code)).toEqual(["NET0323"]);
    const [model] = compilation.models;
    expect(compilation.lower(model, compilation.variantsOf(model)[0]).graph.requirements).toEqual([]);
  });

  it("that numbers break are errors of the program", () => {
    const problems = compileText(`${block}
    model M { input x: f32[B, T = 3]  input y: f32[B, S = 4]  output o: f32[B, T] = joined(x, y) }`).diagnostics();
    expect(problems.map(({ code, usedBy }) => [code, usedBy])).toEqual([["NET0322", ["M"]]]);
  });
});
