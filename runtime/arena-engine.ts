/**
 * ONNX Runtime on a processor with every value of a step at its planned place in one block of memory (backends/onnx/arena.ts), which the process keeps: no
 * page is asked of the system twice, and nothing is copied.
 *
 * onnxruntime-node (1.30) writes a result into the buffer that it is given for it, and then copies it into a new one nevertheless. It converts results in
 * their order and throws at one that is no tensor: so the first result of the model is a sequence, and that error is how a step ends here. The places are
 * right only if the nodes run in the order for which they were planned: the first step is profiled, and where the orders differ the engine begins anew
 * without a plan.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import type { StepArena } from "../backends/onnx/options.ts";
import { createEngine, sessionSettings, toRuntime, type Engine, type EngineOptions } from "./engine.ts";
import type { EngineTensor } from "./engine-tensor.ts";
import { ExpectedError } from "./errors.ts";
import { countOf } from "./training/shape.ts";

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, i64: BigInt64Array, f16: Uint16Array, bool: Uint8Array } as const;

/** The results of a run are views of the arena: they hold until the next run. */
export async function createArenaEngine(model: Uint8Array, { plan, head, end }: StepArena, options: EngineOptions = {}): Promise<Engine> {
  const block = allocated(plan.bytes);
  const profiles = mkdtempSync(join(tmpdir(), "netc-profile-"));
  const forgetProfiles = (): void => rmSync(profiles, { recursive: true, force: true });
  const session = await runtime.InferenceSession.create(Buffer.concat([head, model]), { ...sessionSettings({ ...options, asWritten: true }), enableProfiling: true, profileFilePrefix: join(profiles, "step") }).catch((error: Error) => {
    forgetProfiles();
    throw error;
  });
  const tensors = new Map(plan.places.map(({ name, dtype, shape, offset }) => [name, { dtype, shape, data: new arrays[dtype](block, offset, countOf(shape)) } as EngineTensor]));
  const results = Object.fromEntries(plan.results.map((name) => [name, tensors.get(name)!]));
  const fetches = { [end]: null, ...Object.fromEntries([...tensors].map(([name, tensor]) => [name, toRuntime(tensor)])) };
  let unplanned: Engine | undefined;
  let isCompared = false;

  async function runPlanned(feeds: Readonly<Record<string, EngineTensor>>): Promise<void> {
    try {
      await session.run(Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toRuntime(tensor)])), fetches);
    } catch (error) {
      if (!/non tensor type/i.test(String(error))) throw error;
    }
  }

  /** Whether the nodes ran as planned, by the profile, which ends here. */
  function isAsPlanned(): boolean {
    session.endProfiling();
    const events = readdirSync(profiles).flatMap((file) => JSON.parse(readFileSync(join(profiles, file), "utf8")) as readonly { readonly cat?: string; readonly name?: string }[]);
    forgetProfiles();
    const ran = events.flatMap(({ cat, name = "" }) => (cat === "Node" && name.endsWith(ENDED) ? [name.slice(0, -ENDED.length)] : []));
    return ran.length === plan.order.length && ran.every((name, at) => name === plan.order[at]);
  }

  return {
    inputs: session.inputNames,
    outputs: plan.results,
    async run(feeds) {
      if (unplanned) return unplanned.run(feeds);
      await runPlanned(feeds);
      if (isCompared) return results;
      isCompared = true;
      if (isAsPlanned()) return results;
      process.emitWarning("ONNX Runtime runs the nodes of the step in another order than netc planned: steps take more memory than foreseen");
      await session.release();
      unplanned = await createEngine(model, { ...options, asWritten: true });
      return unplanned.run(feeds);
    },
    async dispose() {
      forgetProfiles();
      await (unplanned ? unplanned.dispose() : session.release());
    },
  };
}

function allocated(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch {
    throw new ExpectedError(`the values of a step need ${(bytes / 1e9).toFixed(2)} GB of memory, which the system does not give`, "a smaller batch, or --memory with what there is");
  }
}

/** How the profiler names the end of a node's work. */
const ENDED = "_kernel_time";
