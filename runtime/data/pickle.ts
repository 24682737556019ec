/**
 * Python's pickles, protocols 0 to 5, as data. A pickle is a program for a small stack machine, two of whose instructions import and call anything;
 * here they find only what a table of allowed constructors holds, and everything else is refused with the instruction's name and offset. Nothing is
 * evaluated, imported or looked up by name on any object. Instructions as in the documentation of Python's module `pickletools`.
 *
 * None → null, int → number (bigint beyond 2^53), str → string, bytes → Uint8Array, list and tuple → array, dict → Map, set → Set.
 */
import { opcodeNames } from "./pickle-opcodes.ts";

export class PickleError extends Error {
  /** The byte at which the instruction that was refused stands. */
  readonly offset: number;
  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

/** What a pickle may make: `make` with the arguments of the call; `build` takes the state that is given afterwards. */
export interface PickleConstructor {
  /** Left out for names that may be mentioned but not called, such as the types of PyTorch's storages. */
  readonly make?: (args: readonly unknown[]) => unknown;
  /** The object with the state, the same or a new one. Without it, a state is refused. */
  readonly build?: (object: unknown, state: unknown) => unknown;
}

export interface PickleOptions {
  /** Allowed constructors by `module.name`, added to `builtInConstructors`. */
  readonly constructors?: ReadonlyMap<string, PickleConstructor>;
  /** What a persistent id stands for: tensors' storages in PyTorch's files. Without it they are refused. */
  readonly persistentLoad?: (id: unknown) => unknown;
}

const entries = (value: unknown): Iterable<readonly unknown[]> => (value instanceof Map ? value : Array.isArray(value) ? (value as readonly (readonly unknown[])[]) : []);
const ordered: PickleConstructor = { make: ([items]) => new Map([...entries(items)].map((pair) => [pair[0], pair[1]] as const)), build: (object) => object };
const setOf: PickleConstructor = { make: ([items]) => new Set(Array.isArray(items) ? items : []) };

/** Python's own containers, and how protocols 0 to 2 write bytes: as text whose code points are the bytes. */
export const builtInConstructors: ReadonlyMap<string, PickleConstructor> = new Map([
  ["collections.OrderedDict", ordered],
  ...["builtins", "__builtin__"].flatMap((module) => [[`${module}.set`, setOf], [`${module}.frozenset`, setOf]] as [string, PickleConstructor][]),
  ["_codecs.encode", { make: ([text]) => Uint8Array.from(String(text), (letter) => letter.charCodeAt(0)) }],
]);

/** An allowed name that the pickle mentioned: on the stack until it is called, or part of the data. Made here alone, so that no data can pose as one. */
export class PickleGlobal {
  /** `module.name`. */
  readonly name: string;
  readonly entry: PickleConstructor;
  constructor(name: string, entry: PickleConstructor) {
    this.name = name;
    this.entry = entry;
  }
}

const mark = Symbol("mark");

/** The value that a pickle holds. Throws a PickleError for anything that is not data, and for damaged files. */
export function readPickle(bytes: Uint8Array, options: PickleOptions = {}): unknown {
  return new Machine(bytes, options).run();
}

class Machine {
  private at = 0;
  private start = 0;
  private code = 0;
  private stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  /** Which constructor made an object, for its state. */
  private readonly madeBy = new Map<unknown, PickleGlobal>();
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly options: PickleOptions;

  constructor(bytes: Uint8Array, options: PickleOptions) {
    this.bytes = bytes;
    this.options = options;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (;;) {
      this.start = this.at;
      this.code = this.take(1)[0];
      if (this.code === 0x2e) return this.pop(); // STOP
      this.step();
    }
  }

  private fail(problem: string): never {
    throw new PickleError(`${opcodeNames.get(this.code) ?? `instruction 0x${this.code.toString(16)}`} at byte ${this.start}: ${problem}`, this.start);
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) {
      this.fail(this.at >= this.bytes.length ? "the file ends before the pickle does" : `it wants ${count} bytes, and ${this.bytes.length - this.at} are left`);
    }
    return this.bytes.subarray(this.at, (this.at += count));
  }

  private unsigned(size: 1 | 2 | 4 | 8): number {
    const offset = this.at;
    this.take(size);
    if (size === 1) return this.view.getUint8(offset);
    if (size === 2) return this.view.getUint16(offset, true);
    if (size === 4) return this.view.getUint32(offset, true);
    const long = this.view.getBigUint64(offset, true);
    if (long > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`a length of ${long} bytes`);
    return Number(long);
  }

  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) this.fail("its line does not end");
    return latin(this.take(end + 1 - this.at).subarray(0, -1));
  }

  private text(size: number): string {
    const bytes = this.take(size);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      // surrogates on their own, which Python lets through
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    }
  }

  private pop(): unknown {
    if (this.stack.length === 0 || this.stack[this.stack.length - 1] === mark) this.fail("the stack is empty");
    return this.stack.pop();
  }

  private popToMark(): unknown[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) this.fail("there is no mark on the stack");
    const items = this.stack.slice(at + 1);
    this.stack.length = at;
    return items;
  }

  private top<T>(type: abstract new (...args: never[]) => T, what: string): T {
    const value = this.stack[this.stack.length - 1];
    if (!(value instanceof type)) this.fail(`there is no ${what} to add to`);
    return value;
  }

  private find(module: string, name: string): PickleGlobal {
    const full = `${module}.${name}`;
    const found = this.options.constructors?.get(full) ?? builtInConstructors.get(full);
    if (!found) this.fail(`it would import ${full}, which is not data`);
    return new PickleGlobal(full, found);
  }

  private call(callee: unknown, args: unknown): void {
    if (!(callee instanceof PickleGlobal)) this.fail("it would call something that is no allowed constructor");
    if (!Array.isArray(args)) this.fail(`${callee.name} is called without a tuple of arguments`);
    const { make } = callee.entry;
    if (!make) this.fail(`${callee.name} may be mentioned, but not called`);
    let made: unknown;
    try {
      made = make(args);
    } catch (error) {
      if (error instanceof PickleError) throw error;
      this.fail(`${callee.name}: ${(error as Error).message}`);
    }
    if (typeof made === "object" && made !== null) this.madeBy.set(made, callee);
    this.stack.push(made);
  }

  private build(): void {
    const state = this.pop();
    const object = this.pop();
    const maker = this.madeBy.get(object);
    if (!maker?.entry.build) this.fail("it gives a state to an object that takes none");
    const built = maker.entry.build(object, state);
    if (typeof built === "object" && built !== null) this.madeBy.set(built, maker);
    // The memo may already hold the object that a new one replaces.
    if (built !== object) for (const [key, value] of this.memo) if (value === object) this.memo.set(key, built);
    this.stack.push(built);
  }

  private setItems(items: readonly unknown[]): void {
    const map = this.top(Map, "dict");
    if (items.length % 2) this.fail("a key has no value");
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  private append(items: readonly unknown[]): void {
    const list = this.top(Array, "list");
    for (const item of items) list.push(item);
  }

  private persistent(id: unknown): void {
    if (!this.options.persistentLoad) this.fail("it refers to an object outside of the file");
    this.stack.push(this.options.persistentLoad(id));
  }

  private recall(key: number): void {
    if (!this.memo.has(key)) this.fail(`nothing was remembered as ${key}`);
    this.stack.push(this.memo.get(key));
  }

  private remember(key: number): void {
    if (this.stack.length === 0 || this.stack[this.stack.length - 1] === mark) this.fail("the stack is empty");
    this.memo.set(key, this.stack[this.stack.length - 1]);
  }

  private integer(text: string): number | bigint {
    if (!/^[+-]?\d+$/.test(text)) this.fail(`${JSON.stringify(text)} is no whole number`);
    return small(BigInt(text));
  }

  private long(size: number): number | bigint {
    let value = 0n;
    const bytes = this.take(size);
    if (size > 1024) this.fail(`a whole number of ${size} bytes`);
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return small(size > 0 && bytes[size - 1] & 0x80 ? value - (1n << BigInt(8 * size)) : value);
  }

  private step(): void {
    const push = (value: unknown): void => void this.stack.push(value);
    switch (opcodeNames.get(this.code)) {
      case "PROTO": {
        const version = this.unsigned(1);
        if (version > 5) this.fail(`protocol ${version} is not known; 0 to 5 are`);
        return;
      }
      case "FRAME": return void this.unsigned(8); // a hint for readers of streams
      case "MARK": return push(mark);
      case "POP":
        if (this.stack.length === 0) this.fail("the stack is empty");
        return void this.stack.pop();
      case "POP_MARK": return void this.popToMark();
      case "DUP": {
        const value = this.pop();
        push(value);
        return push(value);
      }
      case "NONE": return push(null);
      case "NEWTRUE": return push(true);
      case "NEWFALSE": return push(false);
      case "INT": {
        const text = this.line();
        return push(text === "00" ? false : text === "01" ? true : this.integer(text));
      }
      case "LONG": return push(this.integer(this.line().replace(/L$/, "")));
      case "BININT": {
        const offset = this.at;
        this.take(4);
        return push(this.view.getInt32(offset, true));
      }
      case "BININT1": return push(this.unsigned(1));
      case "BININT2": return push(this.unsigned(2));
      case "LONG1": return push(this.long(this.unsigned(1)));
      case "LONG4": return push(this.long(this.unsigned(4)));
      case "FLOAT": {
        const text = this.line();
        const value = Number(text.replace(/^(-?)inf$/, "$1Infinity"));
        if (Number.isNaN(value) && text !== "nan") this.fail(`${JSON.stringify(text)} is no number`);
        return push(value);
      }
      case "BINFLOAT": {
        const offset = this.at;
        this.take(8);
        return push(this.view.getFloat64(offset, false));
      }
      case "UNICODE": return push(rawUnicode(this.line()));
      case "BINUNICODE": return push(this.text(this.unsigned(4)));
      case "SHORT_BINUNICODE": return push(this.text(this.unsigned(1)));
      case "BINUNICODE8": return push(this.text(this.unsigned(8)));
      case "STRING": return push(this.quoted(this.line()));
      case "BINSTRING": return push(this.text(this.unsigned(4)));
      case "SHORT_BINSTRING": return push(this.text(this.unsigned(1)));
      case "BINBYTES": return push(new Uint8Array(this.take(this.unsigned(4))));
      case "SHORT_BINBYTES": return push(new Uint8Array(this.take(this.unsigned(1))));
      case "BINBYTES8": case "BYTEARRAY8": return push(new Uint8Array(this.take(this.unsigned(8))));
      case "EMPTY_LIST": case "EMPTY_TUPLE": return push([]);
      case "LIST": case "TUPLE": return push(this.popToMark());
      case "TUPLE1": return push([this.pop()]);
      case "TUPLE2": { const second = this.pop(); return push([this.pop(), second]); }
      case "TUPLE3": { const third = this.pop(); const second = this.pop(); return push([this.pop(), second, third]); }
      case "EMPTY_DICT": return push(new Map());
      case "DICT": { const items = this.popToMark(); push(new Map()); return this.setItems(items); }
      case "EMPTY_SET": return push(new Set());
      case "FROZENSET": return push(new Set(this.popToMark()));
      case "APPEND": return this.append([this.pop()]);
      case "APPENDS": return this.append(this.popToMark());
      case "SETITEM": { const value = this.pop(); return this.setItems([this.pop(), value]); }
      case "SETITEMS": return this.setItems(this.popToMark());
      case "ADDITEMS": {
        const items = this.popToMark();
        const set = this.top(Set, "set");
        for (const item of items) set.add(item);
        return;
      }
      case "PUT": return this.remember(Number(this.integer(this.line())));
      case "BINPUT": return this.remember(this.unsigned(1));
      case "LONG_BINPUT": return this.remember(this.unsigned(4));
      case "MEMOIZE": return this.remember(this.memo.size);
      case "GET": return this.recall(Number(this.integer(this.line())));
      case "BINGET": return this.recall(this.unsigned(1));
      case "LONG_BINGET": return this.recall(this.unsigned(4));
      case "GLOBAL": { const module = this.line(); return push(this.find(module, this.line())); }
      case "STACK_GLOBAL": {
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== "string" || typeof module !== "string") this.fail("module and name are no texts");
        return push(this.find(module, name));
      }
      case "REDUCE": case "NEWOBJ": { const args = this.pop(); return this.call(this.pop(), args); }
      case "NEWOBJ_EX": {
        const named = this.pop();
        if (!(named instanceof Map) || named.size > 0) this.fail("it calls with named arguments");
        const args = this.pop();
        return this.call(this.pop(), args);
      }
      case "INST": { const module = this.line(); const callee = this.find(module, this.line()); return this.call(callee, this.popToMark()); }
      case "OBJ": { const [callee, ...args] = this.popToMark(); return this.call(callee, args); }
      case "BUILD": return this.build();
      case "PERSID": return this.persistent(this.line());
      case "BINPERSID": return this.persistent(this.pop());
      case undefined: return this.fail("there is no such instruction: it is no pickle");
      default: return this.fail("it is not read: it would use something outside of the file"); // EXT1, EXT2, EXT4, NEXT_BUFFER, READONLY_BUFFER
    }
  }

  /** A Python 2 string as it was printed. */
  private quoted(text: string): string {
    const quote = text[0];
    if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) this.fail("its text is not in quotes");
    const single: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"', a: "\x07", b: "\b", f: "\f", v: "\v" };
    return text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (whole, rest: string) => {
      if (rest[0] === "x" && rest.length === 3) return String.fromCharCode(parseInt(rest.slice(1), 16));
      if (/^[0-7]/.test(rest)) return String.fromCharCode(parseInt(rest, 8) & 255);
      return single[rest] ?? whole;
    });
  }
}

const small = (value: bigint): number | bigint => (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);

function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Protocol 0 writes text in Latin-1 with \uXXXX and \UXXXXXXXX for the rest. */
const rawUnicode = (text: string): string => text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, four: string | undefined, eight: string | undefined) => {
  const point = parseInt(four ?? eight ?? "", 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
});
