/**
 * Channels last, where convolutions are. tfjs convolves and pools [N, H, W, C]; the graph says [N, C, H, W]. Here the graph is rewritten so that values
 * lie as what reads them wants them, with as few bytes transposed as there can be (choice.ts): each operator is made again over the held
 * operands, with its axes renamed; convolutions and pooling become those with channels last; what must be moved is a transpose, made once. What is given
 * and what is returned lies as in the graph. Nothing behind this knows of layouts.
 */
import { constant } from "../../../compiler/dims/index.ts";
import { createBuilder, type Builder } from "../../../compiler/ir/builder.ts";
import { rootsOf, topologicalOrder, type Graph, type NamedNode, type Node, type OperatorName } from "../../../compiler/ir/graph.ts";
import { groupsOf } from "../../../compiler/operators/channels-last.ts";
import { permuted } from "../../../compiler/operators/strides.ts";
import { createKernels, renamedAxes } from "./kernels.ts";
import { bytesOfValue, chooseLayouts, type Settle, type Way } from "./choice.ts";
import { gathered, isElementwise, isSameOrder, isSingle, orderInGraph, spread, wholeOrder, frameOf, type Order } from "./frames.ts";
import { demandOf, orderOf } from "./orders.ts";

/** Transposes that a program makes in a run. */
export interface Transposes {
  readonly count: number;
  /** Bytes of what is transposed. */
  readonly bytes: number;
}

export interface LaidOut {
  readonly graph: Graph;
  /** The transposes that are left: the minimum. */
  readonly transposes: Transposes;
  /** What they were if every convolution and pooling converted its operands and its result by itself, beside the transposes of the graph. */
  readonly apart: Transposes;
}

/** A value as a node of the new graph; `axes` says which axis of the value each axis is, -1 for one of size 1 that it does not have. Axes of size 1 may be missing. */
interface Holding {
  readonly node: Node;
  readonly axes: readonly number[];
}

const one = constant(1);

/** Sizes that are free are taken to be alike, whatever they are, when transposes are weighed. `settle`: another choice than the best, for comparison. */
export function layOut(graph: Graph, settle?: Settle): LaidOut {
  const roots = rootsOf(graph);
  const order = topologicalOrder(roots);
  const laid = order.some((node) => demandOf(node) !== undefined) ? rewritten(graph, chooseLayouts(order, roots, settle), order) : graph;
  const left = topologicalOrder(rootsOf(laid)).filter(isMove);
  const before = order.filter(isMove);
  const converted = order.flatMap((node) => {
    const demand = demandOf(node);
    const moved = (value: Node, list: readonly number[]): boolean => !isSameOrder(orderOf(value, list), orderInGraph(value));
    return demand ? [...node.inputs.filter((input, i) => moved(input, demand.operands[i])), ...(moved(node, demand.result) ? [node] : [])] : [];
  });
  return { graph: laid, transposes: counted(left), apart: counted([...before, ...converted]) };
}

const counted = (nodes: readonly Node[]): Transposes => ({ count: nodes.length, bytes: nodes.reduce((sum, node) => sum + bytesOfValue(node), 0) });

/** Whether a node is a transpose that moves elements. */
const isMove = (node: Node): boolean => node.operator === "transpose" && !isSameOrder(orderOf(node.inputs[0], node.attributes.permutation), orderInGraph(node.inputs[0]));

function rewritten(graph: Graph, wayOf: (node: Node) => Way, order: readonly Node[]): Graph {
  const build = createBuilder();
  const holdings = new Map<Node, Holding[]>();
  const exactly = new Map<Node, Map<string, Node>>();
  const kernelFor = createKernels(build);
  let current: Node;

  /** Makes nodes where a value stands; of a weight, where it is read first. */
  const at = <Result>(node: Node, run: () => Result): Result => {
    const { location, path } = isGiven(node) && node.operator !== "input" ? current : node;
    return build.within({ location, path }, run);
  };
  const hold = (node: Node, holding: Holding): Holding => {
    holdings.set(node, [...(holdings.get(node) ?? []), holding]);
    return holding;
  };
  const namesOf = (node: Node, axes: readonly number[]): readonly string[] => axes.map((axis) => (axis < 0 ? "" : node.type.axes[axis]));
  const sizesOf = (node: Node, axes: readonly number[]) => axes.map((axis) => (axis < 0 ? one : node.type.shape[axis]));

  /** A value in an order, whatever axes of size 1 there are. */
  function heldIn(node: Node, wanted: Order): Holding {
    const known = holdings.get(node)?.find(({ axes }) => isSameOrder(orderOf(node, axes), wanted));
    if (known) return known;
    const way = wayOf(node);
    if (way.kind === "view") return viewed(node, wanted, way);
    const [source] = holdings.get(node)!;
    return at(node, () => moved(node, source, wanted));
  }

  /** A holding with its axes moved, those of size 1 staying where they are. */
  function moved(node: Node, source: Holding, wanted: Order): Holding {
    // As in the graph, singles stand where they do in the graph; otherwise they stay.
    const isOfGraph = isSameOrder(wanted, orderInGraph(node));
    const places = isOfGraph ? [...source.axes].filter((axis) => axis >= 0).sort((a, b) => a - b) : wanted;
    let next = 0;
    const axes = source.axes.map((axis) => (axis < 0 || (!isOfGraph && isSingle(node.type.shape[axis])) ? axis : places[next++]));
    const permutation = permutationOf(source.axes, axes);
    if (node.operator === "constant") {
      const { value } = node.attributes;
      return hold(node, { node: build.tensor({ ...value, shape: axes.map((axis) => value.shape[axis]), data: permuted(value.data, value.shape, permutation) }, namesOf(node, axes)), axes });
    }
    return hold(node, { node: build.transpose(source.node, permutation), axes });
  }

  function viewed(node: Node, wanted: Order, way: Way & { readonly kind: "view" }): Holding {
    const [operand] = node.inputs;
    const frame = frameOf(node)!;
    const own = way.order(wanted);
    return at(node, () => {
      if (node.operator === "broadcast") {
        const axes = wholeOrder(node, wanted);
        return hold(node, { node: repeated(node, axes), axes });
      }
      const isAsItWas = (holding: Holding): boolean => holding.node === operand && isSameOrder(wanted, orderInGraph(node));
      const source = own ? heldIn(operand, own) : holdings.get(operand)?.[0] ?? heldIn(operand, orderInGraph(operand));
      if (node.operator === "transpose") {
        const renamed = { node: source.node, axes: source.axes.map((axis) => (axis < 0 ? -1 : node.attributes.permutation.indexOf(axis))) };
        if (isAsItWas(source)) return hold(node, { node, axes: node.type.shape.map((_, axis) => axis) });
        return own ? hold(node, renamed) : moved(node, renamed, wanted);
      }
      const isRenaming = frame.operands[0]!.every((covered) => covered.length <= 1) && frame.result.every((covered) => covered.length <= 1);
      if (isAsItWas(source)) return hold(node, { node, axes: node.type.shape.map((_, axis) => axis) });
      // Of a value that is not held as in the graph, axes of size 1 need not be there.
      if (isRenaming && source.axes.some((axis, i) => axis !== i)) {
        const renamed = renamedAxes(operand.type.shape, node.type.shape)!;
        return hold(node, { node: source.node, axes: source.axes.map((axis) => renamed.get(axis) ?? -1) });
      }
      const axes = wholeOrder(node, wanted);
      return hold(node, { node: build.reshape(source.node, sizesOf(node, axes), namesOf(node, axes)), axes });
    });
  }

  /** A repeated value with its axes in a list. */
  function repeated(node: Node & { readonly operator: "broadcast" }, axes: readonly number[]): Node {
    const [operand] = node.inputs;
    const { positions } = node.attributes;
    const frame = frameOf(node)!;
    const own = gathered(spread(orderOf(node, axes), frame.result), frame.operands[0]!)!;
    const { axes: its } = heldIn(operand, own);
    const placesOf = (list: readonly number[]): readonly number[] => list.map((axis) => (axis < 0 ? -1 : axes.indexOf(positions[axis])));
    const fits = placesOf(its).every((place, i, all) => place >= 0 && (i === 0 || place > all[i - 1]));
    const used = fits ? its : own;
    const x = exact(operand, used);
    return x === operand && axes.every((axis, i) => axis === i) ? node : build.broadcast(x, sizesOf(node, axes), placesOf(used), namesOf(node, axes));
  }

  /** A value as a tensor of exactly these axes. */
  function exact(node: Node, axes: readonly number[]): Node {
    const key = axes.join();
    if (!exactly.has(node)) exactly.set(node, new Map());
    const known = exactly.get(node)!.get(key);
    if (known) return known;
    const made = (): Node => {
      const held = holdings.get(node)?.find((each) => isSame(each.axes, axes));
      if (held) return held.node;
      if (node.operator === "broadcast" && wayOf(node).kind === "view") return at(node, () => repeated(node, axes));
      const found = heldIn(node, orderOf(node, axes));
      return isSame(found.axes, axes) ? found.node : at(node, () => build.reshape(found.node, sizesOf(node, axes), namesOf(node, axes)));
    };
    const own = made();
    exactly.get(node)!.set(key, own);
    return own;
  }

  const inGraph = (node: Node): Node => exact(node, node.type.shape.map((_, axis) => axis));

  function make(node: Node): void {
    const way = wayOf(node);
    if (way.kind === "view") return;
    if (node.inputs.length === 0 && way.kind === "as in the graph") return void hold(node, { node, axes: node.type.shape.map((_, axis) => axis) });
    build.within({ location: node.location, path: node.path }, () => {
      switch (way.kind) {
        case "channels last":
          return void hold(node, { node: withChannelsLast(build, node, node.inputs.map((input, i) => heldFor(node, input, way.demand.operands[i]))), axes: way.demand.result });
        case "in another order":
          return void hold(node, inOrder(node, way));
        case "product":
          return void hold(node, product(node as Node & { readonly operator: "dot" }, way));
        default:
          return void hold(node, asInGraph(node));
      }
    });
  }

  /** An operand of a convolution or pooling. */
  const heldFor = (node: Node, operand: Node, list: readonly number[]): Node => (node.operator === "conv" && operand === node.inputs[1] ? kernelFor(node, list) : undefined) ?? exact(operand, list);

  function asInGraph(node: Node): Holding {
    // Where all operands are held with the same axes, and only singles differ from the graph, they stay so.
    if (isElementwise(node)) {
      const lead = node.inputs.find((input) => wayOf(input).kind !== "view") ?? node.inputs[0];
      const { axes } = heldIn(lead, orderInGraph(lead));
      if (!axes.includes(-1)) return { node: remadeFor(node, node.inputs.map((input) => exact(input, axes)), node.attributes, axes), axes };
    }
    return { node: remadeFor(node, node.inputs.map(inGraph), node.attributes, node.type.shape.map((_, axis) => axis)), axes: node.type.shape.map((_, axis) => axis) };
  }

  function remadeFor(node: Node, inputs: readonly Node[], attributes: object, axes: readonly number[]): Node {
    if (attributes === node.attributes && inputs.every((input, i) => input === node.inputs[i])) return node;
    return build.make<OperatorName>(node.operator, inputs, attributes as never, namesOf(node, axes));
  }

  /** An operator with its axes renamed. */
  function inOrder(node: Node, { frame, order: lying }: Way & { readonly kind: "in another order" }): Holding {
    const whole = (value: Node, covered: readonly (readonly number[])[] | undefined): readonly number[] => (covered ? wholeOrder(value, gathered(lying, covered)!) : value.type.shape.map((_, axis) => axis));
    if (isElementwise(node)) {
      const lead = node.inputs.find((input) => input.operator !== "broadcast" && input.operator !== "constant") ?? node.inputs[0];
      const { axes: its } = heldIn(lead, gathered(lying, frame.operands[node.inputs.indexOf(lead)]!)!);
      const axes = its.includes(-1) ? whole(node, frame.result) : its;
      return { node: remadeFor(node, node.inputs.map((input) => exact(input, axes)), node.attributes, axes), axes };
    }
    const axes = whole(node, frame.result);
    const lists = node.inputs.map((input, i) => whole(input, frame.operands[i]));
    const operands = node.inputs.map((input, i) => exact(input, lists[i]));
    const renamed = <Item>(list: readonly Item[]): readonly Item[] => axes.map((axis) => list[axis]);
    const placed = (axis: number): number => lists[0].indexOf(axis);
    switch (node.operator) {
      case "resize":
        return { node: build.make("resize_channels_last", operands, node.attributes), axes };
      case "pool_max_gradient":
        return { node: build.make("pool_max_gradient_channels_last", operands, node.attributes), axes };
      case "reduce": {
        const taken = node.attributes.axes;
        // The axes that are left, in their order, by their places in the result.
        const kept = lists[0].filter((axis) => !taken.includes(axis)).map((axis) => axis - taken.filter((each) => each < axis).length);
        return { node: remadeFor(node, operands, { ...node.attributes, axes: taken.map(placed).sort((a, b) => a - b) }, kept), axes: kept };
      }
      case "argmax": {
        const taken = node.attributes.axis;
        const kept = lists[0].filter((axis) => axis !== taken).map((axis) => (axis > taken ? axis - 1 : axis));
        return { node: remadeFor(node, operands, { axis: placed(taken) }, kept), axes: kept };
      }
      case "slice":
        return { node: remadeFor(node, operands, { starts: renamed(node.attributes.starts), stops: renamed(node.attributes.stops), steps: renamed(node.attributes.steps) }, axes), axes };
      case "pad":
        return { node: remadeFor(node, operands, { ...node.attributes, low: renamed(node.attributes.low), high: renamed(node.attributes.high) }, axes), axes };
      case "reverse":
        return { node: remadeFor(node, operands, { axes: node.attributes.axes.map(placed) }, axes), axes };
      case "iota":
        return { node: remadeFor(node, operands, { shape: renamed(node.attributes.shape), axis: axes.indexOf(node.attributes.axis) }, axes), axes };
      case "layer_norm_scale_gradient":
      case "batch_norm_scale_gradient":
        return { node: remadeFor(node, operands, { ...node.attributes, axis: placed(node.attributes.axis) }, [0]), axes: [0] };
      case "layer_norm_gradient":
      case "batch_norm_gradient":
      case "softmax_gradient":
      case "concat":
      case "cumsum":
      case "softmax":
      case "log_softmax":
      case "layer_norm":
      case "batch_norm":
        return { node: remadeFor(node, operands, { ...node.attributes, axis: placed(node.attributes.axis) }, axes), axes };
      default:
        throw new Error(`netc bug: ${node.operator} has no other layout`);
    }
  }

  function product(node: Node & { readonly operator: "dot" }, { operands, isSwapped }: Way & { readonly kind: "product" }): Holding {
    const { batch, contract } = node.attributes;
    const lists = node.inputs.map((input, i) => wholeOrder(input, operands[i]));
    const inputs = node.inputs.map((input, i) => exact(input, lists[i]));
    const placed = (pairs: typeof batch): typeof batch => pairs.map(([a, b]) => (isSwapped ? [lists[1].indexOf(b), lists[0].indexOf(a)] : [lists[0].indexOf(a), lists[1].indexOf(b)]));
    const left = node.inputs[0].type.shape.length - batch.length - contract.length;
    const all = node.type.shape.map((_, axis) => axis);
    const axes = isSwapped ? [...all.slice(0, batch.length), ...all.slice(batch.length + left), ...all.slice(batch.length, batch.length + left)] : all;
    if (!isSwapped && lists.every((list) => list.every((axis, i) => axis === i))) return { node: remadeFor(node, inputs, node.attributes, axes), axes };
    return { node: remadeFor(node, isSwapped ? [inputs[1], inputs[0]] : inputs, { batch: placed(batch), contract: placed(contract) }, axes), axes };
  }

  for (const node of order) {
    current = node;
    make(node);
  }
  const replaced = ({ name, node }: NamedNode): NamedNode => {
    current = node;
    return { name, node: inGraph(node) };
  };
  return { ...graph, outputs: graph.outputs.map(replaced), updates: graph.updates.map(replaced) };
}

const isSame = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((axis, i) => axis === b[i]);

const isGiven = ({ operator }: Node): boolean => operator === "input" || operator === "parameter" || operator === "state" || operator === "constant";

/** Where each axis of the new list stands in the old one; those that are of no axis of the value stay. */
const permutationOf = (from: readonly number[], to: readonly number[]): readonly number[] => to.map((axis, i) => (axis < 0 ? i : from.indexOf(axis)));

/** A convolution or pooling over held operands. */
function withChannelsLast(build: Builder, node: Node, operands: readonly Node[]): Node {
  switch (node.operator) {
    case "conv":
      return build.make("conv_channels_last", operands, { ...node.attributes, groups: groupsOf(node.inputs[0].type, node.inputs[1].type) });
    case "conv_kernel_gradient":
      return build.make("conv_kernel_gradient_channels_last", operands, { ...node.attributes, groups: groupsOf(node.inputs[0].type, node.type) });
    case "pool":
      return build.make("pool_channels_last", operands, node.attributes);
    default:
      throw new Error(`netc bug: ${node.operator} has no form with channels last`);
  }
}

