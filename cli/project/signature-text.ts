/** The files of a project without training that are of its model alone: signature.ts says what goes in and which sizes fit, network.ts calls the model. */
import { sizeExpression } from "../../backends/tfjs/text/sizes.ts";
import { requirementsInWords } from "../../compiler/admissible.ts";
import { variablesOf, type Claim } from "../../compiler/dims/index.ts";
import type { Graph, Requirement } from "../../compiler/ir/graph.ts";
import { typeText, type ModelInput } from "../../runtime/inputs/model-input.ts";
import { takesPicture } from "../../runtime/inputs/picture-input.ts";
import { takesWords } from "../../runtime/inputs/words-input.ts";
import type { BackendName } from "../../runtime/tfjs/backend-names.ts";
import type { TfjsFiles } from "../tfjs-program.ts";
import type { ReaderName } from "./layout.ts";
import { callText, givenText, tablesText } from "./model-files.ts";

const text = (value: unknown): string => JSON.stringify(value);

/** The readers that the inputs need, in the order in which they are asked. */
export const readersOf = (inputs: readonly ModelInput[]): readonly ReaderName[] => [...(inputs.some(takesPicture) ? ["picture" as const] : []), "array", ...(inputs.some(takesWords) ? ["words" as const] : [])];

/** What an input is read from, in words. */
export const sourceOf = (input: ModelInput): string => (takesPicture(input) ? "a picture (.png, .jpg, .tif) or a NumPy array (.npy)" : takesWords(input) ? "a NumPy array (.npy), or a sentence in CLIP's tokens" : "a NumPy array (.npy)");

export interface Signature {
  readonly title: string;
  readonly inputs: readonly ModelInput[];
  readonly graph: Pick<Graph, "requirements">;
  readonly backends: readonly BackendName[];
}

export function signatureText({ title, inputs, graph, backends }: Signature): string {
  const free = new Set(inputs.flatMap(({ axes }) => axes.flatMap(([, size]) => (typeof size === "string" ? [size] : []))));
  const rules = (graph.requirements ?? []).filter(({ claims }) => claims.every((claim) => variablesIn(claim).every((name) => free.has(name)))).map(ruleText);
  const readers = readersOf(inputs);
  return `/** What the network is given: its inputs with their types and axes, from what they are read, and which sizes fit. */
import type { BackendName } from "./backend/backend-names.ts";
${readers.map((name) => `import { ${name}Input } from "./inputs/${name}-input.ts";`).join("\n")}
import type { SizeRule } from "./inputs/free-sizes.ts";
import { input, type InputReader, type ModelInput } from "./inputs/model-input.ts";

export const title = ${text(title)};

/** The backends that the functions were made for: all of their operators have kernels there. */
export const backends: readonly BackendName[] = ${text(backends)};

/** Their names, their types (an axis without a number is free), and from what they are read. */
export const inputs: readonly ModelInput[] = [
${inputs.map((own) => `  input(${text(own.name)}, ${text(typeText(own))}, ${text(sourceOf(own))}),`).join("\n")}
];

/** The first that takes a value reads it. */
export const readers: readonly InputReader[] = [${readers.map((name) => `${name}Input`).join(", ")}];

/** What free sizes must satisfy. */
export const rules: readonly SizeRule[] = [${rules.join(", ")}];
`;
}

const variablesIn = (claim: Claim): readonly string[] => (claim.kind === "divides" ? [claim.of, claim.divisor] : [claim.left, claim.right]).flatMap((size) => variablesOf(size));

function ruleText(requirement: Requirement): string {
  const names = [...new Set(requirement.claims.flatMap(variablesIn))].sort();
  const says = `${requirementsInWords([requirement])}${requirement.reason === undefined ? "" : ` (it is assumed: ${requirement.reason})`}`;
  return `{ says: ${text(says)}, holds: ({ ${names.join(", ")} }) => ${requirement.claims.map(claimText).join(" && ")} }`;
}

function claimText(claim: Claim): string {
  const [left, right] = (claim.kind === "divides" ? [claim.of, claim.divisor] : [claim.left, claim.right]).map((size) => sizeExpression(size, (name) => name));
  switch (claim.kind) {
    case "equal":
      return `${left} === ${right}`;
    case "not_equal":
      return `${left} !== ${right}`;
    case "at_least":
      return `${left} >= ${right}`;
    case "divides":
      return `(${left}) % (${right}) === 0`;
  }
}

/** The function of model.ts as predict.ts calls it. */
export function plainNetworkText({ entries, tables }: TfjsFiles): string {
  const entry = entries.get("predict")!;
  return `/** The network's function as predict.ts calls it: what it is given, and the constants that come with it. */
import { predict as run } from "./${entry.file}.ts";
import type { Given, Tensors } from "./backend/entries.ts";
import type { Table } from "./backend/tables.ts";

export const predict = (${givenText(entry, ": Given")}): Tensors => ${callText("run", entry)} as unknown as Tensors;

${tablesText(tables)}`;
}
