/** The file itself: the same bytes twice, external data, metadata, and what inputs and outputs are called. */
import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../runtime/engine.ts";
import { randomTensor } from "../operators/instance.ts";
import { built, decode, flaws, run, toEngine, fromEngine } from "./artefact.ts";
import { batch, network, transformerLayer, weightsOf } from "./networks.ts";

const values = { kind: "values", of: weightsOf } as const;
const layer = () => network((maker) => ({ y: transformerLayer(maker, "layer.0", maker.input("x", [batch, 5, 8]), 2) }));
const large = network((maker) => {
  const table = maker.parameter("table", [1000, 300]);
  const x = maker.build.gather(table, maker.input("index", [batch], "i32"));
  return { y: maker.linear("out", maker.build.add(x, maker.input("shift", [batch, 300])), 1200), same: x, given: table };
});

describe("bytes", () => {
  it("are the same for the same graph, however often it is made", () => {
    const options = { weights: values, metadata: new Map([["source", "sample.net"]]) };
    expect(Buffer.compare(built(layer(), options).model, built(layer(), options).model)).toBe(0);
  });

  it("carry the source of every node", () => {
    const { metadataProps, producerName, irVersion } = decode(built(layer(), { metadata: new Map([["variant", "g"]]) }));
    const metadata = new Map(metadataProps!.map(({ key, value }) => [key, value]));
    expect(metadata.get("variant")).toBe("g");
    expect(JSON.parse(metadata.get("netc.spans")!)["layer.0.attention.q/MatMul"]).toBe("sample.net:1:1");
    expect([producerName, Number(irVersion)]).toEqual(["netc", 9]);
  });
});

describe("external data", () => {
  const artefact = built(large, { weights: values, external: "weights.data" });
  const chunks = [...artefact.externalData!.chunks()];

  it("holds the large weights, page by page", () => {
    expect(flaws(artefact)).toEqual([]);
    expect(chunks.map(({ bytes }) => bytes.length).sort()).toEqual([1200000, 1440000]);
    expect(chunks.every(({ offset }) => offset % 4096 === 0)).toBe(true);
    expect(artefact.externalData!.length).toBe(chunks[1].offset + chunks[1].bytes.length);
    expect(artefact.model.length).toBeLessThan(20000);
  });

  it("gives the same results as weights inside", async () => {
    const folder = mkdtempSync(join(tmpdir(), "netc-onnx-"));
    try {
      writeFileSync(join(folder, "model.onnx"), artefact.model);
      const file = openSync(join(folder, "weights.data"), "w");
      for (const { offset, bytes } of chunks) writeSync(file, bytes, 0, bytes.length, offset);
      closeSync(file);
      const data = new Map([
        ["index", { dtype: "i32" as const, shape: [2], data: new Float64Array([3, 999]) }],
        ["shift", randomTensor("shift", [2, 300])],
      ]);
      const engine = await createEngine(join(folder, "model.onnx"), { threads: 1 });
      const outside = await engine.run(Object.fromEntries([...data].map(([name, tensor]) => [name, toEngine(tensor)])));
      await engine.dispose();
      const inside = await run(built(large, { weights: values }).model, data);
      for (const name of ["y", "same", "given"]) expect(fromEngine(outside[name])).toEqual(inside.get(name));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the signature", () => {
  it("has the graph's inputs in their order, then the weights when they are inputs", () => {
    expect(built(large).inputs).toEqual(["index", "shift", "table", "out.weight", "out.bias"]);
    expect(built(large, { weights: values }).inputs).toEqual(["index", "shift"]);
    expect(built(large).outputs).toEqual(["y", "same", "given"]);
  });
});

describe("refusals", () => {
  it("names a size that no input shows", () => {
    const hidden = network(({ build, input }) => ({ y: build.add(build.sizeOf(batch), build.cast(input("x", []), "i32")) }));
    expect(() => built(hidden)).toThrow("size at  needs an input with an axis of the size B");
  });
});
