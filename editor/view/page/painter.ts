/** Draws the scene on a canvas: only what is in sight, and small things as less. */
import type { Change, ViewNode } from "../model/document.ts";
import { segmentsOf } from "../layout/curve.ts";
import type { Level, Point } from "../layout/layout.ts";
import type { Palette } from "../layout/palette.ts";
import { canOpen, isPill, spacing } from "../layout/size.ts";
import { figuresText, kindOf, textSizes, titleOf, type Measure, type TextStyle } from "../layout/text.ts";
import type { Item, Scene } from "./scene.ts";

export interface Camera {
  /** Pixels of the window per unit of the layout. */
  readonly scale: number;
  /** Where the layout's origin is in the window. */
  readonly x: number;
  readonly y: number;
}

export interface Painting {
  readonly scene: Scene;
  readonly camera: Camera;
  readonly palette: Palette;
  readonly selected: string | undefined;
  readonly hovered: string | undefined;
  readonly focused: boolean;
}

const sans = `ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;
const mono = `ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace`;
const fonts: Readonly<Record<TextStyle, string>> = {
  title: `600 ${textSizes.title}px ${sans}`, kind: `400 ${textSizes.kind}px ${sans}`, figures: `400 ${textSizes.figures}px ${sans}`, shape: `400 ${textSizes.shape}px ${mono}`,
};
const plainTitle = `500 ${textSizes.title}px ${sans}`;

/** Below this scale text is no longer drawn, and below the second one shapes and figures are not. */
const readable = { title: 0.28, small: 0.45 } as const;

/** Measures with the fonts of the page; each text once. */
export function canvasMeasure(): Measure {
  const context = document.createElement("canvas").getContext("2d")!;
  const known = new Map<string, number>();
  return (text, style) => {
    const key = `${style}${text}`;
    let width = known.get(key);
    if (width === undefined) {
      context.font = fonts[style];
      known.set(key, (width = context.measureText(text).width));
    }
    return width;
  };
}

export interface Painter {
  paint(painting: Painting): void;
  resize(width: number, height: number, ratio: number): void;
}

export function createPainter(canvas: HTMLCanvasElement, measure: Measure): Painter {
  const context = canvas.getContext("2d", { alpha: false })!;
  let [width, height, ratio] = [0, 0, 1];
  return {
    resize(nextWidth, nextHeight, nextRatio) {
      [width, height, ratio] = [nextWidth, nextHeight, nextRatio];
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    },
    paint(painting) {
      const { camera, palette, scene } = painting;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = palette.ground;
      context.fillRect(0, 0, canvas.width, canvas.height);
      const scale = camera.scale * ratio;
      const sight = { left: -camera.x / camera.scale, top: -camera.y / camera.scale, right: (width - camera.x) / camera.scale, bottom: (height - camera.y) / camera.scale };
      const to = (origin: Point): void => context.setTransform(scale, 0, 0, scale, camera.x * ratio + origin.x * scale, camera.y * ratio + origin.y * scale);
      const brush: Brush = { context, measure, painting, sight, to };
      paintInside(brush, scene.root);
      const selected = painting.selected === undefined ? undefined : scene.items.get(painting.selected);
      if (selected) paintRing(brush, selected);
    },
  };
}

interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly measure: Measure;
  readonly painting: Painting;
  readonly sight: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly to: (origin: Point) => void;
}

interface Strokes {
  readonly path: Path2D;
  readonly heads: Path2D;
  readonly change: Change;
  readonly thick: boolean;
}

const strokesKnown = new WeakMap<ViewNode, { readonly level: Level; readonly strokes: readonly Strokes[] }>();

/** The wires of a level as a few paths, made once. */
function strokesOf({ node, placed }: Item): readonly Strokes[] {
  const level = placed.level!;
  const known = strokesKnown.get(node);
  if (known?.level === level) return known.strokes;
  const found = new Map<string, { path: Path2D; heads: Path2D; change: Change; thick: boolean }>();
  for (const { wire, points } of level.wires) {
    const { change = "same", count, to } = node.wires[wire];
    const key = `${change} ${count > 1}`;
    const own = found.get(key) ?? { path: new Path2D(), heads: new Path2D(), change, thick: count > 1 };
    found.set(key, own);
    own.path.moveTo(points[0].x, points[0].y);
    for (const { to: end, controls } of segmentsOf(points)) {
      if (controls) own.path.bezierCurveTo(controls[0].x, controls[0].y, controls[1].x, controls[1].y, end.x, end.y);
      else own.path.lineTo(end.x, end.y);
    }
    const last = points[points.length - 1];
    if (to.child < 0 && !level.results[to.port].name) own.path.lineTo(last.x, last.y + spacing.footer);
    if (to.child >= 0 && placed.children![to.child].level) {
      own.heads.moveTo(last.x + 2.6, last.y);
      own.heads.arc(last.x, last.y, 2.6, 0, 2 * Math.PI);
    } else if (to.child >= 0) {
      own.heads.moveTo(last.x - 3.6, last.y - 7);
      own.heads.lineTo(last.x, last.y);
      own.heads.lineTo(last.x + 3.6, last.y - 7);
      own.heads.closePath();
    }
  }
  const strokes = [...found.values()];
  strokesKnown.set(node, { level, strokes });
  return strokes;
}

function paintInside(brush: Brush, item: Item): void {
  const { context, painting, sight, to } = brush;
  const { camera, palette } = painting;
  const level = item.placed.level!;
  to(item.origin);
  for (const { path, heads, change, thick } of strokesOf(item)) {
    const colour = change === "same" ? palette.wire : palette.changes[change].line;
    context.strokeStyle = colour;
    context.lineWidth = Math.max(thick ? 2.4 : 1.3, 0.6 / camera.scale);
    context.setLineDash(change === "removed" ? [6, 4] : []);
    context.stroke(path);
    context.setLineDash([]);
    context.fillStyle = colour;
    if (camera.scale > readable.title) context.fill(heads);
  }
  if (camera.scale > readable.small) {
    for (const port of level.inputs) {
      if (port.name) paintText(brush, port.name, port.x, port.y + 12, "kind", palette.kinds.input, "center");
      if (port.shape) paintText(brush, port.shape, port.x, port.y + spacing.portName + 12, "shape", palette.shape, "center");
    }
    for (const port of level.results) if (port.name) paintText(brush, port.name, port.x, port.y - 4, "kind", palette.kinds.output, "center");
  }
  for (const member of item.members) {
    const { corner, placed } = member;
    if (corner.x > sight.right || corner.y > sight.bottom || corner.x + placed.width + 6 < sight.left || corner.y + placed.height + 6 < sight.top) continue;
    paintItem(brush, member);
  }
}

function paintItem(brush: Brush, item: Item): void {
  const { context, measure, painting, to } = brush;
  const { camera, palette } = painting;
  const { node, placed, width, height } = item;
  const change = node.change && node.change !== "same" ? palette.changes[node.change] : undefined;
  const open = placed.level !== undefined;
  to({ x: item.x, y: item.y });
  const fill = open ? palette.levels[Math.min(item.depth, palette.levels.length) - 1] : (change?.fill ?? palette.surface);
  const radius = isPill(node) ? height / 2 : 7;
  const frame = (dx: number, dy: number): void => {
    context.beginPath();
    context.roundRect(dx, dy, width, height, radius);
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = change?.line ?? (item.node.id === painting.hovered ? palette.accent : palette.border);
    context.lineWidth = Math.max(change ? 1.6 : 1, 0.5 / camera.scale);
    if (node.change === "removed") context.setLineDash([6, 4]);
    context.stroke();
    context.setLineDash([]);
  };
  if (node.kind === "family" && !open) [5, 2.5].forEach((by) => frame(by, by));
  frame(0, 0);
  if (camera.scale <= readable.title && !open) {
    context.fillStyle = change?.line ?? palette.kinds[node.kind];
    context.fillRect(width * 0.2, height / 2 - 2, width * 0.6, 4);
    return;
  }
  // A line in the colour of the kind, so that calls, families and operations are told apart from afar.
  if (!isPill(node) && !open) {
    context.fillStyle = change?.line ?? palette.kinds[node.kind];
    context.globalAlpha = node.kind === "operation" ? 0.5 : 0.9;
    context.beginPath();
    context.roundRect(0, 0, 4, height, [radius, 0, 0, radius]);
    context.fill();
    context.globalAlpha = 1;
  }
  const [title, kind] = [titleOf(node), kindOf(node)];
  const figures = isPill(node) ? "" : figuresText(node);
  const titleWidth = measure(title, "title");
  const headWidth = titleWidth + (kind ? 7 + measure(kind, "kind") : 0) + (canOpen(node) ? 20 : 0);
  const start = open ? spacing.padding : (width - headWidth) / 2;
  const baseline = isPill(node) ? 16.5 : (open ? 6 : 7) + 13;
  const colour = change?.line ?? (isPill(node) ? palette.kinds[node.kind] : palette.text);
  let x = start;
  if (canOpen(node)) {
    paintHandle(context, x + 6, baseline - 4.5, open, palette.kinds[node.kind]);
    x += 20;
  }
  paintText(brush, title, x, baseline, node.kind === "operation" || isPill(node) ? "plain" : "title", colour, "left");
  if (kind) paintText(brush, kind, x + titleWidth + 7, baseline, "kind", palette.muted, "left");
  if (camera.scale > readable.small) {
    if (figures) paintText(brush, figures, open ? spacing.padding : width / 2, baseline + spacing.figures, "figures", palette.muted, open ? "left" : "center");
    const left = item.corner.x - item.x;
    for (const chip of placed.chips) paintText(brush, chip.text, left + chip.x, height + spacing.chipGap + 12, "shape", palette.shape, "center");
  }
  // What is smaller than a thumbnail is not drawn from the inside.
  if (open && height * camera.scale > 14) paintInside(brush, item);
}

/** The mark of what can be unfolded: a triangle to the right, or down when it is. */
function paintHandle(context: CanvasRenderingContext2D, x: number, y: number, open: boolean, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  if (open) {
    context.moveTo(x - 4.5, y - 2.5);
    context.lineTo(x + 4.5, y - 2.5);
    context.lineTo(x, y + 3.5);
  } else {
    context.moveTo(x - 2.5, y - 4.5);
    context.lineTo(x + 3.5, y);
    context.lineTo(x - 2.5, y + 4.5);
  }
  context.closePath();
  context.fill();
}

function paintText({ context }: Brush, text: string, x: number, y: number, style: TextStyle | "plain", colour: string, align: CanvasTextAlign): void {
  context.font = style === "plain" ? plainTitle : fonts[style];
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(text, x, y);
}

function paintRing({ context, painting, to }: Brush, item: Item): void {
  to({ x: item.x, y: item.y });
  const gap = 3;
  context.beginPath();
  context.roundRect(-gap, -gap, item.width + 2 * gap, item.height + 2 * gap, isPill(item.node) ? item.height / 2 + gap : 9);
  context.strokeStyle = painting.palette.accent;
  context.lineWidth = (painting.focused ? 2.6 : 1.8) / Math.min(1, painting.camera.scale * 1.6);
  context.stroke();
}
