/** A mask for a picture and a sentence, with trained weights. */
import { createArena } from "../../training/arena.ts";
import { fillWeights } from "../../training/loop.ts";
import { predictMask, writeMask } from "../../training/prediction.ts";
import { completeWeights } from "../../parameters/weights-file.ts";
import { command } from "./command.ts";
import { model } from "./settings.ts";
import { setUp } from "./setup.ts";

const usage = `npm run predict -- --image FILE --text SENTENCE --weights FILE [options]

  --image FILE       a picture (.png, .jpg, .tif)
  --text SENTENCE    what to find in it
  --weights FILE     the weights, by path (.safetensors), such as runs/train/weights.safetensors
  --output FILE      the mask; beside it comes a picture with the mask over it; default: mask.png
  --threshold N      what counts as found, from 0 to 1; default: ${model.section.threshold}
  --backend NAME     auto, node-gpu, node, wasm or cpu; auto asks for the GPU first`;

await command(
  usage,
  { image: { type: "string" }, text: { type: "string" }, weights: { type: "string" }, output: { type: "string" }, threshold: { type: "string" } },
  async (options) => {
    const [image, text] = [options.text("image"), options.text("text")];
    const weights = { parameters: createArena(model.parameters), states: createArena(model.states) };
    fillWeights(weights, model, 0, completeWeights(model, options.text("weights")));
    const { forward } = await setUp(options.backend());
    const predicted = await predictMask(model, forward, weights, { image, text });
    const { paths, share } = await writeMask(predicted, image, options.share("threshold") ?? model.section.threshold, options.optional("output") ?? "mask.png");
    process.stdout.write(`${(100 * share).toFixed(2)} % of the picture → ${paths.join(", ")}\n`);
    return 0;
  },
);
