/** The few forms of protobuf's wire format that an event needs: each function gives one field with its number. */

const tag = (field: number, wire: number): Uint8Array => varint(field * 8 + wire);

function varint(value: number): Uint8Array {
  if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`${value} cannot be written as a whole number from 0 on`);
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

export const whole = (field: number, value: number): Uint8Array => joined(tag(field, 0), varint(value));

export function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joined(tag(field, 1), bytes);
}

export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joined(tag(field, 5), bytes);
}

/** Bytes, a text, or a message that is already written. */
export function bytes(field: number, value: Uint8Array | string): Uint8Array {
  const data = typeof value === "string" ? Buffer.from(value) : value;
  return joined(tag(field, 2), varint(data.length), data);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
