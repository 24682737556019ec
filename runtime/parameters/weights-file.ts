/** Weights from a .safetensors file, checked against the model before a number is read. */
import { ExpectedError } from "../errors.ts";
import { openTensors, readFloat32 } from "../safetensors.ts";

/** Values of a weight by its path; undefined where there are none. */
export type FirstValues = (path: string) => Float32Array | undefined;

interface Tensor {
  readonly path: string;
  readonly shape: readonly number[];
}

/** What is loaded: a model by its name, and its weights. */
export interface Weighted {
  readonly model: string;
  readonly parameters: readonly Tensor[];
  readonly states: readonly Tensor[];
}

/** First values from a file: every weight that it has under its path; one of another shape is refused. Throws an ExpectedError. */
export function firstValuesFrom({ model, parameters, states }: Weighted, path: string): FirstValues {
  const file = openTensors(path);
  const wanted = [...parameters, ...states];
  const unlike = wanted.filter((own) => file.tensors.has(own.path) && file.tensors.get(own.path)!.shape.join() !== own.shape.join());
  if (unlike.length) throw new ExpectedError(`the weights of ${path} do not fit the model: ${unlike.slice(0, 3).map((own) => `${own.path} is [${file.tensors.get(own.path)!.shape.join(", ")}] there, but [${own.shape.join(", ")}] in the model`).join("; ")}${unlike.length > 3 ? `; and ${unlike.length - 3} more` : ""}`);
  if (!wanted.some((own) => file.tensors.has(own.path))) throw new ExpectedError(`${path} has no weight of ${model}${file.tensors.size > 0 ? `: it has ${[...file.tensors.keys()].slice(0, 3).join(", ")}${file.tensors.size > 3 ? ", …" : ""}` : ""}`, "bring a checkpoint into the model's names: netc weights");
  return (name) => (file.tensors.has(name) ? readFloat32(file, name) : undefined);
}

/** What may be meant where a weight is missing: the nearest of some names, and a remedy. */
export interface MissingHelp {
  readonly nearest?: (name: string, names: Iterable<string>) => string | undefined;
  readonly remedy?: string;
}

/** Weights for using a model: every one must be there. Throws an ExpectedError. */
export function completeWeights(model: Weighted, path: string, { nearest, remedy = "these may be of another variant: take weights that a training of this model has left" }: MissingHelp = {}): FirstValues {
  const values = firstValuesFrom(model, path);
  const { tensors } = openTensors(path);
  const missing = [...model.parameters, ...model.states].filter((own) => !tensors.has(own.path));
  if (missing.length) {
    const near = nearest?.(missing[0].path, tensors.keys());
    throw new ExpectedError(`${path} lacks ${missing.length} of the weights of ${model.model}: ${missing.slice(0, 3).map((own) => own.path).join(", ")}${missing.length > 3 ? ", …" : ""}${near ? ` (it has ${near})` : ""}`, remedy);
  }
  return values;
}
