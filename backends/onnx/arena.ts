/**
 * Where the values of a training step lie: one block of memory, in which each of them has a place for as long as it is needed.
 *
 * ONNX Runtime's own planner (1.30: PlannerImpl::FindReusableInput and FindReusableTensor) gives a value the buffer of an operand that ends there, and else
 * that of any value of the same shape that has ended; it looks neither at how long a buffer lies idle until then nor at how much is alive meanwhile, so that
 * of every shape the largest number of buffers is held throughout: in a large step half as much memory again. What it does not reuse comes from the heap and
 * leaves holes, or is mapped and unmapped, which takes as long as computing it. And results are copied by onnxruntime-node. But a result that is given a
 * buffer is written into it, and every value can be made a result: so they all are, and get theirs here. Two values may lie at one place if one ends before
 * the other begins in the order in which ONNX Runtime runs the nodes, which run-order.ts foretells and the engine compares (runtime/arena-engine.ts).
 */
import { elementBytes, type ElementType } from "./element-types.ts";
import { pack, type Buffer } from "./pack.ts";
import { runOrder, type WrittenNode } from "./run-order.ts";
import { constantSizes, type TensorType } from "./value.ts";

/** Element types that JavaScript has an array for. */
type PlacedType = Exclude<ElementType, "bf16">;

export interface Place {
  /** The name of the value in the model. */
  readonly name: string;
  readonly dtype: PlacedType;
  readonly shape: readonly number[];
  /** In bytes from the beginning of the arena. */
  readonly offset: number;
}

export interface ArenaPlan {
  /** The arena's length. */
  readonly bytes: number;
  /** The most that lies outside of it at one moment: small values, and what kernels make on the way. */
  readonly outside: number;
  readonly results: readonly string[];
  /** Those of the results first, in their order. */
  readonly places: readonly Place[];
  /** Names of the nodes as they have to run. */
  readonly order: readonly string[];
}

/** A smaller value is left to ONNX Runtime. */
const WORTH_PLACING = 64 * 1024;
/** Bytes; what the widest vector instructions like. */
const ALIGNMENT = 64;

/** Operators whose kernels may write over an operand of the result's size: ONNX Runtime's planner does the same with them (MayInplace). */
const inPlace = new Set(["Abs", "Add", "Ceil", "Clip", "Div", "Exp", "Floor", "LeakyRelu", "Log", "Mul", "Neg", "Not", "Reciprocal", "Relu", "Sigmoid", "Sign", "Softmax", "Sqrt", "Sub", "Tanh"]);

/** Operators whose result is the operand's numbers in another shape; in ONNX Runtime without a copy. */
const views = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity"]);

/** How many arrays of the result's size a kernel makes on the way. */
const working: Readonly<Record<string, number>> = { Where: 2 };

/** `nodes` as the file has them, `types` of all values by name, `results` of the model. undefined where a size is symbolic, or a value of a type without an array. */
export function planArena(nodes: readonly WrittenNode[], types: ReadonlyMap<string, TensorType>, results: readonly string[]): ArenaPlan | undefined {
  const order = runOrder(nodes);
  const known = new Map([...types].map(([name, { dtype, shape }]) => [name, { dtype, sizes: constantSizes(shape) }]));
  const bytesOf = (name: string): number => known.get(name)?.sizes?.reduce((product, size) => product * size, elementBytes[known.get(name)!.dtype]) ?? NaN;
  const tensorsOf = ({ output }: WrittenNode): readonly string[] => output.filter((name) => types.has(name));
  if (order.some((node) => tensorsOf(node).some((name) => Number.isNaN(bytesOf(name)) || known.get(name)!.dtype === "bf16"))) return undefined;
  const isResult = new Set(results);
  const lives = lifetimes(order, isResult);
  const buffers: Buffer[] = [];
  const bufferOf = new Map<string, Buffer>();
  const outside = new Float64Array(order.length);
  for (const [at, node] of order.entries()) {
    if (working[node.opType]) outside[at] += working[node.opType] * bytesOf(node.output[0]);
    for (const name of tensorsOf(node)) {
      const [bytes, to] = [bytesOf(name), lives.last.get(lives.ownerOf(name)) ?? at];
      const root = lives.ownerOf(name);
      const shared = root === name ? overwritten(node, name, at) : bufferOf.get(root);
      if (shared) {
        shared.to = Math.max(shared.to, to);
        bufferOf.set(name, shared);
      } else if (isResult.has(name) || (root === name && bytes >= WORTH_PLACING)) {
        const buffer = { bytes: aligned(bytes), from: at, to: isResult.has(name) ? order.length : to, offset: 0 };
        buffers.push(buffer);
        bufferOf.set(name, buffer);
      } else if (root === name) for (let t = at; t <= Math.min(to, order.length - 1); t++) outside[t] += bytes;
    }
  }
  const bytes = pack(buffers);
  const isPlaced = (name: string): boolean => bufferOf.has(name) && (isResult.has(name) || lives.ownerOf(name) === name);
  const placed = [...results, ...order.flatMap((node) => tensorsOf(node).filter((name) => !isResult.has(name) && isPlaced(name)))];
  return {
    bytes,
    results,
    outside: outside.reduce((most, each) => Math.max(most, each), 0),
    places: placed.map((name) => ({ name, dtype: known.get(name)!.dtype as PlacedType, shape: known.get(name)!.sizes!, offset: bufferOf.get(name)!.offset })),
    order: order.map(({ name }) => name),
  };

  /** The buffer of the operand that the value is computed over. */
  function overwritten({ opType, input }: WrittenNode, name: string, at: number): Buffer | undefined {
    if (!inPlace.has(opType)) return undefined;
    const own = known.get(name)!;
    const canGo = (operand: string, i: number): boolean =>
      bufferOf.has(lives.ownerOf(operand)) && lives.last.get(lives.ownerOf(operand)) === at && known.get(operand)?.dtype === own.dtype && String(known.get(operand)?.sizes) === String(own.sizes) && !input.some((other, j) => i !== j && lives.ownerOf(other) === lives.ownerOf(operand));
    const over = input.find(canGo);
    return over === undefined ? undefined : bufferOf.get(lives.ownerOf(over));
  }
}

/** Of every value: whose numbers it shows, and of those the last node that reads them. */
function lifetimes(order: readonly WrittenNode[], isResult: ReadonlySet<string>): { readonly ownerOf: (name: string) => string; readonly last: ReadonlyMap<string, number> } {
  const made = new Set(order.flatMap(({ output }) => output));
  const owner = new Map<string, string>();
  const last = new Map<string, number>();
  const ownerOf = (name: string): string => owner.get(name) ?? name;
  for (const [at, { opType, input, output }] of order.entries()) {
    for (const name of input) last.set(ownerOf(name), at);
    if (views.has(opType) && made.has(input[0])) owner.set(output[0], ownerOf(input[0]));
  }
  for (const name of isResult) last.set(ownerOf(name), order.length);
  return { ownerOf, last };
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
