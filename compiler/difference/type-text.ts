/** The type of a value of a graph as the language writes it: `f32[B, C = 512, Y = 30, X = 30]`. */
import { showSize } from "../dims/index.ts";
import type { ValueType } from "../ir/graph.ts";

export function typeText({ dtype, shape, axes }: ValueType): string {
  const items = shape.map((size, axis) => {
    const text = showSize(size);
    return !axes[axis] || axes[axis] === text ? text : `${axes[axis]} = ${text}`;
  });
  return `${dtype}[${items.join(", ")}]`;
}
