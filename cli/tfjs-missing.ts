/** TensorFlow.js is optional: what computes with it is loaded where it is asked for, and where it is not installed that is said. */
import { tensorflowVersion } from "../runtime/tfjs/backend-names.ts";
import { ProgramError } from "./errors.ts";

/** Waits for a module that imports the core of TensorFlow.js. Throws a ProgramError with what to install. */
export async function needingTensorflow<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "MODULE_NOT_FOUND" || !message.includes("@tensorflow/tfjs-core")) throw error;
    throw new ProgramError("TensorFlow.js is not installed beside netc", `npm install @tensorflow/tfjs-core@${tensorflowVersion} @tensorflow/tfjs-backend-wasm@${tensorflowVersion}`);
  }
}
