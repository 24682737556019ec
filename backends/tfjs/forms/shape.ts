/** Operators that change which elements stand where. A reshape shares the data of its operand in tfjs and is a tensor of its own all the same. */
import { constantValue, subtract, type Size } from "../../../compiler/dims/index.ts";
import { reshapeText } from "../text/reshape-text.ts";
import { everywhere, numbers, type FormContext, type Forms, type TfjsBackend } from "../form.ts";

/** How many elements from `start` to `stop`; -1, to the end, where that is meant. */
function lengthText(start: Size, stop: Size, whole: Size, { size }: FormContext): string {
  const length = subtract(stop, start);
  return stop === whole && constantValue(length) !== 1 ? "-1" : size(length);
}

/** Native padding ends at six axes. */
const padRunsOn = (rank: number): readonly TfjsBackend[] => (rank <= 6 ? everywhere() : ["cpu", "wasm"]);

export const shapeForms = {
  reshape: { runsOn: everywhere, write: ({ type, inputs: [operand] }, [x], { size, library }) => reshapeText(x, operand.type.shape, type.shape, { size: (axis) => size(type.shape[axis], type.axes[axis]), library }) },
  transpose: {
    runsOn: everywhere,
    write: ({ attributes: { permutation } }, [x]) => (permutation.every((from, to) => from === to) ? `tf.clone(${x})` : `tf.transpose(${x}, ${numbers(permutation)})`),
  },
  broadcast: {
    runsOn: everywhere,
    write({ inputs: [operand], attributes: { shape, positions } }, [x], { sizes, library }) {
      const rank = operand.type.shape.length;
      if (rank === shape.length) return `tf.clone(${x})`;
      // tfjs aligns shapes at their ends.
      return positions.every((at, i) => at === shape.length - rank + i) ? `tf.broadcastTo(${x}, ${sizes(shape)})` : `${library("repeat")}(${x}, ${numbers(positions)}, ${sizes(shape)})`;
    },
  },
  reverse: { runsOn: everywhere, write: ({ attributes: { axes } }, [x]) => `tf.reverse(${x}, ${numbers(axes)})` },
  slice: {
    runsOn: everywhere,
    write({ type, inputs: [operand], attributes: { starts, stops, steps } }, [x], context) {
      const { size, sizes, library } = context;
      const isPlain = steps.every((step) => step === 1);
      if (isPlain && operand.type.shape.length > 4) return `${library("part")}(${x}, ${sizes(starts)}, ${sizes(type.shape)})`;
      if (isPlain) return `tf.slice(${x}, ${sizes(starts)}, [${operand.type.shape.map((whole, axis) => lengthText(starts[axis], stops[axis], whole, context)).join(", ")}])`;
      return `tf.stridedSlice(${x}, ${sizes(starts)}, [${stops.map((stop) => size(stop)).join(", ")}], ${sizes(steps)})`;
    },
  },
  pad: {
    runsOn: ({ type }) => padRunsOn(type.shape.length),
    write({ attributes: { low, high, value } }, [x], { sizes, library }) {
      const nothing = [...low, ...high].every((each) => constantValue(each) === 0);
      return nothing ? `tf.clone(${x})` : `${library("padOrCut")}(${x}, ${sizes(low)}, ${sizes(high)}${value === 0 ? "" : `, ${value}`})`;
    },
  },
  concat: { runsOn: everywhere, write: ({ attributes: { axis } }, parts) => (parts.length === 1 ? `tf.clone(${parts[0]})` : `tf.concat([${parts.join(", ")}], ${axis})`) },
} satisfies Partial<Forms>;
