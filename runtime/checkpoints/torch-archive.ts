/**
 * Files of torch.save (since PyTorch 1.6) and TorchScript archives, such as OpenAI's: a zip file with the pickle `data.pkl` and one entry per storage. The
 * code of a TorchScript archive, and the constants that belong to it, are not read.
 */
import { PickleError, readPickle } from "../data/pickle.ts";
import { floatBytes, floatsOf, type StoredFloat } from "../number-formats.ts";
import { CheckpointError, type Checkpoint } from "./checkpoint.ts";
import { ScriptObject, StoredView, storageOf, torchConstructors, type Storage } from "./torch-pickle.ts";
import { openZip, type ZipEntry, type ZipFile } from "./zip-directory.ts";

const largestPickle = 256 * 1024 * 1024;
const deepest = 64;
const mostModules = 1_000_000;
/** Under which names programs put a state dict beside other things, the likeliest first. */
const containers = ["state_dict", "model_state_dict", "model", "module", "net"];
const widths = { ...floatBytes, u8: 1, i8: 1, i16: 2, i32: 4, i64: 8, bool: 1 } as const;

export function openTorchArchive(path: string): Checkpoint {
  const zip = openZip(path);
  const pickle = [...zip.entries.values()].find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (!pickle) throw new CheckpointError(`${path} is a zip file, but none of PyTorch: it has no data.pkl`);
  const root = pickle.name.slice(0, -"data.pkl".length);
  const isScript = zip.entries.has(`${root}constants.pkl`);
  const { tensors, under } = isScript ? { tensors: attributesOf(path, contentOf(zip, pickle, true)), under: undefined } : stateDictOf(path, contentOf(zip, pickle, false));
  const littleEndian = isLittleEndian(zip, `${root}byteorder`);
  const places = new Map<Storage, ZipEntry>();
  for (const [name, { storage }] of tensors) if (!places.has(storage)) places.set(storage, placeOf(zip, `${root}data/${storage.key}`, storage, name));
  return {
    path, format: isScript ? "a TorchScript archive" : `a PyTorch state dict${under === undefined ? "" : ` (under \`${under}\`)`}`,
    tensors: new Map([...tensors].map(([name, { storage, shape }]) => [name, { dtype: storage.dtype, shape }])),
    read(name) {
      const view = tensors.get(name);
      if (!view) throw new CheckpointError(`${path} has no tensor ${name}`);
      const { dtype } = view.storage;
      if (!(dtype in floatBytes)) throw new CheckpointError(`${path}: ${name} holds ${dtype}, not floats`);
      return numbersOf(view, (from, count) => floatsOf(zip.read(places.get(view.storage)!, from * widths[dtype], count * widths[dtype]), dtype as StoredFloat, littleEndian));
    },
  };
}

function contentOf(zip: ZipFile, entry: ZipEntry, isScript: boolean): unknown {
  if (entry.size > largestPickle) throw new CheckpointError(`${zip.path}: ${entry.name} has ${entry.size} bytes, which no table of tensors needs`);
  try {
    return readPickle(zip.read(entry), { constructors: torchConstructors(isScript), persistentLoad: storageOf });
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const help = error instanceof PickleError && error.message.includes("would import") ? "netc runs nothing that a file names; save the tensors alone: torch.save(model.state_dict(), \"weights.pt\")" : undefined;
    throw new CheckpointError(`${zip.path}: ${entry.name} is not read: ${(error as Error).message}`, help);
  }
}

function isLittleEndian(zip: ZipFile, name: string): boolean {
  const entry = zip.entries.get(name);
  if (!entry) return true; // not said before PyTorch 2.1
  const order = entry.size <= 16 ? zip.read(entry).toString("latin1") : "";
  if (order !== "little" && order !== "big") throw new CheckpointError(`${zip.path}: its byte order is ${JSON.stringify(order)}, neither little nor big`);
  return order === "little";
}

/** The entry of a storage. Its size must be that which the pickle says. */
function placeOf(zip: ZipFile, name: string, storage: Storage, tensor: string): ZipEntry {
  const entry = zip.entries.get(name);
  if (!entry) throw new CheckpointError(`${zip.path} is damaged: ${tensor} is in its entry ${name}, which is missing`);
  const bytes = storage.count * widths[storage.dtype];
  if (entry.size !== bytes) throw new CheckpointError(`${zip.path} is damaged: ${name} has ${entry.size} bytes, but ${tensor} says ${bytes}`);
  return entry;
}

/** A view's numbers, row-major. `read`: numbers of its storage, `count` from `from` on. */
function numbersOf({ offset, shape, strides }: StoredView, read: (from: number, count: number) => Float32Array): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count === 0) return new Float32Array(0);
  const stored = read(offset, 1 + shape.reduce((sum, size, i) => sum + (size - 1) * strides[i], 0));
  const contiguous = shape.every((size, i) => size === 1 || strides[i] === shape.slice(i + 1).reduce((product, next) => product * next, 1));
  if (contiguous) return stored;
  const result = new Float32Array(count);
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    result[i] = stored[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

type Tensors = ReadonlyMap<string, StoredView>;

/** The tensors of a dict, or of the dict of tensors in it; without `module.` before every name, which parallel training puts there. */
function stateDictOf(path: string, content: unknown): { readonly tensors: Tensors; readonly under?: string } {
  if (!(content instanceof Map)) throw new CheckpointError(`${path} holds no table of tensors`, "save one: torch.save(model.state_dict(), \"weights.pt\")");
  const direct = tensorsIn(content);
  if (direct.size > 0) return { tensors: withoutPrefix(direct) };
  for (const name of containers) {
    const inner: unknown = content.get(name);
    const found = inner instanceof Map ? tensorsIn(inner) : new Map<string, StoredView>();
    if (found.size > 0) return { tensors: withoutPrefix(found), under: name };
  }
  throw new CheckpointError(`${path} holds no state dict: at its top are ${[...content.keys()].slice(0, 8).map(String).join(", ") || "no names"}`, "save one: torch.save(model.state_dict(), \"weights.pt\")");
}

const tensorsIn = (table: ReadonlyMap<unknown, unknown>): Map<string, StoredView> => new Map([...table].filter((pair): pair is [string, StoredView] => typeof pair[0] === "string" && pair[1] instanceof StoredView));

function withoutPrefix(tensors: Tensors): Tensors {
  const parallel = [...tensors.keys()].every((name) => name.startsWith("module."));
  return parallel ? new Map([...tensors].map(([name, tensor]) => [name.slice("module.".length), tensor])) : tensors;
}

/** The tensors of a module and of those in it, by their paths. */
function attributesOf(path: string, content: unknown): Tensors {
  if (!(content instanceof ScriptObject)) throw new CheckpointError(`${path} is a TorchScript archive without a module`);
  const found = new Map<string, StoredView>();
  let modules = 0; // a module may stand in several places, so a small file can describe a large tree
  const walk = (object: ScriptObject, prefix: string, depth: number): void => {
    if (++modules > mostModules) throw new CheckpointError(`${path}: it has more than ${mostModules} modules`);
    if (depth > deepest) throw new CheckpointError(`${path}: its modules are nested more than ${deepest} deep`);
    for (const [name, value] of object.attributes) {
      if (value instanceof StoredView) found.set(`${prefix}${String(name)}`, value);
      else if (value instanceof ScriptObject) walk(value, `${prefix}${String(name)}.`, depth + 1);
    }
  };
  walk(content, "", 0);
  if (found.size === 0) throw new CheckpointError(`${path} is a TorchScript archive without tensors`);
  return found;
}
