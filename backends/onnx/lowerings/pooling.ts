/** Pooling over the last axes; whatever stands before them becomes the two leading axes that ONNX expects. */
import { multiply } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import { productOf } from "../emitter.ts";
import type { Lowerings } from "../lowering.ts";
import { int, ints } from "../value.ts";
import { ones } from "./axes.ts";
import { scattered } from "./selection.ts";

/** [s…] -> [1, 1, s…], [n, s…] -> [n, 1, s…], [n, c, s…] as it is, more -> [n, c…, s…]. */
export function twoLeading(shape: readonly Size[], rank: number): readonly Size[] {
  const [lead, along] = [shape.slice(0, shape.length - rank), shape.slice(shape.length - rank)];
  if (lead.length <= 2) return [...lead, ...ones(2 - lead.length), ...along];
  return [lead[0], productOf(lead.slice(1)), ...along];
}

interface Geometry {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const geometryOf = ({ window, stride, low, high }: Geometry) => ({
  kernel_shape: ints(window),
  strides: ints(stride),
  pads: ints([...low, ...high]),
});

export const poolingLowerings = {
  pool({ emit }, { attributes, type }, [x]) {
    const rank = attributes.window.length;
    const maps = emit.reshape(x, twoLeading(x.type.shape, rank));
    const result = { dtype: x.type.dtype, shape: twoLeading(type.shape, rank) };
    const geometry = geometryOf(attributes);
    const pooled =
      attributes.kind === "max"
        ? emit.operation("MaxPool", [maps], result, { attributes: geometry })
        : emit.operation("AveragePool", [maps], result, { attributes: { ...geometry, count_include_pad: int(attributes.countPadding ? 1 : 0) } });
    return emit.reshape(pooled, type.shape);
  },
  /** MaxPool tells the place of each largest element in the whole tensor; the cotangents are added there. */
  pool_max_gradient({ emit }, { attributes, type }, [x, cotangent]) {
    const rank = attributes.window.length;
    const maps = emit.reshape(x, twoLeading(x.type.shape, rank));
    const shape = twoLeading(cotangent.type.shape, rank);
    const results = [
      { dtype: x.type.dtype, shape },
      { dtype: "i64" as const, shape },
    ];
    const places = emit.operation("MaxPool", [maps], results[1], { attributes: geometryOf(attributes), results, result: 1 });
    const count = [multiply(...shape)];
    return emit.reshape(scattered(emit, productOf(type.shape), emit.reshape(places, count), emit.reshape(cotangent, count)), type.shape);
  },
} satisfies Partial<Lowerings>;
