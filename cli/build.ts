/** `netc build`: the ONNX graph of a model, its weights inside or beside it; files appear when they are complete. */
import { basename } from "node:path";
import type { Model } from "../grammar/ast.ts";
import { positionAt } from "../grammar/source.ts";
import type { Variant } from "../compiler/compilation.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { buildOnnx, type OnnxArtefact, type Weights } from "../backends/onnx/index.ts";
import { weightBytes, writeArtefact } from "./artefact.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { inferenceGraph } from "./inference-graph.ts";
import { bytesText, endProgress, progress } from "./output.ts";
import { chooseSound } from "./select.ts";
import { parseSizes } from "./sizes.ts";
import { version } from "./version.ts";
import { weightsOf } from "./weights-source.ts";

export interface BuildOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly output?: string;
  readonly opset?: number;
  readonly batch?: number;
  readonly size: readonly string[];
  /** A file, `false` for --no-weights, or `true`/undefined for seeded initial values. */
  readonly weights?: string | boolean;
  readonly seed: number;
  readonly embed?: boolean;
  readonly target?: "onnx" | "tfjs";
  /** Of TensorFlow.js: the backend that it must run on; all unless given. */
  readonly backend?: BackendChoice;
  /** Replace files that are there. */
  readonly force?: boolean;
  readonly quiet?: boolean;
}

/** Weights of more bytes than this are written beside the graph. */
const embedLimit = 16 * 2 ** 20;

export interface OnnxRequest {
  readonly weights: Weights;
  readonly opset?: number;
  readonly external?: string;
}

/** The artefact, or the refusals as one error that names operators and places. */
export function onnxOf(model: Model, variant: Variant, graph: Graph, request: OnnxRequest): OnnxArtefact {
  const metadata = new Map([
    ["netc.version", version],
    ["netc.source", model.span.file.name],
    ["netc.model", model.name.text],
    ["netc.variant", variant.name],
    ...(variant.table ? [["netc.table", variant.table] as const] : []),
  ]);
  const built = buildOnnx(graph, { ...request, producerVersion: version, metadata });
  if ("refused" in built) {
    const lines = built.refused.map(({ operator, needs, path, node }) => {
      const place = node ? ` (${node.location.span.file.name}:${positionAt(node.location.span.file, node.location.span.start).line})` : "";
      return `${operator}${path ? ` at ${path}` : ""}${place} needs ${needs}`;
    });
    throw new ProgramError(`ONNX cannot say this: ${lines.slice(0, 4).join("; ")}${lines.length > 4 ? `; and ${lines.length - 4} more` : ""}`);
  }
  return built;
}

export async function build(file: string, options: BuildOptions): Promise<number> {
  const start = performance.now();
  const isProject = options.target === "tfjs";
  const foreign = isProject ? (["opset", "embed"] as const).filter((name) => options[name] !== undefined) : (["backend", "force"] as const).filter((name) => options[name] !== undefined);
  if (foreign.length) throw new UsageError(`--${foreign[0]} is of --target ${isProject ? "onnx" : "tfjs"}`);
  const { compilation, model, variant } = chooseSound(file, options);
  const fixed = new Map(parseSizes(options.size));
  if (isProject && compilation.trainingOf(model).length > 0) {
    if (fixed.size > 0) throw new UsageError("--size is not of a model that trains", "a training step has the sizes of its data; --batch is the batch of a step");
    return (await import("./build-project.ts")).buildProject(compilation, model, variant, options);
  }
  if (options.batch !== undefined) fixed.set("B", options.batch);
  if (isProject) return (await import("./build-plain-project.ts")).buildPlainProject(compilation, model, variant, fixed, options);
  const graph = inferenceGraph(compilation, model, variant, fixed);
  const output = options.output ?? `out/${model.name.text.toLowerCase()}${variant.name === "default" ? "" : `-${variant.name.replace(/[^\w.-]+/g, "_")}`}.onnx`;
  const bytes = weightBytes(graph);
  const without = options.weights === false;
  const external = !without && !options.embed && bytes > embedLimit ? `${basename(output)}.data` : undefined;
  if (!without && options.embed && bytes > 2 ** 31 - 2 ** 20) throw new ProgramError(`the weights have ${bytesText(bytes)}: one ONNX file holds at most 2 GiB`, "leave out --embed: they are then written beside it");
  const weights: Weights = without ? { kind: "inputs" } : { kind: "values", of: weightsOf(graph, typeof options.weights === "string" ? options.weights : undefined, options.seed) };
  progress(`compiling ${model.name.text} …`);
  const artefact = onnxOf(model, variant, graph, { weights, opset: options.opset, external });
  writeArtefact(artefact, output);
  endProgress();
  if (!options.quiet) {
    const beside = artefact.externalData ? ` and ${output}.data (${bytesText(artefact.externalData.length)})` : "";
    process.stdout.write(`wrote ${output} (${bytesText(artefact.model.length)})${beside}: ${artefact.nodeCount} nodes, opset ${artefact.opset}, ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  }
  return 0;
}
