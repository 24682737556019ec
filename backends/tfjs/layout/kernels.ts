/**
 * Kernels as convolutions want them, made of the weight in one way whatever their size: all axes are moved at once, also those of size 1, and the kernel is
 * turned round behind that. So layers with a kernel of 1 x 3, of 3 x 3 and of 1 x 1 are one function. A layer makes its kernel itself, and so does its
 * gradient: to transpose a weight once more costs less than to hold it from the one to the other.
 */
import { constant, type Size } from "../../../compiler/dims/index.ts";
import type { Builder } from "../../../compiler/ir/builder.ts";
import type { Node } from "../../../compiler/ir/graph.ts";
import { isSingle } from "./frames.ts";
import { phaseOf } from "../functions/phase.ts";

/** A weight with its axes in a list, -1 for one of size 1 that it does not have; `turned`: the places in the list along which it is turned round. */
interface Kernel {
  readonly weight: Node;
  readonly axes: readonly number[];
  readonly turned: readonly number[];
}

/** What a value with its axes in a list is of, if it is a weight, perhaps with axes of size 1 that come or go, moved and turned round. */
function kernelOf(node: Node, list: readonly number[]): Kernel | undefined {
  const turned = new Set<number>();
  let axes = list;
  for (let value = node; ; [value] = value.inputs) {
    switch (value.operator) {
      case "parameter":
      case "state": {
        const { shape } = value.type;
        const isWhole = shape.every((size, axis) => isSingle(size) || axes.includes(axis));
        return isWhole ? { weight: value, axes, turned: [...turned].sort((a, b) => a - b) } : undefined;
      }
      case "transpose": {
        const { permutation } = value.attributes;
        axes = axes.map((axis) => (axis < 0 ? axis : permutation[axis]));
        break;
      }
      case "reshape": {
        const renamed = renamedAxes(value.type.shape, value.inputs[0].type.shape);
        if (!renamed) return undefined;
        axes = axes.map((axis) => renamed.get(axis) ?? -1);
        break;
      }
      case "reverse": {
        const along = value.attributes.axes;
        axes.forEach((axis, place) => along.includes(axis) && turned.add(place));
        break;
      }
      default:
        return undefined;
    }
  }
}

/** The axes of a kernel [groups, out, in, places…] along which it slides begin here. */
const FIRST_PLACE = 3;

/** Gives the kernel of a convolution with its axes in a list; undefined where it is not a weight. */
export function createKernels(build: Builder): (convolution: Node, list: readonly number[]) => Node | undefined {
  const known = new Map<string, Node>();
  return (convolution, list) => {
    const [, operand] = convolution.inputs;
    const found = kernelOf(operand, list);
    if (!found) return undefined;
    const { weight, axes } = found;
    // On the way back all kernels are turned round, also those of one element.
    const isAlone = (place: number): boolean => list[place] >= FIRST_PLACE && isSingle(operand.type.shape[list[place]]);
    const turned = list.map((_, place) => place).filter((place) => found.turned.includes(place) || (phaseOf(convolution) === "backward" && isAlone(place)));
    const key = [weight.id, axes, turned, phaseOf(convolution), convolution.path].join(" ");
    const made = known.get(key) ?? written(weight, axes, turned, list.map((axis) => operand.type.axes[axis]));
    known.set(key, made);
    return made;
  };

  function written(weight: Node, axes: readonly number[], turned: readonly number[], names: readonly string[]): Node {
    const { shape } = weight.type;
    const left = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const permutation = [...axes.filter((axis) => axis >= 0), ...left];
    const moved = permutation.every((axis, place) => axis === place) ? weight : build.transpose(weight, permutation);
    const isWhole = left.length === 0 && !axes.includes(-1);
    const kernel = isWhole ? moved : build.reshape(moved, axes.map((axis) => (axis < 0 ? constant(1) : shape[axis])), names);
    return turned.length === 0 ? kernel : build.make("reverse", [kernel], { axes: turned });
  }
}

/** Which axis each axis is behind a reshape that only adds or leaves out axes of size 1, counted from the last; undefined for other reshapes. */
export function renamedAxes(from: readonly Size[], to: readonly Size[]): ReadonlyMap<number, number> | undefined {
  const renamed = new Map<number, number>();
  let [i, j] = [from.length - 1, to.length - 1];
  while (i >= 0 && j >= 0) {
    const [single, other] = [isSingle(from[i]), isSingle(to[j])];
    if (!single && !other && from[i] !== to[j]) return undefined;
    if (single === other) renamed.set(i--, j--);
    else if (single) i--;
    else j--;
  }
  const isRest = (shape: readonly Size[], at: number): boolean => shape.slice(0, at + 1).every(isSingle);
  return isRest(from, i) && isRest(to, j) ? renamed : undefined;
}
