/** netc where TensorFlow.js is not installed: everything but what needs it is as ever, and that says what to install. */
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";

const program = `model Points {
  input x: f32[B, C = 2]
  output y: f32[B] = Linear(x, out: C = 1)[C = 0]
}
train Points {
  data arrays(split: train) {
    x: f32[B, C = 2]
    label: f32[B]
  }
  loss bce_with_logits(y, label)
  optimizer sgd(lr: 0.1)
}
`;

let folder: string;

/** netc as it is installed, beside the packages that it cannot do without. */
beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  for (const name of ["bin", "dist", "package.json"]) cpSync(join(repository, name), join(folder, "netc", name), { recursive: true });
  mkdirSync(join(folder, "netc", "node_modules"));
  for (const name of readdirSync(join(repository, "node_modules"))) if (name !== "@tensorflow" && !name.startsWith(".")) symlinkSync(join(repository, "node_modules", name), join(folder, "netc", "node_modules", name));
  writeFileSync(join(folder, "points.net"), program);
  mkdirSync(join(folder, "points", "train"), { recursive: true });
});

function netc(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "netc/bin/netc.mjs"), ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, NETC_TFJS_NODE: "" } });
  return { code: status, out: stdout, err: stderr };
}

const installs = "npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0";

it("a project is written all the same", () => {
  expect(netc("build", "points.net", "--target", "tfjs", "-o", "out", "-q")).toMatchObject({ code: 0, err: "" });
});

it("a certificate is of the engine that is there, and says so; one that is asked for is missed", () => {
  expect(netc("verify", "points.net", "--batches", "1")).toMatchObject({ code: 0, out: expect.stringContaining("ONNX Runtime gives what the reference gives"), err: expect.stringContaining(`TensorFlow.js is not compared: it is not installed (${installs})`) });
  expect(netc("verify", "points.net", "--batches", "1", "--backend", "wasm")).toMatchObject({ code: 1, err: expect.stringContaining(installs) });
});

it("a training on it says what to install", () => {
  writeFileSync(join(folder, "points", "train", "x.npy"), npy("(8, 2)", new Float32Array(16)));
  writeFileSync(join(folder, "points", "train", "label.npy"), npy("(8,)", new Float32Array(8)));
  expect(netc("train", "points.net", "--data", "points", "--engine", "tfjs")).toMatchObject({ code: 1, err: `netc: TensorFlow.js is not installed beside netc\n  help: ${installs}\n` });
  expect(netc("train", "points.net", "--data", "points", "--steps", "2", "-q")).toMatchObject({ code: 0 });
});

/** A NumPy file of version 1. */
function npy(shape: string, values: Float32Array): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11).concat("\n");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header, "latin1"), Buffer.from(values.buffer)]);
}
