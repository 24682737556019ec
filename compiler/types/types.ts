/**
 * Axes and tensor types as the checker sees them: ordered axes with an identity (the label), a symbolic size, and where the size came from.
 *
 * A label is an axis's identity inside one block: two axes are the same when their labels are the same object. Names are for people.
 * A row (`...S`) stands for any number of axes; it exists only while a block is checked for all its uses.
 */
import type { Size } from "../dims/index.ts";
import type { Dtype } from "../ir/graph.ts";
import type { Origin } from "./origin.ts";

export interface Label {
  readonly name: string;
  /** Axes that reached a block through a row keep their name for people, but cannot be found by it. */
  readonly hidden: boolean;
}

/** A size at a place: the canonical size and the story of how it came about. */
export interface SizeUse {
  readonly size: Size;
  readonly origin: Origin;
}

export interface Axis {
  readonly kind: "axis";
  /** Undefined for an axis without a name. */
  readonly label: Label | undefined;
  readonly size: SizeUse;
  readonly marks?: AxisMarks;
}

/** What is known of an axis besides its size: no type depends on it, but mistakes that keep every shape show in it. */
export interface AxisMarks {
  /** It was made by merging axes of these names, in this order. */
  readonly merged?: readonly string[];
  /** It was split off together with the others of these names, in this order. */
  readonly split?: readonly string[];
  /** Its elements are weights that sum to 1: a softmax was taken over it. */
  readonly sumsToOne?: boolean;
  /** A convolution slides along it: it counts positions. */
  readonly positions?: boolean;
}

/** A rigid row variable of the block that is being checked. */
export interface Row {
  readonly kind: "row";
  readonly name: string;
  /** The product of its sizes. */
  readonly size: SizeUse;
}

export type AxisItem = Axis | Row;

export interface TensorType {
  readonly dtype: Dtype;
  readonly axes: readonly AxisItem[];
}

export function sameItem(a: AxisItem, b: AxisItem): boolean {
  if (a.kind === "row" || b.kind === "row") return a.kind === "row" && b.kind === "row" && a.name === b.name;
  return a.label !== undefined && a.label === b.label;
}

export function itemName(item: AxisItem): string {
  return item.kind === "row" ? `...${item.name}` : (item.label?.name ?? "");
}

/** Position of the axis with this label, or -1. */
export function findAxis(type: TensorType, label: Label): number {
  return type.axes.findIndex((item) => item.kind === "axis" && item.label === label);
}

export function rankOf(type: TensorType): number | undefined {
  return type.axes.some((item) => item.kind === "row") ? undefined : type.axes.length;
}
