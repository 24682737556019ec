/** A certificate holds for what netc makes, and does not for an artefact of other weights. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { buildIfMissing, netc, temporaryFolder } from "./netc.ts";

const program = `model Points {
  input x: f32[B, C = 2]
  let hidden = Linear(x, out: 16)
  let mixed = dropout(tanh(BatchNorm(hidden)), rate: 0.1)
  output y: f32[B] = Linear(mixed, out: C = 1)[C = 0]
}
train Points {
  data folder(split: train) { x: f32[B, C = 2]  label: f32[B] }
  loss bce_with_logits(y, label)
  optimizer adam(lr: 1e-2)
}
`;

let folder: string;
beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "points.net"), program);
});

it("compares outputs, loss, gradients and states, and writes the certificate", () => {
  const { code, out } = netc(folder, "verify", "points.net", "--batches", "1,3,7", "--backend", "wasm", "-o", "certificate.json");
  expect([code, out]).toEqual([0, expect.stringContaining("ONNX Runtime and TensorFlow.js (wasm) give what the reference gives; certificate: certificate.json")]);
  const certificate = JSON.parse(readFileSync(join(folder, "certificate.json"), "utf8")) as { holds: boolean; engines: readonly object[]; compared: readonly { engine: string; what: string; batch: number; difference: number }[] };
  expect(certificate.holds).toBe(true);
  expect(certificate.engines).toEqual([{ engine: "ONNX Runtime" }, { engine: "TensorFlow.js", backend: "wasm" }]);
  for (const engine of ["ONNX Runtime", "TensorFlow.js"]) {
    const count = (what: string): number => certificate.compared.filter((one) => one.what === what && one.engine === engine).length;
    expect([count("output"), count("loss"), count("gradient"), count("state")]).toEqual([3, 2, 12, 4]);
  }
  expect(certificate.compared.every(({ difference }) => difference >= 0 && difference < 1e-3)).toBe(true);
});

it("an artefact: of the same weights it holds, of others it does not, of another model it has not the outputs", () => {
  expect(netc(folder, "build", "points.net", "-o", "points.onnx", "--seed", "4", "-q").code).toBe(0);
  expect(netc(folder, "verify", "points.net", "--artefact", "points.onnx", "--seed", "4").code).toBe(0);
  const { code, out } = netc(folder, "verify", "points.net", "--artefact", "points.onnx", "--seed", "5");
  expect([code, out]).toEqual([1, expect.stringMatching(/differ by more than is allowed: y at batch 1/)]);
  writeFileSync(join(folder, "other.net"), program.replaceAll("output y", "output z").replace("(y, label)", "(z, label)"));
  expect(netc(folder, "verify", "other.net", "--artefact", "points.onnx").err).toContain("has no output z; it has y");
  writeFileSync(join(folder, "broken.onnx"), "no model");
  expect(netc(folder, "verify", "points.net", "--artefact", "broken.onnx")).toMatchObject({ code: 1, err: expect.stringContaining("cannot load broken.onnx") });
});

it("says how long a large model would take", () => {
  writeFileSync(join(folder, "large.net"), "model Large {\n  input x: f32[B, tok = 4096, C = 1024]\n  output y: f32[B, tok, C] = Linear(x)\n}\n");
  expect(netc(folder, "verify", "large.net")).toMatchObject({ code: 1, err: expect.stringMatching(/25\.77 G multiply-accumulates, some 9 minutes[\s\S]*--large/) });
});
