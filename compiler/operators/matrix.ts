/**
 * The one inner product of the reference evaluation: out[m, n] = Σ_k left[m, k] · right[n, k], both with k contiguous. `dot` and `conv` bring
 * their operands into this form. Four columns at a time, so that a number of the left is read once for four products.
 */
export function multiplyRows(
  rows: number,
  columns: number,
  depth: number,
  left: Float64Array,
  leftStart: number,
  right: Float64Array,
  rightStart: number,
  out: Float64Array,
  outStart: number,
  outStep: number,
): void {
  for (let m = 0; m < rows; m++) {
    const a = leftStart + m * depth;
    const o = outStart + m * outStep;
    let n = 0;
    for (; n + 4 <= columns; n += 4) {
      const b0 = rightStart + n * depth;
      const b1 = b0 + depth;
      const b2 = b1 + depth;
      const b3 = b2 + depth;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = 0; k < depth; k++) {
        const value = left[a + k];
        s0 += value * right[b0 + k];
        s1 += value * right[b1 + k];
        s2 += value * right[b2 + k];
        s3 += value * right[b3 + k];
      }
      out[o + n] = s0;
      out[o + n + 1] = s1;
      out[o + n + 2] = s2;
      out[o + n + 3] = s3;
    }
    for (; n < columns; n++) {
      const b = rightStart + n * depth;
      let total = 0;
      for (let k = 0; k < depth; k++) total += left[a + k] * right[b + k];
      out[o + n] = total;
    }
  }
}
