/**
 * The library of generated programs as texts: TypeScript that is part of netc, checked and tested with it, and copied whole, file by file, into a
 * program as far as it is used. A new function is a line here; a test compares the lines with what the files export.
 */
import activations from "./activations.ts?raw";
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
  convolutionInGroups: "convolution",
  convolutionPerSample: "convolution",
  depthwiseConvolution: "convolution",
  dot: "dot",
  rowsTimes: "dot",
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
  softmaxGradient: "normalisation",
  padOrCut: "padding",
  part: "padding",
  averagePool: "pooling",
  maxPool: "pooling",
  maxPoolGradient: "pooling",
  product: "product",
  randomTensor: "random",
  disposeOthers: "records",
  numbered: "records",
  pick: "records",
  squaredNorm: "records",
  statesOf: "records",
  weightsOf: "records",
  indicesAlong: "repetition",
  repeat: "repetition",
  resize: "resize",
  gatherRows: "selection",
  scatterAdd: "selection",
  topK: "selection",
} as const;

export type LibraryFunction = keyof typeof libraryFunctions;

const texts = { activations, convolution, dot, "kernel-gradient": kernels, normalisation, padding, pooling, product, random, records, repetition, resize, selection } as const;

export type LibraryFile = keyof typeof texts;

export const libraryFiles = Object.keys(texts) as readonly LibraryFile[];

/** The texts of some files and of those that they import, by name without ending, in order of the name. */
export function libraryTexts(files: Iterable<LibraryFile>): ReadonlyMap<LibraryFile, string> {
  const wanted = new Set<LibraryFile>();
  const add = (file: LibraryFile): void => {
    if (wanted.has(file)) return;
    wanted.add(file);
    for (const [, name] of texts[file].matchAll(/from "\.\/([\w-]+)\.ts"/g)) add(name as LibraryFile);
  };
  for (const file of files) add(file);
  return new Map([...wanted].sort().map((file) => [file, texts[file]]));
}
