/** What a caller says and gets: options, refusals, the artefact. */
import type { ArenaPlan } from "./arena.ts";
import type { Node } from "../../compiler/ir/graph.ts";
import type { WeightNode } from "./static-values.ts";

export type Weights =
  /** Weights become initialisers; `of` gives the numbers of one, row-major, whenever it is asked. */
  | { readonly kind: "values"; readonly of: (node: WeightNode) => Float32Array }
  /** Parameters, then states, become inputs of the model, named by their paths, in their own layout. */
  | { readonly kind: "inputs" };

export interface OnnxOptions {
  /** 17 to 26; 20 by default, the first with Gelu, known to every runtime of the last years. */
  readonly opset?: number;
  readonly producerVersion: string;
  /** Written as metadata properties, beside `netc.spans`. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly weights: Weights;
  /**
   * For a training step in ONNX Runtime, whose order of execution decides how much is alive at once: it walks back from the results, at each node first to
   * the operand that stands last in the file (a depth-first search; found by comparing with its profile). So nodes are written in the reverse of the order
   * in which they should run, each as late as it can, cotangents before what is computed again for them. Products take
   * transposed operands (an operator of ONNX Runtime). Against the letter of ONNX, which wants operands first: not for files that are given to others.
   */
  readonly runLate?: boolean;
  /** File name of the external data: weights of 1 MiB and more go there. */
  readonly external?: string;
}

/** What ONNX at this version cannot say. */
export interface Refusal {
  readonly operator: string;
  readonly needs: string;
  readonly path: string;
  readonly node?: Node;
}

export interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface OnnxArtefact {
  readonly model: Uint8Array;
  readonly opset: number;
  /** Present when options.external is: the chunks of that file, by rising offset. Each is made when it is asked for, so write one before the next. */
  readonly externalData?: { readonly length: number; readonly chunks: () => Iterable<Chunk> };
  /** Names in the order of the model's signature. Outputs: those of the graph, then `next/<path>` for each updated state. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodeCount: number;
  /** With `runLate` and sizes that are numbers: where its values lie. */
  readonly arena?: StepArena;
}

/** The model with all of a step's values in an arena: its bytes are `head`, then `model` (messages of Protocol Buffers that follow each other are one). */
export interface StepArena {
  readonly plan: ArenaPlan;
  readonly head: Uint8Array;
  /** The first result of that model: a sequence, which onnxruntime-node cannot give and so stops before it copies any of the others. */
  readonly end: string;
}
