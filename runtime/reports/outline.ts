/** The outline of a mask along the borders of its pixels, as an SVG path: sharp at every size and on paper. */

/** East, south, west, north. */
const steps = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;
const letters = ["h", "v", "h", "v"];

/** Closed lines around the foreground, clockwise, and counter-clockwise around holes; row-major [height, width], nonzero is foreground. Empty for an empty mask. */
export function outlinePath(mask: Uint8Array, height: number, width: number): string {
  const row = width + 1;
  // For each corner of a pixel, a bit for each direction in which a border leaves it, the foreground on its right.
  const leaving = new Uint8Array(row * (height + 1));
  const isInside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isInside(x, y)) continue;
      if (!isInside(x, y - 1)) leaving[y * row + x] |= 1;
      if (!isInside(x + 1, y)) leaving[y * row + x + 1] |= 2;
      if (!isInside(x, y + 1)) leaving[(y + 1) * row + x + 1] |= 4;
      if (!isInside(x - 1, y)) leaving[(y + 1) * row + x] |= 8;
    }
  }
  let path = "";
  for (let start = 0; start < leaving.length; start++) while (leaving[start]) path += loopFrom(start, leaving, row);
  return path;
}

/** Follows borders from a corner until it is back, and takes them away. */
function loopFrom(start: number, leaving: Uint8Array, row: number): string {
  let corner = start;
  let direction = [0, 1, 2, 3].find((each) => leaving[corner] & (1 << each))!;
  let path = `M${start % row} ${Math.floor(start / row)}`;
  let length = 0;
  for (;;) {
    leaving[corner] &= ~(1 << direction);
    corner += steps[direction][0] + steps[direction][1] * row;
    length++;
    // To the right first: pixels that touch at a corner only have outlines of their own.
    const next = corner === start && !leaving[corner] ? undefined : [direction + 1, direction, direction + 3].map((each) => each % 4).find((each) => leaving[corner] & (1 << each));
    if (next === direction) continue;
    const isLast = next === undefined;
    if (!isLast) path += `${letters[direction]}${(steps[direction][0] + steps[direction][1]) * length}`;
    if (isLast) return `${path}z`;
    [direction, length] = [next, 0];
  }
}
