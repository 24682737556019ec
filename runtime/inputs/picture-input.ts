/** An input from a picture: f32[B, 3, Y, X], its channels in [0, 1], brought to the model's size where that is a number. */
import type { EngineTensor } from "../engine-tensor.ts";
import { parsePicture, PictureError, resizePicture, type Picture } from "../pictures.ts";
import { InputError, knownSizes, typeText, type InputReader, type ModelInput } from "./model-input.ts";
import { readInputFile } from "./read-file.ts";

/** Whether an input can be given as a picture. */
export const takesPicture = ({ dtype, axes }: ModelInput): boolean => dtype === "f32" && axes.length === 4 && axes[1][1] === 3;

const isPicture = (value: string): boolean => /\.(png|jpe?g|tiff?)$/i.test(value);

export const pictureInput: InputReader = { takes: isPicture, read: async (input, path) => pictureTensor(await readPicture(input, path)) };

/** Throws an InputError. */
export async function readPicture(input: ModelInput, path: string): Promise<Picture> {
  if (!takesPicture(input)) throw new InputError(`input \`${input.name}\` is ${typeText(input)}: it takes no picture`, "give a .npy array");
  const [height, width] = knownSizes(input).slice(-2);
  try {
    const picture = await parsePicture(readInputFile(path));
    return resizePicture(picture, height ?? picture.height, width ?? picture.width);
  } catch (error) {
    if (error instanceof PictureError) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
}

/** The picture `batch` times. */
export function pictureTensor({ height, width, planes }: Picture, batch = 1): EngineTensor {
  const data = new Float32Array(batch * planes.length);
  for (let b = 0; b < batch; b++) data.set(planes, b * planes.length);
  return { dtype: "f32", shape: [batch, 3, height, width], data };
}
