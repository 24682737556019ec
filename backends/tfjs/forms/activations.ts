/** Activation functions, softmax and norms. As in the ONNX target, softmax gives NaN for a row of nothing but minus infinity: masks are finite. */
import { everywhere, type Forms } from "../form.ts";
import { numberText } from "./sources.ts";

const softmax =
  (name: string): Forms["softmax"]["write"] & Forms["log_softmax"]["write"] =>
  ({ type, attributes: { axis } }, [x], { library }) =>
    axis === type.shape.length - 1 ? `tf.${name}(${x})` : `${library("alongAxis")}(${x}, ${axis}, (rows) => tf.${name}(rows))`;

export const activationForms = {
  relu: { runsOn: everywhere, write: (_, [x]) => `tf.relu(${x})` },
  leaky_relu: { runsOn: everywhere, write: ({ attributes: { slope } }, [x]) => `tf.leakyRelu(${x}, ${slope})` },
  gelu: { runsOn: everywhere, write: (_, [x], { library }) => `${library("gelu")}(${x})` },
  quick_gelu: { runsOn: everywhere, write: (_, [x], { library }) => `${library("swish")}(${x}, 1.702)` },
  silu: { runsOn: everywhere, write: (_, [x], { library }) => `${library("swish")}(${x}, 1)` },
  softplus: { runsOn: everywhere, write: (_, [x]) => `tf.softplus(${x})` },
  softmax: { runsOn: everywhere, write: softmax("softmax") },
  log_softmax: { runsOn: everywhere, write: softmax("logSoftmax") },
  layer_norm: {
    runsOn: everywhere,
    write: ({ attributes: { axis, epsilon } }, [x, scale, shift], { library }) => `${library("layerNorm")}(${x}, ${scale}, ${shift}, ${axis}, ${numberText(epsilon)})`,
  },
  batch_norm: {
    runsOn: everywhere,
    write: ({ attributes: { axis, epsilon } }, operands, { library }) => `${library("batchNorm")}(${operands.join(", ")}, ${axis}, ${numberText(epsilon)})`,
  },
} satisfies Partial<Forms>;
