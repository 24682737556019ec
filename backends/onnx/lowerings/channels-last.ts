/** Operators on tensors with channels last, which ONNX does not have: transposes around the others. No graph for ONNX is made with them. */
import { channelsLastRows } from "../../../compiler/operators/channels-last.ts";
import type { Lowering, Lowerings } from "../lowering.ts";

type Name = keyof typeof channelsLastRows;

const byTransposes = <Own extends Name>(name: Own): Lowering<Own> => ({ lower }, node) => lower((build) => channelsLastRows[name].decompose!(build, node as never));

export const channelsLastLowerings = {
  conv_channels_last: byTransposes("conv_channels_last"),
  conv_kernel_gradient_channels_last: byTransposes("conv_kernel_gradient_channels_last"),
  pool_channels_last: byTransposes("pool_channels_last"),
  pool_max_gradient_channels_last: byTransposes("pool_max_gradient_channels_last"),
  resize_channels_last: byTransposes("resize_channels_last"),
} satisfies Partial<Lowerings>;
