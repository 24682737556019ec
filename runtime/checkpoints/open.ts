/** Opens a checkpoint of any known format, which is told by the file's first bytes, not by its name. */
import { closeSync, openSync, readSync } from "node:fs";
import { openTensors, readFloat32, TensorFileError } from "../safetensors.ts";
import { CheckpointError, type Checkpoint, type ForeignDtype } from "./checkpoint.ts";
import { openTorchArchive } from "./torch-archive.ts";
import { beginsAsZip } from "./zip-directory.ts";

/** Throws a CheckpointError that names the file for whatever cannot be read. */
export function openCheckpoint(path: string): Checkpoint {
  const start = firstBytes(path);
  if (beginsAsZip(start)) return openTorchArchive(path);
  // A pickle of protocol 2 (PyTorch before 1.6), or a tar file (before 0.1.10).
  if ((start[0] === 0x80 && start[1] <= 5) || start.toString("latin1", 257, 262) === "ustar") {
    throw new CheckpointError(`${path} has the format of PyTorch before 1.6, or is a plain pickle`, "load it in PyTorch and save it again: torch.save(torch.load(OLD, map_location=\"cpu\"), NEW)");
  }
  return withReason(() => {
    const file = openTensors(path);
    const tensors = new Map([...file.tensors].map(([name, { dtype, shape }]) => [name, { dtype: dtype.toLowerCase() as ForeignDtype, shape }]));
    return { path, format: "a safetensors file", tensors, read: (name) => withReason(() => readFloat32(file, name)) };
  });
}

function firstBytes(path: string): Buffer {
  const bytes = Buffer.alloc(512);
  try {
    const file = openSync(path, "r");
    try {
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CheckpointError(`cannot read ${path}: ${code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message}`);
  }
}

function withReason<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TensorFileError) throw new CheckpointError(error.message, "netc reads files of torch.save, TorchScript archives and .safetensors");
    throw error;
  }
}
