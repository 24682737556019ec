/**
 * The lines of one function: a line for each tensor that is made, and behind it the disposal of those that nothing reads any more. Values that stand
 * outside are reached by an expression; what is not the function's to dispose it leaves alone.
 */
import { constant, showSize, type Size } from "../../compiler/dims/index.ts";
import type { Node, NodeOf, OperatorName } from "../../compiler/ir/graph.ts";
import { lastUses } from "../../compiler/lifetimes.ts";
import { tfjsDtype, type Form, type FormContext } from "./form.ts";
import { formOf } from "./forms/table.ts";
import type { LibraryFunction } from "./library/index.ts";
import type { Plan } from "./plan.ts";
import { createScalarTexts } from "./scalars.ts";
import type { SizeTexts } from "./sizes.ts";

/** The shape of a line's tensor, for people: its axes by their names, or by their sizes where they have none. */
export interface Remark {
  readonly dtype: string;
  readonly axes: readonly string[];
}

export interface Line {
  readonly text: string;
  readonly remark?: Remark;
}

/** A tensor: one that a line makes, or one that stands outside. */
interface Value {
  readonly text: string;
  /** What its line reads; of one that stands outside, nothing. */
  readonly reads: readonly Value[];
  readonly line?: Line;
  readonly isDisposedHere: boolean;
}

export interface Surroundings {
  /** An expression for a value that the body does not make itself. */
  readonly access: (node: Node) => string;
  /** Whether the body disposes a value behind its last use. */
  readonly isDisposedHere: (node: Node) => boolean;
  /** A name for what a line makes. */
  readonly nameFor: (node: Node, isHelper: boolean) => string;
  readonly sizes: SizeTexts;
  readonly library: (name: LibraryFunction) => string;
  readonly step: () => string;
}

export interface Body {
  /** Makes a value, and what it needs that is written where it is read. */
  make(node: Node): void;
  /** A line that is not of one value: a call, which reads values. */
  call(text: string, reads: readonly Node[]): void;
  /** The expression of a value that was made or stands outside. */
  textOf(node: Node): string;
  /** The expression of a value that the function returns, which it therefore does not dispose. */
  kept(node: Node): string;
  /** All lines, disposal included; `shorter` may name several tensors that are disposed together by the record in which they stand. */
  lines(shorter?: (dead: readonly string[]) => readonly string[]): readonly Line[];
}

const one = constant(1);

export function createBody(plan: Plan, { access, isDisposedHere, nameFor, sizes, library, step }: Surroundings): Body {
  const { repetition } = plan;
  const numberOf = createScalarTexts(sizes.text);
  const sequence: Value[] = [];
  const wholes = new Map<Node, Value>();
  const compacts = new Map<Node, Value>();
  const returned = new Set<Value>();

  const context = (node: Node): FormContext => ({
    size: (size) => sizes.text(size),
    sizes: (list) => `[${list.map((size, axis) => sizes.text(size, list.length === node.type.shape.length && size === node.type.shape[axis] ? node.type.axes[axis] : "")).join(", ")}]`,
    library, step,
    keepsAxes: node.operator === "reduce" && repetition.keepsAxes(node),
  });

  function add(node: Node, expression: string, reads: readonly Value[], shape: readonly Size[], isHelper: boolean): Value {
    const text = nameFor(node, isHelper);
    const isLike = shape.length === node.type.shape.length;
    const axes = shape.map((size, axis) => (isLike && size === node.type.shape[axis] && node.type.axes[axis]) || showSize(size));
    const value = { text, reads, isDisposedHere: isHelper || isDisposedHere(node), line: { text: `const ${text} = ${expression};`, remark: { dtype: node.type.dtype, axes } } };
    sequence.push(value);
    return value;
  }

  /** A value as a tensor of its shape. */
  function whole(node: Node): Value {
    const known = wholes.get(node);
    if (known) return known;
    const value = makeWhole(node);
    wholes.set(node, value);
    return value;
  }

  function outside(node: Node): Value {
    return { text: access(node), reads: [], isDisposedHere: isDisposedHere(node) };
  }

  function makeWhole(node: Node): Value {
    const number = numberOf(node);
    if (number !== undefined) {
      const dtype = tfjsDtype(node.type.dtype);
      return add(node, node.type.shape.length === 0 ? `tf.scalar(${number}, "${dtype}")` : `tf.fill([${node.type.shape.map((size) => sizes.text(size)).join(", ")}], ${number}, "${dtype}")`, [], node.type.shape, true);
    }
    const behind = plan.behind(node);
    if (behind !== node) return whole(behind);
    if (plan.isGiven(node) || plan.placeOf.has(node)) return outside(node);
    return write(node, true);
  }

  /** The line of a node. */
  function write(node: Node, isHelper: boolean): Value {
    const form = formOf(node.operator) as Form<OperatorName>;
    const reads: Value[] = [];
    const texts = repetition.taken(node).map((taken, at) => {
      const input = node.inputs[at];
      if (taken === "number") return numberOf(input)!;
      const value = taken === "compact" ? compact(input as NodeOf<"broadcast">) : whole(input);
      reads.push(value);
      return value.text;
    });
    const own = context(node);
    const shape = own.keepsAxes && node.operator === "reduce" ? node.inputs[0].type.shape.map((size, axis) => (node.attributes.axes.includes(axis) ? one : size)) : node.type.shape;
    return add(node, form.write(node as NodeOf<OperatorName>, texts, own), reads, shape, isHelper);
  }

  /** What a broadcast repeats, with axes of 1 where it must have them. */
  function compact(node: NodeOf<"broadcast">): Value {
    const known = compacts.get(node as Node);
    if (known) return known;
    const [operand] = node.inputs;
    const { positions, shape } = node.attributes;
    const x = whole(operand);
    const isAligned = positions.every((at, i) => at === shape.length - positions.length + i) || (operand.operator === "reduce" && repetition.keepsAxes(operand));
    const aligned = shape.map((size, axis) => (positions.includes(axis) ? size : one)).slice(positions[0] ?? shape.length);
    const value = isAligned ? x : add(node as Node, `tf.reshape(${x.text}, [${aligned.map((size) => sizes.text(size)).join(", ")}])`, [x], aligned, true);
    compacts.set(node as Node, value);
    return value;
  }

  return {
    make: (node) => void wholes.set(node, write(node, false)),
    call: (text, reads) => void sequence.push({ text: "", reads: reads.map(whole), line: { text }, isDisposedHere: false }),
    textOf: (node) => whole(node).text,
    kept(node) {
      returned.add(whole(node));
      return whole(node).text;
    },
    lines(shorter = (dead) => dead) {
      const last = lastUses(sequence, ({ reads }) => reads, returned);
      return sequence.flatMap((value, at) => {
        const dead = [...new Set(value.reads)].filter((read) => read.isDisposedHere && last.get(read) === at).map(({ text }) => text);
        const texts = dead.length === 0 ? [] : shorter(dead);
        const disposal = texts.length === 0 ? [] : [{ text: texts.length === 1 && dead.includes(texts[0]) ? `${texts[0]}.dispose();` : texts.length === 1 ? `tf.dispose(${texts[0]});` : `tf.dispose([${texts.join(", ")}]);` }];
        return [value.line!, ...disposal];
      });
    },
  };
}
