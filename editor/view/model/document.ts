/**
 * What the viewer shows, as plain JSON: a hierarchy of blocks whose members are the calls and operations of the source, with the values that pass
 * between them. It is made by `view.ts`, sent to a page or written into a file, and read by the layout; nobody else needs the compiler.
 */

/** A half-open range of offsets in one of the program's sources. */
export interface Place {
  /** Index into `ViewProgram.sources`. */
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

export interface ViewSource {
  readonly name: string;
  readonly text: string;
  /** A file of the layer library, not of the person. */
  readonly library: boolean;
}

export interface ViewModel {
  readonly name: string;
  readonly variants: readonly { readonly name: string; readonly title: string }[];
}

/** What does not depend on the variant: the texts, and what there is to choose from. */
export interface ViewProgram {
  readonly sources: readonly ViewSource[];
  readonly models: readonly ViewModel[];
}

/** The type of a value in the language's own notation, and the numbers of its axes at the default sizes. */
export interface ViewType {
  /** `[B, tok = 901, C = 768]`; with the element type in front where that is not f32. */
  readonly text: string;
  readonly numbers: readonly number[];
}

/** One or several values of one type that enter or leave a node. */
export interface ViewPort {
  /** What the block calls it; "" where there is only one. */
  readonly name: string;
  /** Index into `ViewDocument.types`. */
  readonly type: number;
  /** How many values it stands for: layers 4 to 12 of a tower are nine. */
  readonly count: number;
}

export type NodeKind = "model" | "block" | "family" | "operation" | "parameter" | "state" | "input" | "output";

/** Where a wire ends: a child and one of its ports, or (child -1) a port of the block around. */
export interface WireEnd {
  readonly child: number;
  readonly port: number;
}

export interface ViewWire {
  readonly from: WireEnd;
  readonly to: WireEnd;
  /** How many values pass. */
  readonly count: number;
  readonly change?: Change;
}

export type Change = "same" | "changed" | "added" | "removed" | "moved";

export interface Figures {
  readonly parameters: number;
  readonly macs: number;
}

export interface ViewNode extends Figures {
  /** Stable while the text around it stays: names of bindings from the model down, `vision/layer[3]/attention`. */
  readonly id: string;
  readonly kind: NodeKind;
  /** The binding that holds it, `layer[3]`; "" for an operation inside an expression. */
  readonly name: string;
  /** The block or the operation: `EncoderLayer`, `add`. */
  readonly what: string;
  /** The binding path of a block with weights of its own, as `netc summary` and `netc diff` write it. */
  readonly path?: string;
  /** Where it stands in the source; a whole statement, where it is what the statement binds. */
  readonly place?: Place;
  /** The block that a call uses, and its documentation. */
  readonly definition?: Place;
  readonly documentation?: string;
  /** The node whose weights this one uses too: they are counted there. */
  readonly shares?: string;
  /** Of a family: how many members it has. */
  readonly members?: number;
  readonly inputs: readonly ViewPort[];
  readonly results: readonly ViewPort[];
  readonly children: readonly ViewNode[];
  readonly wires: readonly ViewWire[];
  readonly change?: Change;
  /** In a comparison: what the node was before, where that differs. */
  readonly before?: Partial<Figures> & { readonly what?: string; readonly path?: string; readonly results?: readonly string[] };
}

/** One variant of a model. */
export interface ViewDocument {
  readonly version: 1;
  readonly model: string;
  readonly variant: string;
  /** In a comparison: the variant before. */
  readonly from?: string;
  /** The numbers for free sizes at which figures and shapes are given. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly types: readonly ViewType[];
  readonly root: ViewNode;
}

/** A key of the config that two variants set differently. */
export interface ConfigDifference {
  readonly key: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a page needs beside the two documents to show what changed from one to the other. */
export interface ViewDifference {
  readonly from: string;
  readonly to: string;
  readonly config: readonly ConfigDifference[];
  /** Members that are there in both under different ids: before and after. */
  readonly pairs: readonly (readonly [before: string, after: string])[];
  /** Members that only one side has; what stands in them is so too, unless it is in `pairs` or has a partner of the same id. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Members of both that are not the same, by their id after; with + or - in front blocks that are of both, but have members in the second or first alone. */
  readonly changed: Readonly<Record<string, Change>>;
}
