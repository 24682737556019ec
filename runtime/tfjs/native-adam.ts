/**
 * Adam on TensorFlow's native binding, by the one operation that TensorFlow has for it: weight and moments change where they lie, while operations of their
 * own would go through all of them a dozen times. It wants variables of TensorFlow; three are enough, which take over the tensors of one weight after another.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "../../compiler/training/description.ts";
import type { BackendStore } from "./backend-store.ts";

/** What the backend of tfjs-node has beyond those of its kernels: any operation of TensorFlow by its name. */
interface NativeBackend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_ATTR_SHAPE: number; readonly TF_ATTR_STRING: number; readonly TF_FLOAT: number };
  executeMultipleOutputs(operation: string, attributes: readonly { readonly name: string; readonly type: number; readonly value: unknown }[], inputs: readonly tf.Tensor[], outputs: number): tf.Tensor[];
}

export interface NativeAdam {
  /** One step of a weight: its tensors in the stores become other ones. */
  apply(path: string, slope: tf.Tensor, rate: number): void;
  dispose(): void;
}

/** For the weights of update `step`, which counts from 1. Undefined where another backend computes. */
export function createNativeAdam(stores: readonly [weights: BackendStore, first: BackendStore, second: BackendStore], { betas, epsilon }: Pick<Optimizer, "betas" | "epsilon">, step: number): NativeAdam | undefined {
  if (tf.getBackend() !== "tensorflow") return undefined;
  const backend = tf.backend() as unknown as NativeBackend;
  const { TF_ATTR_TYPE, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_FLOAT } = backend.binding;
  const typed = (name: string): { name: string; type: number; value: unknown } => ({ name, type: TF_ATTR_TYPE, value: TF_FLOAT });
  const variables = stores.map((_, at) => backend.executeMultipleOutputs("VarHandleOp", [typed("dtype"), { name: "shape", type: TF_ATTR_SHAPE, value: [] }, { name: "shared_name", type: TF_ATTR_STRING, value: `adam/${at}` }], [], 1)[0]);
  // The moments' corrections go into rate and epsilon, in double precision: to the operation the powers of beta are 0. It takes 1 - beta of what beta is in
  // single precision, so the corrections do too.
  const [beta1, beta2] = betas.map(Math.fround);
  const root = Math.sqrt(1 - beta2 ** step);
  const [zero, ...numbers] = [0, beta1, beta2, epsilon * root].map((value) => tf.scalar(value));
  return {
    apply(path, slope, rate) {
      stores.forEach((store, at) => {
        backend.executeMultipleOutputs("AssignVariableOp", [typed("dtype")], [variables[at], store.tensorOf(path)], 0);
        store.tensorOf(path).dispose(); // what nobody else holds is changed in its place
      });
      const own = tf.scalar((rate * root) / (1 - beta1 ** step));
      backend.executeMultipleOutputs("ResourceApplyAdam", [typed("T")], [...variables, zero, zero, own, ...numbers, slope], 0);
      own.dispose();
      stores.forEach((store, at) => store.replace(path, backend.executeMultipleOutputs("ReadVariableOp", [typed("dtype")], [variables[at]], 1)[0]));
    },
    dispose() {
      for (const variable of variables) backend.executeMultipleOutputs("DestroyResourceOp", [], [variable], 0);
      tf.dispose([...variables, zero, ...numbers]);
    },
  };
}
