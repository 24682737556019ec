/** An input from a sentence: i32[B, T], as tokens of CLIP's vocabulary. */
import { encodeText } from "../tokenizer.ts";
import { InputError, knownSizes, typeText, type InputReader, type ModelInput } from "./model-input.ts";

/** Whether an input can be given as a sentence. */
export const takesWords = ({ dtype, axes }: ModelInput): boolean => dtype === "i32" && axes.length === 2 && typeof axes[1][1] === "number";

/** Every text is a sentence: it is asked after the other readers. */
export const wordsInput: InputReader = {
  takes: () => true,
  read(input, text) {
    if (!takesWords(input)) throw new InputError(`input \`${input.name}\` is ${typeText(input)}: it takes no text`, "give a picture (.png, .jpg, .tif) or a .npy array");
    const length = knownSizes(input)[1]!;
    return { dtype: "i32", shape: [1, length], data: encodeText(text, length) };
  },
};
