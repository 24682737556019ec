/** The README of a written project. */
import { tensorflowVersion } from "../../runtime/tfjs/backend-names.ts";
import type { TrainedModel } from "../../runtime/training/trained-model.ts";

export interface ReadmeRequest {
  readonly title: string;
  readonly source: string;
  readonly trained: TrainedModel;
  readonly predicts: boolean;
  readonly hasWeights: boolean;
  readonly kind: "pictures" | "arrays";
}

/** What TensorFlow's tested builds name for the libtensorflow that each version of the package fetches (scripts/deps-constants.js in it). */
const cuda = [
  ["3.21.0 to 4.22.0", "2.9.1", "11.2", "8.1", "450.80.02"],
  ["3.8.0", "2.5.0", "11.2", "8.1", "450.80.02"],
  ["1.7.4 to 3.0.0", "1.15.0", "10.0", "7.4", "410.48"],
] as const;

/** What computes, in every project. */
export const backendsText = `## What computes

\`--backend auto|node-gpu|node|wasm|cpu\`: \`auto\` asks for the GPU first, says what it got, and why not the others.

| backend | package | |
|---|---|---|
| \`node-gpu\` | \`@tensorflow/tfjs-node-gpu\` | TensorFlow's native binding, with a GPU where it finds one; \`npm install\` tries to install it |
| \`node\` | \`@tensorflow/tfjs-node\` | the same without a GPU: \`npm install @tensorflow/tfjs-node@${tensorflowVersion}\` |
| \`wasm\` | \`@tensorflow/tfjs-backend-wasm\` | WebAssembly, on one core; always installed |
| \`cpu\` | \`@tensorflow/tfjs-backend-cpu\` | plain JavaScript, slow; always installed |

The native binding ${tensorflowVersion} runs on Node 18 to 22. On a GPU it needs, under Linux:

| tfjs-node-gpu | TensorFlow in it | CUDA | cuDNN | NVIDIA driver, at least |
|---|---|---|---|---|
${cuda.map((row) => `| ${row.join(" | ")} |`).join("\n")}

This project pins ${tensorflowVersion}. CUDA and cuDNN are looked for where the system looks for libraries (\`LD_LIBRARY_PATH\`). Where the install script of the binding could not fetch TensorFlow: \`npm rebuild @tensorflow/tfjs-node-gpu --build-addon-from-source\`.

To fall back: without a usable GPU, \`npm install @tensorflow/tfjs-node@${tensorflowVersion}\` and \`--backend node\`; without the native binding, \`--backend wasm\`, and last \`--backend cpu\`.
`;

export function readmeText({ title, source, trained, predicts, hasWeights, kind }: ReadmeRequest): string {
  const { section } = trained;
  return `# ${title}

A network as a program of TensorFlow.js, written by netc from \`${source}\`. It trains, evaluates${predicts ? " and predicts" : ""} by itself: nothing of netc is needed, and every file may be changed.

\`\`\`sh
npm install
npm start -- --data FOLDER                                            # trains; Ctrl-C stops and saves, --resume goes on
npm run evaluate -- --data FOLDER --weights runs/train/weights.safetensors${predicts ? `
npm run predict -- --image FILE --text "a sentence" --weights runs/train/weights.safetensors --output mask.png` : ""}
\`\`\`

Node 20.19 or newer. A folder of data ${kind === "arrays" ? `has a NumPy file a field in a folder a split: ${section.data.fields.map(({ name }) => `\`train/${name}.npy\``).join(", ")}, and the same in \`val\` and \`test\`` : "is RRSIS-D, RefSegRS or RISBench as published, or has `train.jsonl`, `val.jsonl` and `test.jsonl` with lines `{\"image\": …, \"text\": …, \"mask\": …}`: paths from that folder; in a mask, what is not black is meant"}.

## Files

| file | what |
|---|---|
| \`model.ts\` | the network in evaluation: a function for each block |
| \`gradient.ts\` | a step of training: the loss, its gradient for every trained weight, and new states |
| \`library/\` | functions that both call |
| \`settings.ts\`, \`parameters.ts\` | the training section; every weight with its shape and first values, in blocks |
| \`network.ts\` | the two functions as those that train and evaluate call them |
| \`train.ts\`, \`evaluate.ts\`${predicts ? ", `predict.ts`" : ""} | the programs; \`command.ts\` and \`setup.ts\` are what they have in common |
| \`training/\` | the loop, the optimiser, checkpoints, what is told |
| \`data.ts\`, \`data/\` | from files to batches |
| \`metrics.ts\`, \`metrics/\`, \`reports/\` | how predictions are counted; the log, TensorBoard's events, the progress line |
| \`backend/\` | which backend computes |
| \`weights/\` | ${hasWeights ? "first values of the weights, in the safetensors format" : "constants of the network, if it has some; first values come from the seed"} |
| \`netc.json\` | what this was made from |

A run leaves in \`runs/train\` (or \`--out FOLDER\`): \`checkpoints/last\` and \`checkpoints/best\`, \`weights.safetensors\` (the best), \`metrics.csv\`, and \`events/\` for TensorBoard. A training that goes on from a checkpoint does the steps that it would have done.
Gradients are functions of this project, not TensorFlow.js's tape; every tensor is disposed where it is read for the last time.

To change rates, groups, the schedule or how long it trains: \`settings.ts\`. To change the network: \`model.ts\` for evaluation and \`gradient.ts\` for training, which share functions; or change \`${source}\` and let netc write the project again (\`--force\` replaces its files).

${backendsText}`;
}
