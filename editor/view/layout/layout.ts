/**
 * Where everything stands. Each block is laid out by itself, from its members inwards out: a block that is folded or unfolded changes its own level and
 * those around, and nothing else; levels that look alike (the twelve layers of a tower) are laid out once.
 */
import { Graph, layout as dagre } from "@dagrejs/dagre";
import type { ViewDocument, ViewNode, ViewWire, WireEnd } from "../model/document.ts";
import { canOpen, sizeOf, spacing, type Sized } from "./size.ts";
import type { Measure } from "./text.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A wire as points with vertical tangents; `wire` is its index in the node's list. */
export interface PlacedWire {
  readonly wire: number;
  readonly points: readonly Point[];
}

/** A port of the block around, on its upper or lower border. */
export interface PlacedPort {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  /** The shape inside, of what enters. */
  readonly shape: string;
}

/** The contents of one block; coordinates from the upper left corner of the contents. */
export interface Level {
  readonly width: number;
  readonly height: number;
  /** Of each child the upper left corner of its box. */
  readonly corners: readonly Point[];
  readonly wires: readonly PlacedWire[];
  readonly inputs: readonly PlacedPort[];
  readonly results: readonly PlacedPort[];
}

/** A node and, where it is unfolded, its members. */
export interface Placed extends Sized {
  readonly level?: Level;
  readonly children?: readonly Placed[];
}

export interface Layouts {
  /** The layout of a whole document; `isOpen` says of a node's id whether it is unfolded. */
  of(document: ViewDocument, isOpen: (node: ViewNode) => boolean): Placed;
}

/** A layout that remembers levels, for one way of measuring text. */
export function createLayouts(measure: Measure): Layouts {
  const levels = new Map<string, Level>();
  const place = (document: ViewDocument, node: ViewNode, isOpen: (node: ViewNode) => boolean, always: boolean): Placed => {
    if (!always && !(canOpen(node) && isOpen(node))) return sizeOf(document, node, measure);
    const children = node.children.map((child) => place(document, child, isOpen, false));
    const border = bordersOf(document, node, measure);
    const key = JSON.stringify([children.map(({ width, height, body, chips, level }) => [width, height, body.x, chips.map((chip) => chip.x), level?.inputs.map((port) => port.x)]), border, node.wires.map(({ from, to }) => [from.child, from.port, to.child, to.port])]);
    let level = levels.get(key);
    if (!level) levels.set(key, (level = levelOf(node, children, border)));
    return { ...sizeOf(document, node, measure, level), level, children };
  };
  return { of: (document, isOpen) => place(document, document.root, isOpen, true) };
}

interface BorderPort {
  readonly name: string;
  readonly shape: string;
  readonly width: number;
  readonly height: number;
}

interface Border {
  readonly inputs: readonly BorderPort[];
  readonly results: readonly BorderPort[];
}

/** Inside a block its inputs and results have names and shapes of their own; a family is no block, and the model has none. */
function bordersOf(document: ViewDocument, node: ViewNode, measure: Measure): Border {
  const named = node.kind === "block";
  return {
    inputs: node.inputs.map(({ name, type, count }) => {
      const shape = named ? `${document.types[type].text}${count > 1 ? ` × ${count}` : ""}` : "";
      return { name: named ? name : "", shape, width: Math.ceil(Math.max(12, named ? measure(name, "kind") : 0, shape ? measure(shape, "shape") + 8 : 0)), height: named ? spacing.portName + spacing.chip : 4 };
    }),
    results: node.results.map(({ name }) => ({ name, shape: "", width: Math.ceil(Math.max(12, measure(name, "kind"))), height: name ? spacing.portName : 4 })),
  };
}

/** The heights of the space between two rows: the further a wire goes sideways there, the more room it has to bend. */
const gaps = { least: 24, most: 88, slope: 0.12 } as const;

interface Box {
  x: number;
  y: number;
  readonly width: number;
  readonly height: number;
}

/** A row of the layout: members whose middles are at one height. A wire that passes goes straight through, so it cannot cut a tall neighbour. */
interface Row {
  readonly middle: number;
  readonly height: number;
  /** Where it stands after the gaps have been set. */
  top: number;
}

const endName = ({ child, port }: WireEnd, side: "in" | "out"): string => (child >= 0 ? `n${child}` : `${side}${port}`);

function levelOf(node: ViewNode, children: readonly Placed[], border: Border): Level {
  const { boxes, bends } = arranged(node, children, border);
  const rows = rowsOf([...boxes.values()]);
  const rowAt = (y: number): number => rows.findIndex((row) => Math.abs(row.middle - y) < 0.5);
  const route = ({ from, to }: ViewWire): { readonly x: number; readonly row: number }[] => {
    const [start, end] = [endName(from, "in"), endName(to, "out")];
    const [source, target] = [boxes.get(start)!, boxes.get(end)!];
    const inner = to.child >= 0 ? children[to.child].level?.inputs[to.port] : undefined;
    const first = source.x - source.width / 2 + (from.child >= 0 ? (children[from.child].chips[from.port]?.x ?? source.width / 2) : source.width / 2);
    const last = target.x - target.width / 2 + (inner ? children[to.child].body.x + spacing.inner + slack(children[to.child]) + inner.x : target.width / 2);
    const between = (bends.get(`${start} ${end}`) ?? []).flatMap(({ x, y }) => (rowAt(y) < 0 ? [] : [{ x, row: rowAt(y) }]));
    return [{ x: first, row: rowAt(source.y) }, ...between, { x: last, row: rowAt(target.y) }];
  };
  const routes = spread(node, children, node.wires.map(route));
  setGaps(rows, routes);
  const corner = (name: string): Point => {
    const { x, y, width, height } = boxes.get(name)!;
    const row = rows[rowAt(y)];
    return { x: x - width / 2, y: row.top + (row.height - height) / 2 };
  };
  const wires = node.wires.map(({ from, to }, wire): PlacedWire => {
    const [start, end] = [endName(from, "in"), endName(to, "out")];
    const route = routes[wire];
    const points: Point[] = [{ x: route[0].x, y: corner(start).y + boxes.get(start)!.height }];
    route.forEach(({ x, row }, i) => {
      if (i > 0 && rows[row].top > points[points.length - 1].y) points.push({ x, y: rows[row].top });
      if (i < route.length - 1 && route[i + 1].row > row && rows[row].top + rows[row].height > points[points.length - 1].y) points.push({ x, y: rows[row].top + rows[row].height });
    });
    points.push({ x: route[route.length - 1].x, y: corner(end).y });
    return { wire, points: points.filter((point, i) => i === 0 || point.x !== points[i - 1].x || point.y !== points[i - 1].y) };
  });
  const xs = [...[...boxes.values()].flatMap(({ x, width }) => [x - width / 2, x + width / 2]), ...wires.flatMap(({ points }) => points.map((point) => point.x))];
  const left = Math.min(...xs, Infinity);
  const shift = Number.isFinite(left) ? left : 0;
  const moved = ({ x, y }: Point): Point => ({ x: x - shift, y });
  const bottom = rows.length ? rows[rows.length - 1].top + rows[rows.length - 1].height : 0;
  return {
    width: Math.ceil(Math.max(0, ...xs) - shift), height: Math.ceil(bottom),
    corners: children.map((_, i) => moved(corner(`n${i}`))),
    wires: wires.map(({ wire, points }) => ({ wire, points: points.map(moved) })),
    inputs: border.inputs.map(({ name, shape, width }, i) => ({ x: moved(corner(`in${i}`)).x + width / 2, y: corner(`in${i}`).y, name, shape })),
    results: border.results.map(({ name, width, height }, i) => ({ x: moved(corner(`out${i}`)).x + width / 2, y: corner(`out${i}`).y + height, name, shape: "" })),
  };
}

/** Ranks, order in the ranks and places across, by dagre: middles of the boxes, and of each pair of ends where its wire passes other ranks. */
function arranged(node: ViewNode, children: readonly Placed[], border: Border): { readonly boxes: ReadonlyMap<string, Box>; readonly bends: ReadonlyMap<string, readonly Point[]> } {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: spacing.between, edgesep: 18, ranksep: 20, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  border.inputs.forEach(({ width, height }, i) => graph.setNode(`in${i}`, { width, height }));
  children.forEach(({ width, height }, i) => graph.setNode(`n${i}`, { width, height }));
  border.results.forEach(({ width, height }, i) => graph.setNode(`out${i}`, { width, height }));
  // Ports stand on the border: everything comes after the one that all inputs hang on, and before the one that all results hang on.
  if (border.inputs.length) {
    graph.setNode("top", { width: 1, height: 1 });
    border.inputs.forEach((_, i) => graph.setEdge("top", `in${i}`, { weight: 60, minlen: 1 }));
    for (const child of longSources(node)) graph.setEdge("top", `n${child}`, { weight: 0, minlen: 2 });
  }
  if (border.results.length) {
    graph.setNode("bottom", { width: 1, height: 1 });
    border.results.forEach((_, i) => graph.setEdge(`out${i}`, "bottom", { weight: 60, minlen: 1 }));
  }
  for (const { from, to } of node.wires) {
    const [start, end] = [endName(from, "in"), endName(to, "out")];
    if (start !== end) graph.setEdge(start, end, { weight: 2, minlen: 1 });
  }
  dagre(graph);
  const boxes = new Map<string, Box>();
  for (const name of graph.nodes()) {
    const { x, y, width, height } = graph.node(name) as Box;
    if (name !== "top" && name !== "bottom") boxes.set(name, { x, y, width, height });
  }
  const bends = new Map<string, Point[]>();
  for (const edge of graph.edges()) bends.set(`${edge.v} ${edge.w}`, ((graph.edge(edge) as { points?: Point[] }).points ?? []).slice(1, -1).map(({ x, y }) => ({ x, y })));
  // Of a layout and its mirror image the one is taken that reads as the source does.
  if (readsBackwards(boxes)) {
    for (const box of boxes.values()) box.x = -box.x;
    for (const [key, points] of bends) bends.set(key, points.map(({ x, y }) => ({ x: -x, y })));
  }
  return { boxes, bends };
}

/** Members that read nothing and are followed by more members than an input is: they too must stay below the inputs. */
function longSources({ children, wires }: ViewNode): readonly number[] {
  const readers = children.map((_, i) => wires.filter((wire) => wire.from.child === i && wire.to.child >= 0).map((wire) => wire.to.child));
  const reading = new Set(wires.map((wire) => wire.to.child));
  const heights = new Map<number, number>();
  const height = (child: number, open: ReadonlySet<number>): number => {
    const known = heights.get(child);
    if (known !== undefined || open.has(child)) return known ?? 0;
    const own = 1 + Math.max(0, ...readers[child].map((reader) => height(reader, new Set([...open, child]))));
    heights.set(child, own);
    return own;
  };
  const entered = wires.filter((wire) => wire.from.child < 0 && wire.to.child >= 0).map((wire) => height(wire.to.child, new Set()));
  const longest = Math.max(0, ...entered);
  return children.flatMap((_, i) => (!reading.has(i) && height(i, new Set()) > longest ? [i] : []));
}

function readsBackwards(boxes: ReadonlyMap<string, Box>): boolean {
  const rows = new Map<number, Box[]>();
  for (const box of boxes.values()) rows.set(box.y, [...(rows.get(box.y) ?? []), box]);
  let forwards = 0;
  for (const row of rows.values()) for (let i = 1; i < row.length; i++) forwards += Math.sign(row[i].x - row[i - 1].x);
  return forwards < 0;
}

function rowsOf(boxes: readonly Box[]): readonly Row[] {
  const heights = new Map<number, number>();
  for (const { y, height } of boxes) {
    const middle = [...heights.keys()].find((known) => Math.abs(known - y) < 0.5) ?? y;
    heights.set(middle, Math.max(height, heights.get(middle) ?? 0));
  }
  return [...heights].sort(([a], [b]) => a - b).map(([middle, height]) => ({ middle, height, top: 0 }));
}

function setGaps(rows: readonly Row[], routes: readonly (readonly { readonly x: number; readonly row: number }[])[]): void {
  const sideways = rows.map(() => 0);
  for (const route of routes) {
    for (let i = 1; i < route.length; i++) {
      const above = Math.min(route[i].row, route[i - 1].row);
      sideways[above] = Math.max(sideways[above], Math.abs(route[i].x - route[i - 1].x));
    }
  }
  for (let i = 1; i < rows.length; i++) {
    const gap = Math.min(gaps.most, gaps.least + gaps.slope * Math.max(0, sideways[i - 1] - 40));
    rows[i].top = Math.round(rows[i - 1].top + rows[i - 1].height + gap);
  }
}

/** How far the contents of an unfolded block are moved to the right because its head is wider. */
export function slack({ body, level }: Placed): number {
  return level ? (body.width - 2 * spacing.inner - level.width) / 2 : 0;
}

/** Wires that end at one folded node come in side by side, in the order in which they arrive. */
function spread<T extends { readonly x: number }>(node: ViewNode, children: readonly Placed[], routes: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const moved = new Map<number, number>();
  children.forEach((child, i) => {
    if (child.level) return;
    const coming = node.wires.flatMap((wire, at) => (wire.to.child === i ? [at] : []));
    if (coming.length < 2) return;
    const from = (at: number): number => routes[at][routes[at].length - 2].x;
    coming.sort((a, b) => from(a) - from(b) || a - b);
    const room = Math.min(child.body.width - 24, 22 * (coming.length - 1));
    coming.forEach((at, place) => moved.set(at, room * (place / (coming.length - 1) - 0.5)));
  });
  return routes.map((route, at) => {
    const by = moved.get(at);
    return by === undefined ? route : [...route.slice(0, -1), { ...route[route.length - 1], x: route[route.length - 1].x + by }];
  });
}
