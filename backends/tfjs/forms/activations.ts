/** Activation functions, softmax and norms. As in the ONNX target, softmax gives NaN for a row of nothing but minus infinity: masks are finite. */
import type { AttributeTable, ValueType } from "../../../compiler/ir/graph.ts";
import { everywhere, scoped, type FormContext, type Forms } from "../form.ts";
import { numberText } from "./sources.ts";

const softmax =
  (name: string): Forms["softmax"]["write"] & Forms["log_softmax"]["write"] =>
  ({ type, attributes: { axis } }, [x], { library }) =>
    axis === type.shape.length - 1 ? `tf.${name}(${x})` : `${library("alongAxis")}(${x}, ${axis}, (rows) => tf.${name}(rows))`;

/** The axis of a norm as its last argument, where it is not the last of the tensor. */
const behind = ({ shape }: ValueType, axis: number): string => (axis === shape.length - 1 ? "" : `, ${axis}`);

type Library = FormContext["library"];

/** The gradient of each activation. */
const gradientForms: { readonly [Name in AttributeTable["activation_gradient"]["of"]]: (x: string, cotangent: string, slope: number, library: Library) => string } = {
  relu: (x, cotangent, _, library) => `${library("leakyReluGradient")}(${x}, ${cotangent}, 0)`,
  leaky_relu: (x, cotangent, slope, library) => `${library("leakyReluGradient")}(${x}, ${cotangent}, ${slope})`,
  gelu: (x, cotangent, _, library) => `${library("geluGradient")}(${x}, ${cotangent})`,
  quick_gelu: (x, cotangent, _, library) => `${library("swishGradient")}(${x}, ${cotangent}, 1.702)`,
  silu: (x, cotangent, _, library) => `${library("swishGradient")}(${x}, ${cotangent}, 1)`,
  softplus: (x, cotangent) => scoped(`tf.mul(${cotangent}, tf.sigmoid(${x}))`),
};

export const activationForms = {
  relu: { runsOn: everywhere, write: (_, [x]) => `tf.relu(${x})` },
  leaky_relu: { runsOn: everywhere, write: ({ attributes: { slope } }, [x]) => `tf.leakyRelu(${x}, ${slope})` },
  gelu: { runsOn: everywhere, write: (_, [x], { library }) => `${library("gelu")}(${x})` },
  quick_gelu: { runsOn: everywhere, write: (_, [x], { library }) => `${library("swish")}(${x}, 1.702)` },
  silu: { runsOn: everywhere, write: (_, [x], { library }) => `${library("swish")}(${x}, 1)` },
  softplus: { runsOn: everywhere, write: (_, [x]) => `tf.softplus(${x})` },
  softmax: { runsOn: everywhere, write: softmax("softmax") },
  log_softmax: { runsOn: everywhere, write: softmax("logSoftmax") },
  softmax_gradient: { runsOn: everywhere, write: ({ type, attributes: { axis } }, [y, slope], { library }) => `${library("softmaxGradient")}(${y}, ${slope}${behind(type, axis)})` },
  activation_gradient: {
    runsOn: everywhere,
    repeats: true,
    write: ({ attributes: { of, slope } }, [x, cotangent], { library }) => gradientForms[of](x, cotangent, slope, library),
  },
  layer_norm_gradient: {
    runsOn: everywhere,
    write: ({ inputs, attributes: { axis, epsilon } }, operands, { library }) => `${library("layerNormGradient")}(${operands.join(", ")}, ${numberText(epsilon)}${behind(inputs[0].type, axis)})`,
  },
  layer_norm_scale_gradient: {
    runsOn: everywhere,
    write: ({ inputs, attributes: { axis, epsilon } }, operands, { library }) => `${library("layerNormScaleGradient")}(${operands.join(", ")}, ${numberText(epsilon)}${behind(inputs[0].type, axis)})`,
  },
  batch_norm_gradient: {
    runsOn: everywhere,
    write: ({ inputs, attributes: { axis, epsilon } }, operands, { library }) => `${library("batchNormGradient")}(${operands.join(", ")}, ${numberText(epsilon)}${behind(inputs[0].type, axis)})`,
  },
  batch_norm_scale_gradient: {
    runsOn: everywhere,
    write: ({ inputs, attributes: { axis, epsilon } }, operands, { library }) => `${library("batchNormScaleGradient")}(${operands.join(", ")}, ${numberText(epsilon)}${behind(inputs[0].type, axis)})`,
  },
  layer_norm: {
    runsOn: everywhere,
    write: ({ inputs, attributes: { axis, epsilon } }, [x, scale, shift], { library }) => `${library("layerNorm")}(${x}, ${scale}, ${shift}, ${numberText(epsilon)}${behind(inputs[0].type, axis)})`,
  },
  batch_norm: {
    runsOn: everywhere,
    write: ({ inputs, attributes: { axis, epsilon } }, operands, { library }) => `${library("batchNorm")}(${operands.join(", ")}, ${numberText(epsilon)}${behind(inputs[0].type, axis)})`,
  },
} satisfies Partial<Forms>;
