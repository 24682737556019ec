/** Which backend is taken, and what is said where one cannot be had. No package is loaded that a test does not mean to. */
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { BackendError, chooseBackend, loadingError, type PackageSource } from "../../runtime/tfjs/backend.ts";

const require = createRequire(import.meta.url);
const machine = { node: "20.20.0", hasNvidiaDriver: () => false };

const absent = (name: string): NodeJS.ErrnoException => Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- here`), { code: "MODULE_NOT_FOUND" });

/** Packages of which some are not there, or fail in their way. */
const packages = (problems: Readonly<Record<string, Error>>): PackageSource =>
  Object.assign((name: string): unknown => {
    const problem = problems[name.replace("@tensorflow/", "")];
    if (problem) throw problem;
    return require(name);
  }, { resolve: (name: string) => require.resolve(name) });

const withoutNative = { "tfjs-node-gpu": absent("@tensorflow/tfjs-node-gpu"), "tfjs-node": absent("@tensorflow/tfjs-node") };

async function problemOf(action: Promise<unknown>): Promise<BackendError> {
  const error = await action.then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BackendError);
  return error as BackendError;
}

describe("auto", () => {
  it("takes the first that is there, and says why not those before it", async () => {
    const { name, usesGpu, lines } = await chooseBackend("auto", packages(withoutNative), { machine });
    expect([name, usesGpu]).toEqual(["wasm", false]);
    expect(lines).toEqual([
      "backend wasm: WebAssembly (tfjs-backend-wasm)",
      "  not node-gpu: @tensorflow/tfjs-node-gpu is not installed (npm install @tensorflow/tfjs-node-gpu@4.22.0)",
      "  not node: @tensorflow/tfjs-node is not installed (npm install @tensorflow/tfjs-node@4.22.0)",
    ]);
  });

  it("falls back to plain JavaScript", async () => {
    const { name, lines } = await chooseBackend("auto", packages({ ...withoutNative, "tfjs-backend-wasm": absent("@tensorflow/tfjs-backend-wasm") }), { machine });
    expect([name, lines.length]).toEqual(["cpu", 4]);
  });

  it("says all reasons and a remedy where there is none", async () => {
    const all = { ...withoutNative, "tfjs-backend-wasm": absent("@tensorflow/tfjs-backend-wasm"), "tfjs-backend-cpu": absent("@tensorflow/tfjs-backend-cpu") };
    const { message, help } = await problemOf(chooseBackend("auto", packages(all), { machine }));
    expect(message.split("\n")).toHaveLength(5);
    expect(help).toBe("npm install @tensorflow/tfjs-backend-wasm@4.22.0");
  });
});

it("a program that was made for some backends asks for those alone", async () => {
  const { message, help } = await problemOf(chooseBackend("wasm", packages({}), { machine, among: ["cpu"] }));
  expect([message, help]).toEqual([expect.stringContaining("was not made for the backend wasm"), "--backend cpu"]);
  expect(await chooseBackend("auto", packages({}), { machine, among: ["cpu"] })).toMatchObject({ name: "cpu", lines: ["backend cpu: plain JavaScript (tfjs-backend-cpu)"] });
});

describe("a Node", () => {
  it("that is too old is refused", async () => {
    const { message, help } = await problemOf(chooseBackend("cpu", packages({}), { machine: { ...machine, node: "18.20.1" } }));
    expect([message, help]).toEqual(["this is Node 18.20.1, which is too old", "Node 20 is needed: https://nodejs.org"]);
  });

  it("that is too new for the native binding is told before it is loaded, and the others are left", async () => {
    const { message, help } = await problemOf(chooseBackend("node-gpu", packages(withoutNative), { machine: { ...machine, node: "24.1.0" } }));
    expect(message).toContain("runs on Node 18 to 22");
    expect(help).toContain("--backend wasm");
    expect((await chooseBackend("auto", packages(withoutNative), { machine: { ...machine, node: "24.1.0" } })).name).toBe("wasm");
  });
});

it.each([[undefined, "true"], ["false", "false"]])("the native binding keeps the memory of its tensors, unless a person says otherwise: %s", async (before, wanted) => {
  const name = "TF_CPU_ALLOCATOR_USE_BFC";
  const outside = process.env[name];
  try {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
    const seen: (string | undefined)[] = [];
    const load: PackageSource = Object.assign((): never => (seen.push(process.env[name]), fail()), { resolve: fail });
    await problemOf(chooseBackend("node-gpu", load, { machine }));
    expect(seen).toEqual([wanted]);
  } finally {
    if (outside === undefined) delete process.env[name];
    else process.env[name] = outside;
  }
});

function fail(): never {
  throw absent("@tensorflow/tfjs-node-gpu");
}

describe("a native binding that cannot be loaded", () => {
  it.each([
    ["libcudart.so.11.0: cannot open shared object file: No such file or directory", "finds no libcudart.so.11.0: another CUDA is installed, or none", "CUDA 11.2 with cuDNN 8.1"],
    ["libtensorflow.so.2: cannot open shared object file: No such file or directory", "finds no libtensorflow.so.2", "npm rebuild @tensorflow/tfjs-node-gpu"],
    ["The module 'tfjs_binding.node' was compiled against a different Node.js version using NODE_MODULE_VERSION 108", "was built for another Node", "--build-addon-from-source"],
    ["/x/tfjs_binding.node: invalid ELF header", "was built for another Node or another processor", "--build-addon-from-source"],
    ["The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/lib/napi-v8/tfjs_binding.node.", "without its native part", "--backend wasm"],
    ["Cannot find module '@mapbox/node-pre-gyp'", "cannot be loaded: Cannot find module", "npm install @tensorflow/tfjs-node-gpu@4.22.0"],
  ])("%s", (thrown, message, help) => {
    const error = loadingError("node-gpu", new Error(thrown));
    expect(error.message).toContain(message);
    expect(error.help).toContain(help);
  });
});
