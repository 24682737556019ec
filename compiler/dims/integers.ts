// Exact integers that are fast while they are small: a number inside ±(2^53 - 1), a bigint outside. Each value has exactly one form, so `===`
// compares. Every coefficient of a size is such an integer; nothing in this room rounds.

export type Integer = number | bigint;

const LARGEST = Number.MAX_SAFE_INTEGER;
const LARGEST_BIG = BigInt(LARGEST);

const fromBig = (value: bigint): Integer => (value <= LARGEST_BIG && value >= -LARGEST_BIG ? Number(value) : value);

/** The one form of an integer. A number that is not an integer is a bug of the caller (RangeError, by BigInt). */
export function integer(value: number | bigint): Integer {
  if (typeof value === "bigint") return fromBig(value);
  return Number.isSafeInteger(value) ? value + 0 : fromBig(BigInt(value));
}

export function plus(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= LARGEST && sum >= -LARGEST) return sum;
  }
  return fromBig(BigInt(a) + BigInt(b));
}

export function times(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (product <= LARGEST && product >= -LARGEST) return product + 0; // + 0 turns -0 into 0
  }
  return fromBig(BigInt(a) * BigInt(b));
}

export const negated = (a: Integer): Integer => (typeof a === "number" ? 0 - a : fromBig(-a));

/** floor(a / b); b is not 0. The remainder of numbers is exact, so the quotient is too (a / b alone would round near 2^53). */
export function floorQuotient(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const remainder = a % b;
    const quotient = (a - remainder) / b;
    return (remainder !== 0 && remainder < 0 !== b < 0 ? quotient - 1 : quotient) + 0;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  const remainder = x % y;
  return fromBig(remainder !== 0n && remainder < 0n !== y < 0n ? x / y - 1n : x / y);
}

/** a - b * floor(a / b), in [0, b) for b > 0. */
export function floorRemainder(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const remainder = a % b;
    return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0;
  }
  return plus(a, negated(times(b, floorQuotient(a, b))));
}

export const magnitude = (a: Integer): Integer => (a < 0 ? negated(a) : a);

export function greatestCommonDivisor(a: Integer, b: Integer): Integer {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0) [x, y] = [y, floorRemainder(x, y)];
  return x;
}

export const leastCommonMultiple = (a: Integer, b: Integer): Integer => times(floorQuotient(a, greatestCommonDivisor(a, b)), b);

/** The inverse of a modulo m (m > 1), or undefined when they share a factor. */
export function inverseModulo(a: Integer, m: Integer): Integer | undefined {
  let [r0, r1]: [Integer, Integer] = [m, floorRemainder(a, m)];
  let [s0, s1]: [Integer, Integer] = [0, 1];
  while (r1 !== 0) {
    const quotient = floorQuotient(r0, r1);
    [r0, r1] = [r1, plus(r0, negated(times(quotient, r1)))];
    [s0, s1] = [s1, plus(s0, negated(times(quotient, s1)))];
  }
  return r0 === 1 ? floorRemainder(s0, m) : undefined;
}

/** The prime powers whose product is m (m > 1); undefined when a trial division up to 2^16 does not finish it. */
export function primePowers(m: Integer): readonly number[] | undefined {
  if (typeof m !== "number") return undefined;
  const powers: number[] = [];
  let rest = m;
  for (let prime = 2; prime * prime <= rest && prime < 65536; prime++) {
    let power = 1;
    while (rest % prime === 0) [rest, power] = [rest / prime, power * prime];
    if (power > 1) powers.push(power);
  }
  if (rest > 2 ** 32) return undefined;
  if (rest > 1) powers.push(rest);
  return powers;
}
