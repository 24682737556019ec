/** Types and sizes as people read them: `f32[B, tok = Y * X + 1, C]`. */
import { showSize, type Size } from "../dims/index.ts";
import type { AxisItem, SizeUse, TensorType } from "./types.ts";

export type ShowSize = (size: Size) => string;

export const plainSize: ShowSize = (size) => showSize(size);

export function showItem(item: AxisItem, show: ShowSize = plainSize): string {
  if (item.kind === "row") return `...${item.name}`;
  const size = show(item.size.size);
  if (!item.label) return size;
  return item.label.name === size ? size : `${item.label.name} = ${size}`;
}

export function showType(type: TensorType, show: ShowSize = plainSize): string {
  return `${type.dtype}[${type.axes.map((item) => showItem(item, show)).join(", ")}]`;
}

export function showUse(use: SizeUse): string {
  return showSize(use.size);
}
