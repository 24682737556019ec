/** Where a program sees a free size: the axis of an input that is it, or one from which it follows. What is computed from it is the backends' affair. */
import { constant, constantValue, multiply, subtract, variable, type Size } from "./dims/index.ts";

export interface ShownSize<Input> {
  readonly input: Input;
  readonly axis: number;
  /** The size of the axis is factor times the variable plus offset, whole numbers. */
  readonly factor: number;
  readonly offset: number;
}

/** The first axis that is the variable, or else the first that is a multiple of it and a constant; undefined where no input shows it. */
export function shownSize<Input extends { readonly type: { readonly shape: readonly Size[] } }>(name: string, inputs: readonly Input[]): ShownSize<Input> | undefined {
  const wanted = variable(name);
  const axes = inputs.flatMap((input) => input.type.shape.map((size, axis) => ({ input, axis, size })));
  const itself = axes.find(({ size }) => size === wanted);
  if (itself) return { input: itself.input, axis: itself.axis, factor: 1, offset: 0 };
  for (const { input, axis, size } of axes) {
    const found = solved(size, wanted);
    if (found) return { input, axis, ...found };
  }
  return undefined;
}

/** size = factor variable + offset. */
function solved(size: Size, wanted: Size): { readonly factor: number; readonly offset: number } | undefined {
  const [leading] = size.terms;
  if (!leading || leading.monomial.atoms.length !== 1) return undefined;
  const factor = Number(leading.coefficient);
  const [own] = wanted.terms;
  if (leading.monomial !== own.monomial || factor <= 0) return undefined;
  const offset = constantValue(subtract(size, multiply(wanted, constant(factor))));
  return offset === undefined ? undefined : { factor, offset };
}
