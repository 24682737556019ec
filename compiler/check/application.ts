/** One use of a block: where it stands, with which inputs and options, and where its weights live. */
import type { Argument, Block, Call } from "../../grammar/ast.ts";
import type { Scope } from "./scope.ts";
import type { LayerValue } from "./values.ts";

export interface Application {
  readonly scope: Scope;
  /** Where the options' expressions mean something: the scope in which a shared layer was made. */
  readonly optionScope: Scope;
  readonly block: Block;
  readonly inputs: readonly Argument[];
  readonly options: readonly Argument[];
  readonly call: Call;
  readonly path: string;
  readonly order: readonly number[];
  readonly layer?: LayerValue;
}

/** The options that a call gives by name. */
export type Given = ReadonlyMap<string, Argument>;
