/** The files of a project that are of its model alone, beside the generated functions: settings.ts, parameters.ts and network.ts. */
import type { TensorData } from "../../compiler/ir/graph.ts";
import type { BackendName } from "../../runtime/tfjs/backend-names.ts";
import type { TrainedModel } from "../../runtime/training/trained-model.ts";
import type { TfjsEntry, TfjsFiles } from "../tfjs-program.ts";

const text = (value: unknown): string => JSON.stringify(value);

/** The training section, and the model as the loop takes it. */
export function settingsText({ parameters: _, states: __, ...model }: TrainedModel, madeBy: string, backends: readonly BackendName[]): string {
  const { section, graphHash: ___, graphParts: ____, ...rest } = model;
  return `/**
 * What the training section says. Rates, schedule, epochs and the like may be changed here; the batch and the sizes of the fields are part of the
 * functions in gradient.ts, which netc writes for them.
 */
import type { BackendName } from "./backend/backend-names.ts";
import { graph, parameters, states } from "./parameters.ts";
import type { TrainingSection } from "./training/description.ts";
import type { TrainedModel } from "./training/trained-model.ts";

/** The backends that the functions were made for: all of their operators have kernels there. */
export const backends: readonly BackendName[] = ${text(backends)};

/** What wrote this project. */
export const madeBy = ${text(madeBy)};

export const section: TrainingSection = ${text(section)};

export const model: TrainedModel = { ...${text(rest)}, section, parameters, states, ...graph };
`;
}

/** Every weight: its shape, its first values, and what its groups make of the rate and the decay; and what a checkpoint must agree with. */
export function parametersText({ parameters, states, graphHash, graphParts }: TrainedModel): string {
  const rows = parameters.map(({ path, shape, init, isTrained, rateFactor, decayFactor }) => `  [${text(path)}, ${text(shape)}, ${text(init)}${isTrained ? "" : ", frozen"}${rateFactor === 1 && decayFactor === 1 ? "" : `, { ${rateFactor === 1 ? "" : `rate: ${rateFactor}, `}${decayFactor === 1 ? "" : `decay: ${decayFactor}`} }`}],`);
  return `/** The weights of the model by their paths: shape, first values, and factors of the learning rate and the weight decay where they are not 1. */
import type { Initializer } from "./training/initializer.ts";
import type { Parameter, TrainedTensor } from "./training/trained-model.ts";

type Row = readonly [path: string, shape: readonly number[], init: Initializer, ...more: readonly ("frozen" | { readonly rate?: number; readonly decay?: number })[]];
${parameters.some(({ isTrained }) => !isTrained) ? '\n/** A weight that no step changes. */\nconst frozen = "frozen";\n' : ""}
const trained: readonly Row[] = [
${rows.join("\n")}
];

export const parameters: readonly Parameter[] = trained.map(([path, shape, init, ...more]) => {
  const { rate = 1, decay = 1 } = more.find((each) => typeof each === "object") ?? {};
  return { path, shape, init, isTrained: !more.includes("frozen"), rateFactor: rate, decayFactor: decay };
});

/** What a step changes by rules of its own, such as the means of batch norms. */
export const states: readonly TrainedTensor[] = [
${states.map(({ path, shape, init }) => `  { path: ${text(path)}, shape: ${text(shape)}, init: ${text(init)} },`).join("\n")}
];

/** What a step computes, as a hash, in whole and by part: a checkpoint of another step is refused, and the parts say what is different. */
export const graph = {
  graphHash: ${text(graphHash)},
  graphParts: ${text(graphParts)},
};
`;
}

/** The functions of model.ts and gradient.ts as those that train and evaluate call them. */
export function networkText({ entries, tables }: TfjsFiles): string {
  const [evaluate, step] = [entries.get("evaluate")!, entries.get("trainingStep")!];
  const call = (name: string, { parameters: list }: TfjsEntry): string => `${name}(${list.map((own) => (own === "step" ? "step" : `${own} as never`)).join(", ")})`;
  const given = ({ parameters: list }: TfjsEntry): string => (list.length ? `({ ${list.join(", ")} })` : "()");
  return `/** The network's two functions as the trainer calls them: what they are given, in order, and what they give, by path. */
import { trainingStep } from "./${step.file}.ts";
import { evaluate } from "./${evaluate.file}.ts";
import { stepTensors, type Entries, type Tensors } from "./training/entries.ts";

export const network: Entries = {
  evaluate: ${given(evaluate)} => ${call("evaluate", evaluate)} as unknown as Tensors,
  trainingStep: ${given(step)} => stepTensors(${call("trainingStep", step)} as never),
};

/** Constants of many numbers: their values are in weights/tables.safetensors. */
export const tables: readonly { readonly name: string; readonly dtype: "float32" | "int32" | "bool"; readonly shape: readonly number[] }[] = [
${[...tables].map(([name, { dtype, shape }]) => `  { name: ${text(name)}, dtype: ${text(dtypeOf(dtype))}, shape: ${text(shape)} },`).join("\n")}
];
`;
}

const dtypeOf = (dtype: TensorData["dtype"]): string => (dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32");
