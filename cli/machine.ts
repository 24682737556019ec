/** What computes a training: ONNX Runtime, or a program of TensorFlow.js. */
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Model } from "../grammar/ast.ts";
import { requireDevice, type Device } from "../runtime/device.ts";
import type { EngineChoice } from "../runtime/engine.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import type { Forward } from "../runtime/training/evaluation.ts";
import { createEvaluator, createForward } from "../runtime/training/evaluator.ts";
import type { TrainingProgram } from "../runtime/training/program.ts";
import { createTrainer } from "../runtime/training/trainer.ts";
import type { EngineName } from "./engine-names.ts";
import { UsageError } from "./errors.ts";
import { memoryLine } from "./memory-plan.ts";
import { planTraining, type TrainingChoices } from "./training-program.ts";
import { needingTensorflow } from "./tfjs-missing.ts";
import type { Machine } from "./training-run.ts";

export interface EngineOptions {
  /** ONNX Runtime unless given. */
  readonly engine?: EngineName;
  /** Of TensorFlow.js. */
  readonly backend?: BackendChoice;
  /** Of ONNX Runtime. */
  readonly threads?: number;
  readonly device?: Device;
}

export interface PlannedMachine extends Machine {
  forward(): Promise<Forward>;
  /** What a person is told about what computes. */
  readonly lines: readonly string[];
}

export const onnxMachine = (program: TrainingProgram, engine: EngineChoice): Machine & Pick<PlannedMachine, "forward"> => ({
  program,
  trainer: (source, options) => createTrainer(program, source, { ...options, engine }),
  evaluator: () => createEvaluator(program, engine),
  forward: () => createForward(program, engine),
});

/** The engine of ONNX Runtime that a command line asks for. */
export const engineOf = ({ threads, device }: EngineOptions): EngineChoice => ({ threads, device });

/** Options that belong together, and a device that is there. Throws UsageError and DeviceError. */
export function requireEngine({ engine = "ort", backend, threads, device = "cpu", memory, plan }: EngineOptions & { readonly memory?: number; readonly plan?: boolean }): void {
  if (engine === "ort" && backend !== undefined) throw new UsageError("--backend is one of TensorFlow.js", "--engine tfjs");
  if (engine === "tfjs" && device !== "cpu") throw new UsageError("--device is one of ONNX Runtime", "--backend node-gpu");
  if (engine === "tfjs" && threads !== undefined) throw new UsageError("--threads is one of ONNX Runtime: TensorFlow.js chooses its own", "leave it out, or take --engine ort");
  if (engine === "tfjs" && (memory !== undefined || plan)) throw new UsageError(`--${plan ? "plan" : "memory"} is one of ONNX Runtime: what TensorFlow.js takes beside a step's values is not known`, "leave it out, or take --engine ort");
  if (engine === "ort") requireDevice(device);
}

/** Compiles for the engine that is asked for. Throws ProgramError, and a BackendError where TensorFlow.js has no backend. */
export async function machineOf(compilation: Compilation, model: Model, variant: Variant, options: EngineOptions & TrainingChoices): Promise<PlannedMachine> {
  requireEngine(options);
  if (options.engine !== "tfjs") {
    const { program, memory } = planTraining(compilation, model, variant, options);
    return { ...onnxMachine(program, engineOf(options)), lines: [memoryLine(memory)] };
  }
  const { tensorMachine } = await needingTensorflow(import("./tfjs-machine.ts"));
  return tensorMachine(compilation, model, variant, options);
}
