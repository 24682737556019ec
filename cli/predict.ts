/** `netc predict`: a mask for a picture and a sentence, with trained weights. */
import { readFileSync } from "node:fs";
import { requireDevice, type Device } from "../runtime/device.ts";
import { letterboxOf, toOriginal } from "../runtime/data/letterbox.ts";
import { readPixels } from "../runtime/data/decode.ts";
import { preparePicture } from "../runtime/data/prepare.ts";
import { rolesOf } from "../runtime/data/roles.ts";
import { createEngine } from "../runtime/engine.ts";
import { encodeText } from "../runtime/tokenizer.ts";
import { formatPng, overlay, parsePicture, type Picture } from "../runtime/pictures.ts";
import { initialWeights } from "../runtime/training/trainer.ts";
import { weightFeeds } from "../runtime/training/step-engine.ts";
import { ProgramError } from "./errors.ts";
import { endProgress, progress, writeWhole } from "./output.ts";
import { chooseSound } from "./select.ts";
import { completeWeights } from "./trained-weights.ts";
import { explained } from "./training-run.ts";
import { trainingProgram } from "./training-program.ts";

export interface PredictOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly image: string;
  readonly text: string;
  readonly weights: string;
  readonly output: string;
  readonly threshold?: number;
  readonly device?: Device;
  readonly quiet?: boolean;
}

export async function predict(file: string, options: PredictOptions): Promise<number> {
  if (options.text.trim() === "") throw new ProgramError("the sentence is empty", "--text \"the red ship in the upper left\"");
  const { compilation, model, variant } = chooseSound(file, options);
  return explained(async () => {
    requireDevice(options.device ?? "cpu");
    progress("compiling …");
    const program = trainingProgram(compilation, model, variant, { batch: 1 });
    const roles = rolesOf(program.section.data);
    if (!roles.words) throw new ProgramError(`${program.model} takes no words`);
    const pixels = await readPixels(options.image);
    const picture = new Float32Array(3 * roles.picture.height * roles.picture.width);
    preparePicture(pixels, roles.picture, undefined, picture);
    const weights = initialWeights(program, 0, completeWeights(program, options.weights));
    progress("predicting …");
    const engine = await createEngine(program.evaluation, { device: options.device });
    const fields = program.fields.map(({ name, dtype, shape }): readonly [string, Parameters<typeof engine.run>[0][string]] => {
      const own = [1, ...shape.slice(1)];
      const count = own.reduce((product, size) => product * size, 1);
      if (name === roles.picture.name) return [name, { dtype: "f32", shape: own, data: picture }];
      if (name === roles.words!.name) return [name, { dtype: "i32", shape: own, data: encodeText(options.text, roles.words!.length) }];
      return [name, dtype === "i32" ? { dtype, shape: own, data: new Int32Array(count) } : { dtype, shape: own, data: new Float32Array(count) }]; // the target, of which only the loss knows
    });
    const results = await engine.run({ ...weightFeeds(engine, program, weights), ...Object.fromEntries(fields) });
    await engine.dispose();
    endProgress();
    const score = results["score"];
    if (!score || score.dtype !== "f32" || score.shape.length !== 3) throw new ProgramError(`${program.model}: the training section does not say of which map the metrics are`, "write `metrics oIoU of sigmoid(mask) > 0.5`");
    const [, height, width] = score.shape;
    const whole = toOriginal(score.data, height, width, letterboxOf(pixels.height, pixels.width, roles.picture.height, roles.picture.width));
    const threshold = options.threshold ?? program.section.threshold;
    const original = await parsePicture(readFileSync(options.image));
    const mask: Picture = { height: pixels.height, width: pixels.width, planes: Float32Array.from({ length: 3 * whole.length }, (_, i) => (whole[i % whole.length] > threshold ? 1 : 0)) };
    const over = options.output.replace(/(\.png)?$/, "-over.png");
    writeWhole(options.output, [formatPng(mask)]);
    writeWhole(over, [formatPng(overlay(original, whole, threshold))]);
    if (!options.quiet) process.stdout.write(`${((100 * whole.filter((value) => value > threshold).length) / whole.length).toFixed(2)} % of the picture → ${options.output}, ${over}\n`);
    return 0;
  });
}
