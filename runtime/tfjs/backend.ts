/**
 * Which backend of TensorFlow.js computes: the native binding with a GPU, the same without one, WebAssembly, or plain JavaScript. They are asked for in
 * this order, and what is said names the one that was got and why not those before it.
 */
import * as tf from "@tensorflow/tfjs-core";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExpectedError } from "../errors.ts";
import { backendNames, tensorflowVersion, type BackendChoice, type BackendName } from "./backend-names.ts";

export class BackendError extends ExpectedError {}

export interface Backend {
  readonly name: BackendName;
  /** Whether a GPU computes. */
  readonly usesGpu: boolean;
  /** Which one it is and, a line for each, why not those that were asked for before. */
  readonly lines: readonly string[];
}

/** Finds and loads packages: `createRequire` of the program's place, say. */
export interface PackageSource {
  (name: string): unknown;
  resolve(name: string): string;
}

/** Where the machine may be another one, for tests. */
export interface Machine {
  readonly node: string;
  readonly hasNvidiaDriver: () => boolean;
}

const thisMachine: Machine = { node: process.versions.node, hasNvidiaDriver: () => existsSync("/proc/driver/nvidia/version") || process.platform === "win32" };

const packages: Readonly<Record<BackendName, string>> = { "node-gpu": "@tensorflow/tfjs-node-gpu", node: "@tensorflow/tfjs-node", wasm: "@tensorflow/tfjs-backend-wasm", cpu: "@tensorflow/tfjs-backend-cpu" };
const titles: Readonly<Record<BackendName, string>> = { "node-gpu": "TensorFlow's native binding (tfjs-node-gpu)", node: "TensorFlow's native binding (tfjs-node)", wasm: "WebAssembly (tfjs-backend-wasm)", cpu: "plain JavaScript (tfjs-backend-cpu)" };

const needsCuda = "CUDA 11.2 with cuDNN 8.1 where the system looks for libraries (LD_LIBRARY_PATH), and an NVIDIA driver of version 450.80.02 or newer";

export interface BackendRequest {
  readonly machine?: Machine;
  /** Those that the program can run on; all unless given. */
  readonly among?: readonly BackendName[];
}

/** Makes a backend the current one. Throws a BackendError with the remedy when the one that is wanted cannot be had, or none of them. */
export async function chooseBackend(wanted: BackendChoice, load: PackageSource, { machine = thisMachine, among = backendNames }: BackendRequest = {}): Promise<Backend> {
  requireNode(machine, 20, Infinity);
  tf.enableProdMode(); // no advice on standard error
  if (wanted !== "auto" && !among.includes(wanted)) throw new BackendError(`this program was not made for the backend ${wanted}: an operator of it has no kernel there, or it was built for others`, `--backend ${among.join(" or ")}`);
  if (wanted !== "auto") return { name: wanted, ...(await start(wanted, load, machine)) };
  const reasons: string[] = [];
  for (const name of among) {
    try {
      const { usesGpu, lines } = await start(name, load, machine);
      return { name, usesGpu, lines: [...lines, ...reasons] };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      reasons.push(`  not ${name}: ${error.message}${error.help ? ` (${error.help})` : ""}`);
    }
  }
  throw new BackendError(`TensorFlow.js has no backend here:\n${reasons.join("\n")}`, `npm install ${packages.wasm}@${tensorflowVersion}`);
}

async function start(name: BackendName, load: PackageSource, machine: Machine): Promise<Pick<Backend, "usesGpu" | "lines">> {
  const isNative = name === "node-gpu" || name === "node";
  if (isNative) requireNode(machine, 18, 22);
  // TensorFlow then keeps the memory of its tensors. Otherwise it gives that of large ones back to the system, whose new pages cost a quarter of a step.
  if (isNative) process.env["TF_CPU_ALLOCATOR_USE_BFC"] ??= "true";
  const loaded = loadPackage(name, load);
  if (name === "wasm") (loaded as { setWasmPaths(path: string): void }).setWasmPaths(`${join(dirname(load.resolve(`${packages.wasm}/package.json`)), "dist")}/`);
  const registered = isNative ? "tensorflow" : name;
  let isReady: boolean;
  try {
    isReady = await tf.setBackend(registered);
    await tf.ready();
  } catch (error) {
    throw new BackendError(`${packages[name]} does not start: ${firstLine(error)}`);
  }
  if (!isReady) throw new BackendError(`${packages[name]} does not start`, `is there one copy of @tensorflow/tfjs-core, of version ${tensorflowVersion}? npm ls @tensorflow/tfjs-core`);
  const usesGpu = isNative && (tf.backend() as unknown as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
  const gpu = name !== "node-gpu" ? "" : usesGpu ? ", on the GPU" : machine.hasNvidiaDriver() ? `, on the processor: TensorFlow found no GPU that it can use; it needs ${needsCuda}` : ", on the processor: there is no NVIDIA driver on this machine";
  return { usesGpu, lines: [`backend ${name}: ${titles[name]}${gpu}`] };
}

function loadPackage(name: BackendName, load: PackageSource): unknown {
  try {
    return load(packages[name]);
  } catch (error) {
    throw loadingError(name, error as NodeJS.ErrnoException);
  }
}

/** What a package that cannot be loaded means to a person. */
export function loadingError(name: BackendName, error: NodeJS.ErrnoException): BackendError {
  const { message } = error;
  const own = packages[name];
  if (error.code === "MODULE_NOT_FOUND" && message.includes(`'${own}'`)) return new BackendError(`${own} is not installed`, `npm install ${own}@${tensorflowVersion}`);
  const library = /(\S+\.so[\d.]*|\S+\.dll|\S+\.dylib): cannot open shared object file/.exec(message)?.[1];
  if (library && /lib(cud|cublas|cufft|curand|cusolver|cusparse|nvinfer|nccl)/.test(library)) return new BackendError(`${own} finds no ${library}: another CUDA is installed, or none`, `it needs ${needsCuda}; or take --backend node, wasm or cpu`);
  if (library) return new BackendError(`${own} finds no ${library}`, `install it again, where its script can fetch TensorFlow's library: npm rebuild ${own}`);
  if (/NODE_MODULE_VERSION|invalid ELF header|wrong ELF class|was compiled against/.test(message)) return new BackendError(`the native part of ${own} was built for another Node or another processor`, `npm rebuild ${own} --build-addon-from-source`);
  if (/tfjs_binding\.node|native addon/.test(message)) return new BackendError(`${own} is installed without its native part, which its install script fetches or builds`, `npm rebuild ${own} --build-addon-from-source; or take --backend wasm or cpu`);
  return new BackendError(`${own} cannot be loaded: ${firstLine(error)}`, `npm install ${own}@${tensorflowVersion}`);
}

/** tfjs-node 4.22.0 calls functions that Node 23 no longer has. */
function requireNode({ node }: Machine, least: number, most: number): void {
  const major = Number(node.split(".")[0]);
  if (major < least) throw new BackendError(`this is Node ${node}, which is too old`, `Node ${Math.max(least, 20)} is needed: https://nodejs.org`);
  if (major > most) throw new BackendError(`this is Node ${node}, and TensorFlow's native binding ${tensorflowVersion} runs on Node ${least} to ${most}`, "take Node 22; or --backend wasm or cpu");
}

const firstLine = (error: unknown): string => String((error as Error).message ?? error).split("\n")[0].trim();
