/** All peepholes, in the order in which they are tried on an operation. */
import * as broadcast from "./broadcast.ts";
import * as constants from "./constants.ts";
import * as layout from "./layout.ts";
import * as operators from "./operators.ts";
import type { Rule } from "./rewrite.ts";

export const peepholes: readonly Rule[] = [
  layout.identityReshape,
  layout.identityTranspose,
  layout.identityCast,
  layout.identitySlice,
  layout.reshapeOfReshape,
  layout.transposeOfTranspose,
  layout.transposeOfOnes,
  layout.transposeAcrossOnes,
  layout.reverseOfReverse,
  constants.reshapeOfConstant,
  constants.transposeOfConstant,
  constants.reverseOfConstant,
  constants.sliceOfConstant,
  constants.castOfConstant,
  broadcast.expandOfExpand,
  broadcast.implicitBroadcast,
  broadcast.expandAfter,
  broadcast.transposeOfExpand,
  broadcast.matmulOfExpand,
  operators.keptAxes,
  operators.biasOfConvolution,
];

/** For a step that ONNX Runtime runs as it is written: with operators of its own. */
export const peepholesForRuntime: readonly Rule[] = [...peepholes, operators.transposedProduct, operators.sumOfSquares];
