/**
 * What may stand in the pickles of PyTorch's files: tensors as views of storages, dicts, and in TorchScript archives modules as tables of attributes.
 * Everything else is refused by the pickle reader. Source: torch/_utils.py (_rebuild_tensor_v2), torch/serialization.py (persistent_id).
 */
import { numpyConstructors } from "../data/pickle-numpy.ts";
import { PickleGlobal, type PickleConstructor } from "../data/pickle.ts";
import type { ForeignDtype } from "./checkpoint.ts";

/** The numbers of one entry `data/KEY` of the archive. */
export class Storage {
  readonly key: string;
  readonly dtype: ForeignDtype;
  /** How many numbers it has. */
  readonly count: number;
  constructor(key: string, dtype: ForeignDtype, count: number) {
    this.key = key;
    this.dtype = dtype;
    this.count = count;
  }
}

/** A view of a storage: element (i, j, …) is number offset + i strides[0] + j strides[1] + … of it. */
export class StoredView {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A module of a TorchScript archive: its parameters, buffers, submodules and other attributes by name. */
export class ScriptObject {
  attributes: ReadonlyMap<unknown, unknown> = new Map();
}

const storageTypes: Readonly<Record<string, ForeignDtype>> = {
  FloatStorage: "f32", HalfStorage: "f16", BFloat16Storage: "bf16", DoubleStorage: "f64",
  ByteStorage: "u8", CharStorage: "i8", ShortStorage: "i16", IntStorage: "i32", LongStorage: "i64", BoolStorage: "bool",
};

/** ("storage", torch.FloatStorage, "0", "cpu", 16) */
export function storageOf(id: unknown): Storage {
  const [kind, type, key, , count] = Array.isArray(id) ? (id as readonly unknown[]) : [];
  const dtype = type instanceof PickleGlobal ? storageTypes[type.name.replace(/^torch\./, "")] : undefined;
  if (kind !== "storage" || !dtype || typeof key !== "string" || !/^\w+$/.test(key) || !isCount(count)) throw new Error("a storage is described in a form that is not known");
  return new Storage(key, dtype, count);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount);

/** (storage, offset, shape, strides, …). A view that reaches beyond its storage, or repeats numbers, is refused. */
function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): StoredView {
  if (!(storage instanceof Storage) || !isCount(offset) || !areCounts(shape) || !areCounts(strides) || shape.length !== strides.length) throw new Error("a tensor is described in a form that is not known");
  const count = shape.reduce((product, size) => product * size, 1);
  const last = offset + shape.reduce((sum, size, i) => sum + (size - 1) * strides[i], 0);
  if (count > 0 && last >= storage.count) throw new Error(`a tensor of [${shape.join(", ")}] reaches number ${last} of a storage of ${storage.count}`);
  if (count > storage.count) throw new Error(`a tensor of [${shape.join(", ")}] repeats the ${storage.count} numbers of its storage: save it after .contiguous()`);
  return new StoredView(storage, offset, shape, strides);
}

const first: PickleConstructor = { make: ([value]) => value };
const scriptObject: PickleConstructor = {
  make: () => new ScriptObject(),
  build(object, state) {
    if (!(object instanceof ScriptObject) || !(state instanceof Map)) throw new Error("a module's state is no table");
    object.attributes = state;
    return object;
  },
};

const named: ReadonlyMap<string, PickleConstructor> = new Map<string, PickleConstructor>([
  ...numpyConstructors,
  ...Object.keys(storageTypes).map((name): [string, PickleConstructor] => [`torch.${name}`, {}]),
  ["torch._utils._rebuild_tensor_v2", { make: rebuildTensor }],
  ["torch._utils._rebuild_parameter", first],
  ["torch.Size", first],
  ["torch.device", first],
  ...["build_intlist", "build_doublelist", "build_boollist", "build_tensorlist", "restore_type_tag"].map((name): [string, PickleConstructor] => [`torch.jit._pickle.${name}`, first]),
]);

/** Classes of a TorchScript archive have names of their own, all under `__torch__`; each is a table of attributes here. */
class ScriptConstructors extends Map<string, PickleConstructor> {
  override get(name: string): PickleConstructor | undefined {
    return name.startsWith("__torch__.") ? scriptObject : super.get(name);
  }
}

/** The constructors of a state dict, or of a TorchScript archive. */
export const torchConstructors = (isScript: boolean): ReadonlyMap<string, PickleConstructor> => (isScript ? new ScriptConstructors(named) : named);
