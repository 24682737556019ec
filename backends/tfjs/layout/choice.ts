/**
 * Which of its two layouts each value has, so that the fewest bytes are transposed: a minimum cut. Every operator that can be computed in either layout
 * is a vertex; the side of the cut on which it falls says where its channels stand. A value that is made on one side and read on the other is transposed
 * once, however many read it: a vertex between the value and its readers on the other side carries the price. Reshapes, repetition, and transposes that
 * lead from one layout of a value to the other are no operators here but views: what reads them reads the value behind them.
 */
import { bytesOf, elementsOf, sizeAt } from "../../../compiler/cost.ts";
import { multiply, variablesOf } from "../../../compiler/dims/index.ts";
import type { Node } from "../../../compiler/ir/graph.ts";
import { heldByWindows } from "../../../compiler/operators/channels-last.ts";
import { createNetwork } from "../../../compiler/training/maximum-flow.ts";
import { frameOf, gathered, isSameOrder, orderInGraph, spread, wholeOrder, type Frame, type Order } from "./frames.ts";
import { alternativesOf, coversAll, demandOf, opposite, orderOf, standsForProduct, swappedResult, type Alternative, type Demand, type Side } from "./orders.ts";

/** How an operator is computed. */
export type Way =
  /** Its operands and its result lie as in the graph. */
  | { readonly kind: "as in the graph" }
  /** All of them in an order of the frame that is given. */
  | { readonly kind: "in another order"; readonly frame: Frame; readonly order: readonly number[] }
  /** As a convolution wants it. */
  | { readonly kind: "channels last"; readonly demand: Demand }
  /** It is its operand, held in another way: `order` gives the operand's order for one of the view's, or undefined where it has to be moved. */
  | { readonly kind: "view"; readonly order: (own: Order) => Order | undefined }
  /** A product: the order of each operand, and whether they change places. */
  | { readonly kind: "product"; readonly operands: readonly [Order, Order]; readonly isSwapped: boolean };

/** Sizes that are free count as so many, where only the relation of the bytes matters. */
const assumedSize = 8;

/** What it costs, in bytes, to compute an operator otherwise than in the graph: less than any transposition, so it decides between equals alone. */
const preference = 2 ** -10;

/** Bytes of a value. */
export function bytesOfValue(node: Node): number {
  const size = multiply(elementsOf(node), bytesOf[node.type.dtype]);
  return sizeAt(size, new Map(variablesOf(size).map((name) => [name, assumedSize])));
}

/** What is open for a node: a vertex of its own where it may fall on either side. */
type Open =
  | { readonly kind: "as in the graph" | "moved" }
  | { readonly kind: "either"; readonly frame: Frame; readonly order: readonly number[]; readonly inGraph: Side }
  | { readonly kind: "channels last"; readonly demand: Demand }
  | { readonly kind: "view"; readonly order: (own: Order) => Order | undefined }
  | { readonly kind: "product" };

/** An operator, or (from 1) one of its operands, that may fall on either side. */
export type Settled = readonly [node: Node, port: number];

/** Says the side of each; the minimum cut does, unless another way is given. */
export type Settle = (open: readonly Settled[]) => readonly Side[];

/** `order`: the nodes of the graph, operands first; `roots`: those that must lie as in the graph. */
export function chooseLayouts(order: readonly Node[], roots: readonly Node[], settle?: Settle): (node: Node) => Way {
  const alternatives = alternativesOf(order);
  const open = new Map(order.map((node) => [node, openFor(node, alternatives)]));
  const vertices = createVertices();

  /** The value behind a view, and the side on which it is wanted for an order of the view; undefined where the side makes no difference. */
  function behind(node: Node, wanted: Order): { readonly node: Node; readonly side: Side | undefined } {
    const own = open.get(node)!;
    const next = own.kind === "view" ? own.order(wanted) : undefined;
    if (next) return behind(node.inputs[0], next);
    const alternative = alternatives.get(node);
    if (!alternative) return { node, side: undefined };
    return { node, side: isSameOrder(wanted, alternative.order) ? opposite(alternative.inGraph) : alternative.inGraph };
  }

  /** Where a value is made: a vertex, or a side that is settled. */
  function madeAt(node: Node): Vertex {
    const own = open.get(node)!;
    const alternative = alternatives.get(node)!;
    switch (own.kind) {
      case "either":
        // A reduction's result may lie the same way in both.
        return vertices.of(node);
      case "channels last":
        return isSameOrder(orderOf(node, own.demand.result), alternative.order) ? opposite(alternative.inGraph) : alternative.inGraph;
      case "product":
        return isSameOrder(swappedResult(node as ProductNode), alternative.order) ? vertices.of(node) : alternative.inGraph;
      case "moved":
        return vertices.of(node);
      default:
        return alternative.inGraph;
    }
  }

  const readers = new Map<Node, Set<Vertex>>();
  /** A reader of a value in an order, on a side that is settled or falls with a vertex. */
  function reads(node: Node, wanted: Order, by?: { readonly vertex: Vertex; readonly other: Order }): void {
    const one = behind(node, wanted);
    if (one.side === undefined) return;
    const another = by && behind(node, by.other);
    const reader: Vertex = another && another.node === one.node && another.side !== one.side ? by.vertex : one.side;
    if (!readers.has(one.node)) readers.set(one.node, new Set());
    readers.get(one.node)!.add(reader);
  }

  for (const node of roots) reads(node, orderInGraph(node));
  for (const node of order) {
    const own = open.get(node)!;
    switch (own.kind) {
      case "as in the graph":
        node.inputs.forEach((input) => reads(input, orderInGraph(input)));
        break;
      case "channels last":
        node.inputs.forEach((input, i) => reads(input, orderOf(input, own.demand.operands[i])));
        break;
      case "either": {
        const frame = own.frame;
        vertices.price(vertices.of(node), opposite(own.inGraph), preference);
        node.inputs.forEach((input, i) => {
          const covered = frame.operands[i];
          const other = covered && gathered(own.order, covered);
          reads(input, orderInGraph(input), other && !isSameOrder(other, orderInGraph(input)) ? { vertex: vertices.of(node), other } : undefined);
        });
        break;
      }
      case "product":
        if (alternatives.has(node)) vertices.price(vertices.of(node), opposite(alternatives.get(node)!.inGraph), preference);
        node.inputs.forEach((input, i) => {
          const other = otherForProduct(node as ProductNode, i as 0 | 1, alternatives);
          if (!other) return reads(input, orderInGraph(input));
          const port = vertices.of(node, i + 1);
          reads(input, orderInGraph(input), { vertex: port, other });
          const { inGraph } = alternatives.get(input)!;
          vertices.price(port, opposite(inGraph), preference);
          for (const side of ["first", "last"] as const) if (!standsForProduct(node as ProductNode, i as 0 | 1, side === inGraph ? orderInGraph(input) : other)) vertices.price(port, side, bytesOfValue(input));
        });
        break;
      default: // a view is what reads it; what is moved is read as it lies
    }
  }
  // The numbers of a constant are put into another order here and now.
  for (const [node, from] of readers) if (node.operator !== "constant") vertices.transposition(madeAt(node), [...from], bytesOfValue(node));
  const sideAt = vertices.cut(settle);
  const isOther = (node: Node, port = 0): boolean => {
    const of = port === 0 ? node : node.inputs[port - 1];
    const alternative = alternatives.get(of);
    return alternative !== undefined && sideAt(node, port) !== undefined && sideAt(node, port) !== alternative.inGraph;
  };

  return (node) => {
    const own = open.get(node)!;
    switch (own.kind) {
      case "either":
        return sideAt(node) !== undefined && sideAt(node) !== own.inGraph ? { kind: "in another order", frame: own.frame, order: own.order } : { kind: "as in the graph" };
      case "product": {
        const operands = node.inputs.map((input, i) => (isOther(node, i + 1) ? alternatives.get(input)!.order : orderInGraph(input))) as [Order, Order];
        return { kind: "product", operands, isSwapped: isOther(node) };
      }
      case "moved":
        return { kind: "view", order: () => undefined };
      case "view":
      case "channels last":
        return own;
      default:
        return { kind: "as in the graph" };
    }
  };
}

type ProductNode = Node & { readonly operator: "dot" };

/** The other order of a product's operand, where the order of the axes that are left is the same. */
function otherForProduct(node: ProductNode, side: 0 | 1, alternatives: ReadonlyMap<Node, Alternative>): Order | undefined {
  const input = node.inputs[side];
  const other = alternatives.get(input)?.order;
  if (!other) return undefined;
  const { batch, contract } = node.attributes;
  const taken = new Set([...batch, ...contract].map((pair) => pair[side]));
  const left = (own: Order): Order => own.filter((axis) => !taken.has(axis));
  return isSameOrder(left(other), left(orderInGraph(input))) ? other : undefined;
}

function openFor(node: Node, alternatives: ReadonlyMap<Node, Alternative>): Open {
  const demand = demandOf(node);
  if (demand) return { kind: "channels last", demand };
  if (node.operator === "dot") return { kind: "product" };
  const frame = frameOf(node);
  if (!frame) return { kind: "as in the graph" };
  if (node.operator === "reshape" || node.operator === "broadcast" || node.operator === "transpose") return openForView(node, frame, alternatives);
  return openForEither(node, frame, alternatives);
}

/** Whether an order is one of the two of a value. */
const isOpen = (node: Node, order: Order, alternatives: ReadonlyMap<Node, Alternative>): boolean => isSameOrder(order, orderInGraph(node)) || isSameOrder(order, alternatives.get(node)?.order ?? orderInGraph(node));

/** The side of one of the two orders of a value; undefined where it has a single one. */
function sideOf(node: Node, order: Order, alternatives: ReadonlyMap<Node, Alternative>): Side | undefined {
  const alternative = alternatives.get(node);
  return alternative && (isSameOrder(order, alternative.order) ? opposite(alternative.inGraph) : alternative.inGraph);
}

function openForView(node: Node, frame: Frame, alternatives: ReadonlyMap<Node, Alternative>): Open {
  const [operand] = node.inputs;
  const order = (own: Order): Order | undefined => {
    const found = gathered(spread(own, frame.result), frame.operands[0]!);
    if (!found || !isOpen(operand, found, alternatives)) return undefined;
    const [mine, its] = [sideOf(node, own, alternatives), sideOf(operand, found, alternatives)];
    return mine === undefined || its === undefined || mine === its ? found : undefined;
  };
  const own = [orderInGraph(node), alternatives.get(node)?.order].filter((each) => each !== undefined);
  if (own.every((each) => order(each) !== undefined)) return { kind: "view", order };
  return node.operator === "transpose" ? { kind: "moved" } : { kind: "as in the graph" };
}

function openForEither(node: Node, frame: Frame, alternatives: ReadonlyMap<Node, Alternative>): Open {
  const values = [[node, frame.result], ...node.inputs.map((input, i) => [input, frame.operands[i]] as const)] as const;
  for (const [from, covered] of values) {
    const alternative = alternatives.get(from);
    if (!alternative || !covered || !coversAll(covered, frame)) continue;
    const order = spread(alternative.order, covered);
    const fits = values.every(([value, places]) => {
      const own = places && gathered(order, places);
      if (!places) return value !== node;
      if (!own || !isOpen(value, own, alternatives)) return false;
      return isSameOrder(own, orderInGraph(value)) || alternatives.get(value)!.inGraph === alternative.inGraph;
    });
    if (fits && hasForm(node, order)) return { kind: "either", frame, order, inGraph: alternative.inGraph };
  }
  return { kind: "as in the graph" };
}

/** Whether an operator that slides or resamples can do so in an order. */
function hasForm(node: Node, order: Order): boolean {
  if (node.operator === "pool") return false;
  const space = node.operator === "resize" ? node.attributes.sizes.length : node.operator === "pool_max_gradient" ? node.attributes.window.length : undefined;
  return space === undefined || (node.type.shape.length > space && isSameOrder(wholeOrder(node, gathered(order, frameOf(node)!.result)!), heldByWindows(node.type.shape.length, space)));
}

/** A vertex of the network, or the side on which something lies for certain. */
type Vertex = number | Side;

interface Vertices {
  /** That of a node, or of one of its operands (from 1). */
  of(node: Node, port?: number): number;
  /** What it costs that a vertex falls on a side. */
  price(vertex: Vertex, side: Side, bytes: number): void;
  /** A value that is made at a vertex and read at others: once more, if one of them falls on the other side. */
  transposition(made: Vertex, readers: readonly Vertex[], bytes: number): void;
  /** The side of each vertex at the minimum; undefined for a node that has none. */
  cut(settle?: Settle): (node: Node, port?: number) => Side | undefined;
}

/** "First" is the source's side, "last" the sink's. */
function createVertices(): Vertices {
  const numbers = new Map<Node, Map<number, number>>();
  const open: Settled[] = [];
  const edges: [from: Vertex, to: Vertex, capacity: number][] = [];
  let count = 2;
  const minimum: Settle = () => {
    const network = createNetwork(count);
    const vertex = (of: Vertex): number => (of === "first" ? 0 : of === "last" ? 1 : of);
    for (const [from, to, capacity] of edges) if (from !== to && from !== "last" && to !== "first") network.edge(vertex(from), vertex(to), capacity);
    const side = network.sinkSide(0, 1);
    return open.map(([node, port]) => (side[numbers.get(node)!.get(port)!] ? "last" : "first"));
  };
  return {
    of(node, port = 0) {
      if (!numbers.has(node)) numbers.set(node, new Map());
      const own = numbers.get(node)!;
      if (!own.has(port)) {
        own.set(port, count++);
        open.push([node, port]);
      }
      return own.get(port)!;
    },
    price: (vertex, side, bytes) => void edges.push(side === "last" ? ["first", vertex, bytes] : [vertex, "last", bytes]),
    transposition(made, readers, bytes) {
      // Last if some reader is; then the value, if it is made first, has to be moved. And the other way round.
      const [someLast, someFirst] = [count++, count++];
      edges.push([made, someLast, bytes], [someFirst, made, bytes]);
      for (const reader of readers) edges.push([someLast, reader, Infinity], [reader, someFirst, Infinity]);
    },
    cut(settle = minimum) {
      const sides = settle(open);
      const found = new Map(open.map(([node, port], i) => [numbers.get(node)!.get(port)!, sides[i]]));
      return (node, port = 0) => found.get(numbers.get(node)?.get(port) ?? -1);
    },
  };
}
