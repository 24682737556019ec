/** NumPy's scalars in pickles: numbers that a script took out of an array and wrote down as they were. For the table of `readPickle`. */
import type { PickleConstructor } from "./pickle.ts";

/** A NumPy type of one number: `i8` with its byte order. */
class NumberType {
  readonly code: string;
  readonly littleEndian: boolean;
  constructor(code: string, littleEndian: boolean) {
    this.code = code;
    this.littleEndian = littleEndian;
  }
}

function numberOf(type: unknown, bytes: unknown): number | bigint | boolean {
  if (!(type instanceof NumberType) || !(bytes instanceof Uint8Array)) throw new Error("it takes a dtype and bytes");
  const size = Number(type.code.slice(1));
  if (bytes.length !== size) throw new Error(`${type.code} has ${size} bytes, not ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const little = type.littleEndian;
  switch (type.code) {
    case "b1": return view.getUint8(0) !== 0;
    case "i1": return view.getInt8(0);
    case "u1": return view.getUint8(0);
    case "i2": return view.getInt16(0, little);
    case "u2": return view.getUint16(0, little);
    case "i4": return view.getInt32(0, little);
    case "u4": return view.getUint32(0, little);
    case "f4": return view.getFloat32(0, little);
    case "f8": return view.getFloat64(0, little);
    default: {
      const value = type.code === "i8" ? view.getBigInt64(0, little) : view.getBigUint64(0, little);
      return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
    }
  }
}

const codes = ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"];

const dtype: PickleConstructor = {
  make: ([code]) => {
    if (typeof code !== "string" || !codes.includes(code)) throw new Error(`the type ${JSON.stringify(code)} is not read; ${codes.join(", ")} are`);
    return new NumberType(code, true);
  },
  build: (object, state) => (object instanceof NumberType ? new NumberType(object.code, !(Array.isArray(state) && state[1] === ">")) : object),
};

const scalar: PickleConstructor = { make: ([type, bytes]) => numberOf(type, bytes) };

/** The names of both NumPy 1 and 2. */
export const numpyConstructors: ReadonlyMap<string, PickleConstructor> = new Map([
  ["numpy.dtype", dtype],
  ["numpy.core.multiarray.scalar", scalar],
  ["numpy._core.multiarray.scalar", scalar],
]);
