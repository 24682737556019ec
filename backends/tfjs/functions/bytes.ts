/** How large values are when a program is laid out: what matters is which is larger, so free sizes count as 1. */
import { evaluate, variablesOf, type Size } from "../../../compiler/dims/index.ts";

/** Bytes of a value whose free sizes are 1: what a sample takes. */
export const bytesOf = (shape: readonly Size[]): number => shape.reduce((product, size) => product * Number(evaluate(size, new Map(variablesOf(size).map((name) => [name, 1]))) ?? 1), 4);
