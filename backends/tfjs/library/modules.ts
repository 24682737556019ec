/** The library as functions, for programs that are loaded and not written: by the same names as its texts. */
import * as activations from "./activations.ts";
import * as axes from "./axes.ts";
import * as convolution from "./convolution.ts";
import * as dot from "./dot.ts";
import * as kernels from "./kernel-gradient.ts";
import * as normalisation from "./normalisation.ts";
import * as padding from "./padding.ts";
import * as pooling from "./pooling.ts";
import * as product from "./product.ts";
import * as random from "./random.ts";
import * as records from "./records.ts";
import * as repetition from "./repetition.ts";
import * as resize from "./resize.ts";
import * as rows from "./rows.ts";
import * as selection from "./selection.ts";
import type { LibraryFile } from "./index.ts";

export const libraryModules: { readonly [File in LibraryFile]: object } = {
  activations, axes, convolution, dot, "kernel-gradient": kernels, normalisation, padding, pooling, product, random, records, repetition, resize, rows, selection,
};
