/** Values from outside, literals, sizes and indices. */
import { constantValue } from "../../../compiler/dims/index.ts";
import type { Lowerings } from "../lowering.ts";
import { ones } from "./axes.ts";

export const sourceLowerings = {
  input: ({ input }, node) => input(node),
  parameter: ({ weight }, node) => weight(node),
  state: ({ weight }, node) => weight(node),
  constant: ({ emit }, { attributes: { value } }) => emit.constant(value.dtype, value.shape, Array.from(value.data)),
  size({ emit }, { attributes: { size } }) {
    const known = constantValue(size);
    return known !== undefined ? emit.scalar(known, "i32") : emit.cast(emit.reshape(emit.size(size), []), "i32");
  },
  iota({ emit }, { attributes: { axis }, type }) {
    const { shape } = type;
    const length = constantValue(shape[axis]);
    const row =
      length !== undefined
        ? emit.constant(
            "i32",
            [length],
            Array.from({ length }, (_, i) => i),
          )
        : emit.operation("Range", [emit.scalar(0, "i32"), emit.cast(emit.reshape(emit.size(shape[axis]), []), "i32"), emit.scalar(1, "i32")], {
            dtype: "i32",
            shape: [shape[axis]],
          });
    const standing = emit.reshape(row, [shape[axis], ...ones(shape.length - axis - 1)]);
    return emit.expand(standing, shape);
  },
  random: () => ({ refused: "a counter-based random generator, which ONNX has not: export the graph of inference, in which dropout does nothing" }),
} satisfies Pick<Lowerings, "input" | "parameter" | "state" | "constant" | "size" | "iota" | "random">;
