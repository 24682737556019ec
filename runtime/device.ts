/**
 * Where a model is computed: on the processor, or on an NVIDIA GPU by ONNX Runtime's CUDA provider. The npm package of ONNX Runtime has the provider's
 * door but not its libraries, which its install script fetches; whether they are there is looked at first, since ONNX Runtime itself says no more than
 * that a library could not be loaded.
 */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ExpectedError } from "./errors.ts";

export const devices = ["cpu", "cuda"] as const;
export type Device = (typeof devices)[number];

/** The execution providers that a session is given, in order of preference: what the GPU has no kernel for runs on the processor. */
export const providersOf = (device: Device): readonly string[] => (device === "cuda" ? ["cuda", "cpu"] : ["cpu"]);

/** A device that cannot be used, and what it needs. */
export class DeviceError extends ExpectedError {}

/** What is installed of ONNX Runtime for this machine. */
export interface InstalledRuntime {
  /** As Node names them: `linux`, `x64`. */
  readonly platform: string;
  readonly architecture: string;
  /** The folder of the package `onnxruntime-node`. */
  readonly folder: string;
  /** The names of its native libraries. */
  readonly libraries: readonly string[];
}

/** The libraries of the CUDA provider, as the package's install script names them. */
const cudaLibraries = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];

/** Looks at the package, which is where it would be loaded from. */
export function installedRuntime(): InstalledRuntime {
  const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const { platform, arch: architecture } = process;
  const libraries = readdirSync(join(folder, "bin")).flatMap((napi) => {
    try {
      return readdirSync(join(folder, "bin", napi, platform, architecture));
    } catch {
      return []; // no binaries for this machine
    }
  });
  return { platform, architecture, folder, libraries };
}

/** Throws a DeviceError with the remedy when what is installed cannot use the device. A driver that is missing shows only when a session is made. */
export function requireDevice(device: Device, installed: () => InstalledRuntime = installedRuntime): void {
  if (device === "cpu") return;
  const { platform, architecture, folder, libraries } = installed();
  if (platform !== "linux" || architecture !== "x64") throw new DeviceError(`onnxruntime-node has no CUDA provider for ${platform}/${architecture}; it has one for linux/x64`, "--device cpu");
  const missing = cudaLibraries.filter((name) => !libraries.includes(name));
  if (missing.length) throw new DeviceError(`--device cuda needs the CUDA libraries of onnxruntime-node, which are not installed: ${missing.join(", ")}`, `fetch them with its install script, which asks api.nuget.org: node ${join(folder, "script", "install.js")} --onnxruntime-node-install=cuda12; or take --device cpu`);
}

/** What a session on the GPU that could not be made means to a person. */
export const sessionError = (error: Error): DeviceError => new DeviceError(`ONNX Runtime cannot use the GPU: ${error.message.trim()}`, "its CUDA provider needs an NVIDIA driver, and the libraries of CUDA 12 and cuDNN 9 where the system looks for libraries; or take --device cpu");
