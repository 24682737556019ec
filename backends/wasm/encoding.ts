/** Bytes of a WebAssembly module with one memory and one function: sections, LEB128 numbers, and the few instructions that kernels have. */

/** LEB128, unsigned. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) | (rest > 0 ? 128 : 0));
    value = rest;
  } while (value > 0);
  return bytes;
}

/** LEB128, signed; of 32 bits. */
function signed(value: number): readonly number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 127;
    value >>= 7;
    const isLast = (value === 0 && (low & 64) === 0) || (value === -1 && (low & 64) !== 0);
    bytes.push(isLast ? low : low | 128);
    if (isLast) return bytes;
  }
}

/** The little-endian bytes of a number in single precision. */
export const floatBytes = (value: number): readonly number[] => [...new Uint8Array(Float32Array.of(value).buffer)];

const aligned = [4]; // at 16 bytes

/** Instructions. Numbers are those of locals and bytes of memory. */
export const code = {
  get: (local: number): readonly number[] => [0x20, ...unsigned(local)],
  set: (local: number): readonly number[] => [0x21, ...unsigned(local)],
  constant: (value: number): readonly number[] => [0x41, ...signed(value)],
  add: [0x6a],
  and: [0x71],
  splat: [0xfd, 0x13],
  vector: (operator: number): readonly number[] => [0xfd, ...unsigned(operator)],
  /** Four numbers at a place and an offset. */
  load: (place: number, offset: number): readonly number[] => [0x20, ...unsigned(place), 0xfd, 0x00, ...aligned, ...unsigned(offset)],
  /** Takes place and numbers from the stack. */
  store: (offset: number): readonly number[] => [0xfd, 0x0b, ...aligned, ...unsigned(offset)],
  /** Repeats the body while one local is less than another, both unsigned. */
  while: (local: number, limit: number, body: readonly number[]): readonly number[] => [
    0x02, 0x40, 0x03, 0x40, // block, loop
    0x20, ...unsigned(local), 0x20, ...unsigned(limit), 0x4f, 0x0d, 1, // i32.ge_u, br_if 1: out of the block
    ...body,
    0x0c, 0, 0x0b, 0x0b, // br 0: the loop again
  ],
} as const;

const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];

const section = (id: number, content: readonly number[]): readonly number[] => [id, ...unsigned(content.length), ...content];
const text = (value: string): readonly number[] => [...unsigned(value.length), ...new TextEncoder().encode(value)];

/** A module that exports `memory` of so many pages of 64 KiB, and `run(count: i32, f32 …)`. Locals after the parameters: one i32, then registers of four numbers. `run` multiplies the count by 4 first: the body sees bytes. */
export function moduleOf({ scalars, registers, body, pages }: { readonly scalars: number; readonly registers: number; readonly body: readonly number[]; readonly pages: number }): Uint8Array {
  const inBytes = [0x20, 0, 0x41, 2, 0x74, 0x21, 0]; // count << 2
  const run = [2, 1, I32, ...unsigned(registers), V128, ...inBytes, ...body, 0x0b];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, ...unsigned(1 + scalars), I32, ...Array.from({ length: scalars }, () => F32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...text("memory"), 2, 0, ...text("run"), 0, 0]),
    ...section(10, [1, ...unsigned(run.length), ...run]),
  ]);
}
