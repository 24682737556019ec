/**
 * Does a training grow? `node scripts/run-ts.mjs bench/train.ts --growth [STEPS]`: the small CD2FSAN with its loader on a drawn data set, 200 steps unless
 * given; the resident size of the process at step 10 and at the end. Each is the median over ten steps, since one more or one less set of gradients may
 * wait for the collector at any moment.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { trainingProgram } from "../cli/training-program.ts";
import { openDataSet, samplesOf } from "../runtime/data/formats/recognise.ts";
import { generateDataSet } from "../runtime/data/generate/generate.ts";
import { createLoader } from "../runtime/data/loader.ts";
import { createTrainer } from "../runtime/training/trainer.ts";

const first = 10;
const window = 10;
const batch = 4;

/** Prints the sizes and their ratio. */
export async function growth(steps = 200): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "netc-growth-"));
  try {
    await generateDataSet(join(folder, "data"), { layout: "folder", count: 100, size: 64, seed: 0, easy: true });
    const compilation = loadChecked(["examples/small_cd2fsan.net"], "human");
    const model = chooseModel(compilation, undefined);
    const program = trainingProgram(compilation, model, chooseVariant(compilation, model, undefined, []), { batch });
    const loader = createLoader({ samples: samplesOf(openDataSet(join(folder, "data")), "train"), contract: program.section.data, seed: 0, batch, training: true });
    const trainer = await createTrainer(program, loader, { seed: 0, steps: steps + window });
    const sizes: number[] = [];
    for (let i = 0; i < steps + window; i++) {
      await trainer.step();
      sizes.push(process.memoryUsage().rss / 1e6);
    }
    await Promise.all([trainer.dispose(), loader.close()]);
    const at = (step: number): number => sizes.slice(step - 1, step - 1 + window).sort((a, b) => a - b)[window / 2];
    for (let step = first; step <= steps; step += Math.max(1, Math.floor((steps - first) / 5))) console.log(`step ${step}: ${at(step).toFixed(0)} MB`);
    console.log(`resident size at step ${steps} over that at step ${first}: ${(at(steps) / at(first)).toFixed(3)} (target: at most 1.02)`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
