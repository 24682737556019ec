/** An input from a NumPy array: a .npy file of the input's shape and type. */
import type { EngineTensor } from "../engine-tensor.ts";
import { NpyError, parseNpy } from "../npy.ts";
import { InputError, knownSizes, typeText, type InputReader, type ModelInput } from "./model-input.ts";
import { readInputFile } from "./read-file.ts";

export const arrayInput: InputReader = { takes: (value) => /\.npy$/i.test(value), read: readArray };

function readArray(input: ModelInput, path: string): EngineTensor {
  const tensor = parsed(path);
  const wanted = knownSizes(input);
  if (tensor.shape.length !== wanted.length || wanted.some((size, i) => size !== undefined && size !== tensor.shape[i])) throw new InputError(`${path} is [${tensor.shape.join(", ")}], but input \`${input.name}\` is ${typeText(input)}`);
  if (tensor.dtype !== input.dtype) throw new InputError(`${path} holds ${tensor.dtype}, but input \`${input.name}\` is ${typeText(input)}`);
  return tensor;
}

function parsed(path: string): EngineTensor {
  const file = readInputFile(path);
  try {
    return parseNpy(file);
  } catch (error) {
    if (error instanceof NpyError) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
}
