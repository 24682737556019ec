/** Weights for using a model: every one must be there. */
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { openTensors } from "../runtime/safetensors.ts";
import type { TrainingProgram } from "../runtime/training/program.ts";
import { ProgramError } from "./errors.ts";
import { initialFrom } from "./train.ts";

export function completeWeights(program: TrainingProgram, path: string): (name: string) => Float32Array | undefined {
  const values = initialFrom(program, path);
  const { tensors } = openTensors(path);
  const missing = [...program.parameters, ...program.states].filter((own) => !tensors.has(own.path));
  if (missing.length) {
    const near = nearestName(missing[0].path, tensors.keys());
    throw new ProgramError(`${path} lacks ${missing.length} of the weights of ${program.model}: ${missing.slice(0, 3).map((own) => own.path).join(", ")}${missing.length > 3 ? ", …" : ""}${near ? ` (it has ${near})` : ""}`, "is it another variant? choose it with --variant");
  }
  return values;
}
