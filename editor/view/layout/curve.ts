/** A wire through its points as cubic curves that leave and arrive vertically; the page draws them on a canvas, the picture as a path. */
import type { Point } from "./layout.ts";

/** A straight line to `to`, or a cubic with two control points. */
export interface Segment {
  readonly to: Point;
  readonly controls?: readonly [Point, Point];
}

export function segmentsOf(points: readonly Point[]): readonly Segment[] {
  return points.slice(1).map((to, i): Segment => {
    const from = points[i];
    if (Math.abs(from.x - to.x) < 0.5) return { to };
    // A wire that goes back up leaves downwards all the same.
    const bend = to.y > from.y ? (to.y - from.y) / 2 : 48;
    return { to, controls: [{ x: from.x, y: from.y + bend }, { x: to.x, y: to.y - bend }] };
  });
}
