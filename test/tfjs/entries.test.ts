/** Evaluation and training in one program: functions that both call, files, the formatter's word on them; and how long the program of the flagship is. */
import { readFileSync } from "node:fs";
import { format } from "prettier";
import { beforeAll, describe, expect, it } from "vitest";
import { printWidth } from "../../cli/project/packages.ts";
import type { TfjsFiles } from "../../cli/tfjs-program.ts";
import { planTfjs } from "../../cli/tfjs-training.ts";
import type { TfjsEntry, TfjsProgram } from "../../backends/tfjs/index.ts";
import type { Compilation } from "../../compiler/compilation.ts";
import { constantValue, variablesOf } from "../../compiler/dims/index.ts";
import { frozenOf } from "../../compiler/frozen.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { rootsOf, type Node, type TensorData } from "../../compiler/ir/graph.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { randomAsInputs, stepGraph } from "../../compiler/training/step.ts";
import { batch, network } from "../onnx/networks.ts";
import { difference, randomTensor } from "../operators/instance.ts";
import { parameterValue } from "../parity/formula.ts";
import { batchOf, goldenStep, smallTraining, variantOf } from "../parity/small-training.ts";
import { compile } from "../training/programs.ts";
import { complaints } from "./complaints.ts";
import { program, run, textOf, useBackend } from "./program.ts";

const read = (name: string): string => readFileSync(new URL(`../../models/${name}`, import.meta.url), "utf8");

/** Evaluation with a free batch, and the step of a fixed one. */
function entriesOf(compilation: Compilation, size: number): readonly TfjsEntry[] {
  const [model] = compilation.rootModels;
  const [train] = compilation.trainingOf(model);
  const evaluation = compilation.loss(train, model, variantOf(compilation, "g"));
  const training = compilation.loss(train, model, variantOf(compilation, "g"), { training: true, fixedSizes: new Map([["B", size]]) });
  const step = stepGraph(training.graph, training.facts, frozenOf(compilation.program, model), { makesComposites: true });
  return [
    { name: "evaluate", graph: optimise(evaluation.graph, { facts: evaluation.facts, training: true }) },
    { name: "trainingStep", graph: step.graph, random: step.random },
  ];
}

const formatted = (text: string): Promise<string> => format(text, { parser: "typescript", printWidth: 120 });

async function formattedFiles({ files }: TfjsProgram): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [name, text] of files) found.set(name, await formatted(text));
  return found;
}

describe("evaluation and training of the small CD2FSAN", () => {
  let entries: readonly TfjsEntry[];
  let built: TfjsProgram;
  beforeAll(async () => {
    await useBackend("wasm");
    entries = entriesOf(smallTraining("sgd(lr: 0.1)"), 4);
    built = program(entries);
  });

  it("stand in two files, with the functions that both call in the one of evaluation", () => {
    expect([built.entries.get("evaluate")!.file, built.entries.get("trainingStep")!.file]).toEqual(["model.ts", "gradient.ts"]);
    const [model, gradient] = ["evaluate", "trainingStep"].map((entry) => textOf(built, entry));
    // Convolutions lie as each graph has it cheapest, so theirs may differ.
    for (const block of ["EncoderLayer", "MultiHeadAttention", "Mlp", "Linear"]) {
      expect(model).toMatch(new RegExp(`^export function ${block}\\(`, "m"));
      expect(gradient).toContain(`model.${block}`);
      expect(gradient).not.toMatch(new RegExp(`^function ${block}\\(`, "m"));
    }
    expect(gradient).toMatch(/^function BatchNorm\(/m);
    expect(gradient).toMatch(/^function EncoderLayerGradient\(/m);
  });

  it("come with what they use of the library and nothing else", () => {
    const all = [...built.files.values()].join("\n");
    const exported = [...built.files].filter(([name]) => name.startsWith("library/")).flatMap(([, text]) => [...text.matchAll(/^export (?:function|const|type|interface) (\w+)/gm)].map(([, name]) => name));
    expect(exported).toContain("batchNorm");
    for (const name of exported) expect(all.match(new RegExp(`\\b${name}\\b`, "g"))!.length, name).toBeGreaterThan(1);
    expect(all).not.toMatch(/\bconvolution3d\b|\bresizeBilinear\b|\bnormalNumbers\b/);
  });

  it("are well typed in strict mode, formatted and not, and what the formatter made of them stays", async () => {
    expect(complaints(built)).toEqual([]);
    const files = await formattedFiles(built);
    expect(complaints({ files })).toEqual([]);
    for (const [name, text] of files) expect(await formatted(text), name).toBe(text);
  });

  it("compute what their graphs say, leave nothing, and give gradients and states nested like the weights", () => {
    const values = batchOf(goldenStep("g").batch);
    const sizes = new Map([["B", 4]]);
    const shapeOf = (node: Node): readonly number[] => node.type.shape.map((size) => constantValue(size) ?? 4);
    for (const { name, graph } of entries) {
      expect(new Set(graph.inputs.flatMap(({ type }) => type.shape.flatMap(variablesOf)))).toEqual(new Set(name === "evaluate" ? ["B"] : []));
      const inputs = new Map(graph.inputs.map((node): [string, TensorData] => [node.attributes.name, { dtype: node.type.dtype, shape: shapeOf(node), data: values[node.attributes.name as keyof typeof values] }]));
      const weights = new Map([...graph.parameters, ...graph.states].map((node): [string, TensorData] => [node.attributes.path, { dtype: "f32", shape: shapeOf(node), data: parameterValue(node.attributes.path, shapeOf(node)) }]));
      const { values: found, left } = run(built, inputs, weights, { entry: name, calls: 2 });
      const names = [...graph.outputs.map((output) => output.name), ...graph.updates.map((update) => `next/${update.name}`)];
      expect([...found.keys()].sort()).toEqual([...names].sort());
      expect([...built.entries.get(name)!.outputs]).toEqual(names);
      expect(left.every(({ tensors, bytes }) => tensors === 0 && bytes === 0)).toBe(true);
      const expected = interpret(rootsOf(graph), { inputs, parameters: weights, sizes });
      names.forEach((output, at) => output.startsWith("gradient/") || expect(difference(found.get(output)!, expected[at]), output).toBeLessThan(1e-4));
    }
  });
});

it("random inputs are drawn inside, from their keys and the step", async () => {
  await useBackend("cpu");
  const graph = network(({ build, input }) => ({ y: build.mul(input("x", [batch, 3]), build.make("random", [], { distribution: "uniform", key: "net.dropout", shape: input("z", [batch, 3]).type.shape })) }));
  const { graph: outside, random } = randomAsInputs(graph);
  const given = new Map([["x", randomTensor("x", [2, 3])], ["z", randomTensor("z", [2, 3])]]);
  const values = (of: TfjsProgram): readonly number[] => [...run(of, given, new Map(), { step: 5 }).values.get("y")!.data];
  expect(random).toHaveLength(1);
  expect(values(program([{ name: "run", graph: outside, random }]))).toEqual(values(program(graph)));
  expect(program([{ name: "run", graph: outside, random }]).entries.get("run")!.parameters).toContain("step");
});

it("the program of CD2FSAN, variant g at 480 x 480, is short, library included, and the same text each time", async () => {
  const compilation = compile({ "cd2fsan.net": read("cd2fsan.net"), "clip.net": read("clip.net") });
  const [model] = compilation.rootModels;
  const build = (): TfjsFiles => planTfjs(compilation, model, variantOf(compilation, "g")).files;
  const { files } = build();
  expect([...build().files]).toEqual([...files]);
  const lines = await Promise.all([...files.values()].map(async (text) => (await format(text, { parser: "typescript", printWidth })).trimEnd().split("\n").length));
  expect(lines.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(mostLines);
  // A block is written twice only where its instances differ in more than numbers: a bias, an activation.
  const names = [...files].filter(([name]) => !name.startsWith("library/")).flatMap(([, text]) => [...text.matchAll(/^(?:export )?function (\w+\d)\(/gm)].map(([, name]) => name));
  expect(names.filter((name) => !["Conv1d", "ConvNorm1d"].includes(name)).sort()).toEqual(["Conv2", "ConvGradient2", "ConvGradient3", "Linear2", "LinearGradient2", "Mlp2", "MlpGradient2"]);
  for (const idiom of [/dropout\(slope|dropout\(\w+\.dX/, /tf\.stack\(feature/, /sumOfBlocks\(/, /sampleVariance\(/, /weights\.weight\.shape\.slice\(/]) expect(files.get("gradient.ts")).toMatch(idiom);
  // What is computed again stands in the gradient functions, but for what several of them read.
  expect(files.get("gradient.ts")!.match(/^function \w+Again\(/gm)!.length).toBeLessThan(15);
});

/** Of the flagship's program, as a project has it. */
const mostLines = 2500;

