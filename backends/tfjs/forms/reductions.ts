/** Sums, means and extremes over axes, which disappear, or stay with size 1 where the users repeat the result over them. */
import { everywhere, numbers, type Forms } from "../form.ts";

export const reductionForms = {
  reduce: {
    runsOn: everywhere,
    write({ inputs: [operand], attributes: { kind, axes } }, [x], { keepsAxes, library }) {
      if (axes.length === 0) return `tf.clone(${x})`;
      const isOfRows = !keepsAxes && axes.length === operand.type.shape.length - 1 && axes.every((axis, i) => axis === i);
      if (isOfRows && kind === "sum") return `${library("sumOfRows")}(${x})`;
      if (isOfRows && kind === "mean") return `${library("meanOfRows")}(${x})`;
      const all = axes.length === operand.type.shape.length && !keepsAxes;
      return `tf.${kind}(${x}${all ? "" : `, ${axes.length === 1 ? axes[0] : numbers(axes)}`}${keepsAxes ? ", true" : ""})`;
    },
  },
  argmax: { runsOn: everywhere, write: ({ attributes: { axis } }, [x]) => `tf.argMax(${x}, ${axis})` },
  cumsum: { runsOn: everywhere, write: ({ attributes: { axis } }, [x]) => `tf.cumsum(${x}, ${axis})` },
} satisfies Partial<Forms>;
