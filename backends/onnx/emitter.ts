/**
 * Makes values: short forms for the ONNX operators that lowerings and peepholes speak of, each with the type of its result.
 * The emitter carries the origin that new values get. It simplifies nothing; that is the peepholes' work.
 */
import { add, ceilDivide, constant as size, constantValue, multiply, subtract } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import { elementTypeNumber } from "./element-types.ts";
import type { ElementType, Numbers } from "./element-types.ts";
import { float, int, ints, sameSizes } from "./value.ts";
import type { Attribute, ConstantValue, InputValue, OperationValue, Origin, TensorType, Value } from "./value.ts";

export interface OperationParts {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly lists?: Readonly<Record<string, readonly Size[]>>;
  /** All results, when there are several; `result` says which one the value is. */
  readonly results?: readonly TensorType[];
  readonly result?: number;
}

export interface Emitter {
  readonly opset: number;
  within<Result>(origin: Origin, run: () => Result): Result;
  input(name: string, type: TensorType): InputValue;
  operation(opType: string, inputs: readonly (Value | undefined)[], type: TensorType, parts?: OperationParts): OperationValue;
  /** The same operation on other operands. */
  withInputs(value: OperationValue, inputs: readonly (Value | undefined)[]): OperationValue;
  constant(dtype: ElementType, shape: readonly number[], values: readonly number[]): ConstantValue;
  weight(key: string, label: string, dtype: ElementType, shape: readonly number[], load: () => Numbers): ConstantValue;
  scalar(value: number, dtype: ElementType): ConstantValue;
  integers(values: readonly number[]): ConstantValue;
  /** A size as an i64 vector of one element. */
  size(value: Size): Value;
  unary(opType: string, x: Value, attributes?: Readonly<Record<string, Attribute>>, dtype?: ElementType): Value;
  /** An operator with numpy broadcasting. */
  elementwise(opType: string, operands: readonly Value[], dtype?: ElementType, attributes?: Readonly<Record<string, Attribute>>): Value;
  cast(x: Value, dtype: ElementType): Value;
  reshape(x: Value, shape: readonly Size[]): Value;
  transpose(x: Value, permutation: readonly number[]): Value;
  expand(x: Value, shape: readonly Size[]): Value;
  slice(x: Value, starts: readonly (Size | number)[], stops: readonly (Size | number)[], steps?: readonly number[]): Value;
  reverse(x: Value, axes: readonly number[]): Value;
  pad(x: Value, low: readonly (Size | number)[], high: readonly (Size | number)[], value?: number): Value;
  concat(parts: readonly Value[], axis: number): Value;
  filled(shape: readonly Size[], dtype: ElementType): Value;
  matmul(left: Value, right: Value): Value;
}

const FEW = 4096;

export const asSizes = (list: readonly (Size | number)[]): readonly Size[] => list.map((each) => (typeof each === "number" ? size(each) : each));

/** The shape that numpy broadcasting gives; a symbolic size and another size other than 1 are taken to be equal. */
export function broadcastShape(shapes: readonly (readonly Size[])[]): readonly Size[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let chosen: Size = size(1);
    for (const shape of shapes) {
      const own = shape[axis - (rank - shape.length)];
      if (own === undefined || constantValue(own) === 1) continue;
      if (constantValue(chosen) === 1 || (constantValue(chosen) === undefined && constantValue(own) !== undefined)) chosen = own;
    }
    return chosen;
  });
}

export function createEmitter(opset: number): Emitter {
  let origin: Origin = { path: "", location: undefined };
  let made = 0;
  const constants = new Map<string, ConstantValue>();

  function operation(opType: string, inputs: readonly (Value | undefined)[], type: TensorType, parts: OperationParts = {}): OperationValue {
    const { attributes = {}, lists = {}, results = [type], result = 0 } = parts;
    return { kind: "operation", id: made++, opType, inputs, attributes, lists, results, result, type: results[result], origin };
  }

  function weight(key: string, label: string, dtype: ElementType, shape: readonly number[], load: () => Numbers): ConstantValue {
    return remember({
      kind: "constant",
      id: made,
      key: `${key} ${dtype}[${shape.join()}]`,
      label,
      load,
      few: undefined,
      origin,
      type: typeOf(dtype, shape),
    });
  }

  function constant(dtype: ElementType, shape: readonly number[], values: readonly number[]): ConstantValue {
    const few = values.length <= FEW ? values : undefined;
    const key = few ? `= ${dtype}[${shape.join()}] ${values.map((value) => (Object.is(value, -0) ? "-0" : value)).join()}` : `= #${made}`;
    return remember({ kind: "constant", id: made, key, label: "constant", load: () => values, few, origin, type: typeOf(dtype, shape) });
  }

  const typeOf = (dtype: ElementType, shape: readonly number[]): TensorType => ({ dtype, shape: asSizes(shape) });

  function remember(value: ConstantValue): ConstantValue {
    const known = constants.get(value.key);
    if (known) return known;
    made++;
    constants.set(value.key, value);
    return value;
  }

  const like = (x: Value, shape: readonly Size[]): TensorType => ({ dtype: x.type.dtype, shape });

  function slice(x: Value, starts: readonly (Size | number)[], stops: readonly (Size | number)[], steps?: readonly number[]): Value {
    const [from, to, by] = [asSizes(starts), asSizes(stops), steps ?? starts.map(() => 1)];
    const shape = by.map((step, axis) => ceilDivide(subtract(to[axis], from[axis]), step));
    return operation("Slice", [x], like(x, shape), { lists: { starts: from, stops: to }, attributes: { steps: ints(by) } });
  }

  return {
    opset,
    within(next, run) {
      const before = origin;
      origin = next;
      try {
        return run();
      } finally {
        origin = before;
      }
    },
    input: (name, type) => ({ kind: "input", id: made++, name, type, origin }),
    operation,
    withInputs: (value, inputs) => ({ ...value, id: made++, inputs }),
    constant,
    weight,
    scalar: (value, dtype) => constant(dtype, [], [value]),
    integers: (values) => constant("i64", [values.length], values),
    size(value) {
      const known = constantValue(value);
      return known !== undefined ? constant("i64", [1], [known]) : operation("SizeOf", [], typeOf("i64", [1]), { lists: { size: [value] } });
    },
    unary: (opType, x, attributes, dtype = x.type.dtype) => operation(opType, [x], { dtype, shape: x.type.shape }, { attributes }),
    elementwise(opType, operands, dtype = operands[0].type.dtype, attributes = {}) {
      return operation(opType, operands, { dtype, shape: broadcastShape(operands.map((each) => each.type.shape)) }, { attributes });
    },
    cast: (x, dtype) => operation("Cast", [x], { dtype, shape: x.type.shape }, { attributes: { to: int(elementTypeNumber[dtype]) } }),
    reshape: (x, shape) => (sameSizes(x.type.shape, shape) ? x : operation("Reshape", [x], like(x, shape))),
    transpose: (x, permutation) =>
      operation(
        "Transpose",
        [x],
        like(
          x,
          permutation.map((axis) => x.type.shape[axis]),
        ),
        { attributes: { perm: ints(permutation) } },
      ),
    expand: (x, shape) => (sameSizes(x.type.shape, shape) ? x : operation("Expand", [x], like(x, shape))),
    slice,
    reverse: (x, axes) => operation("Reverse", [x], x.type, { attributes: { axes: ints(axes) } }),
    pad(x, low, high, value = 0) {
      const [before, after] = [asSizes(low), asSizes(high)];
      if ([...before, ...after].every((each) => constantValue(each) === 0)) return x;
      const shape = x.type.shape.map((each, axis) => add(before[axis], each, after[axis]));
      return operation("Pad", [x], like(x, shape), { lists: { low: before, high: after }, attributes: { value: float(value) } });
    },
    concat(parts, axis) {
      if (parts.length === 1) return parts[0];
      const along = add(...parts.map((part) => part.type.shape[axis]));
      const shape = parts[0].type.shape.map((each, at) => (at === axis ? along : each));
      return operation("Concat", parts, like(parts[0], shape), { attributes: { axis: int(axis) } });
    },
    filled: (shape, dtype) => operation("ConstantOfShape", [], { dtype, shape }),
    matmul(left, right) {
      const [a, b] = [left.type.shape, right.type.shape];
      const shape = [...broadcastShape([a.slice(0, -2), b.slice(0, -2)]), a[a.length - 2], b[b.length - 1]];
      return operation("MatMul", [left, right], like(left, shape));
    },
  };
}

/** A product of sizes; of none, 1. */
export const productOf = (sizes: readonly Size[]): Size => multiply(...sizes);
