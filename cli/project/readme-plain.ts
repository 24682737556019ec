/** The README of a written project that does not train. */
import { requirementsInWords } from "../../compiler/admissible.ts";
import { showSize } from "../../compiler/dims/index.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import { typeText, type ModelInput } from "../../runtime/inputs/model-input.ts";
import { takesPicture } from "../../runtime/inputs/picture-input.ts";
import { backendsText } from "./readme.ts";
import { readersOf, sourceOf } from "./signature-text.ts";

export interface PlainReadmeRequest {
  readonly title: string;
  readonly source: string;
  readonly inputs: readonly ModelInput[];
  readonly graph: Pick<Graph, "outputs" | "requirements">;
  readonly hasWeights: boolean;
  /** Whether the weights were given, and are not first values. */
  readonly isTrained: boolean;
}

export function plainReadmeText({ title, source, inputs, graph: { outputs, requirements = [] }, hasWeights, isTrained }: PlainReadmeRequest): string {
  const readers = readersOf(inputs);
  return `# ${title}

A network as a program of TensorFlow.js, written by netc from \`${source}\`. It says what the network makes of inputs; it does not train, because the source has no training section. Nothing of netc is needed, and every file may be changed.

\`\`\`sh
npm install
npm start -- ${inputs.map(({ name }) => `--input ${name}=FILE`).join(" ")}${hasWeights ? "" : " --weights FILE"}
\`\`\`

Node 20.19 or newer. Outputs go to \`out/\` (or \`--out FOLDER\`), an array each.

| | name | |
|---|---|---|
${inputs.map((input) => `| input | \`${input.name}\`: \`${typeText(input)}\` | ${sourceOf(input)} |`).join("\n")}
${outputs.map(({ name, node: { type } }) => `| output | \`${name}\`: \`${type.dtype}[${type.shape.map((size) => showSize(size)).join(", ")}]\` | \`out/${name}.npy\` |`).join("\n")}

${inputs.some(takesPicture) ? "A picture is brought to the size of the input where that is a number, and its red, green and blue are in [0, 1]; an array is taken as it is. " : ""}NumPy reads and writes arrays: \`np.save("x.npy", x.astype("float32"))\`, \`np.load("out/${outputs[0]?.name ?? "y"}.npy")\`.${requirements.length ? ` Not all sizes fit: ${requirementsInWords(requirements)} (\`signature.ts\`).` : ""}

## Files

| file | what |
|---|---|
| \`model.ts\` | the network: a function for each block |
| \`library/\` | functions that it calls |
| \`signature.ts\` | its inputs, from what they are read, and which sizes fit |
| \`parameters.ts\` | every weight with its shape, in blocks |
| \`network.ts\` | its function as the program calls it |
| \`predict.ts\` | the program; \`command.ts\` reads its options |
| \`inputs/\`${readers.length > 1 ? ", `data/`" : ""} | from files to tensors |
| \`backend/\` | which backend computes |
| \`weights/\` | ${hasWeights ? `${isTrained ? "the weights" : "first values of the weights, which are not trained"}, in the safetensors format` : "constants of the network, if it has some; give weights with `--weights FILE`"} |
| \`netc.json\` | what this was made from |

${backendsText}`;
}
