/**
 * A size as the generator knows it: how it is written, and its number in each of many sample worlds (see scope.ts). What is equal in all worlds is
 * taken to be equal; the solver is not asked, so that what it cannot prove is found too.
 */
export interface Size {
  readonly text: string;
  readonly values: readonly number[];
  /** Needs no brackets where it is an operand. */
  readonly atom: boolean;
}

export const operand = ({ text, atom }: Size): string => (atom ? text : `(${text})`);

const literal = (size: Size): number | undefined => (/^\d+$/.test(size.text) ? Number(size.text) : undefined);

export function numberSize(value: number, worlds: number): Size {
  return { text: String(value), values: Array.from({ length: worlds }, () => value), atom: value >= 0 };
}

function combine(a: Size, b: Size, text: string, apply: (x: number, y: number) => number, atom = false): Size {
  const [x, y] = [literal(a), literal(b)];
  if (x !== undefined && y !== undefined && Number.isInteger(apply(x, y)) && apply(x, y) >= 0) return numberSize(apply(x, y), a.values.length);
  return { text, values: a.values.map((value, i) => apply(value, b.values[i])), atom };
}

export const plus = (a: Size, b: Size): Size => (literal(b) === 0 ? a : combine(a, b, `${a.text} + ${operand(b)}`, (x, y) => x + y));
export const minus = (a: Size, b: Size): Size => (literal(b) === 0 ? a : combine(a, b, `${a.text} - ${operand(b)}`, (x, y) => x - y));
export function times(a: Size, b: Size): Size {
  if (literal(a) === 1) return b;
  if (literal(b) === 1) return a;
  return combine(a, b, `${operand(a)} * ${operand(b)}`, (x, y) => x * y);
}
/** Exact division: not a whole number where it is not exact. */
export const over = (a: Size, b: Size): Size => (literal(b) === 1 ? a : combine(a, b, `${operand(a)} / ${operand(b)}`, (x, y) => x / y));
export const floorOver = (a: Size, b: Size): Size => (literal(b) === 1 ? a : combine(a, b, `floor(${operand(a)} / ${operand(b)})`, (x, y) => Math.floor(x / y), true));
