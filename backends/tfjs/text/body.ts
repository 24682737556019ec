/**
 * The lines of one function: a line for each tensor that is made, and behind it the disposal of those that nothing reads any more. Values that stand
 * outside are reached by an expression; what is not the function's to dispose it leaves alone. Lines are joined (joining.ts) and named when all are there.
 */
import { constant, showSize, type Size } from "../../../compiler/dims/index.ts";
import type { Node, NodeOf, OperatorName } from "../../../compiler/ir/graph.ts";
import { lastUses } from "../../../compiler/lifetimes.ts";
import { tfjsDtype, type Form, type FormContext } from "../form.ts";
import { formOf } from "../forms/table.ts";
import { familiesOf, plainName, type Wanted } from "./families.ts";
import { withMarks } from "./holes.ts";
import { joined, markOf, type Declaration, type Value } from "./joining.ts";
import type { LibraryFunction } from "../library/index.ts";
import type { Plan } from "../functions/plan.ts";
import { withFields } from "./record-text.ts";
import { reshapeText } from "./reshape-text.ts";
import { createScalarTexts } from "../functions/scalars.ts";
import type { SizeTexts } from "./sizes.ts";
import { bytesOf } from "../functions/bytes.ts";

export interface Line {
  readonly text: string;
  /** The array that is made in front of it. */
  readonly declares?: Declaration;
  /** What is said of it in a comment. */
  readonly remark?: string;
}

export interface Surroundings {
  /** An expression for a value that the body does not make itself. */
  readonly access: (node: Node) => string;
  /** Whether the body disposes a value behind its last use. */
  readonly isDisposedHere: (node: Node) => boolean;
  /** What a line would like to be called, and what it is called in the end. */
  readonly wantedFor: (node: Node, isHelper: boolean) => Wanted;
  readonly named: (node: Node, name: string) => void;
  readonly unique: (wanted: string) => string;
  /** What the source says of a line. */
  readonly remarkFor: (node: Node) => string;
  readonly sizes: SizeTexts;
  /** How many functions that call each other may put off disposal at a time: each of them a part of what all together may. */
  readonly nesting: number;
  /** Bytes of a value. */
  readonly bytesFor: (node: Node) => number | undefined;
  readonly library: (name: LibraryFunction) => string;
  readonly stream: (key: string) => string;
}

/** A call of another function. */
export interface Call {
  /** Its expression; what is not an expression of values is written as it is. */
  readonly text: string;
  readonly reads: readonly Node[];
  readonly wanted: Wanted;
  readonly named: (name: string) => void;
  /** Of a record: its name, and the array in which it stands. */
  readonly name?: string;
  readonly declares?: Declaration;
  /** The one tensor that it gives; of a call that gives a record, nothing. */
  readonly result?: Node;
  /** Lines that dispose what nothing reads of the record. */
  readonly unread: readonly string[];
}

export interface Body {
  /** Bytes that may live a little longer than they must while what is made or called next runs. */
  allow(bytes: number): void;
  /** Makes a value, and what it needs that is written where it is read. */
  make(node: Node): void;
  call(call: Call): void;
  /** The expression of a value that was made or stands outside. */
  textOf(node: Node): string;
  /** The expression of a value that the function returns, which it therefore does not dispose. */
  kept(node: Node): string;
  /**
   * All lines, disposal included, and `returned` behind them with its values named; `shorter` may name several tensors that are disposed together by the
   * record in which they stand.
   */
  lines(returned: readonly string[], shorter?: (dead: readonly string[]) => readonly string[]): readonly Line[];
}

const one = constant(1);

export function createBody(plan: Plan, { access, isDisposedHere, wantedFor, named, unique, remarkFor, sizes, nesting, bytesFor, library, stream }: Surroundings): Body {
  const { repetition } = plan;
  const numberOf = createScalarTexts(sizes.text);
  const sequence: Value[] = [];
  const wholes = new Map<Node, Value>();
  const compacts = new Map<Node, Value>();
  const returned = new Set<Value>();
  let count = 0;
  let allowed = 0;

  const context = (node: Node): FormContext => ({
    size: (size, hint) => sizes.text(size, hint),
    sizes: (list, hint) => hint !== undefined ? sizes.list(list, hint) : `[${list.map((size, axis) => sizes.text(size, list.length === node.type.shape.length && size === node.type.shape[axis] ? node.type.axes[axis] : "")).join(", ")}]`,
    library, stream,
    keepsAxes: node.operator === "reduce" && repetition.keepsAxes(node),
  });

  function add(node: Node, expression: string, reads: readonly Value[], shape: readonly Size[], isHelper: boolean, viewOf?: Value): Value {
    const isLike = shape.length === node.type.shape.length;
    const axes = shape.map((size, axis) => (isLike && size === node.type.shape[axis] && node.type.axes[axis]) || showSize(size));
    const { dtype } = node.type;
    const said = remarkFor(node);
    const value: Value = {
      id: count++, text: "", expression, reads, isDisposedHere: isHelper || isDisposedHere(node), viewOf, bytes: (isHelper ? undefined : bytesFor(node)) ?? bytesOf(shape), allowed, kind: "operator",
      wanted: wantedFor(node, isHelper),
      named: isHelper ? undefined : (name) => named(node, name),
      shape: `${dtype === "f32" ? "" : dtype}[${axes.join(", ")}]`,
      said: said ? [said] : [],
    };
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

  function makeWhole(node: Node): Value {
    const number = numberOf(node);
    if (number !== undefined) {
      const dtype = tfjsDtype(node.type.dtype);
      return add(node, node.type.shape.length === 0 ? `tf.scalar(${number}, "${dtype}")` : `tf.fill([${node.type.shape.map((size) => sizes.text(size)).join(", ")}], ${number}, "${dtype}")`, [], node.type.shape, true);
    }
    const behind = plan.behind(node);
    if (behind !== node) return whole(behind);
    if (plan.isGiven(node) || plan.placeOf.has(node)) {
      return { id: count++, text: access(node), reads: [], isDisposedHere: isDisposedHere(node), bytes: bytesFor(node) ?? bytesOf(node.type.shape), allowed, kind: "outside", wanted: { base: "" } };
    }
    return write(node, true);
  }

  /** The line of a node. */
  function write(node: Node, isHelper: boolean): Value {
    const idiom = plan.idiomOf(node);
    if (idiom) {
      const operands = idiom.operands.map(whole);
      return add(node, idiom.write(operands.map(markOf), context(node)), operands, node.type.shape, isHelper);
    }
    const form = formOf(node.operator) as Form<OperatorName>;
    const reads: Value[] = [];
    const texts = repetition.taken(node).map((taken, at) => {
      const input = node.inputs[at];
      if (taken === "number") return numberOf(input)!;
      const value = taken === "compact" ? compact(input as NodeOf<"broadcast">) : whole(input);
      reads.push(value);
      return markOf(value);
    });
    const own = context(node);
    const shape = own.keepsAxes && node.operator === "reduce" ? node.inputs[0].type.shape.map((size, axis) => (node.attributes.axes.includes(axis) ? one : size)) : node.type.shape;
    return add(node, form.write(node as NodeOf<OperatorName>, texts, own), reads, shape, isHelper, node.operator === "reshape" ? reads[0] : undefined);
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
    const value = isAligned ? x : add(node as Node, reshapeText(markOf(x), operand.type.shape, aligned, { size: (axis) => sizes.text(aligned[axis]), library }), [x], aligned, true, x);
    compacts.set(node as Node, value);
    return value;
  }

  return {
    allow: (bytes) => void (allowed = bytes),
    make: (node) => void wholes.set(node, write(node, false)),
    call({ text, reads, result, ...own }) {
      const value: Value = {
        id: count++, text: "", expression: text, reads: reads.map(whole), isDisposedHere: result !== undefined && isDisposedHere(result),
        bytes: result ? (bytesFor(result) ?? bytesOf(result.type.shape)) : 0, allowed, kind: result ? "call" : "record", ...own,
      };
      sequence.push(value);
      if (result) wholes.set(result, value);
    },
    textOf: (node) => markOf(whole(node)),
    kept(node) {
      const value = whole(node);
      returned.add(value);
      return markOf(value);
    },
    lines(returnedLines, shorter = (dead) => dead) {
      const order = joined(sequence, returned);
      const names = new Map<number, string>();
      const resolve = (text: string): string => withMarks(text, (id) => names.get(id)!);
      const declared = giveNames(order, names, unique);
      const last = lastUses(order, ({ reads }) => reads, returned);
      const disposal = createDisposal(shorter);
      const lines = order.flatMap((value, at): readonly Line[] => {
        const name = names.get(value.id)!;
        const dead = [...new Set(value.reads)].filter((read) => read.isDisposedHere && last.get(read) === at);
        const isUnread = value.isDisposedHere && !last.has(value);
        const text = `${name.endsWith("]") ? "" : "const "}${name} = ${resolve(value.expression!)};`;
        const own = { text, remark: [...(value.shape ? [value.shape] : []), ...(value.said ?? [])].join(" "), declares: declared.get(value) ?? value.declares };
        return [...disposal.before(value.allowed / nesting), own, ...(value.unread ?? []).map((each) => ({ text: each })), ...disposal.behind([...dead, ...(isUnread ? [value] : [])].map((each) => ({ text: resolve(markOf(each)), bytes: each.bytes })))];
      });
      lines.push(...disposal.rest());
      return [...withoutLastName(lines, returnedLines.map((text) => withFields(resolve(text))))];
    },
  };
}

/** Names for all lines, and the arrays that are made in front of some. */
function giveNames(order: readonly Value[], names: Map<number, string>, unique: (wanted: string) => string): ReadonlyMap<Value, Declaration> {
  const tensors = order.filter(({ name }) => name === undefined);
  const families = familiesOf(tensors.map(({ wanted, expression = "" }) => ({ wanted, expression })));
  const declared = new Map<Value, Declaration>();
  tensors.forEach((value, at) => {
    const family = families[at];
    if (family?.first === at) declared.set(value, { name: unique(value.wanted.base), type: "Tensor[]" });
    names.set(value.id, family ? `${declared.get(tensors[family.first])!.name}[${family.index}]` : unique(plainName(value.wanted)));
    value.named?.(names.get(value.id)!);
  });
  for (const { id, name } of order) if (name !== undefined) names.set(id, name);
  return declared;
}

/** Columns of a line that disposes several. */
const widestDisposal = 124;

interface Disposal {
  /** The lines in front of one during which so many bytes may wait. */
  readonly before: (allowed: number) => readonly Line[];
  /** The lines behind one that is the last to read some values. */
  readonly behind: (dead: readonly { readonly text: string; readonly bytes: number }[]) => readonly Line[];
  /** What is left at the end. */
  readonly rest: () => readonly Line[];
}

/** Values are disposed several at a time, before a line during which they would be too much. Members of families do not wait: their lines may become loops. */
function createDisposal(shorter: (dead: readonly string[]) => readonly string[]): Disposal {
  let waiting: string[] = [];
  let bytes = 0;
  function flushed(): readonly Line[] {
    const texts = shorter(waiting);
    [waiting, bytes] = [[], 0];
    return disposalOf(texts);
  }
  return {
    rest: flushed,
    before: (allowed) => (bytes > allowed ? flushed() : []),
    behind(dead) {
      const [members, others] = [dead.filter(({ text }) => text.includes("[")), dead.filter(({ text }) => !text.includes("["))];
      const lines = [...disposalOf(shorter(members.map(({ text }) => text)))];
      for (const each of others) {
        if (`${waiting.join(", ")}, ${each.text}`.length > widestDisposal) lines.push(...flushed());
        waiting.push(each.text);
        bytes += each.bytes;
      }
      return lines;
    },
  };
}

function disposalOf(texts: readonly string[]): readonly Line[] {
  if (texts.length === 0) return [];
  const [text] = texts;
  return [{ text: texts.length > 1 ? `tf.dispose([${texts.join(", ")}]);` : `tf.dispose(${text});` }];
}

/** `const y = …; return y;` as one line. */
function withoutLastName(lines: readonly Line[], returned: readonly string[]): readonly Line[] {
  const name = /^return (\w+);$/.exec(returned.length === 1 ? returned[0] : "")?.[1];
  const last = lines[lines.length - 1];
  const start = `const ${name} = `;
  if (name === undefined || !last?.text.startsWith(start)) return [...lines, ...returned.map((text) => ({ text }))];
  return [...lines.slice(0, -1), { text: `return ${last.text.slice(start.length)}`, remark: last.remark }];
}
