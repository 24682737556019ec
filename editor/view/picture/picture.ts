/** A drawing for a paper: SVG as text, generic fonts, nothing to click. The same document and depth give the same bytes. */
import type { ViewDocument, ViewNode, ViewWire } from "../model/document.ts";
import { segmentsOf } from "../layout/curve.ts";
import { createLayouts, slack, type Level, type Placed, type Point } from "../layout/layout.ts";
import { light } from "../layout/palette.ts";
import { headerOf, isPill, spacing } from "../layout/size.ts";
import { changeSigns, figuresText, kindOf, measureByTable, textSizes, titleOf } from "../layout/text.ts";

export interface PictureOptions {
  /** How many levels are drawn: 1 is the model's own members. */
  readonly depth: number;
}

const margin = 16;
const sans = "Helvetica, Arial, sans-serif";
const mono = "Menlo, Consolas, monospace";

export function pictureOf(document: ViewDocument, options: PictureOptions): string {
  const depths = new Map<string, number>();
  const walk = (node: ViewNode, depth: number): void => {
    depths.set(node.id, depth);
    for (const child of node.children) walk(child, depth + 1);
  };
  walk(document.root, 0);
  const placed = createLayouts(measureByTable).of(document, (node) => (depths.get(node.id) ?? 0) < options.depth);
  const parts: string[] = [];
  drawLevel(parts, document, document.root, placed, { x: margin, y: margin }, 0);
  const legend = document.from === undefined ? [] : legendOf(document, margin, margin + placed.level!.height + 26);
  const width = Math.max(placed.level!.width + 2 * margin, legend.length ? 430 : 0);
  const height = placed.level!.height + 2 * margin + (legend.length ? 34 : 0);
  const title = `${document.model}, ${document.from === undefined ? `variant ${document.variant}` : `from ${document.from} to ${document.variant}`}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" font-family="${sans}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0.8L7.4 4L0 7.2z" fill="${light.wire}"/></marker></defs>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...parts, ...legend, "</svg>", "",
  ].join("\n");
}

function drawLevel(parts: string[], document: ViewDocument, node: ViewNode, placed: Placed, origin: Point, depth: number): void {
  const { level, children = [] } = placed;
  if (!level) return;
  for (const { wire, points } of level.wires) {
    const { to } = node.wires[wire];
    parts.push(wireText(node.wires[wire], points, origin, children[to.child], to.child < 0 && !level.results[to.port].name));
  }
  node.children.forEach((child, i) => drawNode(parts, document, child, children[i], { x: origin.x + level.corners[i].x, y: origin.y + level.corners[i].y }, depth + 1));
  drawPorts(parts, level, origin);
}

function drawPorts(parts: string[], level: Level, { x, y }: Point): void {
  for (const port of level.inputs) {
    if (port.name) parts.push(text(port.name, x + port.x, y + port.y + 12, { size: textSizes.kind, fill: light.kinds.input, anchor: "middle" }));
    if (port.shape) parts.push(shapeText(port.shape, x + port.x, y + port.y + spacing.portName + 12));
  }
  for (const port of level.results) if (port.name) parts.push(text(port.name, x + port.x, y + port.y - 4, { size: textSizes.kind, fill: light.kinds.output, anchor: "middle" }));
}

function drawNode(parts: string[], document: ViewDocument, node: ViewNode, placed: Placed, corner: Point, depth: number): void {
  const { body, level } = placed;
  const [x, y] = [corner.x + body.x, corner.y];
  const change = node.change && node.change !== "same" ? light.changes[node.change] : undefined;
  const radius = isPill(node) ? body.height / 2 : 6;
  const dash = node.change === "removed" ? ` stroke-dasharray="5 3"` : "";
  const box = (dx: number, dy: number, fill: string): string =>
    `<rect x="${n(x + dx)}" y="${n(y + dy)}" width="${n(body.width)}" height="${n(body.height)}" rx="${n(radius)}" fill="${fill}" stroke="${change?.line ?? light.border}"${change ? ` stroke-width="1.6"` : ""}${dash}/>`;
  if (node.kind === "family" && !level) parts.push(box(5, 5, change?.fill ?? light.surface), box(2.5, 2.5, change?.fill ?? light.surface));
  parts.push(box(0, 0, level ? light.levels[Math.min(depth, light.levels.length) - 1] : (change?.fill ?? light.surface)));
  const kind = kindOf(node);
  const figures = isPill(node) ? "" : figuresText(node);
  const titleWidth = measureByTable(titleOf(node), "title") + (kind ? 7 + measureByTable(kind, "kind") : 0);
  const start = level ? x + spacing.padding : x + (body.width - titleWidth) / 2;
  const baseline = isPill(node) ? y + 16 : y + (level ? 6 : 7) + 13;
  parts.push(text(titleOf(node), start, baseline, { size: textSizes.title, fill: change?.line ?? (isPill(node) ? light.kinds[node.kind] : light.text), weight: node.kind === "operation" || isPill(node) ? 400 : 600 }));
  if (kind) parts.push(text(kind, start + measureByTable(titleOf(node), "title") + 7, baseline, { size: textSizes.kind, fill: light.muted }));
  if (figures) parts.push(text(figures, level ? x + spacing.padding : x + body.width / 2, baseline + spacing.figures, { size: textSizes.figures, fill: light.muted, anchor: level ? "start" : "middle" }));
  for (const chip of placed.chips) parts.push(shapeText(chip.text, corner.x + chip.x, y + body.height + spacing.chipGap + 12));
  if (level) drawLevel(parts, document, node, placed, { x: x + spacing.inner + slack(placed), y: y + headerOf(node) }, depth);
}

function wireText({ change, count }: ViewWire, points: readonly Point[], { x, y }: Point, target: Placed | undefined, leaves: boolean): string {
  const at = (point: Point): string => `${n(point.x + x)} ${n(point.y + y)}`;
  // What leaves without a name goes on to the border.
  const border = leaves ? `v${spacing.footer}` : "";
  const path = segmentsOf(points).map(({ to, controls }) => (controls ? `C${at(controls[0])} ${at(controls[1])} ${at(to)}` : `L${at(to)}`)).join("");
  const colour = change && change !== "same" ? light.changes[change].line : light.wire;
  return `<path d="M${at(points[0])}${path}${border}" fill="none" stroke="${colour}" stroke-width="${count > 1 ? 2.4 : 1.3}"${change === "removed" ? ` stroke-dasharray="5 3"` : ""}${target?.level || border ? "" : ` marker-end="url(#arrow)"`}/>`;
}

interface TextOptions {
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly anchor?: "start" | "middle";
}

function text(content: string, x: number, y: number, { size, fill, weight, anchor }: TextOptions): string {
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${fill}"${weight && weight !== 400 ? ` font-weight="${weight}"` : ""}${anchor === "middle" ? ` text-anchor="middle"` : ""}>${escape(content)}</text>`;
}

function shapeText(content: string, x: number, y: number): string {
  return `<text x="${n(x)}" y="${n(y)}" font-family="${mono}" font-size="${textSizes.shape - 1}" fill="${light.shape}" text-anchor="middle">${escape(content)}</text>`;
}

function legendOf(document: ViewDocument, x: number, y: number): readonly string[] {
  const words = { added: `only in ${document.variant}`, removed: `only in ${document.from ?? ""}`, changed: "changed", moved: "moved" } as const;
  return (["added", "removed", "changed", "moved"] as const).map((change, i) => text(`${changeSigns[change]} ${words[change]}`, x + i * 100, y, { size: textSizes.kind, fill: light.changes[change].line, weight: 600 }));
}

const n = (value: number): string => String(Math.round(value * 100) / 100);
const escape = (content: string): string => content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
