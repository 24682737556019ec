/**
 * `netc verify`: an equivalence certificate. What ONNX Runtime and TensorFlow.js give for the model, and for the training step, is compared with the reference
 * interpreter, which computes the graph as it was lowered, before any pass, in double precision; at several batch sizes, on numbers that are drawn.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Model } from "../grammar/ast.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { costOf, sizeAt } from "../compiler/cost.ts";
import { constantValue, evaluate, type Size } from "../compiler/dims/index.ts";
import { frozenOf } from "../compiler/frozen.ts";
import { interpret } from "../compiler/interpreter.ts";
import type { Graph, Node, NodeOf, TensorData } from "../compiler/ir/graph.ts";
import { bitsAt, fillNormal, normalAt, streamOf, uniformAt } from "../compiler/operators/random.ts";
import { freeSizes, smallestSizes } from "../compiler/smallest-sizes.ts";
import { gradientName, stepGraph } from "../compiler/training/step.ts";
import type { EngineTensor } from "../runtime/engine-tensor.ts";
import { layOut } from "../runtime/reports/columns.ts";
import { tensorflowVersion, type BackendChoice } from "../runtime/tfjs/backend-names.ts";
import { onnxContender } from "./contender-onnx.ts";
import type { Contender, Values } from "./contenders.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { endProgress, grouped, progress, short, writeWhole } from "./output.ts";
import { chooseSound } from "./select.ts";
import { explained } from "./training-run.ts";
import { version } from "./version.ts";
import { weightsOf } from "./weights-source.ts";

export interface VerifyOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly artefact?: string;
  readonly weights?: string;
  readonly seed: number;
  readonly batches: string;
  readonly output?: string;
  readonly large?: boolean;
  /** Of TensorFlow.js; unless given, what there is, or none. */
  readonly backend?: BackendChoice;
  readonly format: "human" | "json";
}

export interface Comparison {
  readonly engine: Contender["engine"];
  readonly what: "output" | "loss" | "gradient" | "state";
  readonly name: string;
  readonly batch: number;
  /** The largest difference over the largest value; of gradients the norm of the difference over the norm, to which a hundredth of the whole gradient's is added. */
  readonly difference: number;
  readonly tolerance: number;
}

/** Multiply-accumulates that the interpreter does in about a minute. */
const usualMacs = 3e9;
const tolerances = { output: 1e-5, loss: 1e-5, gradient: 1e-3, state: 1e-4 } as const;

export async function verify(file: string, options: VerifyOptions): Promise<number> {
  const { compilation, model, variant } = chooseSound(file, options);
  const batches = options.batches.split(",").map(Number);
  if (!batches.length || !batches.every((batch) => Number.isInteger(batch) && batch >= 1)) throw new UsageError(`--batches takes whole numbers, not ${options.batches}`, "for example: --batches 1,2,3");
  const lowered = compilation.lower(model, variant).graph;
  const [train] = compilation.trainingOf(model);
  const macs = batches.reduce((sum, batch) => sum + sizeAt(costOf(lowered).macs, sizesOf(lowered, batch)) * (train ? 4 : 1), 0);
  if (macs > usualMacs && !options.large) throw new ProgramError(`the reference interpreter would compute ${short(macs)} multiply-accumulates, some ${grouped(Math.ceil(macs / usualMacs))} minutes`, "make the model smaller with --set, take fewer --batches, or say --large");
  const compared: Comparison[] = [];
  const { contenders, absent } = await contendersOf(compilation, model, variant, lowered, options);
  await compareForward(contenders, lowered, batches, options, compared);
  if (train) for (const batch of batches.filter((each) => each > 1)) await compareStep(contenders, compilation, model, variant, batch, options.seed, compared);
  endProgress();
  if (absent) process.stderr.write(`note: ${absent}\n`);
  const failed = compared.filter(({ difference, tolerance }) => !(difference <= tolerance));
  const certificate = {
    version: 2, netc: version, model: model.name.text, variant: variant.name, source: createHash("sha256").update(model.span.file.text).digest("hex"),
    ...(options.artefact === undefined ? {} : { artefact: createHash("sha256").update(readFileSync(options.artefact)).digest("hex") }),
    reference: "float64 interpreter", engines: contenders.map(({ engine, backend }) => ({ engine, ...(backend ? { backend } : {}) })), seed: options.seed, batches, holds: failed.length === 0, compared,
  };
  if (options.output) writeWhole(options.output, [`${JSON.stringify(certificate, null, 2)}\n`]);
  process.stdout.write(options.format === "json" ? `${JSON.stringify(certificate)}\n` : textOf(model, variant, batches, contenders, compared, failed, options));
  return failed.length ? 1 : 0;
}

/** ONNX Runtime, and TensorFlow.js where it is there or asked for; why it is not, where it is not. */
async function contendersOf(compilation: Compilation, model: Model, variant: Variant, lowered: Graph, options: VerifyOptions): Promise<{ readonly contenders: readonly Contender[]; readonly absent?: string }> {
  const onnx = onnxContender(compilation, model, variant, lowered, options);
  if (options.artefact !== undefined) return { contenders: [onnx] };
  try {
    const { tfjsContender } = await import("./contender-tfjs.ts");
    return { contenders: [onnx, await explained(() => tfjsContender(compilation, model, variant, options.backend ?? "auto", options.seed))] };
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (options.backend !== undefined) throw error instanceof ProgramError ? error : new ProgramError("TensorFlow.js is not installed beside netc", installs);
    return { contenders: [onnx], absent: `TensorFlow.js is not compared: it is not installed (${installs})` };
  }
}

const installs = `npm install @tensorflow/tfjs-core@${tensorflowVersion} @tensorflow/tfjs-backend-wasm@${tensorflowVersion}`;
const isMissing = (error: unknown): boolean => (error instanceof ProgramError && error.message.startsWith("TensorFlow.js has no backend")) || ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" && (error as Error).message.includes("@tensorflow/tfjs-core"));

function sizesOf(graph: Graph, batch: number): ReadonlyMap<string, number> {
  const free = freeSizes(graph.inputs.map((input) => input.type.shape));
  return smallestSizes(free, graph.requirements ?? [], free.includes("B") ? new Map([["B", batch]]) : new Map());
}

/** Numbers for an input: normal ones, small indices, truth values; a function of name and batch. */
function drawn(node: NodeOf<"input">, sizes: ReadonlyMap<string, number>, batch: number): TensorData {
  const shape = node.type.shape.map((size) => Number(evaluate(size, sizes)));
  const count = shape.reduce((product, size) => product * size, 1);
  const stream = streamOf(`verify ${node.attributes.name}`, batch);
  const number = { i32: (i: number) => (bitsAt(stream, i) >>> 8) % 8, bool: (i: number) => (bitsAt(stream, i) >>> 8) & 1 } as const;
  const { dtype } = node.type;
  return { dtype, shape, data: Float64Array.from({ length: count }, (_, i) => (dtype === "i32" || dtype === "bool" ? number[dtype](i) : Math.fround(normalAt(stream, i)))) };
}

async function compareForward(contenders: readonly Contender[], lowered: Graph, batches: readonly number[], options: VerifyOptions, into: Comparison[]): Promise<void> {
  const of = weightsOf(lowered, options.weights, options.seed);
  const parameters = parametersOf(lowered, of);
  for (const batch of batches) {
    progress(`comparing outputs at batch ${batch} …`);
    const sizes = sizesOf(lowered, batch);
    const inputs = new Map(lowered.inputs.map((node) => [node.attributes.name, drawn(node, sizes, batch)]));
    const wanted = interpret(lowered.outputs.map(({ node }) => node), { inputs, parameters, sizes });
    for (const contender of contenders) {
      const results = await contender.outputs(inputs, parameters);
      lowered.outputs.forEach(({ name }, i) => {
        const own = results[name];
        if (!own) throw new ProgramError(`${options.artefact ?? "the artefact"} has no output ${name}; it has ${Object.keys(results).join(", ")}`, "was it built from this file and variant?");
        into.push({ engine: contender.engine, what: "output", name, batch, difference: largest(wanted[i], own), tolerance: tolerances.output });
      });
    }
  }
}

const parametersOf = (graph: Graph, of: ReturnType<typeof weightsOf>): Values => new Map([...graph.parameters, ...graph.states].map((node): [string, TensorData] => [node.attributes.path, { dtype: node.type.dtype, shape: node.type.shape.map(number), data: Float64Array.from(of(node)) }]));

const number = (size: Size): number => constantValue(size)!;

/** Where shapes differ, or a number is none, the difference is infinite. */
function largest(wanted: TensorData, found: EngineTensor): number {
  if (wanted.shape.join() !== found.shape.join()) return Infinity;
  let [most, scale] = [0, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    const apart = Math.abs(wanted.data[i] - Number(found.data[i]));
    if (Number.isNaN(apart)) return Infinity;
    most = Math.max(most, apart);
    scale = Math.max(scale, Math.abs(wanted.data[i]));
  }
  return scale === 0 ? most : most / scale;
}

async function compareStep(contenders: readonly Contender[], compilation: Compilation, model: Model, variant: Variant, batch: number, seed: number, into: Comparison[]): Promise<void> {
  progress(`comparing the training step at batch ${batch} …`);
  const [train] = compilation.trainingOf(model);
  const [axis] = compilation.loss(train, model, variant).section.data.fields[0].axes;
  const loss = compilation.loss(train, model, variant, { training: true, fixedSizes: new Map([[axis.name, batch]]) });
  const { graph, random, trainable } = stepGraph(loss.graph, loss.facts, frozenOf(compilation.program, model));
  const inputs = new Map<string, TensorData>();
  for (const node of graph.inputs) if (!node.attributes.name.startsWith("random/")) inputs.set(node.attributes.name, drawn(node, new Map(), batch));
  for (const { name, key, distribution, node } of random) inputs.set(name, drawnLikeStep(node, key, distribution, seed));
  const parameters = parametersOf(graph, weightsOf(graph, undefined, seed));
  const roots = [...graph.outputs, ...graph.updates.map(({ name, node }) => ({ name: `next/${name}`, node }))];
  const values = interpret(roots.map(({ node }) => node), { inputs, parameters });
  const wanted = new Map(roots.map(({ name }, i) => [name, values[i]]));
  for (const contender of contenders) {
    const result = await contender.step(batch, inputs, parameters);
    const add = (what: Comparison["what"], name: string, difference: number): void => void into.push({ engine: contender.engine, what, name, batch, difference, tolerance: tolerances[what] });
    add("loss", "loss", largest(wanted.get("loss")!, { dtype: "f32", shape: [], data: Float32Array.of(result.loss) }));
    const whole = Math.sqrt(result.squaredNorm);
    for (const { attributes: { path } } of trainable) add("gradient", path, apart(wanted.get(gradientName(path))!.data, result.gradientOf(path), whole));
    for (const [path, value] of result.states) add("state", path, largest(wanted.get(`next/${path}`)!, { dtype: "f32", shape: wanted.get(`next/${path}`)!.shape, data: value }));
  }
}

function apart(wanted: Float64Array, found: Float32Array, whole: number): number {
  let [difference, own] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    difference += (wanted[i] - found[i]) ** 2;
    own += wanted[i] ** 2;
  }
  return Number.isNaN(difference) ? Infinity : Math.sqrt(difference) / (Math.sqrt(own) + 1e-2 * whole || 1);
}

/** The numbers that the step engine draws for its first batch. */
function drawnLikeStep(node: Node, key: string, distribution: "uniform" | "normal", seed: number): TensorData {
  const shape = node.type.shape.map(number);
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const stream = streamOf(key, seed * 2 ** 32);
  if (distribution === "normal") fillNormal(data, stream, 0, 1);
  else for (let i = 0; i < data.length; i++) data[i] = uniformAt(stream, i);
  return { dtype: "f32", shape, data: Float64Array.from(data) };
}

function textOf(model: Model, variant: Variant, batches: readonly number[], contenders: readonly Contender[], compared: readonly Comparison[], failed: readonly Comparison[], options: VerifyOptions): string {
  const kinds = [...new Set(compared.map(({ what }) => what))];
  const plural = { output: "outputs", loss: "losses", gradient: "gradients", state: "states after a step" } as const;
  const rows = kinds.flatMap((kind) => contenders.map(({ engine }) => {
    const own = compared.filter((one) => one.what === kind && one.engine === engine);
    const worst = own.reduce((a, b) => (a.difference >= b.difference ? a : b));
    return [plural[kind], engine, String(own.length), worst.difference.toExponential(1), worst.tolerance.toExponential(0), `${worst.name} at batch ${worst.batch}`];
  }));
  const lines = layOut([["", "engine", "compared", "largest difference", "allowed", "at"], ...rows], false, 2);
  const engines = contenders.map(({ engine, backend }) => (backend ? `${engine} (${backend})` : engine)).join(" and ");
  const verdict = failed.length ? `${failed.length} of ${compared.length} differ by more than is allowed: ${failed.slice(0, 5).map(({ engine, name, batch, difference }) => `${name} at batch ${batch} by ${difference.toExponential(1)}, ${engine}`).join("; ")}${failed.length > 5 ? "; …" : ""}` : `${engines} ${contenders.length > 1 ? "give" : "gives"} what the reference gives${options.artefact ? ` for ${options.artefact}` : ""}`;
  return `${model.name.text}${variant.name === "default" ? "" : ` (${variant.name})`}, reference in double precision against ${engines}, batches ${batches.join(", ")}\n\n${lines.join("\n")}\n\n${verdict}${options.output ? `; certificate: ${options.output}` : ""}\n`;
}
