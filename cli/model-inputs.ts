/** Values for the inputs of a model from what a person has: pictures, arrays, sentences. */
import type { Model } from "../grammar/ast.ts";
import type { Compilation } from "../compiler/compilation.ts";
import { itemsOfKind } from "../compiler/check/program.ts";
import { constantValue, showSize } from "../compiler/dims/index.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import type { EngineTensor } from "../runtime/engine.ts";
import { arrayInput } from "../runtime/inputs/array-input.ts";
import { freeSizes } from "../runtime/inputs/free-sizes.ts";
import { InputError, InputUsageError, type ModelInput } from "../runtime/inputs/model-input.ts";
import { pictureInput, pictureTensor, readPicture } from "../runtime/inputs/picture-input.ts";
import { readInputs as read } from "../runtime/inputs/read-inputs.ts";
import { wordsInput } from "../runtime/inputs/words-input.ts";
import type { Picture } from "../runtime/pictures.ts";
import { normalisations } from "../runtime/data/roles.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { refuseBroken } from "./sizes.ts";

export interface ModelInputs {
  readonly feeds: Record<string, EngineTensor>;
  /** The last picture, at the size of the model, for overlays. */
  readonly picture?: Picture;
}

const { mean: clipMean, deviation: clipDeviation } = normalisations["clip"];

/** The inputs of a graph as plain data. */
export const inputsOf = (graph: Pick<Graph, "inputs">): readonly ModelInput[] =>
  graph.inputs.map(({ attributes: { name }, type }) => ({ name, dtype: type.dtype, axes: type.shape.map((size, i) => [type.axes[i] ?? "", constantValue(size) ?? showSize(size)] as const) }));

/** Whether the training section says that this input is normalised by CLIP's statistics. */
function normalisedByClip(compilation: Compilation, model: Model, name: string): boolean {
  return compilation.program.files.some((file) =>
    itemsOfKind(file.tree, "Train").some(
      (train) => train.model.text === model.name.text && train.items.some((item) => item.kind === "DataItem" && item.fields.some((field) => field.name.text === name && field.normalisedBy?.text === "clip")),
    ),
  );
}

/** `name=path` pairs, or `name=some text` for inputs of words. */
export async function readInputs(compilation: Compilation, model: Model, graph: Graph, given: readonly string[]): Promise<ModelInputs> {
  let picture: Picture | undefined;
  const pictures = {
    takes: pictureInput.takes,
    async read(input: ModelInput, path: string): Promise<EngineTensor> {
      picture = await readPicture(input, path);
      return pictureTensor(normalisedByClip(compilation, model, input.name) ? normalised(picture) : picture);
    },
  };
  const feeds = await asked(() => read(given, { title: model.name.text, inputs: inputsOf(graph), readers: [pictures, arrayInput, wordsInput], nearest: nearestName }));
  return { feeds, picture };
}

/** Whether the free sizes that values bring are allowed. Throws a ProgramError. */
export const requireBatch = (model: Model, graph: Graph, feeds: Readonly<Record<string, EngineTensor>>): Promise<void> =>
  asked(() => refuseBroken(model, graph.requirements ?? [], new Map(Object.entries(freeSizes(inputsOf(graph), feeds)))));

/** What is wrong with inputs, as the errors of a command. */
async function asked<Result>(find: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof InputUsageError) throw new UsageError(error.message, error.help);
    if (error instanceof InputError) throw new ProgramError(error.message, error.help);
    throw error;
  }
}

/** By CLIP's statistics of red, green and blue. */
export function normalised({ height, width, planes }: Picture): Picture {
  const size = height * width;
  return { height, width, planes: planes.map((value, i) => (value - clipMean[Math.floor(i / size)]) / clipDeviation[Math.floor(i / size)]) };
}
