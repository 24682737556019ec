/** The layout in absolute places: what is under a point, what is beside what. */
import type { ViewNode } from "../model/document.ts";
import { slack, type Placed, type Point } from "../layout/layout.ts";
import { headerOf, spacing } from "../layout/size.ts";

/** A member as it stands: the rectangle of its body. */
export interface Item {
  readonly node: ViewNode;
  readonly placed: Placed;
  /** Of the box that also holds the shapes of what leaves. */
  readonly corner: Point;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** Where its contents begin; only of what is unfolded. */
  readonly origin: Point;
  readonly members: readonly Item[];
}

export interface Scene {
  readonly root: Item;
  readonly items: ReadonlyMap<string, Item>;
}

export function sceneOf(root: ViewNode, placed: Placed): Scene {
  const items = new Map<string, Item>();
  const visit = (node: ViewNode, own: Placed, corner: Point, depth: number): Item => {
    const [x, y] = [corner.x + own.body.x, corner.y];
    const origin = depth === 0 ? corner : { x: x + spacing.inner + slack(own), y: y + headerOf(node) };
    const members = (own.level?.corners ?? []).map((at, i) => visit(node.children[i], own.children![i], { x: origin.x + at.x, y: origin.y + at.y }, depth + 1));
    const item: Item = { node, placed: own, corner, x, y, width: own.body.width, height: own.body.height, depth, origin, members };
    items.set(node.id, item);
    return item;
  };
  return { root: visit(root, placed, { x: 0, y: 0 }, 0), items };
}

/** The innermost member under a point. */
export function itemAt({ root }: Scene, { x, y }: Point): Item | undefined {
  let found: Item | undefined;
  for (let current: Item | undefined = root; current; ) {
    const next: Item | undefined = current.members.find((item) => x >= item.x && x <= item.x + item.width && y >= item.y && y <= item.y + item.height);
    found = next ?? found;
    current = next;
  }
  return found;
}

export type Direction = "up" | "down" | "left" | "right";

/** The nearest sibling in a direction. */
export function neighbour(siblings: readonly Item[], from: Item, direction: Direction): Item | undefined {
  const middle = (item: Item): Point => ({ x: item.x + item.width / 2, y: item.y + item.height / 2 });
  const start = middle(from);
  const distance = (item: Item): number => {
    const { x, y } = middle(item);
    const [dx, dy] = [x - start.x, y - start.y];
    const [along, across] = direction === "up" ? [-dy, dx] : direction === "down" ? [dy, dx] : direction === "left" ? [-dx, dy] : [dx, dy];
    return along < 2 ? Infinity : along + 1.5 * Math.abs(across) + (direction === "left" || direction === "right" ? 2 * Math.abs(across) : 0);
  };
  const others = siblings.filter((item) => item !== from && distance(item) < Infinity);
  return others.length === 0 ? undefined : others.reduce((best, item) => (distance(item) < distance(best) ? item : best));
}
