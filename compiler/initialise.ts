/** First values of the weights of a graph, at sizes that are numbers. */
import { evaluate, showSize } from "./dims/index.ts";
import { initialiseFloat32 } from "./first-values.ts";
import type { NodeOf, TensorData } from "./ir/graph.ts";
import { countOf } from "./operators/strides.ts";

export { initialiseFloat32 } from "./first-values.ts";

/** First values by path, for the shapes that the nodes have at these sizes. */
export function initialise(
  nodes: readonly (NodeOf<"parameter"> | NodeOf<"state">)[],
  seed: number,
  sizes: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, TensorData> {
  const values = new Map<string, TensorData>();
  for (const { attributes, type } of nodes) {
    const shape = type.shape.map((size) => {
      const value = evaluate(size, sizes);
      if (value === undefined) throw new Error(`the size ${showSize(size)} of ${attributes.path} is not known`);
      return Number(value);
    });
    values.set(attributes.path, {
      dtype: type.dtype,
      shape,
      data: Float64Array.from(initialiseFloat32(attributes.path, attributes.init, countOf(shape), seed)),
    });
  }
  return values;
}
