/**
 * resize as one Resize. ONNX Runtime computes places in single precision, so nearest is used only for sizes at which that was checked, here, to give
 * floor(i old / new); otherwise elements are chosen by index.
 */
import { constantValue } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import { resizeRows } from "../../../compiler/operators/resize.ts";
import { productOf } from "../emitter.ts";
import type { Lowerings } from "../lowering.ts";
import { text } from "../value.ts";
import { ones } from "./axes.ts";

/** Whether floor((i) / (new / old)) in single precision is floor(i old / new) for every i. */
function nearestIsExact(from: Size, to: Size): boolean {
  if (from === to) return true;
  const [old, young] = [constantValue(from), constantValue(to)];
  if (old === undefined || young === undefined) return false;
  const scale = Math.fround(young / old);
  for (let i = 0; i < young; i++) if (Math.floor(Math.fround(i / scale)) !== Math.floor((i * old) / young)) return false;
  return true;
}

export const resizeLowerings = {
  resize({ emit, lower }, node, [x]) {
    const { sizes, mode } = node.attributes;
    const rank = sizes.length;
    const along = x.type.shape.slice(-rank);
    const isNearest = mode === "nearest";
    // ONNX Runtime's linear mode knows 2 and 3 resized axes (after two leading ones).
    const isSafe = !isNearest || sizes.every((to, axis) => nearestIsExact(along[axis], to));
    if (rank > 3 || !isSafe) return lower((build) => resizeRows.resize.decompose(build, node));
    const widen = (shape: readonly Size[]): readonly Size[] => {
      const [lead, last] = [shape.slice(0, shape.length - rank), shape.slice(shape.length - rank)];
      const [n, c] = lead.length === 2 ? lead : [...ones(1), productOf(lead)];
      return [n, c, ...ones(Math.max(0, 2 - rank)), ...last];
    };
    const maps = emit.reshape(x, widen(x.type.shape));
    const attributes = {
      mode: text(isNearest ? "nearest" : "linear"),
      coordinate_transformation_mode: text(isNearest ? "asymmetric" : "half_pixel"),
      ...(isNearest ? { nearest_mode: text("floor") } : {}),
    };
    const resized = emit.operation("Resize", [maps], { dtype: x.type.dtype, shape: widen(node.type.shape) }, { attributes });
    return emit.reshape(resized, node.type.shape);
  },
} satisfies Partial<Lowerings>;
