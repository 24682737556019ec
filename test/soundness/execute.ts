/**
 * One program run for real: checked, built in every variant, interpreted at several sizes that its facts admit, and run by ONNX Runtime at the same
 * sizes. Every actual shape is compared with what was predicted, and every number of the runtime with the interpreter's.
 */
import { buildOnnx } from "../../backends/onnx/index.ts";
import type { Compilation, Variant } from "../../compiler/compilation.ts";
import { evaluate, smallestModels, variablesOf, type Size } from "../../compiler/dims/index.ts";
import { initialise } from "../../compiler/initialise.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { rootsOf, topologicalOrder, type Graph, type Node, type NodeOf, type TensorData } from "../../compiler/ir/graph.ts";
import { optimise } from "../../compiler/passes/index.ts";
import type { Expression, Model, Node as Tree } from "../../grammar/ast.ts";
import { positionAt } from "../../grammar/source.ts";
import { createEngine } from "../../runtime/engine.ts";
import { fromEngine, toEngine } from "../onnx/artefact.ts";
import { costOf, sizeAt } from "../../compiler/cost.ts";
import { build, type Built } from "./build.ts";
import { roundedResult } from "./rounded.ts";
import { shapesOf } from "./shapes.ts";
import { random, type Random } from "./random.ts";
import { agreement } from "./agreement.ts";

export type FailureKind = "build" | "shape" | "binding" | "passes" | "onnx build" | "onnx session" | "onnx run" | "onnx shape" | "onnx values";

export interface Failure {
  readonly kind: FailureKind;
  readonly where: string;
  readonly what: string;
}

export interface Tally {
  /** Models in a variant, built. */
  variants: number;
  /** Evaluations by the interpreter: a variant at one choice of sizes. */
  runs: number;
  nodes: number;
  bindings: number;
  /** Types that blocks and models were checked with, at numbers. */
  checkedTypes: number;
  onnxRuns: number;
  /** Too large for the interpreter: shapes alone. */
  shapesOnly: number;
  /** Too large for the runtime here: not run. */
  notRun: number;
  /** Not compared: rounding every intermediate result to single precision moves the output as far. */
  illConditioned: number;
  notFinite: number;
}

export const emptyTally = (): Tally => ({ variants: 0, runs: 0, nodes: 0, bindings: 0, checkedTypes: 0, onnxRuns: 0, shapesOnly: 0, notRun: 0, illConditioned: 0, notFinite: 0 });

export interface Setting {
  readonly seed: number;
  /** What the whole numbers of an input are below; 1 where nothing is said, because 0 is an index of every axis. */
  readonly below?: ReadonlyMap<string, number>;
  readonly onnx: boolean;
  /** Numbers that are compared or ranked may be rounded: only shapes say something. */
  readonly shapesAlone?: boolean;
  readonly training?: boolean;
  /** Numbers of the variables of a block's signature: types that the block was checked with are evaluated at them. */
  readonly signature?: { readonly inside: (tree: Tree) => boolean; readonly values: ReadonlyMap<string, number> };
  /** Larger graphs (multiply-accumulates and other operations) are not interpreted: their shapes alone are computed, and the runtime's compared with them. */
  readonly mostInterpreted?: number;
  /** Still larger ones are not run at all. */
  readonly mostRun?: number;
  /** Config values that keep a large model small. */
  readonly config?: ReadonlyMap<string, Expression>;
}

type Sizes = ReadonlyMap<string, number>;

const numberOf = (size: Size, sizes: Sizes): number | undefined => {
  const value = evaluate(size, sizes);
  return value === undefined ? undefined : Number(value);
};
const shapeText = (shape: readonly (number | undefined)[]): string => `[${shape.map((size) => size ?? "?").join(", ")}]`;
const sameShape = (a: readonly (number | undefined)[], b: readonly (number | undefined)[]): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

function place(tree: Tree): string {
  const { file, start, end } = tree.span;
  return `${file.name}:${positionAt(file, start).line} \`${file.text.slice(start, Math.min(end, start + 60)).split("\n")[0]}\``;
}

function feed(node: NodeOf<"input">, sizes: Sizes, chance: Random, below: number): TensorData {
  const shape = node.type.shape.map((size) => numberOf(size, sizes) ?? NaN);
  const count = shape.reduce((product, size) => product * size, 1);
  const { dtype } = node.type;
  const element = (): number => (dtype === "i32" ? chance.below(below) : dtype === "bool" ? chance.below(2) : Math.fround(chance.below(2 ** 20) / 2 ** 19 - 1));
  return { dtype, shape, data: Float64Array.from({ length: count }, element) };
}

function sizesFor({ graph, facts }: Built, chance: Random): readonly Sizes[] {
  const names = [...new Set(graph.inputs.flatMap((input) => input.type.shape.flatMap(variablesOf)))];
  if (names.length === 0) return [new Map()];
  const models = smallestModels(facts, names, 8);
  // The smallest, and another: sizes that differ from each other show what equal ones hide.
  const spread = (model: Sizes): number => new Set(model.values()).size;
  const others = models.slice(1).sort((a, b) => spread(b) - spread(a));
  return models.length === 0 ? [] : [models[0], ...others.slice(0, 1), ...(others.length > 2 && chance.chance(0.3) ? [others[others.length - 1]] : [])];
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const within = (tree: Tree, model: Model): boolean => tree.span.file === model.span.file && model.span.start <= tree.span.start && tree.span.end <= model.span.end;

/** What a node came to: its shape, and its numbers where it was interpreted. */
type Actual = Pick<TensorData, "dtype" | "shape"> & { readonly data?: Float64Array };

function bindingFailure(built: Built, roots: ReadonlyMap<Node, Actual>, sizes: Sizes, compilation: Compilation, model: Model, variant: Variant, setting: Setting, tally: Tally): Failure | undefined {
  for (const { tree, value } of built.bindings) {
    const actual = roots.get(value.node);
    if (!actual) continue;
    const typed = value.type.axes.map((axis) => numberOf(axis.size.size, sizes));
    tally.bindings++;
    if (!sameShape(typed, actual.shape) || value.type.dtype !== actual.dtype) return { kind: "binding", where: place(tree), what: `is ${actual.dtype}${shapeText(actual.shape)}, and its type says ${value.type.dtype}${shapeText(typed)}` };
    // What the same statement was checked with, in the variables of its block or model.
    const inside = setting.signature?.inside(tree);
    if (!inside && (setting.config || variant.name !== "default" || !within(tree, model))) continue;
    const checked = compilation.valueOf(tree);
    if (checked?.kind !== "tensor" || (tree.kind === "Let" && tree.target.kind === "MemberTarget")) continue;
    const known = inside ? setting.signature!.values : sizes;
    const types = checked.type.axes.map((axis) => numberOf(axis.size.size, known));
    if (checked.type.axes.some((axis) => axis.kind === "row") || types.some((size) => size === undefined)) continue;
    tally.checkedTypes++;
    if (!sameShape(types, actual.shape)) return { kind: "binding", where: place(tree), what: `is ${shapeText(actual.shape)}, and it was checked as ${shapeText(types)} (${[...known].map(([name, size]) => `${name} = ${size}`).join(", ")})` };
  }
  return undefined;
}

interface Feeds {
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly parameters: ReadonlyMap<string, TensorData>;
}

function feedsFor(graph: Graph, roots: readonly Node[], sizes: Sizes, setting: Setting): Feeds {
  const chance = random(setting.seed + 77);
  const weights = topologicalOrder(roots).filter((node): node is NodeOf<"parameter"> | NodeOf<"state"> => node.operator === "parameter" || node.operator === "state");
  const parameters = initialise([...new Map(weights.map((node) => [node.attributes.path, node])).values()], 1, sizes);
  const inputs = new Map(graph.inputs.map((input) => [input.attributes.name, feed(input, sizes, chance, setting.below?.get(input.attributes.name) ?? 1)]));
  return { inputs, parameters };
}

/** Every model of a compilation that has no errors; undefined when all is as predicted. */
export async function executeModel(compilation: Compilation, model: Model, setting: Setting, tally: Tally): Promise<Failure | undefined> {
  for (const variant of compilation.variantsOf(model)) {
    const failure = await executeVariant(compilation, model, variant, setting, tally);
    if (failure) return { ...failure, where: `${model.name.text} (${variant.name}) ${failure.where}` };
  }
  return undefined;
}

async function executeVariant(compilation: Compilation, model: Model, variant: Variant, setting: Setting, tally: Tally): Promise<Failure | undefined> {
  let built: Built;
  try {
    built = build(compilation, model, { ...variant, configuration: new Map([...variant.configuration, ...(setting.config ?? [])]) });
  } catch (error) {
    return { kind: "build", where: "", what: message(error) };
  }
  tally.variants++;
  const { graph } = built;
  const outputs = graph.outputs.map(({ node }) => node);
  const roots = [...new Set([...rootsOf(graph), ...built.bindings.map(({ value }) => value.node)])];
  const all = sizesFor(built, random(setting.seed));
  if (all.length === 0) return { kind: "shape", where: "", what: "no sizes satisfy the facts of the inputs" };
  const results: Result[] = [];
  const cost = costOf(graph);
  for (const sizes of all) {
    const at = [...sizes].map(([name, size]) => `${name} = ${size}`).join(", ");
    try {
      const operations = sizeAt(cost.macs, sizes) + sizeAt(cost.flops, sizes) + sizeAt(cost.parameters, sizes);
      const large = operations > (setting.mostInterpreted ?? Infinity);
      const runs = operations <= (setting.mostRun ?? Infinity);
      const feeds: Feeds = runs ? feedsFor(graph, roots, sizes, setting) : { inputs: new Map(), parameters: new Map() };
      const values = large ? shapesAlone(roots, sizes) : interpreted(roots, feeds, sizes);
      if (large) tally.shapesOnly++;
      else tally.runs++;
      tally.nodes += topologicalOrder(roots).length;
      const failure = bindingFailure(built, values, sizes, compilation, model, variant, setting, tally);
      if (failure) return { ...failure, where: `${failure.where} with ${at}` };
      for (const [name, value] of built.outputs) {
        const typed = value.type.axes.map((axis) => numberOf(axis.size.size, sizes));
        const actual = values.get(value.node!)!;
        if (!sameShape(typed, actual.shape)) return { kind: "shape", where: `output ${name} with ${at}`, what: `is ${shapeText(actual.shape)}, and its type says ${shapeText(typed)}` };
      }
      if (runs) results.push({ sizes, feeds, values });
      else tally.notRun++;
    } catch (error) {
      return { kind: "shape", where: `with ${at}`, what: message(error) };
    }
  }
  if (setting.training) {
    const failure = trainingFailure(compilation, model, variant, all[0], setting);
    if (failure) return failure;
  }
  if (!setting.onnx || results.length === 0) return undefined;
  return onnxFailure(built, outputs, results, setting, tally);
}

interface Result {
  readonly sizes: Sizes;
  readonly feeds: Feeds;
  readonly values: ReadonlyMap<Node, Actual>;
}

function interpreted(roots: readonly Node[], feeds: Feeds, sizes: Sizes): ReadonlyMap<Node, Actual> {
  const data = interpret(roots, { ...feeds, sizes });
  return new Map(roots.map((node, i) => [node, data[i]]));
}

function shapesAlone(roots: readonly Node[], sizes: Sizes): ReadonlyMap<Node, Actual> {
  const shapes = shapesOf(roots, sizes);
  return new Map(roots.map((node) => [node, { dtype: node.type.dtype, shape: shapes.get(node)! }]));
}

/** The training graph is built and interpreted too; its shapes are compared node by node. */
function trainingFailure(compilation: Compilation, model: Model, variant: Variant, sizes: Sizes, setting: Setting): Failure | undefined {
  try {
    const { graph } = build(compilation, model, variant, true);
    interpret(rootsOf(graph), { ...feedsFor(graph, rootsOf(graph), sizes, setting), sizes });
    return undefined;
  } catch (error) {
    return { kind: "shape", where: "in training", what: message(error) };
  }
}

async function onnxFailure({ graph, facts }: Built, outputs: readonly Node[], results: readonly Result[], setting: Setting, tally: Tally): Promise<Failure | undefined> {
  let optimised: Graph;
  try {
    optimised = optimise(graph, { facts, verify: true });
  } catch (error) {
    return { kind: "passes", where: "", what: message(error) };
  }
  let artefact: ReturnType<typeof buildOnnx>;
  try {
    const values = initialise([...optimised.parameters, ...optimised.states], 1, results[0].sizes);
    artefact = buildOnnx(optimised, { producerVersion: "test", metadata: new Map(), weights: { kind: "values", of: (node) => Float32Array.from((results[0].feeds.parameters.get(node.attributes.path) ?? values.get(node.attributes.path))!.data) } });
  } catch (error) {
    return { kind: "onnx build", where: "", what: message(error) };
  }
  if ("refused" in artefact) return { kind: "onnx build", where: "", what: artefact.refused.map(({ operator, needs, path }) => `${operator} at ${path} needs ${needs}`).join("; ") };
  let engine: Awaited<ReturnType<typeof createEngine>>;
  try {
    engine = await createEngine(artefact.model, { threads: 1 });
  } catch (error) {
    return { kind: "onnx session", where: "", what: message(error) };
  }
  try {
    for (const { sizes, feeds, values } of results) {
      const at = `with ${[...sizes].map(([name, size]) => `${name} = ${size}`).join(", ")}`;
      let found: Awaited<ReturnType<typeof engine.run>>;
      try {
        found = await engine.run(Object.fromEntries([...feeds.inputs].filter(([name]) => engine.inputs.includes(name)).map(([name, tensor]) => [name, toEngine(tensor)])));
      } catch (error) {
        return { kind: "onnx run", where: at, what: message(error) };
      }
      tally.onnxRuns++;
      for (let i = 0; i < outputs.length; i++) {
        const { name } = graph.outputs[i];
        const [own, wanted] = [fromEngine(found[name]), values.get(outputs[i])!];
        if (!sameShape(own.shape, wanted.shape)) return { kind: "onnx shape", where: `output ${name} ${at}`, what: `is ${shapeText(own.shape)}, and ${shapeText(wanted.shape)} was predicted` };
        if (!wanted.data || setting.shapesAlone) continue;
        const verdict = agreement(own, { ...wanted, data: wanted.data }, () => roundedResult(outputs[i], { ...feeds, sizes }));
        if (verdict === "ill-conditioned") tally.illConditioned++;
        else if (verdict === "not finite") tally.notFinite++;
        else if (verdict !== "agree") return { kind: "onnx values", where: `output ${name} ${at}`, what: verdict };
      }
    }
    return undefined;
  } finally {
    await engine.dispose();
  }
}
