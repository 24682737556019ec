/**
 * The error function to full double precision: below 2.5 its series with positive terms only (Abramowitz and Stegun 7.1.6), above it the continued
 * fraction of the complement (7.1.14), evaluated backwards.
 */
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (a > 6) return Math.sign(x);
  const square = a * a;
  if (a < 2.5) {
    let term = a;
    let total = a;
    for (let n = 1; term > total * 1e-17; n++) {
      term *= (2 * square) / (2 * n + 1);
      total += term;
    }
    return Math.sign(x) * TWO_OVER_ROOT_PI * Math.exp(-square) * total;
  }
  let tail = a;
  for (let n = 60; n >= 1; n--) tail = a + n / 2 / tail;
  return Math.sign(x) * (1 - Math.exp(-square) / (Math.sqrt(Math.PI) * tail));
}
