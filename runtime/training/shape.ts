/** Shapes of tensors whose sizes are numbers. */
export type Shape = readonly number[];

export const countOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
