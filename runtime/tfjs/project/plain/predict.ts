/** What the network makes of inputs: pictures, arrays or sentences in, an array for each output. */
import * as tf from "@tensorflow/tfjs-core";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineTensor } from "../../../engine-tensor.ts";
import { ExpectedError } from "../../../errors.ts";
import { freeSizes, requireRules } from "../../../inputs/free-sizes.ts";
import { InputUsageError, typeText } from "../../../inputs/model-input.ts";
import { readInputs } from "../../../inputs/read-inputs.ts";
import { formatNpy } from "../../../npy.ts";
import { completeWeights, type FirstValues } from "../../../parameters/weights-file.ts";
import { writeWhole } from "../../../whole-file.ts";
import { chooseBackend } from "../../backend.ts";
import { fromBackend, nested, toBackend, type Given, type Tensors } from "../../entries.ts";
import { command, UsageError, type Options } from "../command.ts";
import { readTables } from "../tables.ts";
import { predict, tables } from "./network.ts";
import { weights } from "./parameters.ts";
import { backends, inputs, readers, rules, title } from "./signature.ts";

/** The folder of the project: the program runs from dist/ in it. */
const inWeights = (name: string): string => join(fileURLToPath(new URL("..", import.meta.url)), "weights", name);

const usage = `npm start -- ${inputs.map(({ name }) => `--input ${name}=…`).join(" ")} [options]

  --input NAME=VALUE  an input, by its name:
${inputs.map((input) => `                        ${input.name}: ${typeText(input)}, ${input.from}`).join("\n")}
  --weights FILE      other weights, by path (.safetensors); default: weights/weights.safetensors
  --out FOLDER        where outputs go, as NAME.npy; default: out
  --backend NAME      auto, node-gpu, node, wasm or cpu; auto asks for the GPU first
  --quiet             print nothing when all is well`;

await command(usage, { input: { type: "string", multiple: true }, weights: { type: "string" }, out: { type: "string" }, quiet: { type: "boolean", short: "q" } }, async (options) => {
  const feeds = await given(options);
  requireRules(title, rules, freeSizes(inputs, feeds));
  const values = valuesOf(options);
  const { lines } = await chooseBackend(options.backend(), createRequire(import.meta.url), { among: backends });
  const isQuiet = options.isSet("quiet");
  if (!isQuiet) process.stderr.write(`${lines.join("\n")}\n`);
  const outputs = answer({
    inputs: Object.fromEntries(inputs.map(({ name }) => [name, toBackend(feeds[name])])),
    weights: nested(weights.map(({ path, shape }) => [path, tf.tensor(values(path)!, [...shape])])),
    tables: readTables(tables, inWeights("tables.safetensors")),
    step: 0,
  });
  for (const [name, tensor] of Object.entries(outputs)) {
    const output = await fromBackend(tensor);
    const path = join(options.optional("out") ?? "out", `${name}.npy`);
    writeWhole(path, formatNpy(output));
    if (!isQuiet) process.stdout.write(`${name}: [${output.shape.join(", ")}]${rangeText(output)} → ${path}\n`);
  }
  return 0;
});

/** The inputs as numbers. */
async function given(options: Options): Promise<Record<string, EngineTensor>> {
  try {
    return await readInputs(options.all("input"), { title, inputs, readers });
  } catch (error) {
    throw error instanceof InputUsageError ? new UsageError(error.help ? `${error.message}\n  help: ${error.help}` : error.message) : error;
  }
}

/** The numbers of each weight, by path. */
function valuesOf(options: Options): FirstValues {
  if (weights.length === 0) return () => undefined;
  const own = options.optional("weights") ?? inWeights("weights.safetensors");
  if (options.optional("weights") === undefined && !existsSync(own)) throw new ExpectedError("this project was written without weights", "--weights FILE.safetensors");
  return completeWeights({ model: title, parameters: weights, states: [] }, own, { remedy: "these are weights of another model, or of another variant" });
}

/** What the network gives. What TensorFlow.js refuses, such as a token that an embedding has no row for, is said. */
function answer(asked: Given): Tensors {
  try {
    return predict(asked);
  } catch (error) {
    throw new ExpectedError(`TensorFlow.js refused: ${(error as Error).message.split("\n")[0]}`, "are the numbers of the inputs such as the network takes?");
  }
}

/** `, from -1.25 to 3.5`: the smallest and the largest number. */
function rangeText({ data }: EngineTensor): string {
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) [least, most] = [Math.min(least, Number(value)), Math.max(most, Number(value))];
  return data.length === 0 ? "" : `, from ${Number(least.toPrecision(6))} to ${Number(most.toPrecision(6))}`;
}
