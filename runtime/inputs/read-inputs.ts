/** Values for all inputs of a model, from `name=value` pairs: each value is read by the first reader that takes it. */
import type { EngineTensor } from "../engine-tensor.ts";
import { InputError, InputUsageError, typeText, type InputReader, type ModelInput } from "./model-input.ts";

export interface InputRequest {
  /** The model, for messages. */
  readonly title: string;
  readonly inputs: readonly ModelInput[];
  readonly readers: readonly InputReader[];
  /** The nearest of some names, for a remedy. */
  readonly nearest?: (name: string, names: readonly string[]) => string | undefined;
}

/** By name. Throws an InputUsageError when a name is unknown or an input is missing, and an InputError when a value does not fit. */
export async function readInputs(given: readonly string[], { title, inputs, readers, nearest }: InputRequest): Promise<Record<string, EngineTensor>> {
  const names = inputs.map(({ name }) => name);
  const feeds: Record<string, EngineTensor> = {};
  for (const text of given) {
    const at = text.indexOf("=");
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    if (at <= 0) throw new InputUsageError(`--input takes name=path, not \`${text}\``, `the inputs are ${names.join(", ")}`);
    const input = inputs.find((own) => own.name === name);
    if (!input) {
      const near = nearest?.(name, names);
      throw new InputUsageError(`${title} has no input ${name}; it has ${names.join(", ")}`, near && `did you mean ${near}?`);
    }
    const reader = readers.find(({ takes }) => takes(value));
    if (!reader) throw new InputError(`input \`${name}\` is ${typeText(input)}: \`${value}\` is nothing that it takes`, "give a .npy array");
    feeds[name] = await reader.read(input, value);
  }
  const missing = inputs.filter(({ name }) => !(name in feeds));
  if (missing.length) throw new InputUsageError(`missing: ${missing.map((input) => `--input ${input.name}=…  (${typeText(input)})`).join("; ")}`);
  return feeds;
}
