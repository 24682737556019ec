/**
 * A thin door to ONNX Runtime: plain typed arrays in and out. Memory patterns are off, because they raise the peak of a training step by a half
 * (design/engines.md); the arena is on.
 */
import { availableParallelism } from "node:os";
import * as runtime from "onnxruntime-node";
import type { EngineTensor } from "./engine-tensor.ts";
import { providersOf, sessionError, type Device } from "./device.ts";

export type { EngineTensor } from "./engine-tensor.ts";

/** What a person chooses of an engine. */
export interface EngineChoice {
  /** Threads within an operator; the number of cores by default. */
  readonly threads?: number;
  /** The processor unless given. */
  readonly device?: Device;
}

export interface EngineOptions extends EngineChoice {
  /**
   * The model runs as it is written: no optimiser of ONNX Runtime touches it (they would merge what is computed again on purpose, and give nodes other
   * places in the order of execution), and memory goes back to the system after use instead of into an arena that grows by doubling. For training.
   */
  readonly asWritten?: boolean;
}

export interface Engine {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** `into`: tensors whose data the results of those names are written to. */
  run(feeds: Readonly<Record<string, EngineTensor>>, into?: Readonly<Record<string, EngineTensor>>): Promise<Readonly<Record<string, EngineTensor>>>;
  dispose(): Promise<void>;
}

const runtimeType = { f32: "float32", f64: "float64", i32: "int32", i64: "int64", f16: "float16", bool: "bool" } as const;

export function toRuntime({ dtype, shape, data }: EngineTensor): runtime.Tensor {
  return new runtime.Tensor(runtimeType[dtype], data as Float32Array, shape);
}

function fromRuntime(name: string, tensor: runtime.Tensor): EngineTensor {
  const shape = tensor.dims;
  const { data } = tensor;
  switch (tensor.type) {
    case "float32":
      return { dtype: "f32", shape, data: data as Float32Array };
    case "float64":
      return { dtype: "f64", shape, data: data as Float64Array };
    case "int32":
      return { dtype: "i32", shape, data: data as Int32Array };
    case "int64":
      return { dtype: "i64", shape, data: data as BigInt64Array };
    case "float16": {
      // A Uint16Array, or a Float16Array where the engine of JavaScript has one.
      const raw = data as unknown as { readonly buffer: ArrayBuffer; readonly byteOffset: number; readonly length: number };
      return { dtype: "f16", shape, data: new Uint16Array(raw.buffer, raw.byteOffset, raw.length) };
    }
    case "bool":
      return { dtype: "bool", shape, data: data as Uint8Array };
    default:
      throw new Error(`the output ${name} has the element type ${tensor.type}, which netc does not read`);
  }
}

const all = (tensors: Readonly<Record<string, EngineTensor>>): Record<string, runtime.Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toRuntime(tensor)]));

export function sessionSettings({ threads = availableParallelism(), device = "cpu", asWritten = false }: EngineOptions): runtime.InferenceSession.SessionOptions {
  return {
    executionProviders: [...providersOf(device)],
    intraOpNumThreads: threads,
    graphOptimizationLevel: asWritten ? "disabled" : "all",
    enableMemPattern: false,
    enableCpuMemArena: !asWritten,
    logSeverityLevel: 3,
  };
}

/** `model`: the bytes, or the path of a file (which external data need). Throws a DeviceError where the GPU cannot be used. */
export async function createEngine(model: Uint8Array | string, options: EngineOptions = {}): Promise<Engine> {
  const { device = "cpu" } = options;
  const settings = sessionSettings(options);
  const created = typeof model === "string" ? runtime.InferenceSession.create(model, settings) : runtime.InferenceSession.create(model, settings);
  const session = await (device === "cpu" ? created : created.catch((error: Error) => Promise.reject(sessionError(error))));
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds, into) {
      const results = into
        ? await session.run(all(feeds), { ...Object.fromEntries(session.outputNames.map((name) => [name, null])), ...all(into) })
        : await session.run(all(feeds));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromRuntime(name, tensor)]));
    },
    dispose: () => session.release(),
  };
}
