/** A step writes one expression over the tensors in scope, with its type; undefined where nothing suits. */
import type { Made, Scope } from "../scope.ts";

export type Step = (scope: Scope) => Made | undefined;
