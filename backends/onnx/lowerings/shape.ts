/** Operators that move elements, and those that take and join regions. */
import type { NodeOf } from "../../../compiler/ir/graph.ts";
import type { Lowerings } from "../lowering.ts";
import { ones } from "./axes.ts";
import { lowerDot } from "./contractions.ts";

export const shapeLowerings = {
  reshape: ({ emit }, { type }, [x]) => emit.reshape(x, type.shape),
  transpose(context, { inputs, attributes: { permutation } }, [x]) {
    // A contraction that is read only here is asked for in the order that is wanted.
    const [operand] = inputs;
    if (operand.operator !== "dot" || context.usesOf(operand) > 1) return context.emit.transpose(x, permutation);
    const dot: NodeOf<"dot"> = operand;
    return lowerDot(context.emit, dot, dot.inputs.map(context.valueOf), permutation);
  },
  /** Axes of 1, then Expand; most Expands disappear, because elementwise operators of ONNX repeat by themselves. */
  broadcast({ emit }, { attributes: { positions }, type: { shape } }, [x]) {
    const first = positions.length > 0 ? positions[0] : shape.length;
    const standing = shape.slice(first).map((_, i) => {
      const at = positions.indexOf(first + i);
      return at < 0 ? ones(1)[0] : x.type.shape[at];
    });
    return emit.expand(emit.reshape(x, standing), shape);
  },
  slice: ({ emit }, { attributes: { starts, stops, steps } }, [x]) => emit.slice(x, starts, stops, steps),
  pad: ({ emit }, { attributes: { low, high, value } }, [x]) => emit.pad(x, low, high, value),
  concat: ({ emit }, { attributes: { axis } }, operands) => emit.concat(operands, axis),
  reverse: ({ emit }, { attributes: { axes } }, [x]) => emit.reverse(x, axes),
} satisfies Pick<Lowerings, "reshape" | "transpose" | "broadcast" | "slice" | "pad" | "concat" | "reverse">;
