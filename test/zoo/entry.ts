/** One architecture of the zoo: a file of examples/zoo, and what its source says about it. */
export interface ZooEntry {
  /** From the repository's root: `examples/zoo/resnet50.net`. */
  readonly file: string;
  /** The model of the file that the numbers are of. */
  readonly model: string;
  /** Trained numbers with the default config: exact. Batch-norm statistics are states and do not count. */
  readonly parameters: number;
  /** What the source says, verbatim: "25,557,032", or a rounding such as "4.1 M". */
  readonly published: string;
  /** Paper, or the implementation that the exact number was counted with. */
  readonly source: string;
  /** Values of the free sizes for the two runs; both are fed to one ONNX model. */
  readonly sizes: readonly [Readonly<Record<string, number>>, Readonly<Record<string, number>>];
  /** Config values of a small variant for the two runs, where the full model is too large to run in a test: it is then only counted. */
  readonly run?: Readonly<Record<string, number>>;
  /** For an integer input: the numbers it is fed lie in 0..below (token ids below the vocabulary, segment ids below 2). 50 where nothing is said. */
  readonly below?: Readonly<Record<string, number>>;
}
