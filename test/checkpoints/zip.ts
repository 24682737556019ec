/** Zip files as bytes, well made or not. */
export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  /** 8: says that it is compressed. */
  readonly method?: number;
  /** What the local header says instead of `name`. */
  readonly localName?: string;
  /** What the table of contents says instead of the true size and place. */
  readonly size?: number;
  readonly at?: number;
  readonly flags?: number;
}

export interface Form {
  /** Sizes, places and counts as ZIP64 records, as PyTorch writes them. */
  readonly wide?: boolean;
  /** What the table of contents is said to have instead of its true count of entries. */
  readonly count?: number;
}

function numbers(...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  return Buffer.concat(fields.map(([bytes, value]) => {
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt(value));
    return field.subarray(0, bytes);
  }));
}

export function zipOf(entries: readonly Entry[], { wide = false, count = entries.length }: Form = {}): Buffer {
  const parts: Buffer[] = [];
  const table: Buffer[] = [];
  let at = 0;
  const put = (part: Buffer): void => {
    parts.push(part);
    at += part.length;
  };
  for (const entry of entries) {
    const [size, place, method, flags] = [entry.size ?? entry.data.length, entry.at ?? at, entry.method ?? 0, entry.flags ?? 0];
    const local = Buffer.from(entry.localName ?? entry.name);
    put(Buffer.concat([numbers([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0], [4, 0], [4, entry.data.length], [4, entry.data.length], [2, local.length], [2, 0]), local, entry.data]));
    const name = Buffer.from(entry.name);
    const extra = wide ? numbers([2, 1], [2, 24], [8, size], [8, size], [8, place]) : Buffer.alloc(0);
    const narrow = (value: number): number => (wide ? 0xffffffff : value);
    table.push(numbers([4, 0x02014b50], [2, 20], [2, 20], [2, flags], [2, method], [4, 0], [4, 0], [4, narrow(size)], [4, narrow(size)], [2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, narrow(place)]), name, extra);
  }
  const begin = at;
  put(Buffer.concat(table));
  const length = at - begin;
  if (wide) {
    const record = at;
    put(numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, length], [8, begin]));
    put(numbers([4, 0x07064b50], [4, 0], [8, record], [4, 1]));
  }
  put(numbers([4, 0x06054b50], [2, 0], [2, 0], [2, wide ? 0xffff : count], [2, wide ? 0xffff : count], [4, wide ? 0xffffffff : length], [4, wide ? 0xffffffff : begin], [2, 0]));
  return Buffer.concat(parts);
}

/** A pickle of protocol 2 from texts, opcodes among them, and bytes. */
export const pickleOf = (...parts: readonly (string | Uint8Array)[]): Buffer => Buffer.concat([Buffer.of(0x80, 2), ...parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))), Buffer.from(".")]);

const text = (value: string): Buffer => Buffer.concat([Buffer.from("X"), numbers([4, value.length]), Buffer.from(value)]);
const int = (value: number): Buffer => Buffer.concat([Buffer.from("J"), numbers([4, value])]);
const tuple = (...items: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]);

/** The pickle of `{name: tensor}`, as torch.save writes it. */
export function tensorPickle(name: string, { type = "FloatStorage", key = "0", count = 6, offset = 0, shape = [2, 3], strides = [3, 1] }: { readonly type?: string; readonly key?: string; readonly count?: number; readonly offset?: number; readonly shape?: readonly number[]; readonly strides?: readonly number[] } = {}): Buffer {
  const storage = Buffer.concat([tuple(text("storage"), Buffer.from(`ctorch\n${type}\n`), text(key), text("cpu"), int(count)), Buffer.from("Q")]);
  const tensor = Buffer.concat([Buffer.from("ctorch._utils\n_rebuild_tensor_v2\n"), tuple(storage, int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), Buffer.from("\x89", "latin1"), Buffer.from("ccollections\nOrderedDict\n)R")), Buffer.from("R")]);
  return pickleOf("}", text(name), tensor, "s");
}
