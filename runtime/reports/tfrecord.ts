/**
 * TFRecord framing, in which TensorBoard's event files are written: length (8 bytes), masked CRC-32C of it, the record, masked CRC-32C of the record; all
 * least byte first. Source: TensorFlow's documentation of the format; CRC-32C is Castagnoli's polynomial (RFC 3720).
 */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = table[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Rotated and moved, so that a checksum of data that hold checksums is no weaker. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const value = crc32c(bytes);
  return (((value >>> 15) | (value << 17)) + 0xa282ead8) >>> 0;
}

/** A record in its frame. */
export function framed(record: Uint8Array): Uint8Array {
  const frame = new Uint8Array(record.length + 16);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(record.length), true);
  view.setUint32(8, maskedCrc32c(frame.subarray(0, 8)), true);
  frame.set(record, 12);
  view.setUint32(12 + record.length, maskedCrc32c(record), true);
  return frame;
}
