/** An axis of a chart: from values to places, with ticks at numbers that people read easily. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** 0 at `low`, 1 at `high`. */
  share(value: number): number;
}

/** Ticks at 1, 2 or 5 times a power of ten, about `count` of them; the ends are ticks when `rounded`. */
export function linearScale(from: number, to: number, count: number, rounded = true): Scale {
  const [least, most] = from === to ? [from - (Math.abs(from) || 1) / 2, to + (Math.abs(to) || 1) / 2] : [from, to];
  const rough = (most - least) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
  const [low, high] = rounded ? [Math.floor(least / unit + 1e-9) * unit, Math.ceil(most / unit - 1e-9) * unit] : [least, most];
  const first = Math.ceil(low / unit - 1e-9);
  const ticks = Array.from({ length: Math.max(0, Math.floor(high / unit + 1e-9) - first + 1) }, (_, i) => Number(((first + i) * unit).toPrecision(12)));
  return { low, high, ticks, share: (value) => (value - low) / (high - low) };
}

/** Ticks at powers of ten; `from` is greater than 0. */
export function logarithmicScale(from: number, to: number): Scale {
  const [first, last] = [Math.floor(Math.log10(from) + 1e-9), Math.ceil(Math.log10(to) - 1e-9)];
  const powers = first === last ? [first, first + 1] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const [low, high] = [powers[0], powers[powers.length - 1]];
  const every = Math.ceil(powers.length / 6);
  return { low: 10 ** low, high: 10 ** high, ticks: powers.filter((_, i) => i % every === 0).map((power) => Number(`1e${power}`)), share: (value) => (Math.log10(value) - low) / (high - low) };
}

/** `1e-4` */
export const powerText = (value: number): string => value.toExponential().replace("e+", "e");

/** `12,000`, `0.25`, `5e-5` */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return powerText(value);
  return size >= 1e4 ? value.toLocaleString("en-US") : String(value);
}
