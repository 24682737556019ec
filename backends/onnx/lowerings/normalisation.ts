/** layer_norm and batch_norm: one ONNX operator where the axis is the one that it knows. */
import type { Node } from "../../../compiler/ir/graph.ts";
import type { Lowerings } from "../lowering.ts";
import { float, int } from "../value.ts";
import { fromEnd, toEnd } from "./axes.ts";

export const normalisationLowerings = {
  /** LayerNormalization works along the last axes; another axis is brought there and back, which is cheaper than eight passes over x. */
  layer_norm({ emit }, { attributes: { axis, epsilon } }, [x, scale, shift]) {
    const rank = x.type.shape.length;
    const moved = emit.transpose(x, toEnd(rank, axis));
    const attributes = { axis: int(-1), epsilon: float(epsilon) };
    return emit.transpose(emit.operation("LayerNormalization", [moved, scale, shift], moved.type, { attributes }), fromEnd(rank, axis));
  },
  /** BatchNormalization wants channels on axis 1, where ONNX Runtime folds it into a convolution. Elsewhere: x gain + offset, made of the vectors. */
  batch_norm({ emit, lower }, { inputs, attributes: { axis, epsilon }, type }, [x, mean, variance, scale, shift]) {
    if (axis === 1)
      return emit.operation("BatchNormalization", [x, scale, shift, mean, variance], x.type, { attributes: { epsilon: float(epsilon) } });
    return lower((build) => {
      const [image, centre, spread, factor, offset] = inputs;
      const gain = build.mul(factor, build.rsqrt(build.add(spread, epsilon)));
      const along = (vector: Node): Node => build.along(vector, type, axis);
      return build.add(build.mul(image, along(gain)), along(build.sub(offset, build.mul(centre, gain))));
    });
  },
} satisfies Partial<Lowerings>;
