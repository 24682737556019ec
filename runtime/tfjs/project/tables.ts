/** Constants of many numbers, which a network is given as tensors: their values are in weights/tables.safetensors. */
import * as tf from "@tensorflow/tfjs-core";
import { openTensors, readFloat32, TensorFileError } from "../../safetensors.ts";
import type { Tensors } from "../entries.ts";

export interface Table {
  readonly name: string;
  readonly dtype: "float32" | "int32" | "bool";
  readonly shape: readonly number[];
}

/** On the current backend. Nothing is read where there is no table. */
export function readTables(tables: readonly Table[], path: string): Tensors {
  if (tables.length === 0) return {};
  const file = openTensors(path);
  return Object.fromEntries(tables.map(({ name, dtype, shape }) => {
    const values = readFloat32(file, name);
    const count = shape.reduce((product, size) => product * size, 1);
    if (values.length !== count) throw new TensorFileError(`${file.path}: ${name} has ${values.length} numbers, not ${count}`, "write the project again");
    return [name, tf.tensor(dtype === "float32" ? values : Int32Array.from(values), [...shape], dtype)];
  }));
}
