/** `netc build --target tfjs` of a model without a training section: a TypeScript project that uses it. */
import { join } from "node:path";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { initialiseFloat32 } from "../compiler/first-values.ts";
import { constantValue } from "../compiler/dims/index.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import type { Model } from "../grammar/ast.ts";
import { completeWeights } from "./trained-weights.ts";
import { tensorFileParts } from "../runtime/safetensors.ts";
import { backendNames } from "../runtime/tfjs/backend-names.ts";
import { countOf } from "../runtime/training/shape.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { inputsOf } from "./model-inputs.ts";
import { bytesText, endProgress, grouped, progress } from "./output.ts";
import { formatted } from "./project/format.ts";
import { nameOf, recordText, sourceNameOf, titleOf } from "./project/identity.ts";
import { plainFiles } from "./project/layout.ts";
import { toolFiles } from "./project/packages.ts";
import { parametersText } from "./project/parameters-text.ts";
import { plainReadmeText } from "./project/readme-plain.ts";
import { plainNetworkText, readersOf, signatureText } from "./project/signature-text.ts";
import { linesOf, tableParts, writeProject, type Parts } from "./project/write.ts";
import type { ProjectOptions } from "./build-project.ts";
import { planInference } from "./tfjs-inference.ts";
import { kernelsOf } from "./tfjs-training.ts";
import { explained } from "./training-run.ts";

type Weighted = Pick<TrainedModel, "model" | "parameters" | "states">;

/** `fixed`: numbers for free sizes. */
export async function buildPlainProject(compilation: Compilation, model: Model, variant: Variant, fixed: ReadonlyMap<string, number>, options: ProjectOptions): Promise<number> {
  const start = performance.now();
  const folder = options.output ?? join("out", nameOf(model, variant));
  progress(`compiling ${model.name.text} …`);
  const backends = options.backend === undefined || options.backend === "auto" ? undefined : [kernelsOf(options.backend)];
  const { graph, files: program } = planInference(compilation, model, variant, { fixed, backends });
  const weighted = weightsOf(model, graph);
  const values = await explained(async () => (typeof options.weights === "string" ? completeWeights(weighted, options.weights) : undefined));
  const hasWeights = options.weights !== false;
  const title = titleOf(model, variant);
  const inputs = inputsOf(graph);
  const { files: shared, packages, entries } = plainFiles(readersOf(inputs));
  const texts = new Map([
    ...shared, ...program.files,
    ["network.ts", plainNetworkText(program)],
    ["signature.ts", signatureText({ title, inputs, graph, backends: backendNames.filter((name) => !backends || backends.includes(kernelsOf(name))) })],
    ["parameters.ts", parametersText(weighted, title, "with shapes, and with the first values of a training")],
    ["netc.json", recordText(model, variant, { sizes: Object.fromEntries(fixed) })],
    ["README.md", plainReadmeText({ title, source: sourceNameOf(model), inputs, graph, hasWeights, isTrained: values !== undefined })],
    ...toolFiles({ name: nameOf(model, variant), description: `${title}, as a program of TensorFlow.js`, packages, entries, commands: [["start", "predict"]] }),
  ]);
  progress("formatting …");
  const files = new Map<string, string>();
  for (const [path, text] of texts) files.set(path, await formatted(path, text));
  const all = [...weighted.parameters, ...weighted.states];
  const weights = (): Parts => tensorFileParts(all.map(({ path, shape, init }) => ({ name: path, shape, data: () => values?.(path) ?? initialiseFloat32(path, init, countOf(shape), options.seed) })), { model: model.name.text, variant: variant.name });
  writeProject(folder, new Map<string, () => Parts>([...[...files].map(([path, text]) => [path, () => [text]] as const), ...(hasWeights ? [["weights/weights.safetensors", weights] as const] : []), ...tableParts(program.tables)]), options.force ?? false);
  endProgress();
  if (!options.quiet) {
    const network = linesOf(files, (path) => path === "model.ts" || path.startsWith("library/"));
    const bytes = 4 * all.reduce((sum, { shape }) => sum + countOf(shape), 0);
    process.stdout.write(`wrote ${folder}: the network in ${grouped(network)} lines (model.ts, library/), ${grouped(linesOf(files, (path) => path.endsWith(".ts")) - network)} lines around it${hasWeights ? `, ${bytesText(bytes)} of weights` : ""}; ${((performance.now() - start) / 1000).toFixed(1)} s\n  cd ${folder} && npm install && npm start -- ${inputs.map(({ name }) => `--input ${name}=FILE`).join(" ")}\n`);
    process.stderr.write(`note: ${model.name.text} has no training section, so the project uses it and does not train it${hasWeights && !values ? "; its weights are first values by the seed (--weights FILE gives trained ones)" : ""}\n`);
  }
  return 0;
}

/** The weights of a graph, whose shapes are numbers. */
function weightsOf(model: Model, { parameters, states }: Graph): Weighted {
  const plain = ({ attributes: { path, init }, type }: Graph["parameters"][number] | Graph["states"][number]): TrainedModel["states"][number] => ({ path, init, shape: type.shape.map((size) => constantValue(size)!) });
  return { model: model.name.text, parameters: parameters.map((own) => ({ ...plain(own), isTrained: true, rateFactor: 1, decayFactor: 1 })), states: states.map(plain) };
}
