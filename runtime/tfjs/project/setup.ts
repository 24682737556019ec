/** What every command begins with: a backend, the network's constants on it, and the place of its weights. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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

/** The network on a backend. Says which one it got. */
export async function setUp(backend: BackendChoice): Promise<Machine & { readonly forward: ReturnType<typeof createTensorForward> }> {
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
