/**
 * An elementwise graph over vectors as a WebAssembly module: one loop, four numbers at a time, every value of an element in a register. What an engine does
 * operator by operator, with each result going through memory, is here one pass. Encoding: WebAssembly 1.0 with fixed-width SIMD (webassembly.github.io/spec).
 */
import { constantValue } from "../../compiler/dims/index.ts";
import { topologicalOrder, type Graph, type Node, type NodeOf, type OperatorName } from "../../compiler/ir/graph.ts";
import { code, floatBytes, moduleOf } from "./encoding.ts";

export interface Kernel {
  readonly bytes: Uint8Array;
  /** Numbers of each vector that the memory holds; a run takes as many or fewer. */
  readonly capacity: number;
  /** Inputs with an axis; vector i lies at byte i · 4 · capacity of the memory. Results that are called `next/NAME` replace the vector NAME. */
  readonly vectors: readonly string[];
  /** Inputs without one, in the order in which `run` takes them after the number of elements. */
  readonly scalars: readonly string[];
  /** Vectors that a run replaces. */
  readonly replaced: readonly string[];
}

/** Of a kernel's exports. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  run(count: number, ...scalars: readonly number[]): void;
}

/** Vectors of so many numbers are 64 KiB: those of an optimiser stay in the cache of a core. */
const CAPACITY = 16 * 1024;
const PAGE = 65_536;
const LANES = 4;

const unary: Partial<Record<OperatorName, number>> = { abs: 0xe0, neg: 0xe1, sqrt: 0xe3 };
const binary: Partial<Record<OperatorName, number>> = { add: 0xe4, sub: 0xe5, mul: 0xe6, div: 0xe7 };

/**
 * The kernel of a graph whose inputs and outputs are f32 vectors of one length, or f32 scalars, and whose operators are + - · / √ |x| and repetition of scalars.
 * Throws an Error for anything else, which only a mistake of netc makes.
 */
export function elementwiseKernel(graph: Graph): Kernel {
  const isVector = ({ type }: Node): boolean => type.shape.length > 0;
  const inputs = graph.inputs as readonly NodeOf<"input">[];
  const vectors = inputs.filter(isVector).map(({ attributes }) => attributes.name);
  const scalars = inputs.filter((node) => !isVector(node)).map(({ attributes }) => attributes.name);
  const results = graph.outputs.map(({ name, node }) => ({ vector: vectors.indexOf(name.replace(/^next\//, "")), node }));
  if (results.some(({ vector }) => vector < 0)) throw new Error("netc bug: a result of a kernel replaces none of its vectors");
  // Locals: the number of bytes, the scalars, the place, then a register for each value.
  const [end, place] = [0, 1 + scalars.length];
  const registers = new Map<Node, number>();
  let count = 0;
  const register = (node: Node): number => {
    const own = registers.get(node);
    if (own === undefined) throw new Error(`netc bug: a kernel meets ${node.operator} before it is made`);
    return own;
  };
  const before: number[] = [];
  const inLoop: number[] = [];
  for (const node of topologicalOrder([...inputs, ...graph.outputs.map((output) => output.node)])) {
    const [first, second] = node.inputs;
    // Repeating a scalar changes nothing: it stands in all lanes.
    if (node.operator === "broadcast") {
      if (isVector(first)) throw new Error("netc bug: a kernel repeats scalars alone");
      registers.set(node, register(first));
      continue;
    }
    const own = place + ++count;
    const into = isVector(node) ? inLoop : before;
    if (node.operator === "input") into.push(...(isVector(node) ? code.load(place, vectors.indexOf(node.attributes.name) * CAPACITY * 4) : [...code.get(1 + scalars.indexOf(node.attributes.name)), ...code.splat]));
    else if (node.operator === "constant") into.push(0x43, ...floatBytes(onlyNumberOf(node)), ...code.splat);
    else if (unary[node.operator] !== undefined) into.push(...code.get(register(first)), ...code.vector(unary[node.operator]!));
    else if (binary[node.operator] !== undefined) into.push(...code.get(register(first)), ...code.get(register(second)), ...code.vector(binary[node.operator]!));
    else throw new Error(`netc bug: no kernel has the operator ${node.operator}`);
    into.push(...code.set(own));
    registers.set(node, own);
  }
  for (const { vector, node } of results) inLoop.push(...code.get(place), ...code.get(register(node)), ...code.store(vector * CAPACITY * 4));
  const body = [
    ...code.get(end), ...code.constant(4 * LANES - 1), ...code.add, ...code.constant(-4 * LANES), ...code.and, ...code.set(end), // whole groups of four
    ...before,
    ...code.while(place, end, [...inLoop, ...code.get(place), ...code.constant(4 * LANES), ...code.add, ...code.set(place)]),
  ];
  const bytes = moduleOf({ scalars: scalars.length, registers: count, body, pages: Math.ceil((vectors.length * CAPACITY * 4) / PAGE) });
  return { bytes, capacity: CAPACITY, vectors, scalars, replaced: results.map(({ vector }) => vectors[vector]) };
}

function onlyNumberOf({ attributes: { value }, type }: NodeOf<"constant">): number {
  if (value.data.length !== 1 && !value.data.every((each) => each === value.data[0])) throw new Error("netc bug: a constant of a kernel has several numbers");
  if (type.shape.some((size) => constantValue(size) === undefined)) throw new Error("netc bug: a constant of a free size");
  return value.data[0];
}

