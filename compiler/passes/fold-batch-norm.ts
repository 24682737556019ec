/**
 * Batch norm with running statistics is a scale and a shift for each channel; behind a convolution or a matrix product by weights it moves into
 * these: norm(conv(x, w) + b) = conv(x, w f) + shift - (mean - b) f with f = scale / sqrt(variance + epsilon). New weights are expressions over the
 * parameters, which a backend evaluates when it knows them. Between the two may stand what the library puts there: reshapes, transposes, a bias.
 * Kernels that depend on the input (rotated convolution) are left alone, and so is a product that someone else reads.
 */
import type { Builder } from "../ir/builder.ts";
import type { Node, NodeOf } from "../ir/graph.ts";
import { range } from "../operators/typing.ts";
import { constantValue } from "../dims/index.ts";
import type { Pass } from "./pass.ts";
import { axesBehindReshape } from "./reshape-axes.ts";
import { remade, rewrite } from "./rewrite.ts";
import type { Rewriting } from "./rewrite.ts";

const NAME = "fold_batch_norm";

export const foldBatchNorm: Pass = {
  name: NAME,
  stage: "inference",
  run(graph) {
    const weights = new Map<Node, boolean>();
    return rewrite(graph, NAME, (node, rewriting) => {
      madeOfWeights(node, weights);
      return node.operator === "batch_norm" ? folded(node, rewriting, weights) : undefined;
    });
  },
  doc: "Moves batch norms into the weights of the convolution or matrix product before them.",
};

/** What stands between the product and its norm, seen from the norm. */
interface Chain {
  readonly product: NodeOf<"conv"> | NodeOf<"dot">;
  /** Reshapes and transposes, the one next to the norm first. */
  readonly moves: readonly Node[];
  /** Vectors along the channels (or scalars) that are added, with their sign. */
  readonly biases: readonly { readonly vector: Node; readonly sign: 1 | -1 }[];
  /** The axes of the product that are the channels, outermost first. */
  readonly axes: readonly number[];
}

function folded(norm: NodeOf<"batch_norm">, { build, at, uses }: Rewriting, weights: Map<Node, boolean>): Node | undefined {
  const [x, mean, variance, scale, shift] = norm.inputs;
  const isWeight = (node: Node): boolean => madeOfWeights(node, weights);
  if (![mean, variance, scale, shift].every(isWeight)) return undefined;
  const chain = chainBehind(x, norm.attributes.axis, uses, isWeight);
  if (!chain) return undefined;
  const placed = weightAxes(chain.product, chain.axes, isWeight);
  if (!placed) return undefined;
  const factor = build.div(scale, build.sqrt(build.add(variance, norm.attributes.epsilon)));
  const centre = chain.biases.reduce((left, { vector, sign }) => lessBias(build, left, vector, sign), mean);
  const bias = build.sub(shift, build.mul(centre, factor));
  const { product } = chain;
  let y = at(product as Node, () => {
    const operands = product.inputs.map((input, side) => (side === placed.side ? scaled(build, input, factor, placed.axes) : input));
    return remade(build, product as Node, operands);
  });
  for (const move of [...chain.moves].reverse()) y = at(move, () => remade(build, move, [y]));
  return build.make("add", [y, build.along(bias, norm.type, norm.attributes.axis)], {}, norm.type.axes);
}

/** Follows the norm's operand down to a product, as long as nobody else reads what is on the way. */
function chainBehind(x: Node, axis: number, uses: (node: Node) => number, isWeight: (node: Node) => boolean): Chain | undefined {
  const moves: Node[] = [];
  const biases: Chain["biases"][number][] = [];
  let axes: readonly number[] = [axis];
  for (let node = x; uses(node) === 1; ) {
    switch (node.operator) {
      case "conv":
      case "dot":
        return { product: node, moves, biases, axes: withoutUnits(node, axes) };
      case "reshape": {
        const behind = axesBehindReshape(node.inputs[0].type.shape, node.type.shape, axes);
        if (!behind) return undefined;
        axes = behind;
        moves.push(node);
        node = node.inputs[0];
        break;
      }
      case "transpose": {
        const { permutation } = node.attributes;
        axes = axes.map((each) => permutation[each]);
        moves.push(node);
        node = node.inputs[0];
        break;
      }
      case "add":
      case "sub": {
        const side = node.operator === "add" && biasAlong(node.inputs[0], axes, isWeight) ? 0 : 1;
        const vector = biasAlong(node.inputs[side], axes, isWeight);
        if (!vector) return undefined;
        biases.push({ vector, sign: node.operator === "add" ? 1 : -1 });
        node = node.inputs[1 - side];
        break;
      }
      default:
        return undefined;
    }
  }
  return undefined;
}

const withoutUnits = (node: Node, axes: readonly number[]): readonly number[] => axes.filter((axis) => constantValue(node.type.shape[axis]) !== 1);

/** What is repeated along everything but the channels, when it is made of weights. */
function biasAlong(node: Node, axes: readonly number[], isWeight: (node: Node) => boolean): Node | undefined {
  if (node.operator !== "broadcast" || !isWeight(node.inputs[0])) return undefined;
  const own = withoutUnits(node, node.attributes.positions);
  const channels = withoutUnits(node, axes);
  return own.length === 0 || own.join() === channels.join() ? node.inputs[0] : undefined;
}

/** The mean that is left when a bias is taken out of the product: a bias that is added lowers it. */
function lessBias(build: Builder, mean: Node, bias: Node, sign: 1 | -1): Node {
  const scalar = bias.type.shape.every((size) => constantValue(size) === 1);
  const vector = scalar ? build.broadcast(build.reshape(bias, []), mean.type.shape, []) : build.reshape(bias, mean.type.shape);
  return sign > 0 ? build.sub(mean, vector) : build.add(mean, vector);
}

/** Which operand of a product is the weights, and where the result's channels stand in it. */
function weightAxes(
  product: Chain["product"],
  axes: readonly number[],
  isWeight: (node: Node) => boolean,
): { readonly side: number; readonly axes: readonly number[] } | undefined {
  for (const side of product.operator === "conv" ? [1] : [1, 0]) {
    if (!isWeight(product.inputs[side])) continue;
    const origin = product.operator === "conv" ? kernelOrigin : productOrigin(product, side as 0 | 1);
    const found = axes.map((axis) => origin[axis]).filter((axis) => axis !== undefined);
    if (found.length === axes.length) return { side, axes: found };
  }
  return undefined;
}

/** conv: x[N, G, C, …], w[G, O, C, …] -> [N, G, O, …]. */
const kernelOrigin: readonly (number | undefined)[] = [undefined, 0, 1];

/** For every axis of a dot's result, the axis of one operand that it is. */
function productOrigin({ inputs, attributes: { batch, contract } }: NodeOf<"dot">, side: 0 | 1): readonly (number | undefined)[] {
  const free = (operand: 0 | 1): readonly number[] => {
    const taken = [...batch, ...contract].map((pair) => pair[operand]);
    return range(0, inputs[operand].type.shape.length).filter((axis) => !taken.includes(axis));
  };
  const none = (operand: 0 | 1): readonly undefined[] => free(operand).map(() => undefined);
  return [...batch.map((pair) => pair[side]), ...(side === 0 ? [...free(0), ...none(1)] : [...none(0), ...free(1)])];
}

/** Weights times a factor for each channel, where the channels are the given axes, outermost first. */
function scaled(build: Builder, weight: Node, factor: Node, axes: readonly number[]): Node {
  const parts = build.reshape(
    factor,
    axes.map((axis) => weight.type.shape[axis]),
  );
  const increasing = [...axes].sort((a, b) => a - b);
  const moved = build.transpose(
    parts,
    increasing.map((axis) => axes.indexOf(axis)),
  );
  return build.mul(weight, build.broadcast(moved, weight.type.shape, increasing, weight.type.axes));
}

/** Whether a value depends on parameters, states and constants only. Asked about operands before users, so the recursion is short. */
function madeOfWeights(node: Node, known: Map<Node, boolean>): boolean {
  let answer = known.get(node);
  if (answer === undefined) {
    const outside = node.operator === "input" || node.operator === "random" || node.operator === "size";
    answer = !outside && node.inputs.every((input) => madeOfWeights(input, known));
    known.set(node, answer);
  }
  return answer;
}
