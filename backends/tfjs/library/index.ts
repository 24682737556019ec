/**
 * The library of generated programs as texts: TypeScript that is part of netc, checked and tested with it, and copied into a program as far as it is used
 * (pruning.ts). A new function is a line here; a test compares the lines with what the files export.
 */
import { pruned } from "../pruning.ts";
import activations from "./activations.ts?raw";
import axes from "./axes.ts?raw";
import convolution from "./convolution.ts?raw";
import dot from "./dot.ts?raw";
import kernels from "./kernel-gradient.ts?raw";
import normalisation from "./normalisation.ts?raw";
import padding from "./padding.ts?raw";
import pooling from "./pooling.ts?raw";
import product from "./product.ts?raw";
import random from "./random.ts?raw";
import records from "./records.ts?raw";
import repetition from "./repetition.ts?raw";
import resize from "./resize.ts?raw";
import rows from "./rows.ts?raw";
import selection from "./selection.ts?raw";

/** The file of each function that forms call. */
export const libraryFunctions = {
  gelu: "activations",
  geluGradient: "activations",
  leakyReluGradient: "activations",
  remainder: "activations",
  swish: "activations",
  swishGradient: "activations",
  convolution: "convolution",
  convolution1d: "convolution",
  convolution3d: "convolution",
  convolutionInGroups: "convolution",
  convolutionPerSample: "convolution",
  depthwiseConvolution: "convolution",
  depthwiseConvolution1d: "convolution",
  depthwiseConvolution3d: "convolution",
  dot: "dot",
  depthwiseKernelGradient: "kernel-gradient",
  kernelGradient: "kernel-gradient",
  kernelGradientInGroups: "kernel-gradient",
  kernelGradientPerSample: "kernel-gradient",
  alongAxis: "normalisation",
  batchNorm: "normalisation",
  batchNormGradient: "normalisation",
  batchNormScaleGradient: "normalisation",
  layerNorm: "normalisation",
  layerNormGradient: "normalisation",
  layerNormScaleGradient: "normalisation",
  sampleVariance: "normalisation",
  softmaxGradient: "normalisation",
  padOrCut: "padding",
  part: "padding",
  averagePool: "pooling",
  maxPool: "pooling",
  maxPoolGradient: "pooling",
  product: "product",
  dropout: "random",
  normalNumbers: "random",
  uniformNumbers: "random",
  within: "random",
  disposeOthers: "records",
  numbered: "records",
  pick: "records",
  squaredNorm: "records",
  statesOf: "records",
  weightsOf: "records",
  joinLast: "axes",
  sizeAlong: "axes",
  splitLast: "axes",
  indicesAlong: "repetition",
  repeat: "repetition",
  enlargeNearest: "resize",
  resizeBilinear: "resize",
  resizeNearest: "resize",
  sumOfBlocks: "resize",
  meanOfRows: "rows",
  rowsBack: "rows",
  rowsTimes: "rows",
  sumOfProducts: "rows",
  sumOfRows: "rows",
  gatherRows: "selection",
  masked: "selection",
  scatterAdd: "selection",
  topK: "selection",
} as const;

export type LibraryFunction = keyof typeof libraryFunctions;

const texts = { activations, axes, convolution, dot, "kernel-gradient": kernels, normalisation, padding, pooling, product, random, records, repetition, resize, rows, selection } as const;

export type LibraryFile = keyof typeof texts;

export const libraryFiles = Object.keys(texts) as readonly LibraryFile[];

/** What a program imports of the library, and what that needs, by the names of the files without ending, in order of the name. */
export const libraryTexts = (imported: ReadonlyMap<LibraryFile, readonly string[]>): ReadonlyMap<LibraryFile, string> => pruned(texts, imported);
