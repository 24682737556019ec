/** Gradients of composites, which no graph for ONNX is made with: what they are made of. */
import { slopeRows } from "../../../compiler/operators/slopes.ts";
import type { Lowering, Lowerings } from "../lowering.ts";

type Name = keyof typeof slopeRows;

const byParts = <Own extends Name>(name: Own): Lowering<Own> => ({ lower }, node) => lower((build) => slopeRows[name].decompose(build, node as never));

export const slopeLowerings = {
  softmax_gradient: byParts("softmax_gradient"),
  layer_norm_gradient: byParts("layer_norm_gradient"),
  layer_norm_scale_gradient: byParts("layer_norm_scale_gradient"),
  batch_norm_gradient: byParts("batch_norm_gradient"),
  batch_norm_scale_gradient: byParts("batch_norm_scale_gradient"),
  activation_gradient: byParts("activation_gradient"),
} satisfies Partial<Lowerings>;
