/** `netc weights`: a weights plan met with a checkpoint of another program, as a table, and the weights that it makes, as a file. */
import { constantValue, showSize } from "../compiler/dims/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { itemsOfKind } from "../compiler/check/program.ts";
import { expandPlan, type WeightsPlan } from "../compiler/check/weights-plan.ts";
import { createSink } from "../compiler/diagnostics/diagnostic.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import type { NodeOf } from "../compiler/ir/graph.ts";
import type { Model, Weights } from "../grammar/ast.ts";
import { CheckpointError, type Checkpoint } from "../runtime/checkpoints/checkpoint.ts";
import { openCheckpoint } from "../runtime/checkpoints/open.ts";
import { importWeights, type ImportGoal, type ImportRow, type Origin, type WeightsImport } from "../runtime/import/import-weights.ts";
import { tensorFileParts } from "../runtime/safetensors.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { bytesText, endProgress, grouped, progress, writeWhole } from "./output.ts";
import { chooseSound } from "./select.ts";
import { layOut } from "../runtime/reports/columns.ts";
import { version } from "./version.ts";

export interface WeightsOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly name?: string;
  readonly from?: string;
  readonly plan?: boolean;
  readonly out?: string;
  readonly seed: number;
  readonly format: "human" | "json";
  readonly quiet?: boolean;
}

const mostProblems = 5;
const mostUnused = 12;

export function weights(file: string, options: WeightsOptions): number {
  if (options.out !== undefined && options.from === undefined) throw new UsageError("--out needs a checkpoint", "give one with --from: a file of torch.save, a TorchScript archive or .safetensors");
  const { compilation, model, variant } = chooseSound(file, options);
  return explained(() => {
    const checkpoint = options.from === undefined ? undefined : openCheckpoint(options.from);
    const { name, plan } = choosePlan(plansOf(compilation, model), model, options.name, checkpoint);
    const found = importWeights(plan, goalsOf(compilation, model, variant), checkpoint, options.seed);
    const isJson = options.format === "json";
    if (isJson) process.stdout.write(jsonOf(found, { model: model.name.text, variant: variant.name, plan: name }, checkpoint));
    else if (options.plan || options.out === undefined) process.stdout.write(`${tableOf(found.rows)}\n\n`);
    if (!options.quiet && !isJson) process.stdout.write(summaryOf(found, `plan ${name} of ${model.name.text}, variant ${variant.name}`, checkpoint));
    if (found.problems.length) {
      const more = found.problems.length - mostProblems;
      throw new ProgramError(`the checkpoint does not fit the plan ${name}:\n  ${found.problems.slice(0, mostProblems).join("\n  ")}${more > 0 ? `\n  and ${more} more` : ""}`, "change the plan where the checkpoint has other names or shapes, or begin fresh what it does not have");
    }
    if (options.out === undefined) return 0;
    const metadata = { netc: version, model: model.name.text, variant: variant.name, plan: name, from: options.from!, seed: String(options.seed) };
    const tensors = found.rows.map((row, i) => ({
      name: row.goal.path, shape: row.goal.shape,
      data: () => {
        progress(`writing ${i + 1} of ${found.rows.length} …`);
        return found.valuesOf(row);
      },
    }));
    writeWhole(options.out, tensorFileParts(tensors, metadata));
    endProgress();
    if (!options.quiet && !isJson) process.stdout.write(`wrote ${options.out}: ${grouped(tensors.length)} tensors, ${bytesText(4 * numbersIn(found.rows))}\n`);
    return 0;
  });
}

/** What is wrong with a checkpoint is the person's to know, not a fault of netc. */
function explained(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (error instanceof CheckpointError) throw new ProgramError(error.message, error.help);
    throw error;
  }
}

function plansOf({ program }: Compilation, model: Model): readonly Weights[] {
  const own = program.files.filter(({ library }) => !library).flatMap(({ tree }) => itemsOfKind(tree, "Weights"));
  return own.filter((plan) => program.names.get(plan.span.file)?.models.get(plan.model.text) === model);
}

/** The plan of this name; else the one of whose tensors the checkpoint has most, since each layout of a checkpoint has a plan of its own. */
function choosePlan(plans: readonly Weights[], model: Model, name: string | undefined, checkpoint: Checkpoint | undefined): { readonly name: string; readonly plan: WeightsPlan } {
  if (plans.length === 0) throw new ProgramError(`${model.name.text} has no weights plan`, `write \`weights pretrained of ${model.name.text} from "file.safetensors" { "their.name" -> our.path … }\``);
  const names = plans.map((plan) => plan.name.text);
  if (name !== undefined && !names.includes(name)) {
    const near = nearestName(name, names);
    throw new UsageError(`${model.name.text} has no weights plan ${name}; it has ${names.join(", ")}`, near && `did you mean ${near}?`);
  }
  const expanded = plans.filter((plan) => name === undefined || plan.name.text === name).map((plan) => ({ name: plan.name.text, plan: expandPlan(plan, { sink: createSink(), users: [] }) }));
  const share = ({ plan }: (typeof expanded)[number]): number => plan.assignments.filter(({ source }) => checkpoint?.tensors.has(source)).length / Math.max(1, plan.assignments.length);
  return expanded.reduce((best, each) => (share(each) > share(best) ? each : best));
}

/** Every weight of the variant, those that only training reads included. */
function goalsOf(compilation: Compilation, model: Model, variant: Variant): readonly ImportGoal[] {
  const goals = new Map<string, ImportGoal>();
  const graphs = [true, false].map((training) => compilation.lower(model, variant, { training }).graph);
  const nodes: readonly (NodeOf<"parameter"> | NodeOf<"state">)[] = [...graphs.flatMap(({ parameters }) => parameters), ...graphs.flatMap(({ states }) => states)];
  for (const { operator, attributes: { path, init }, type } of nodes) {
    const shape = type.shape.map((size) => {
      const value = constantValue(size);
      if (value === undefined) throw new ProgramError(`the weight ${path} has the free size ${showSize(size)}`, "give the axis a number in the model's input");
      return value;
    });
    goals.set(path, { path, kind: operator, axes: type.axes, shape, init });
  }
  return [...goals.values()];
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

const words: Readonly<Record<Origin, string>> = { load: "loaded", split: "split", transpose: "transposed", cast: "cast", rearrange: "rearranged", resize: "resized", slice: "sliced", fresh: "fresh", initial: "initial" };

function tableOf(rows: readonly ImportRow[]): string {
  const lines = rows.map(({ goal, origin, isFrozen, source }) => [
    goal.path, shapeText(goal.shape), `${words[origin]}${isFrozen ? ", frozen" : ""}`,
    source?.name ?? "", source?.tensor ? `${shapeText(source.tensor.shape)} ${source.tensor.dtype}` : "",
  ]);
  return layOut([["weight", "shape", "", "from", ""], ...lines], false, 5).join("\n");
}

const numbersIn = (rows: readonly ImportRow[]): number => rows.reduce((sum, { goal }) => sum + goal.shape.reduce((product, size) => product * size, 1), 0);

function summaryOf({ rows, ignored, unused }: WeightsImport, title: string, checkpoint: Checkpoint | undefined): string {
  const lines = [checkpoint ? `${title}, from ${checkpoint.path}, ${checkpoint.format} of ${grouped(checkpoint.tensors.size)} tensors` : title];
  for (const origin of Object.keys(words) as Origin[]) {
    const own = rows.filter((row) => row.origin === origin);
    const what = origin === "initial" ? "states at their first values" : words[origin];
    if (own.length) lines.push(`  ${grouped(own.length)} ${what} (${grouped(numbersIn(own))} numbers)`);
  }
  const frozen = rows.filter(({ isFrozen }) => isFrozen);
  if (frozen.length) lines.push(`  ${grouped(frozen.length)} of them frozen`);
  if (ignored.length) lines.push(`  ignored, as the plan says: ${listed(ignored)}`);
  if (unused.length) lines.push(`  not used: ${listed(unused)}`);
  return `${lines.join("\n")}\n`;
}

/** Every weight once, as a line of JSON; problems as well, so that a program sees them without reading sentences for people. */
function jsonOf({ rows, ignored, unused, problems }: WeightsImport, about: Readonly<Record<"model" | "variant" | "plan", string>>, checkpoint: Checkpoint | undefined): string {
  return `${JSON.stringify({
    version: 1, ...about,
    checkpoint: checkpoint ? { path: checkpoint.path, format: checkpoint.format, tensors: checkpoint.tensors.size } : null,
    weights: rows.map(({ goal, origin, isFrozen, source }) => ({
      path: goal.path, kind: goal.kind, shape: goal.shape, origin, frozen: isFrozen,
      from: source ? { name: source.name, ...(source.tensor ? { shape: source.tensor.shape, dtype: source.tensor.dtype } : {}) } : null,
    })),
    ignored, unused, problems,
  })}\n`;
}

/** Names in short: those that differ in numbers alone are one, `layer.*.bias (12)`. */
function listed(names: readonly string[]): string {
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const pattern = name.replace(/\d+/g, "*");
    alike.set(pattern, [...(alike.get(pattern) ?? []), name]);
  }
  const shown = [...alike].map(([pattern, own]) => (own.length === 1 ? own[0] : `${pattern} (${own.length})`));
  return `${shown.slice(0, mostUnused).join(", ")}${shown.length > mostUnused ? ` and ${shown.length - mostUnused} more` : ""}`;
}
