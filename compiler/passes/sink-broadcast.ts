/**
 * f(broadcast a, broadcast b) is broadcast f(a, b) for every f that works element by element: the work is done on the axes that somebody really
 * has. Numbers are computed the same way, only fewer times. Operands that have different axes meet on the union of them.
 */
import type { Builder } from "../ir/builder.ts";
import type { Node, OperatorName } from "../ir/graph.ts";
import { range } from "../operators/typing.ts";
import { remade } from "./rewrite.ts";
import { uniformValue } from "./uniform.ts";

const elementwise: ReadonlySet<OperatorName> = new Set<OperatorName>([
  ...(["neg", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tanh", "sigmoid", "erf", "floor", "not"] as const),
  ...(["is_finite", "stop_gradient", "cast", "relu", "gelu", "quick_gelu", "silu", "softplus", "leaky_relu"] as const),
  ...(["add", "sub", "mul", "div", "pow", "rem", "max", "min", "less", "less_equal", "equal", "and", "or", "select"] as const),
]);

/** An operand before it was repeated. */
interface Placed {
  readonly source: Node;
  /** Where its axes stand in the operand. */
  readonly positions: readonly number[];
}

export function sinkBroadcast(node: Node, build: Builder): Node | undefined {
  const { shape, axes } = node.type;
  if (shape.length === 0 || !elementwise.has(node.operator)) return undefined;
  const placed: Placed[] = [];
  for (const input of node.inputs) {
    const own = placementOf(input, build);
    if (!own) return undefined;
    placed.push(own);
  }
  const union = range(0, shape.length).filter((axis) => placed.some(({ positions }) => positions.includes(axis)));
  if (union.length === shape.length) return undefined;
  const [sizes, names] = [union.map((axis) => shape[axis]), union.map((axis) => axes[axis])];
  const operands = placed.map(({ source, positions }) =>
    build.broadcast(
      source,
      sizes,
      positions.map((axis) => union.indexOf(axis)),
      names,
    ),
  );
  return build.broadcast(remade(build, node, operands, names), shape, union, axes);
}

function placementOf(node: Node, build: Builder): Placed | undefined {
  if (node.operator === "broadcast") return { source: node.inputs[0], positions: node.attributes.positions };
  const value = uniformValue(node);
  return value === undefined ? undefined : { source: build.constant(value, node.type.dtype), positions: [] };
}
