/** Plain values as a pickle of protocol 4: what Python's `pickle.load` and the reader of RRSIS-D take. */

export type Plain = string | number | readonly Plain[] | { readonly [key: string]: Plain };

/** Lists and objects become list and dict; numbers are whole, within 32 bits. */
export function formatPickle(value: Plain): Buffer {
  const parts: Buffer[] = [Buffer.from([0x80, 4])]; // PROTO 4
  write(value, parts);
  parts.push(Buffer.from(".")); // STOP
  return Buffer.concat(parts);
}

function write(value: Plain, parts: Buffer[]): void {
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    const head = Buffer.alloc(5);
    head.write("X", 0, "latin1"); // BINUNICODE
    head.writeUInt32LE(text.length, 1);
    parts.push(head, text);
  } else if (typeof value === "number") {
    if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) throw new RangeError(`${value} is no whole number of 32 bits`);
    const number = Buffer.alloc(5);
    number.write("J", 0, "latin1"); // BININT
    number.writeInt32LE(value, 1);
    parts.push(number);
  } else if (isList(value)) {
    parts.push(Buffer.from("](")); // EMPTY_LIST, MARK
    for (const item of value) write(item, parts);
    parts.push(Buffer.from("e")); // APPENDS
  } else {
    parts.push(Buffer.from("}(")); // EMPTY_DICT, MARK
    for (const [key, item] of Object.entries(value)) {
      write(key, parts);
      write(item, parts);
    }
    parts.push(Buffer.from("u")); // SETITEMS
  }
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
