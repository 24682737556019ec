/**
 * The text form of a graph: `printGraph` and `parseGraph` are inverses up to the numbering of nodes in the process. Golden files and
 * `netc graph` use it.
 *
 *   %12 = conv(%3, %11) stride=[1, 1] … : f32[B, G = 1, O = 512, Y = 30, X = 30]  // models/x.net:12:9 vision.patches
 */
export { constantsOf, printGraph, printType } from "./text-print.ts";
export { parseGraph } from "./text-parse.ts";
export type { ParseOptions } from "./text-parse.ts";
export { TextError } from "./text-reader.ts";
