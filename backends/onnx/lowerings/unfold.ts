/**
 * A convolution with one kernel per group for any number of groups: the taps of the padded input, each a slice, stand one after another along
 * the channels (unfolding, im2col), and one batched product with the kernels does the rest. The columns take as many times the map as there are
 * taps; so a large map is worked on in bands of rows.
 */
import { add, constantValue, multiply } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import type { Emitter } from "../emitter.ts";
import type { Value } from "../value.ts";
import { isOne } from "../value.ts";
import { axesOf } from "./axes.ts";
import type { Convolution } from "./convolution.ts";

/** Numbers in the columns of one band: 64 MiB in single precision. */
const BAND = 16 * 1024 * 1024;

/** Every position in a kernel, row-major. */
const tapsOf = (kernel: readonly number[]): readonly (readonly number[])[] =>
  kernel.reduce<readonly (readonly number[])[]>((taps, count) => taps.flatMap((tap) => axesOf(count).map((i) => [...tap, i])), [[]]);

/** First rows of the bands, with the end; one band where a size is symbolic. */
function bandsOf(rows: Size, columnsPerRow: Size): readonly (readonly [Size | number, Size | number])[] {
  const [count, width] = [constantValue(rows), constantValue(columnsPerRow)];
  if (count === undefined || width === undefined || count * width <= BAND) return [[0, rows]];
  const bands = Math.ceil((count * width) / BAND);
  const height = Math.ceil(count / bands);
  return axesOf(Math.ceil(count / height)).map((band) => [band * height, Math.min((band + 1) * height, count)] as const);
}

export function unfoldedProduct(emit: Emitter, { node, x, w, kernel }: Convolution): Value {
  const { stride, dilation, low, high } = node.attributes;
  const [n, g, c, ...along] = x.type.shape;
  const o = w.type.shape[1];
  const moved = node.type.shape.slice(3);
  // One sample beside the groups is no axis: what is left is one product per group.
  const samples = isOne(n) ? [] : [n];
  const lead = samples.length + 1;
  const maps = emit.reshape(x, [...samples, g, c, ...along]);
  const none = axesOf(lead + 1).map(() => 0);
  const padded = emit.pad(maps, [...none, ...low], [...none, ...high]);
  const taps = tapsOf(kernel);
  const depth = multiply(c, taps.length);
  const spatial = axesOf(kernel.length).map((axis) => axis + 3);
  const weights = emit.reshape(emit.transpose(w, [0, 1, ...spatial, 2]), [g, o, depth]);

  function band(from: Size | number, to: Size | number): Value {
    const size = (at: number): Size => (at === 0 ? add(to, multiply(from, -1)) : moved[at]);
    const slices = taps.map((tap) => {
      const starts = tap.map((i, axis) => add(i * dilation[axis], axis === 0 ? multiply(from, stride[0]) : 0));
      const stops = starts.map((start, axis) => add(start, multiply(add(size(axis), -1), stride[axis]), 1));
      const whole = padded.type.shape.slice(0, lead + 1);
      return emit.slice(padded, [...none, ...starts], [...whole, ...stops], [...none.map(() => 1), ...stride]);
    });
    const sizes = moved.map((_, axis) => size(axis));
    const columns = emit.reshape(emit.concat(slices, lead), [...samples, g, depth, multiply(...sizes)]);
    return emit.reshape(emit.matmul(weights, columns), [...samples, g, o, ...sizes]);
  }

  const bands = bandsOf(moved[0], multiply(depth, ...moved.slice(1)));
  return emit.reshape(
    emit.concat(
      bands.map(([from, to]) => band(from, to)),
      lead + 1,
    ),
    node.type.shape,
  );
}
