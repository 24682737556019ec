/**
 * Lines that become one: a value that is read once is written where it is read, in a scope that disposes it behind the line. What would have been disposed
 * before that line then lives until its end, so lines are joined only as far as the most that the program holds does not grow (slack.ts).
 */
import { lastUses } from "../../../compiler/lifetimes.ts";
import { familiesOf, plainName, type Wanted } from "./families.ts";
import { lengthOf, valueMark, withMarks } from "./holes.ts";

/** An array of tensors or records. */
export interface Declaration {
  readonly name: string;
  readonly type: string;
}

/** A tensor: one that a line makes, or one that stands outside; or the record that a call gives. */
export interface Value {
  readonly id: number;
  /** Of one that stands outside: how it is reached. */
  readonly text: string;
  /** What its line computes, with marks for values. */
  expression?: string;
  /** What its line reads, as often as it reads it; of one that stands outside, nothing. */
  reads: readonly Value[];
  readonly isDisposedHere: boolean;
  /** The value whose data it shares. */
  readonly viewOf?: Value;
  /** For a sample. */
  readonly bytes: number;
  /** Bytes that may live longer than they must while its line runs. */
  readonly allowed: number;
  readonly kind: "operator" | "call" | "record" | "outside";
  /** What its line would like to be called; of a record that is known already, its name. */
  readonly wanted: Wanted;
  readonly named?: (name: string) => void;
  readonly name?: string;
  /** The array that is made in front of it. */
  readonly declares?: Declaration;
  /** The shape of its tensor, and what the source says beside its line and those that are written in it. */
  readonly shape?: string;
  said?: readonly string[];
  readonly unread?: readonly string[];
  /** What is written in its line and disposed with it. */
  inside?: readonly Value[];
}

/** Columns of an expression and its name: those of the formatter, less what stands around them and the numbers of names. */
const widest = 117;

/** Where a value is read. */
export const markOf = (value: Value): string => (value.kind === "outside" ? value.text : valueMark(value.id));

/** `sequence` with lines joined. `returned` are read after all of them. */
export function joined(sequence: readonly Value[], returned: ReadonlySet<Value>): readonly Value[] {
  const order = [...sequence];
  // Layers of a family keep their lines, which can be a loop.
  const families = familiesOf(sequence.map(({ wanted, expression = "" }) => ({ wanted, expression })));
  const members = new Set(sequence.filter(({ wanted, kind }, at) => kind === "call" && wanted.index !== undefined && families[at]));
  for (let at = 0; at < order.length; ) {
    const target = readerOf(order, at, returned);
    if (target !== undefined && !members.has(order[at]) && join(order, at, target, returned)) order.splice(at, 1);
    else at++;
  }
  return order;
}

/** The place of the only line that reads a value, once. */
function readerOf(order: readonly Value[], at: number, returned: ReadonlySet<Value>): number | undefined {
  const value = order[at];
  if (!value.isDisposedHere || value.kind === "record" || returned.has(value)) return undefined;
  const readers = order.flatMap((each, place) => each.reads.filter((read) => read === value).map(() => place));
  return readers.length === 1 ? readers[0] : undefined;
}

/** Writes a value into the line of its reader, where that may be. */
function join(order: readonly Value[], at: number, target: number, returned: ReadonlySet<Value>): boolean {
  const [value, reader] = [order[at], order[target]];
  if (reader.kind === "record") return false;
  // What a function disposes that is called between is not known here.
  if (order.slice(at + 1, target).some(({ kind }) => kind === "record" || kind === "call")) return false;
  const last = lastUses(order, ({ reads }) => reads, returned);
  const dying = value.reads.filter((read) => read.isDisposedHere && last.get(read) === at);
  const longer = [...new Set([...dying, ...(value.inside ?? [])])].filter((each) => !isBehind(each, value));
  const isFree = reader.viewOf !== undefined && target === at + 1;
  const allowed = Math.min(...order.slice(at, target + 1).map((each) => each.allowed)) / 2;
  if (!isFree && longer.reduce((sum, { bytes, viewOf }) => sum + (viewOf ? 0 : bytes), 0) > allowed) return false;
  const expression = scoped(reader.expression!.replace(markOf(value), () => unscoped(value.expression!)));
  const names = new Map(order.map(({ id, wanted }) => [id, plainName(wanted)]));
  if (lengthOf(withMarks(expression, (id) => names.get(id) ?? "value")) + plainName(reader.wanted).length > widest) return false;
  reader.expression = expression;
  reader.reads = [...value.reads, ...reader.reads.filter((read) => read !== value)];
  reader.said = [...new Set([...(value.said ?? []), ...(reader.said ?? [])])];
  reader.inside = [...(reader.inside ?? []), ...(value.inside ?? []), value];
  return true;
}

/** Whether a value holds the data of another. */
const isBehind = (one: Value, other: Value): boolean => other.viewOf !== undefined && (other.viewOf === one || isBehind(one, other.viewOf));

const SCOPE = "tf.tidy(() => ";
const unscoped = (text: string): string => (text.startsWith(SCOPE) ? text.slice(SCOPE.length, -1) : text);
const scoped = (text: string): string => (text.startsWith(SCOPE) ? text : `${SCOPE}${text})`);
