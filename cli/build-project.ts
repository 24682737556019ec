/** `netc build --target tfjs`: a model with its training section as a TypeScript project for TensorFlow.js. */
import { join } from "node:path";
import type { TfjsBackend } from "../backends/tfjs/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { initialiseFloat32 } from "../compiler/first-values.ts";
import type { Model } from "../grammar/ast.ts";
import { rolesOf } from "../runtime/data/roles.ts";
import { tensorFileParts } from "../runtime/safetensors.ts";
import { backendNames, type BackendChoice, type BackendName } from "../runtime/tfjs/backend-names.ts";
import { countOf } from "../runtime/training/shape.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { completeWeights } from "./trained-weights.ts";
import { bytesText, endProgress, grouped, progress } from "./output.ts";
import { formatted } from "./project/format.ts";
import { nameOf, recordText, sourceNameOf, titleOf } from "./project/identity.ts";
import { projectFiles } from "./project/layout.ts";
import { networkText, settingsText, stepHashText } from "./project/model-files.ts";
import { toolFiles } from "./project/packages.ts";
import { parametersText } from "./project/parameters-text.ts";
import { readmeText } from "./project/readme.ts";
import { linesOf, tableParts, writeProject, type Parts } from "./project/write.ts";
import { kernelsOf, planTfjs, type TfjsTraining } from "./tfjs-training.ts";
import { explained } from "./training-run.ts";
import { version } from "./version.ts";

export interface ProjectOptions {
  readonly output?: string;
  readonly batch?: number;
  readonly backend?: BackendChoice;
  readonly weights?: string | boolean;
  readonly seed: number;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

export async function buildProject(compilation: Compilation, model: Model, variant: Variant, options: ProjectOptions): Promise<number> {
  const start = performance.now();
  const folder = options.output ?? join("out", nameOf(model, variant));
  progress(`compiling ${model.name.text} …`);
  const backends: readonly TfjsBackend[] | undefined = options.backend === undefined || options.backend === "auto" ? undefined : [kernelsOf(options.backend)];
  const training = planTfjs(compilation, model, variant, { batch: options.batch, backends });
  const weights = await explained(async () => weightParts(training.trained, options));
  progress("formatting …");
  const files = await filesOf(training, model, variant, backendNames.filter((name) => !backends || backends.includes(kernelsOf(name))), weights !== undefined);
  writeProject(folder, new Map<string, () => Parts>([...[...files].map(([path, text]) => [path, () => [text]] as const), ...(weights ? [["weights/initial.safetensors", weights] as const] : []), ...tableParts(training.files.tables)]), options.force ?? false);
  endProgress();
  if (!options.quiet) {
    const network = linesOf(files, (path) => path === "model.ts" || path === "gradient.ts" || path.startsWith("library/"));
    const bytes = 4 * [...training.trained.parameters, ...training.trained.states].reduce((sum, { shape }) => sum + countOf(shape), 0);
    process.stdout.write(`wrote ${folder}: the network in ${grouped(network)} lines (model.ts, gradient.ts, library/), ${grouped(linesOf(files, (path) => path.endsWith(".ts")) - network)} lines around it${weights ? `, ${bytesText(bytes)} of weights` : ""}; ${((performance.now() - start) / 1000).toFixed(1)} s\n  cd ${folder} && npm install && npm start -- --data FOLDER\n`);
    const plan = training.trained.section.weightsPlan;
    if (plan && typeof options.weights !== "string") process.stderr.write(`note: the weights plan \`${plan}\` is not loaded: every weight begins fresh. \`netc weights\` makes the file for --weights\n`);
  }
  return 0;
}

/** All texts of the project, laid out by Prettier. */
async function filesOf({ trained, files: program }: TfjsTraining, model: Model, variant: Variant, backends: readonly BackendName[], hasWeights: boolean): Promise<ReadonlyMap<string, string>> {
  const kind = trained.section.data.source === "arrays" ? "arrays" : "pictures";
  const predicts = kind === "pictures" && rolesOf(trained.section.data).words !== undefined && trained.section.metrics.length > 0;
  const shared = projectFiles(kind, predicts);
  const title = titleOf(model, variant);
  const texts = new Map([
    ...shared.files, ...program.files,
    ["network.ts", networkText(program)],
    ["settings.ts", settingsText(trained, `netc ${version}`, backends)],
    ["parameters.ts", parametersText(trained, title)],
    ["training/step-hash.ts", stepHashText(trained)],
    ["netc.json", recordText(model, variant, { graph: { sha256: trained.graphHash }, batch: trained.section.batch })],
    ["README.md", readmeText({ title, source: sourceNameOf(model), trained, predicts, hasWeights, kind })],
    ...toolFiles({ name: nameOf(model, variant), description: `${title}, as a program of TensorFlow.js`, packages: shared.packages, entries: shared.entries, commands: [["start", "train"], ["evaluate", "evaluate"], ...(predicts ? [["predict", "predict"] as const] : [])] }),
  ]);
  const laidOut = new Map<string, string>();
  for (const [path, text] of texts) laidOut.set(path, await formatted(path, text));
  return laidOut;
}

/** First values: of a file, or seeded; undefined where none are wanted. */
function weightParts(trained: TrainedModel, { weights, seed }: ProjectOptions): (() => Parts) | undefined {
  if (weights === false) return undefined;
  const given = typeof weights === "string" ? completeWeights(trained, weights) : undefined;
  const all = [...trained.parameters, ...trained.states];
  return () => tensorFileParts(all.map(({ path, shape, init }) => ({ name: path, shape, data: () => given?.(path) ?? initialiseFloat32(path, init, countOf(shape), seed) })), { model: trained.model, variant: trained.variant });
}
