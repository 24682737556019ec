/**
 * Makes nodes. Every node goes through the shape rule of its operator, so a type is never written by hand; the builder carries the place
 * in the source and the path at which it stands. Callers have checked before: a refusal here is a bug of netc.
 */
import { constant as constantSize, constantValue, subtract } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import { operatorOf } from "../operators/table.ts";
import { range } from "../operators/typing.ts";
import type { AttributeTable, Dtype, Location, Node, OperatorName, TensorData, ValueType } from "./graph.ts";

/** The node of one operator, or of any of several. */
export type NodeWith<Name extends OperatorName> = Extract<Node, { readonly operator: Name }>;

/** Where new nodes stand. */
export interface Position {
  readonly location: Location;
  readonly path: string;
}

/** An operand of a short form: numbers become scalars of the other operand's type. */
export type Operand = Node | number;

const ROOTS_AND_WAVES = ["exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tanh", "sigmoid", "erf"] as const;
const SIGNS_AND_TRUTH = ["neg", "abs", "sign", "floor", "not", "is_finite", "stop_gradient"] as const;
const ACTIVATIONS = ["relu", "gelu", "quick_gelu", "silu", "softplus"] as const;
const UNARY = [...SIGNS_AND_TRUTH, ...ROOTS_AND_WAVES, ...ACTIVATIONS] as const;
const BINARY = ["add", "sub", "mul", "div", "pow", "rem", "max", "min", "less", "less_equal", "equal", "and", "or"] as const;

export type UnaryName = (typeof UNARY)[number];
export type BinaryName = (typeof BINARY)[number];

export type Builder = {
  /** Whether gradient rules make composites where there is one, for a target that takes them whole; otherwise what these are made of. */
  readonly makesComposites: boolean;
  /** One node; `axes` are names for the result's axes, by default those that the shape rule gives. */
  make<Name extends OperatorName>(
    operator: Name,
    inputs: readonly Node[],
    attributes: AttributeTable[Name],
    axes?: readonly string[],
  ): NodeWith<Name>;
  /** Runs `run` with the builder standing at a position. */
  within<Result>(position: Position, run: () => Result): Result;
  /** A scalar. */
  constant(value: number, dtype: Dtype): Node;
  tensor(value: TensorData, axes?: readonly string[]): Node;
  /** The value of a size as an i32 scalar; a constant where the size is one. */
  sizeOf(size: Size): Node;
  /** The value of a size as a scalar of a float type. */
  floatOf(size: Size, dtype: Dtype): Node;
  iota(shape: readonly Size[], axis: number): Node;
  /** The two operands (one of them may be a number or of rank 0) with one shape. */
  binary(operator: BinaryName, left: Operand, right: Operand): Node;
  unary(operator: UnaryName, x: Node): Node;
  select(condition: Node, then: Operand, otherwise: Operand): Node;
  cast(x: Node, to: Dtype): Node;
  broadcast(x: Node, shape: readonly Size[], positions: readonly number[], axes?: readonly string[]): Node;
  /** `x` with the given axes of `like` inserted, in place: x has like's axes without those. */
  repeat(x: Node, like: ValueType, inserted: readonly number[]): Node;
  /** `x` of one axis, standing at `axis` of `like`. */
  along(x: Node, like: ValueType, axis: number): Node;
  reshape(x: Node, shape: readonly Size[], axes?: readonly string[]): Node;
  transpose(x: Node, permutation: readonly number[]): Node;
  slice(x: Node, starts: readonly (Size | number)[], stops: readonly (Size | number)[], steps?: readonly number[]): Node;
  /** Slices one axis. */
  sliceAxis(x: Node, axis: number, start: Size | number, stop: Size | number, step?: number): Node;
  pad(x: Node, low: readonly (Size | number)[], high: readonly (Size | number)[], value?: number): Node;
  concat(parts: readonly Node[], axis: number): Node;
  reverse(x: Node, axes: readonly number[]): Node;
  gather(x: Node, index: Node, batch?: number): Node;
  scatterAdd(updates: Node, index: Node, size: Size, batch?: number): Node;
  reduce(kind: AttributeTable["reduce"]["kind"], x: Node, axes: readonly number[]): Node;
  cumsum(x: Node, axis: number): Node;
  dot(left: Node, right: Node, attributes: AttributeTable["dot"]): Node;
} & { readonly [Name in UnaryName]: (x: Node) => Node } & { readonly [Name in BinaryName]: (left: Operand, right: Operand) => Node };

let created = 0;

const sizes = (list: readonly (Size | number)[]): readonly Size[] => list.map((size) => (typeof size === "number" ? constantSize(size) : size));
const isIdentity = (permutation: readonly number[]): boolean => permutation.every((from, to) => from === to);
const same = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((item, i) => item === b[i]);

/** A builder that stands nowhere yet: nodes are made inside `within`. */
export function createBuilder({ makesComposites = false }: { readonly makesComposites?: boolean } = {}): Builder {
  let position: Position | undefined;

  function make<Name extends OperatorName>(
    operator: Name,
    inputs: readonly Node[],
    attributes: AttributeTable[Name],
    axes?: readonly string[],
  ): NodeWith<Name> {
    const result = operatorOf(operator).type(
      inputs.map((input) => input.type),
      attributes,
    );
    const describe = (): string => `${operator}(${inputs.map((input) => showOperand(input.type)).join(", ")})`;
    if ("refused" in result) throw new Error(`netc bug: ${describe()} ${result.refused}`);
    for (const { kind, left, right, rule } of result.obligations) {
      const difference = constantValue(subtract(left, right));
      if (difference !== undefined && (kind === "equal" ? difference !== 0 : difference < 0))
        throw new Error(`netc bug: ${describe()}: ${rule} (by ${difference})`);
    }
    if (!position) throw new Error(`netc bug: ${describe()} is made outside any source location`);
    const type = axes ? { ...result.type, axes } : result.type;
    if (type.axes.length !== type.shape.length)
      throw new Error(`netc bug: ${describe()} has ${type.shape.length} axes and ${type.axes.length} names`);
    return { id: created++, operator, inputs, attributes, type, location: position.location, path: position.path } as unknown as NodeWith<Name>;
  }

  const scalar = (value: Operand, dtype: Dtype): Node => (typeof value === "number" ? constant(value, dtype) : value);
  const constant = (value: number, dtype: Dtype): Node => make("constant", [], { value: { dtype, shape: [], data: new Float64Array([value]) } });
  const toShapeOf = (x: Node, like: Node): Node =>
    x.type.shape.length === 0 && like.type.shape.length > 0 ? broadcast(x, like.type.shape, [], like.type.axes) : x;

  function broadcast(x: Node, shape: readonly Size[], positions: readonly number[], axes?: readonly string[]): Node {
    return same(x.type.shape, shape) && isIdentity(positions) ? x : make("broadcast", [x], { shape, positions }, axes);
  }

  function binary(operator: BinaryName, left: Operand, right: Operand): Node {
    const dtype = typeof left !== "number" ? left.type.dtype : typeof right !== "number" ? right.type.dtype : "f32";
    const [a, b] = [scalar(left, dtype), scalar(right, dtype)];
    return make(operator, [toShapeOf(a, b), toShapeOf(b, a)], {});
  }

  const unary = (operator: UnaryName, x: Node): Node => make(operator, [x], {});

  function slice(x: Node, starts: readonly (Size | number)[], stops: readonly (Size | number)[], steps?: readonly number[]): Node {
    const attributes = { starts: sizes(starts), stops: sizes(stops), steps: steps ?? starts.map(() => 1) };
    const whole =
      attributes.starts.every((start) => constantValue(start) === 0) &&
      same(attributes.stops, x.type.shape) &&
      attributes.steps.every((step) => step === 1);
    return whole ? x : make("slice", [x], attributes);
  }

  const forms: Omit<Builder, UnaryName | BinaryName> = {
    makesComposites,
    make,
    within(next, run) {
      const before = position;
      position = next;
      try {
        return run();
      } finally {
        position = before;
      }
    },
    constant,
    tensor: (value, axes) => make("constant", [], { value }, axes),
    sizeOf(size) {
      const value = constantValue(size);
      return value === undefined ? make("size", [], { size }) : constant(value, "i32");
    },
    floatOf(size, dtype) {
      const value = constantValue(size);
      return value === undefined ? make("cast", [make("size", [], { size })], { to: dtype }) : constant(value, dtype);
    },
    iota: (shape, axis) => make("iota", [], { shape, axis }),
    binary,
    unary,
    select(condition, then, otherwise) {
      const dtype = typeof then !== "number" ? then.type.dtype : typeof otherwise !== "number" ? otherwise.type.dtype : "f32";
      const operands = [condition, scalar(then, dtype), scalar(otherwise, dtype)];
      const widest = operands.find((operand) => operand.type.shape.length > 0) ?? condition;
      return make(
        "select",
        operands.map((operand) => toShapeOf(operand, widest)),
        {},
      );
    },
    cast: (x, to) => (x.type.dtype === to ? x : make("cast", [x], { to })),
    broadcast,
    repeat: (x, like, inserted) =>
      broadcast(
        x,
        like.shape,
        range(0, like.shape.length).filter((axis) => !inserted.includes(axis)),
        like.axes,
      ),
    along: (x, like, axis) => broadcast(x, like.shape, [axis], like.axes),
    reshape: (x, shape, axes) => (same(x.type.shape, shape) ? x : make("reshape", [x], { shape }, axes)),
    transpose: (x, permutation) => (isIdentity(permutation) ? x : make("transpose", [x], { permutation })),
    slice,
    sliceAxis: (x, axis, start, stop, step = 1) =>
      slice(
        x,
        x.type.shape.map((_, at) => (at === axis ? start : 0)),
        x.type.shape.map((size, at) => (at === axis ? stop : size)),
        x.type.shape.map((_, at) => (at === axis ? step : 1)),
      ),
    pad(x, low, high, value = 0) {
      const attributes = { low: sizes(low), high: sizes(high), value };
      return [...attributes.low, ...attributes.high].every((size) => constantValue(size) === 0) ? x : make("pad", [x], attributes);
    },
    concat: (parts, axis) => (parts.length === 1 ? parts[0] : make("concat", parts, { axis })),
    reverse: (x, axes) => {
      const longer = axes.filter((axis) => constantValue(x.type.shape[axis]) !== 1);
      return longer.length === 0 ? x : make("reverse", [x], { axes: longer });
    },
    gather: (x, index, batch = 0) => make("gather", [x, index], { batch }),
    scatterAdd: (updates, index, size, batch = 0) => make("scatter_add", [updates, index], { batch, size }),
    reduce: (kind, x, axes) => (axes.length === 0 ? x : make("reduce", [x], { kind, axes })),
    cumsum: (x, axis) => make("cumsum", [x], { axis }),
    dot: (left, right, attributes) => make("dot", [left, right], attributes),
  };
  const unaryForms = Object.fromEntries(UNARY.map((name) => [name, (x: Node) => unary(name, x)])) as Pick<Builder, UnaryName>;
  const binaryForms = Object.fromEntries(BINARY.map((name) => [name, (left: Operand, right: Operand) => binary(name, left, right)])) as Pick<
    Builder,
    BinaryName
  >;
  return { ...forms, ...unaryForms, ...binaryForms } as Builder;
}

const showOperand = (type: ValueType): string =>
  `${type.dtype}[${type.shape.map((size, axis) => `${type.axes[axis]}:${constantValue(size) ?? "?"}`).join(", ")}]`;
