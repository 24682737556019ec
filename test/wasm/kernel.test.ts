/** Elementwise graphs as kernels: what the interpreter computes, for every number of elements, and nothing beyond them. */
import { describe, expect, it } from "vitest";
import { elementwiseKernel, type KernelExports } from "../../backends/wasm/kernel.ts";
import { emptyFacts, variable } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { createBuilder, type Builder } from "../../compiler/ir/builder.ts";
import type { Graph, Node, NodeOf } from "../../compiler/ir/graph.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { updateGraph } from "../../compiler/training/update.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";

interface Loaded {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: KernelExports["run"];
}
const engine = (globalThis as unknown as { readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object) => { readonly exports: Loaded }; validate(bytes: Uint8Array): boolean } }).WebAssembly;

const numbers = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => 0.5 + Math.abs(Math.sin(seed * 12.9898 + i * 78.233)));

/** Runs a graph both ways; the largest relative difference over all results. */
function difference(graph: Graph, count: number): number {
  const kernel = elementwiseKernel(graph);
  expect(engine.validate(kernel.bytes)).toBe(true);
  const { memory, run } = new engine.Instance(new engine.Module(kernel.bytes)).exports;
  const room = (name: string): Float32Array => new Float32Array(memory.buffer, 4 * kernel.capacity * kernel.vectors.indexOf(name), kernel.capacity);
  const given = new Map(kernel.vectors.map((name, i) => [name, numbers(kernel.capacity, i + 1)] as const));
  for (const [name, values] of given) room(name).set(values);
  const scalars = kernel.scalars.map((_, i) => Math.fround(0.3 + 0.1 * i));
  run(count, ...scalars);
  const inputs = new Map(graph.inputs.map(({ attributes: { name } }) => [name, given.has(name) ? { dtype: "f32" as const, shape: [count], data: Float64Array.from(given.get(name)!.subarray(0, count)) } : { dtype: "f32" as const, shape: [], data: Float64Array.of(scalars[kernel.scalars.indexOf(name)]) }]));
  const wanted = interpret(graph.outputs.map(({ node }) => node), { inputs, parameters: new Map() });
  let largest = 0;
  graph.outputs.forEach(({ name }, k) => {
    const found = room(name.replace("next/", ""));
    for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(found[i] - wanted[k].data[i]) / Math.max(1, Math.abs(wanted[k].data[i])));
  });
  // Whole groups of four are worked on; what lies behind the last one stays.
  const end = Math.ceil(count / 4) * 4;
  for (const name of kernel.vectors) expect(room(name).subarray(end)).toEqual(given.get(name)!.subarray(end));
  for (const name of kernel.vectors) if (!kernel.replaced.includes(name)) expect(room(name)).toEqual(given.get(name));
  return largest;
}

const graphOf = (vectors: readonly string[], scalars: readonly string[], make: (build: Builder, nodes: Readonly<Record<string, Node>>) => Readonly<Record<string, Node>>): Graph => {
  const build = createBuilder();
  return build.within({ location: { span: spanIn(createSourceFile("t", ""), 0, 0), callers: [] }, path: "" }, () => {
    const input = (name: string, isScalar: boolean) => build.make("input", [], { name, shape: isScalar ? [] : [variable("N")], dtype: "f32" }, isScalar ? [] : ["N"]) as NodeOf<"input">;
    const inputs = [...vectors.map((name) => input(name, false)), ...scalars.map((name) => input(name, true))];
    const made = make(build, Object.fromEntries(inputs.map((node) => [node.attributes.name, node])));
    return optimise({ name: "t", inputs, outputs: Object.entries(made).map(([name, node]) => ({ name: `next/${name}`, node })), parameters: [], states: [], updates: [] }, { facts: emptyFacts() });
  });
};

describe("a kernel", () => {
  const graph = graphOf(["a", "b"], ["s", "t"], (build, { a, b, s, t }) => {
    const c = build.sqrt(build.add(build.mul(a, a), build.mul(s, b)));
    return { a: build.sub(build.div(c, build.add(b, t)), build.neg(build.abs(build.sub(a, 0.75)))), b: build.mul(c, build.add(s, build.mul(t, 2))) };
  });
  it.each([0, 1, 3, 4, 5, 16, 1023, 16 * 1024 - 1, 16 * 1024])("computes what the interpreter computes, of %i elements", (count) => {
    expect(difference(graph, count)).toBeLessThan(1e-6);
  });
  it("exchanges two vectors: every operand is read before a result is written", () => {
    expect(difference(graphOf(["a", "b"], [], (build, { a, b }) => ({ a: build.mul(b, 1), b: build.mul(a, 1) })), 100)).toBe(0);
  });
  it("refuses what is not elementwise", () => {
    expect(() => elementwiseKernel(graphOf(["a"], [], (build, { a }) => ({ a: build.exp(a) })))).toThrow("no kernel has the operator exp");
    expect(() => elementwiseKernel(graphOf(["a"], [], (build, { a }) => ({ other: build.neg(a) })))).toThrow("replaces none of its vectors");
  });
});

describe("an optimiser's step", () => {
  const common = { betas: [0.9, 0.999] as const, epsilon: 1e-8 };
  it.each([["adam", 0], ["adamw", 0], ["sgd", 0], ["sgd", 0.9]] as const)("%s, momentum %d", (kind, momentum) => {
    expect(difference(optimise(updateGraph({ kind, momentum, ...common }), { facts: emptyFacts(), training: true }), 4099)).toBeLessThan(2e-6);
  });
});
