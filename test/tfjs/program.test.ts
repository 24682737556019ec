/** What a generated program is beyond its numbers: well typed, the same text each time, plain JavaScript where asked, without leaks over many calls; and what is refused. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { buildTfjs } from "../../backends/tfjs/index.ts";
import { libraryFunctions } from "../../backends/tfjs/library/index.ts";
import * as activations from "../../backends/tfjs/library/activations.ts";
import * as axes from "../../backends/tfjs/library/axes.ts";
import * as convolutions from "../../backends/tfjs/library/convolution.ts";
import * as contractions from "../../backends/tfjs/library/dot.ts";
import * as kernels from "../../backends/tfjs/library/kernel-gradient.ts";
import * as normalisation from "../../backends/tfjs/library/normalisation.ts";
import * as padding from "../../backends/tfjs/library/padding.ts";
import * as pooling from "../../backends/tfjs/library/pooling.ts";
import * as product from "../../backends/tfjs/library/product.ts";
import * as random from "../../backends/tfjs/library/random.ts";
import * as records from "../../backends/tfjs/library/records.ts";
import * as repetition from "../../backends/tfjs/library/repetition.ts";
import * as resizing from "../../backends/tfjs/library/resize.ts";
import * as rows from "../../backends/tfjs/library/rows.ts";
import * as selection from "../../backends/tfjs/library/selection.ts";
import { constant, variable } from "../../compiler/dims/index.ts";
import { gradients } from "../../compiler/gradient.ts";
import { topologicalOrder, type Graph, type TensorData } from "../../compiler/ir/graph.ts";
import { normalAt, streamOf, uniformAt } from "../../compiler/operators/random.ts";
import { batchNorm, convolution, network, perSampleConvolution, sizes, transformerLayer, weightsOf, batch } from "../onnx/networks.ts";
import { randomTensor, graphOf, instances } from "../operators/instance.ts";
import { complaints } from "./complaints.ts";
import { program, run, testedBackends, textOf, useBackend } from "./program.ts";

/** A small network with a part of everything, its loss and the gradient of every parameter. */
function smallStep(): Graph {
  return network((maker) => {
    const { build } = maker;
    const image = maker.input("image", [batch, 3, 8, 8]);
    const down = convolution(maker, "down", image, 4, 3, { stride: 2, biased: true });
    const normed = batchNorm(maker, "norm", down);
    const tokens = build.transpose(build.reshape(normed, sizes([batch, 4, 16])), [0, 2, 1]);
    const attended = transformerLayer(maker, "layer", tokens, 2);
    const pooled = build.make("pool", [build.reshape(attended, sizes([batch, 16, 2, 2]))], { kind: "max", window: [2, 2], stride: [1, 1], low: [0, 0], high: [1, 1], countPadding: false });
    const map = build.make("resize", [pooled], { sizes: sizes([5, 3]), mode: "bilinear" });
    const kernels = maker.input("kernels", [batch, 2, 16, 3, 3]);
    const mixed = perSampleConvolution(maker, map, kernels);
    const kept = build.less_equal(build.constant(0.3, "f32"), build.make("random", [], { distribution: "uniform", key: "dropout", shape: mixed.type.shape }));
    const dropped = build.mul(mixed, build.cast(kept, "f32"));
    const loss = build.reduce("mean", build.mul(dropped, dropped), [0, 1, 2, 3]);
    const parameters = topologicalOrder([loss]).filter(({ operator }) => operator === "parameter");
    return { loss, ...Object.fromEntries(gradients(build, loss, parameters).flatMap((slope, i) => (slope ? [[`gradient_${i}`, slope]] : []))) };
  });
}

const given = new Map([["image", randomTensor("image", [2, 3, 8, 8])], ["kernels", randomTensor("kernels", [2, 2, 16, 3, 3])]]);
const weightsFor = (graph: Graph): ReadonlyMap<string, TensorData> =>
  new Map([...graph.parameters, ...graph.states].map((node) => [node.attributes.path, { dtype: "f32", shape: node.type.shape.map((size) => Number(size.terms[0].coefficient)), data: Float64Array.from(weightsOf(node)) }]));

describe("a program", () => {
  it("is well typed in strict mode, with the library that it uses", () => {
    const built = program(smallStep());
    expect([...built.files.keys()]).toEqual(expect.arrayContaining(["model.ts", "library/convolution.ts", "library/padding.ts", "library/pooling.ts", "library/random.ts"]));
    expect(complaints(built)).toEqual([]);
  });

  it("is the same text each time, and without types the same lines", () => {
    const typed = textOf(program(smallStep()));
    expect(textOf(program(smallStep()))).toBe(typed);
    const plain = textOf(program(smallStep(), { language: "javascript" }));
    const body = (text: string): string => text.slice(text.indexOf("{\n", text.indexOf("export function")));
    expect(body(plain)).toBe(body(typed).replace(/: Tensor\[\] = \[\]/g, " = []"));
    expect(plain).not.toMatch(/interface|: Tensor|\.ts"/);
  });

  it("says what a tensor is called in the source, and its shape", () => {
    expect(textOf(program(smallStep()))).toMatch(/const layerMlpUp = .*tf\.add\(.*\); \/\/ \[B, 16, 16\]/);
  });
});

describe.each(testedBackends)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("twenty calls leave what two leave: nothing", () => {
    const graph = smallStep();
    const { left } = run(program(graph), given, weightsFor(graph), { calls: 20 });
    expect(left).toHaveLength(20);
    expect(left.every(({ tensors, bytes }) => tensors === 0 && bytes === 0)).toBe(true);
  });

  it("a step draws the same numbers again, and another step others", () => {
    const graph = smallStep();
    const loss = (step: number): number => run(program(graph), given, weightsFor(graph), { step }).values.get("loss")!.data[0];
    expect(loss(4)).toBe(loss(4));
    expect(loss(5)).not.toBe(loss(4));
  });

  it("results are tensors of their own: an input, and one value twice", () => {
    const graph = network(({ build, input }) => {
      const x = input("x", [batch, 3]);
      const y = build.exp(x);
      return { same: x, y, again: y };
    });
    const x: TensorData = randomTensor("x", [2, 3]);
    const { values, left } = run(program(graph), new Map([["x", x]]), new Map(), { calls: 2 });
    expect([...values.get("same")!.data]).toEqual([...Float32Array.from(x.data)]);
    expect(values.get("again")).toEqual(values.get("y"));
    expect(left).toEqual([{ tensors: 0, bytes: 0 }, { tensors: 0, bytes: 0 }]);
  });
});

describe("what a backend cannot run", () => {
  it("is refused with the operator, its place in the source and the backends that can", () => {
    const graph = network(({ build, input }) => ({ y: build.pad(input("x", sizes([1, 1, 1, 1, 1, 1, 2])), [0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 1]) }));
    const built = buildTfjs([{ name: "run", graph }]);
    expect("refused" in built && built.refused).toEqual([{ operator: "pad", place: "sample.net:1:1", path: "net", runsOn: ["cpu", "wasm"], needs: "a backend that has its kernels: cpu, wasm" }]);
    expect("files" in buildTfjs([{ name: "run", graph }], { backends: ["cpu", "wasm"] })).toBe(true);
  });

  it("so is a size that no input shows", () => {
    const graph = network(({ build }) => ({ y: build.iota([variable("N"), constant(2)], 0) }));
    const built = buildTfjs([{ name: "run", graph }]);
    expect("refused" in built && built.refused).toMatchObject([{ operator: "size", needs: "an input with an axis of the size N" }]);
  });
});

describe("the library", () => {
  const modules = { activations, axes, convolution: convolutions, dot: contractions, "kernel-gradient": kernels, normalisation, padding, pooling, product, random, records, repetition, resize: resizing, rows, selection };

  it("exports the functions that the table names, and documents each", () => {
    for (const [name, file] of Object.entries(libraryFunctions)) expect(typeof (modules[file] as Readonly<Record<string, unknown>>)[name], name).toBe("function");
    expect(Object.values(modules).flatMap((each) => Object.keys(each)).filter((name) => !["everyNth", "slidingOf", "spread"].includes(name)).sort()).toEqual(Object.keys(libraryFunctions).sort()); // three are for the library alone
    const used = program(graphOf([], [...instances((name) => ["random"].includes(name))].slice(0, 1).map(({ node }) => node))).files;
    for (const [, text] of [...used].filter(([name]) => name.startsWith("library/"))) expect([...text.matchAll(/^export function/gm)]).toHaveLength([...text.matchAll(/\*\/\nexport function/g)].length);
  });

  it("draws the bits of the compiler's random numbers", async () => {
    await useBackend("cpu");
    for (const step of [0, 7, 5_000_000_000]) {
      const stream = streamOf("layer/dropout", step);
      const [uniform, normal] = [random.uniformNumbers, random.normalNumbers].map((numbers) => tf.tidy(() => [...numbers({ path: "layer/dropout", step }, [3, 5]).dataSync()]));
      expect(uniform).toEqual(Array.from({ length: 15 }, (_, i) => uniformAt(stream, i)));
      expect(normal).toEqual(Array.from({ length: 15 }, (_, i) => Math.fround(normalAt(stream, i))));
    }
  });
});
