/** Uses a model with the functions of a generated program. */
import * as tf from "@tensorflow/tfjs-core";
import type { Forward, Results } from "../training/evaluation.ts";
import type { TensorStore } from "../training/store.ts";
import type { TrainedModel } from "../training/trained-model.ts";
import { batchTensors, isOnBackend } from "./backend-store.ts";
import { nested, type Entries, type NestedWeights, type Tensors } from "./entries.ts";

/** `tables`: constants of the program, which stay the caller's. */
export function createTensorForward(model: TrainedModel, { evaluate }: Pick<Entries, "evaluate">, tables: Tensors): Forward {
  let weights: NestedWeights = {};
  return {
    use({ parameters, states }) {
      const uploaded: tf.Tensor[] = [];
      const tensorsOf = (store: TensorStore): readonly (readonly [string, tf.Tensor])[] =>
        store.entries.map(({ path, shape }) => {
          if (isOnBackend(store)) return [path, store.tensorOf(path)] as const;
          const own = tf.tensor(Float32Array.from(store.read(path)), [...shape]);
          uploaded.push(own);
          return [path, own] as const;
        });
      weights = nested([...tensorsOf(parameters), ...tensorsOf(states)]);
      return () => tf.dispose(uploaded);
    },
    async run(feeds, count) {
      const inputs = batchTensors(model.fields, feeds, count);
      const outputs = evaluate({ inputs, weights, tables, step: 0 });
      tf.dispose(inputs);
      const results: Record<string, Results[string]> = {};
      for (const [name, tensor] of Object.entries(outputs)) results[name] = { shape: tensor.shape, data: await tensor.data() };
      tf.dispose(outputs);
      return results;
    },
    dispose: () => Promise.resolve(),
  };
}
