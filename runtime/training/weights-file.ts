/** Weights from a .safetensors file, checked against the model before a number is read. */
import { ExpectedError } from "../errors.ts";
import { openTensors, readFloat32 } from "../safetensors.ts";
import type { FirstValues } from "./loop.ts";
import type { TrainedModel } from "./trained-model.ts";

type Weighted = Pick<TrainedModel, "model" | "parameters" | "states">;

/** First values from a file: every weight that it has under its path; one of another shape is refused. Throws an ExpectedError. */
export function firstValuesFrom({ model, parameters, states }: Weighted, path: string): FirstValues {
  const file = openTensors(path);
  const wanted = [...parameters, ...states];
  const unlike = wanted.filter((own) => file.tensors.has(own.path) && file.tensors.get(own.path)!.shape.join() !== own.shape.join());
  if (unlike.length) throw new ExpectedError(`the weights of ${path} do not fit the model: ${unlike.slice(0, 3).map((own) => `${own.path} is [${file.tensors.get(own.path)!.shape.join(", ")}] there, but [${own.shape.join(", ")}] in the model`).join("; ")}${unlike.length > 3 ? `; and ${unlike.length - 3} more` : ""}`);
  if (!wanted.some((own) => file.tensors.has(own.path))) throw new ExpectedError(`${path} has no weight of ${model}`, "bring a checkpoint into the model's names: netc weights");
  return (name) => (file.tensors.has(name) ? readFloat32(file, name) : undefined);
}

/** Weights for using a model: every one must be there. `nearest`: the one of some names that a missing one may be meant by. Throws an ExpectedError. */
export function completeWeights(model: Weighted, path: string, nearest: (name: string, names: Iterable<string>) => string | undefined = () => undefined): FirstValues {
  const values = firstValuesFrom(model, path);
  const { tensors } = openTensors(path);
  const missing = [...model.parameters, ...model.states].filter((own) => !tensors.has(own.path));
  if (missing.length) {
    const near = nearest(missing[0].path, tensors.keys());
    throw new ExpectedError(`${path} lacks ${missing.length} of the weights of ${model.model}: ${missing.slice(0, 3).map((own) => own.path).join(", ")}${missing.length > 3 ? ", …" : ""}${near ? ` (it has ${near})` : ""}`, "is it another variant? choose it with --variant");
  }
  return values;
}
