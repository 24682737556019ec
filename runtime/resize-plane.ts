/** One plane at another size: bilinear with half-pixel centres, held at the border. */
export function resizePlane(plane: Float32Array, height: number, width: number, newHeight: number, newWidth: number): Float32Array {
  const result = new Float32Array(newHeight * newWidth);
  for (let y = 0; y < newHeight; y++) {
    const v = Math.min(Math.max(((y + 0.5) * height) / newHeight - 0.5, 0), height - 1);
    const [top, bottom] = [Math.floor(v), Math.min(Math.floor(v) + 1, height - 1)];
    for (let x = 0; x < newWidth; x++) {
      const u = Math.min(Math.max(((x + 0.5) * width) / newWidth - 0.5, 0), width - 1);
      const [left, right] = [Math.floor(u), Math.min(Math.floor(u) + 1, width - 1)];
      const above = plane[top * width + left] * (left + 1 - u) + plane[top * width + right] * (u - left);
      const below = plane[bottom * width + left] * (left + 1 - u) + plane[bottom * width + right] * (u - left);
      result[y * newWidth + x] = above * (top + 1 - v) + below * (v - top);
    }
  }
  return result;
}
