/**
 * What lowering tells while it makes a graph: the frame of each call, what values are called in it, and their types in its own axis names. A node
 * is made under the names of the block that made it; whoever called that block has other names for the same axes.
 */
import type { Call, Node as Tree } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/source.ts";
import type { Frame, Scope } from "../../../compiler/check/scope.ts";
import type { Value } from "../../../compiler/check/values.ts";
import type { Node } from "../../../compiler/ir/graph.ts";
import type { TensorType } from "../../../compiler/types/types.ts";

/** What is known of a value in one frame. */
export interface Known {
  type?: TensorType;
  /** The field of the frame's result in which it leaves. */
  field?: string;
}

export interface NamedInput {
  readonly name: string;
  /** Its type in the block, as the first of them has it. */
  readonly type: TensorType;
}

export interface Trace {
  readonly record: (tree: Tree, value: Value, scope: Scope) => void;
  /** The frame in which a node was made, by the callers in its location; they are one object per frame. */
  frameOf(callers: readonly Span[]): Frame | undefined;
  /** Where an operator that stands for a whole block was called. */
  callOf(node: Node): { readonly call: Call; readonly scope: Scope } | undefined;
  known(frame: Frame, node: Node): Known | undefined;
  /** For each value that a call was given, the names of the inputs that hold it: several, where one value serves twice. */
  inputsOf(frame: Frame): ReadonlyMap<Node, NamedInput>;
}

export function createTrace(): Trace {
  const frames = new Map<readonly Span[], Frame>();
  const calls = new Map<Node, { readonly call: Call; readonly scope: Scope }>();
  const values = new Map<Frame, Map<Node, Known>>();
  const signatures = new Map<Frame, Scope>();
  const inputs = new Map<Frame, ReadonlyMap<Node, NamedInput>>();
  const know = (frame: Frame, node: Node): Known => {
    let own = values.get(frame);
    if (!own) values.set(frame, (own = new Map()));
    let known = own.get(node);
    if (!known) own.set(node, (known = {}));
    return known;
  };
  const learn = (frame: Frame, value: Value, what: (known: Known, type: TensorType) => void): void => {
    if (value.kind === "tensor" && value.node) what(know(frame, value.node), value.type);
    else if (value.kind === "list") for (const element of value.elements ?? []) learn(frame, element, what);
    else if (value.kind === "record") for (const field of value.fields.values()) learn(frame, field, what);
  };
  return {
    record(tree, value, scope) {
      const { frame } = scope;
      if (!frames.has(frame.callers)) {
        frames.set(frame.callers, frame);
        let outermost = scope;
        while (outermost.parent) outermost = outermost.parent;
        signatures.set(frame, outermost);
      }
      if (tree.kind === "Call" && value.kind === "tensor" && value.node && value.node.location.span === tree.span && value.node.location.callers[0] === tree.span) {
        if (!calls.has(value.node)) calls.set(value.node, { call: tree, scope });
      }
      learn(frame, value, (known, type) => {
        known.type ??= type;
      });
      if (tree === returnedBy(frame) && value.kind === "record") {
        for (const [name, field] of value.fields) learn(frame, field, (known) => void (known.field ??= name));
      }
    },
    frameOf: (callers) => frames.get(callers),
    callOf: (node) => calls.get(node),
    known: (frame, node) => values.get(frame)?.get(node),
    inputsOf(frame) {
      const known = inputs.get(frame) ?? namesOfInputs(frame, signatures.get(frame));
      inputs.set(frame, known);
      return known;
    },
  };
}

/** The expression that a block returns. */
function returnedBy({ block }: Frame): Tree | undefined {
  if (!block) return undefined;
  if (block.body.kind !== "Body") return block.body;
  const statement = block.body.statements.find((candidate) => candidate.kind === "Return");
  return statement?.kind === "Return" ? statement.value : undefined;
}

function namesOfInputs({ block }: Frame, scope: Scope | undefined): ReadonlyMap<Node, NamedInput> {
  const found = new Map<Node, NamedInput>();
  for (const { name, default: absent } of block?.inputs ?? []) {
    const binding = scope?.bindings.get(name.text);
    if (binding?.kind !== "value") continue;
    const note = (value: Value): void => {
      if (value.kind === "list") value.elements?.forEach(note);
      if (value.kind !== "tensor" || !value.node) return;
      const others = found.get(value.node);
      // An input that was left out holds what another holds: that is no second use of it.
      if (!others) found.set(value.node, { name: name.text, type: value.type });
      else if (!absent && !others.name.split(", ").includes(name.text)) found.set(value.node, { ...others, name: `${others.name}, ${name.text}` });
    };
    note(binding.value);
  }
  return found;
}
