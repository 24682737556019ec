/** An ONNX artefact on disk (the model, and its weights beside it where they are large) and in an engine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OnnxArtefact } from "../backends/onnx/index.ts";
import { constantValue, multiply } from "../compiler/dims/index.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { createEngine, type Engine } from "../runtime/engine.ts";
import { bytesText, progress, writeWhole } from "./output.ts";

export function weightBytes(graph: Graph): number {
  return [...graph.parameters, ...graph.states].reduce((sum, node) => sum + 4 * (constantValue(multiply(...node.type.shape)) ?? 0), 0);
}

/** Writes a model and, beside it, its external data; shows how far it is. */
export function writeArtefact(artefact: OnnxArtefact, path: string): void {
  const data = `${path}.data`;
  if (artefact.externalData) writeWhole(data, dataBytes(artefact.externalData));
  writeWhole(path, [artefact.model]);
  if (!artefact.externalData) rmSync(data, { force: true }); // an older model of this name may have had some
}

/** The chunks of the external data in order, gaps filled with zeros. */
function* dataBytes({ length, chunks }: NonNullable<OnnxArtefact["externalData"]>): Generator<Uint8Array> {
  const start = performance.now();
  let at = 0;
  for (const { offset, bytes } of chunks()) {
    if (offset > at) yield new Uint8Array(offset - at);
    yield bytes;
    at = offset + bytes.length;
    const seconds = (performance.now() - start) / 1000;
    progress(`writing weights: ${bytesText(at)} of ${bytesText(length)}, ${bytesText(at / Math.max(seconds, 1e-3))}/s, ${Math.max(0, (seconds * (length - at)) / at).toFixed(0)} s left`);
  }
  if (length > at) yield new Uint8Array(length - at);
}

/** Runs with an engine over the artefact; large weights go through a temporary folder, which is removed. */
export async function withEngine<T>(artefact: OnnxArtefact, use: (engine: Engine) => Promise<T>): Promise<T> {
  if (!artefact.externalData) {
    const engine = await createEngine(artefact.model);
    return use(engine).finally(() => engine.dispose());
  }
  const folder = mkdtempSync(join(tmpdir(), "netc-"));
  try {
    writeArtefact(artefact, join(folder, "model.onnx"));
    const engine = await createEngine(join(folder, "model.onnx"));
    return await use(engine).finally(() => engine.dispose());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
