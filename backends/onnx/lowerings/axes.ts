/** Short forms for lists of axes. */
import { constant as size } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";

export const axesOf = (count: number): readonly number[] => Array.from({ length: count }, (_, axis) => axis);

export const ones = (count: number): readonly Size[] => new Array<Size>(count).fill(size(1));

export const isIdentity = (permutation: readonly number[]): boolean => permutation.every((from, to) => from === to);

/** The permutation that brings `axis` to the end, and the one that brings it back. */
export const toEnd = (rank: number, axis: number): readonly number[] => [...axesOf(rank).filter((each) => each !== axis), axis];
export const fromEnd = (rank: number, axis: number): readonly number[] =>
  axesOf(rank).map((each) => (each === axis ? rank - 1 : each < axis ? each : each - 1));
