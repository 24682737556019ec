/** The GPU is asked for by name: what is missing is said before anything lasts, and the session gets the providers in their order. */
import { expect, it, vi } from "vitest";
import { DeviceError, providersOf, requireDevice, sessionError, type InstalledRuntime } from "../../runtime/device.ts";
import { createEngine } from "../../runtime/engine.ts";
import { createEvaluator } from "../../runtime/training/evaluator.ts";
import { createTrainer } from "../../runtime/training/trainer.ts";
import { batches, perceptron, programOf } from "./programs.ts";

/** Sessions that were made, by their providers; those on the GPU fail when `failure` says so. */
const { made, fault } = vi.hoisted(() => ({ made: [] as (readonly string[])[], fault: { message: undefined as string | undefined } }));
vi.mock("onnxruntime-node", () => ({
  InferenceSession: {
    create: async (_: unknown, { executionProviders }: { readonly executionProviders: readonly string[] }) => {
      made.push(executionProviders);
      if (fault.message !== undefined && executionProviders[0] === "cuda") throw new Error(fault.message);
      return { inputNames: [], outputNames: [], release: async () => undefined };
    },
  },
}));

const linux: InstalledRuntime = { platform: "linux", architecture: "x64", folder: "/app/node_modules/onnxruntime-node", libraries: ["libonnxruntime.so.1", "onnxruntime_binding.node"] };
const problem = (installed: InstalledRuntime): DeviceError => {
  try {
    requireDevice("cuda", () => installed);
  } catch (error) {
    return error as DeviceError;
  }
  throw new Error("nothing was said");
};

it("needs nothing on the processor, and is not even looked for", () => {
  requireDevice("cpu", () => {
    throw new Error("looked");
  });
  expect(providersOf("cpu")).toEqual(["cpu"]);
});

it("names the libraries that are missing and the script that fetches them", () => {
  const { message, help } = problem(linux);
  expect(message).toContain("not installed: libonnxruntime_providers_shared.so, libonnxruntime_providers_cuda.so");
  expect(help).toContain("node /app/node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12");
  expect(problem({ ...linux, libraries: [...linux.libraries, "libonnxruntime_providers_shared.so"] }).message).toMatch(/not installed: libonnxruntime_providers_cuda\.so$/);
  requireDevice("cuda", () => ({ ...linux, libraries: ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"] }));
});

it("says where there is no such provider at all", () => {
  expect(problem({ ...linux, platform: "darwin", architecture: "arm64" })).toMatchObject({ message: expect.stringContaining("no CUDA provider for darwin/arm64"), help: "--device cpu" });
});

it("computes the step and the evaluation on the GPU first", async () => {
  const program = programOf(perceptron("  optimizer adam(lr: 1e-2)\n  batch 4"));
  const trainer = await createTrainer(program, batches(program, 4), { seed: 0, steps: 1, engine: { device: "cuda", threads: 1 } });
  expect(made.splice(0)).toEqual([["cuda", "cpu"]]); // the optimiser is no session
  const evaluator = await createEvaluator(program, { device: "cuda" });
  expect(made.splice(0)).toEqual([["cuda", "cpu"]]);
  await Promise.all([trainer.dispose(), evaluator.dispose()]);
});

it("says what a session needs that cannot be made there, and leaves other failures as they are", async () => {
  fault.message = "libcudnn.so.9: cannot open shared object file ";
  await expect(createEngine(new Uint8Array(1), { device: "cuda" })).rejects.toMatchObject({ name: "DeviceError", message: "ONNX Runtime cannot use the GPU: libcudnn.so.9: cannot open shared object file", help: sessionError(new Error()).help });
  expect(sessionError(new Error()).help).toContain("CUDA 12 and cuDNN 9");
  fault.message = undefined;
});
