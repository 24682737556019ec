/** What every command begins with: a backend, the network's constants on it, and the place of its weights. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ExpectedError } from "../../errors.ts";
import { evaluatorOf } from "../../training/evaluation.ts";
import type { Machine } from "../../training/session.ts";
import { chooseBackend } from "../backend.ts";
import type { BackendChoice } from "../backend-names.ts";
import { createTensorForward } from "../forward.ts";
import { createTensorTrainer } from "../learner.ts";
import { scoresOf } from "./data.ts";
import { network, tables } from "./network.ts";
import { backends, model } from "./settings.ts";
import { readTables } from "./tables.ts";

/** The folder of the project: the programs run from dist/ in it. */
const folder = fileURLToPath(new URL("..", import.meta.url));
const inWeights = (name: string): string => join(folder, "weights", name);

/** The first values that came with the project; undefined where it was written without. */
export const givenWeights = (): string | undefined => (existsSync(inWeights("initial.safetensors")) ? inWeights("initial.safetensors") : undefined);

/** The functions of gradient.ts have the sizes of a batch in them, and settings.ts must agree. Throws an ExpectedError. */
function requireSizes(): void {
  const { data, batch } = model.section;
  for (const { name, shape } of model.fields) {
    const said = data.fields.find((field) => field.name === name)?.axes.map(({ size }, axis) => (axis === 0 ? batch : (size ?? shape[axis]))) ?? [];
    if (said.join() !== shape.join()) throw new ExpectedError(`settings.ts says that a batch of \`${name}\` is [${said.join(", ")}], but gradient.ts was made for [${shape.join(", ")}]`, "put it back, and for larger steps accumulate batches; or let netc write the project for these sizes: netc build --target tfjs --batch N");
  }
}

/** The network on a backend. Says which one it got. */
export async function setUp(backend: BackendChoice): Promise<Machine & { readonly forward: ReturnType<typeof createTensorForward> }> {
  requireSizes();
  const { lines } = await chooseBackend(backend, createRequire(import.meta.url), { among: backends });
  process.stderr.write(`${lines.join("\n")}\n`);
  const constants = readTables(tables, inWeights("tables.safetensors"));
  const forward = createTensorForward(model, network, constants);
  return {
    program: model, forward,
    trainer: (source, options) => Promise.resolve(createTensorTrainer(model, network, constants, source, options)),
    evaluator: () => Promise.resolve(evaluatorOf(model, forward, scoresOf)),
  };
}
