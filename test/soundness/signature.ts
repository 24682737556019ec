/** A block as its users see it: the tree of its signature, and what the generator noted while it wrote the body. */
import type { Block, Expression, OptionKind, Type } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { library } from "../../compiler/std/index.ts";

export interface Signature {
  readonly block: Block;
  readonly owns: boolean;
  /** Names that must be numbers where the block is used. */
  readonly staticNames: ReadonlySet<string>;
  /** Inputs whose elements are compared or ranked. */
  readonly exactInputs: ReadonlySet<string>;
  /** Alternatives of the choices that it names. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

export function blocksOf(text: string): readonly Block[] {
  return parse(createSourceFile("signature.net", text)).file.items.filter((item): item is Block => item.kind === "Block");
}

/** Blocks of the library that are called like any other; those that find their axis by a name are steps of their own (steps/layers.ts). */
const libraryStatics: Readonly<Record<string, readonly string[]>> = {
  Conv: ["C", "out", "kernel.Y", "kernel.X", "stride.Y", "stride.X", "dilation.Y", "dilation.X", "padding.Y", "padding.X", "groups"],
  DepthwiseConv: ["C", "kernel.Y", "kernel.X", "stride.Y", "stride.X", "dilation.Y", "dilation.X", "padding.Y", "padding.X"],
  DepthwiseSeparable: ["C", "out", "kernel.Y", "kernel.X", "dilation.Y", "dilation.X"],
  Conv1d: ["C", "out", "kernel", "stride", "dilation", "padding"],
  ConvTranspose: ["C", "out", "kernel.Y", "kernel.X", "stride.Y", "stride.X"],
  ConvNorm: ["C", "out", "kernel.Y", "kernel.X", "stride", "dilation", "groups"],
  ConvNorm1d: ["C", "out", "kernel", "dilation"],
  MultiHeadAttention: ["C", "D", "heads"],
  attend: ["heads"],
  EncoderLayer: ["C", "heads"],
  pixel_unshuffle: [],
  pixel_shuffle: [],
  RotatedConv: ["C", "out", "kernel", "bases"],
};

const libraryChoices = new Map([["Activation", ["relu", "gelu", "quick_gelu", "silu", "tanh"]]]);

export const librarySignatures: readonly Signature[] = library
  .flatMap(({ text }) => blocksOf(text))
  .flatMap((block) => {
    const statics = libraryStatics[block.name.text];
    return statics ? [{ block, owns: /^[A-Z]/.test(block.name.text), staticNames: new Set(statics), exactInputs: new Set<string>(), choices: libraryChoices }] : [];
  });

export type TensorTypeTree = Extract<Type, { kind: "TensorType" }>;

/** The tensor types of a result by field; the only one has the name "". */
export function resultTypes(block: Block): readonly { readonly field: string; readonly type: TensorTypeTree }[] {
  const { result } = block;
  if (result.kind === "TensorType") return [{ field: "", type: result }];
  if (result.kind !== "RecordResult") return [];
  return result.fields.flatMap(({ name, type }) => (type.kind === "TensorType" ? [{ field: name.text, type }] : []));
}

export const axesOfKind = (kind: OptionKind): readonly string[] | undefined => (kind.kind === "NumberKind" && kind.axes ? kind.axes.map((axis) => axis.text) : undefined);

export type Fact = Expression;
