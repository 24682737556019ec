/** The step graph of a program, and what it gives in double precision. */
import { constantValue } from "../../compiler/dims/index.ts";
import { initialise } from "../../compiler/initialise.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { TensorData } from "../../compiler/ir/graph.ts";
import { normalAt, streamOf, uniformAt } from "../../compiler/operators/random.ts";
import { stepGraph, type StepGraph } from "../../compiler/training/step.ts";
import type { Compilation } from "../../compiler/compilation.ts";

export function stepOf(compilation: Compilation, variant: string, batch: number): StepGraph {
  const [model] = compilation.rootModels;
  const loss = compilation.loss(compilation.trainingOf(model)[0], model, compilation.variantsOf(model).find(({ name }) => name === variant)!, { training: true, fixedSizes: new Map([["B", batch]]) });
  return stepGraph(loss.graph, loss.facts, () => false, { verify: true });
}

export const shapeOf = (node: { readonly type: { readonly shape: readonly Parameters<typeof constantValue>[0][] } }): number[] => node.type.shape.map((size) => constantValue(size)!);

/** What the graph of a step gives in double precision, by output; of parameters that are `moved`, with other numbers than their first ones. */
export function evaluated({ graph, random }: StepGraph, feeds: Readonly<Record<string, Float32Array | Int32Array>>, seed: number, draw: number, moved: ReadonlyMap<string, (value: number, i: number) => number> = new Map()): ReadonlyMap<string, TensorData> {
  const inputs = new Map<string, TensorData>();
  for (const node of graph.inputs) if (feeds[node.attributes.name]) inputs.set(node.attributes.name, { dtype: node.type.dtype, shape: shapeOf(node), data: Float64Array.from(feeds[node.attributes.name]) });
  for (const { name, key, distribution, node } of random) {
    const stream = streamOf(key, seed * 2 ** 32 + draw);
    const shape = shapeOf(node);
    inputs.set(name, { dtype: "f32", shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (distribution === "uniform" ? uniformAt(stream, i) : normalAt(stream, i))) });
  }
  const roots = [...graph.outputs, ...graph.updates.map(({ name, node }) => ({ name: `next/${name}`, node }))];
  const parameters = new Map(initialise([...graph.parameters, ...graph.states], seed));
  for (const [path, move] of moved) parameters.set(path, { ...parameters.get(path)!, data: Float64Array.from(parameters.get(path)!.data, move) });
  const values = interpret(roots.map(({ node }) => node), { inputs, parameters });
  return new Map(roots.map(({ name }, i) => [name, values[i]]));
}

/** The largest difference of an output, relative to the largest number of the first. */
export const difference = (a: TensorData["data"] | Float32Array, b: TensorData["data"] | Float32Array): number => {
  let [most, largest] = [0, 0];
  for (let i = 0; i < a.length; i++) [most, largest] = [Math.max(most, Math.abs(a[i] - b[i])), Math.max(largest, Math.abs(a[i]))];
  return most / Math.max(largest, 1e-6);
};
