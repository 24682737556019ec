/** The files of a project that are of its model alone, beside the generated functions: settings.ts, training/step-hash.ts and network.ts (parameters-text.ts has the weights). */
import type { TensorData } from "../../compiler/ir/graph.ts";
import type { BackendName } from "../../runtime/tfjs/backend-names.ts";
import type { TrainedModel } from "../../runtime/training/trained-model.ts";
import type { TfjsEntry, TfjsFiles } from "../tfjs-program.ts";

const text = (value: unknown): string => JSON.stringify(value);

/** The training section, and the model as the loop takes it. */
export function settingsText({ model, variant, section, random, fields, classAxis }: TrainedModel, madeBy: string, backends: readonly BackendName[]): string {
  return `/**
 * What the training section says; training/description.ts explains each line. Rates, groups, schedule, epochs, accumulation and the like may be changed here;
 * the loss, the batch and the sizes of the fields are part of the functions in gradient.ts, which netc writes for them.
 */
import type { BackendName } from "./backend/backend-names.ts";
import { weights } from "./parameters.ts";
import type { TrainingSection } from "./training/description.ts";
import { parametersOf, statesOf } from "./training/listed-weights.ts";
import { stepHash } from "./training/step-hash.ts";
import type { TrainedModel } from "./training/trained-model.ts";

/** The backends that the functions were made for: all of their operators have kernels there. */
export const backends: readonly BackendName[] = ${text(backends)};

/** What wrote this project. */
export const madeBy = ${text(madeBy)};

export const section: TrainingSection = ${text(section)};

/** The model as training/loop.ts takes it. */
export const model: TrainedModel = {
  model: ${text(model)}, variant: ${text(variant)},
  section,
  parameters: parametersOf(weights, section.optimizer.groups),
  states: statesOf(weights),
  fields: ${text(fields)},
  random: ${text(random)},${classAxis === undefined ? "" : `
  classAxis: ${text(classAxis)},`}
  ...stepHash,
};
`;
}

/** What a checkpoint must agree with. */
export const stepHashText = ({ graphHash, graphParts }: TrainedModel): string => `/** What a step computes, as a hash, in whole and by part: a checkpoint of another step is refused, and the parts say what is different. */
export const stepHash = {
  graphHash: ${text(graphHash)},
  graphParts: ${text(graphParts)},
};
`;

/** A call of a function of the program with what it is given. */
export const callText = (name: string, { parameters: list }: TfjsEntry): string => `${name}(${list.map((own) => (own === "step" ? "step" : `${own} as never`)).join(", ")})`;

/** The parameter from which it takes that. */
export const givenText = ({ parameters: list }: TfjsEntry, type = ""): string => (list.length ? `{ ${list.join(", ")} }${type}` : "");

/** The functions of model.ts and gradient.ts as those that train and evaluate call them. */
export function networkText({ entries, tables }: TfjsFiles): string {
  const [evaluate, step] = [entries.get("evaluate")!, entries.get("trainingStep")!];
  return `/** The network's two functions as the trainer calls them: what they are given, in order, and what they give, by path. */
import { trainingStep } from "./${step.file}.ts";
import { evaluate } from "./${evaluate.file}.ts";
import { stepTensors, type Entries, type Tensors } from "./backend/entries.ts";
import type { Table } from "./backend/tables.ts";

export const network: Entries = {
  evaluate: (${givenText(evaluate)}) => ${callText("evaluate", evaluate)} as unknown as Tensors,
  trainingStep: (${givenText(step)}) => stepTensors(${callText("trainingStep", step)} as never),
};

${tablesText(tables)}`;
}

export const tablesText = (tables: TfjsFiles["tables"]): string => `/** Constants of many numbers: their values are in weights/tables.safetensors. */
export const tables: readonly Table[] = [${[...tables].map(([name, { dtype, shape }]) => `{ name: ${text(name)}, dtype: ${text(dtypeOf(dtype))}, shape: ${text(shape)} }`).join(", ")}];
`;

const dtypeOf = (dtype: TensorData["dtype"]): string => (dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32");
