/** How large each kind of node is. A node's box holds its body and, under it, the shapes of what leaves it: so no label can lie on another node. */
import type { ViewDocument, ViewNode } from "../model/document.ts";
import { figuresText, kindOf, portText, titleOf, type Measure } from "./text.ts";

export const spacing = { padding: 12, footer: 10, inner: 16, line: 17, figures: 15, chip: 17, chipGap: 4, chipSpace: 14, portName: 16, between: 26 } as const;

export interface Chip {
  readonly text: string;
  /** From the left of the box to the chip's middle. */
  readonly x: number;
  readonly width: number;
}

/** A node with what it needs around; coordinates from the box's upper left corner. */
export interface Sized {
  readonly width: number;
  readonly height: number;
  readonly body: { readonly x: number; readonly width: number; readonly height: number };
  readonly chips: readonly Chip[];
}

/** Whether there is anything to unfold. */
export function canOpen(node: ViewNode): boolean {
  return node.children.length > 0;
}

/** The contents of an unfolded node, as far as its own size depends on them. */
export interface Inside {
  readonly width: number;
  readonly height: number;
  readonly results: readonly { readonly x: number }[];
}

/** A node as a single box; `inside` is what it holds, where it is unfolded. */
export function sizeOf(document: ViewDocument, node: ViewNode, measure: Measure, inside?: Inside): Sized {
  const [title, kind, figures] = [titleOf(node), kindOf(node), isPill(node) ? "" : figuresText(node)];
  const handle = canOpen(node) ? 20 : 0;
  const head = measure(title, "title") + (kind ? 7 + measure(kind, "kind") : 0) + handle;
  const text = Math.max(head, figures ? measure(figures, "figures") : 0);
  const width = Math.ceil(Math.max(isPill(node) ? 40 : 72, text + 2 * spacing.padding, inside ? inside.width + 2 * spacing.inner : 0));
  const folded = isPill(node) ? 24 : 2 * 7 + spacing.line + (figures ? spacing.figures : 0);
  const height = inside ? headerOf(node) + inside.height + spacing.footer : folded;
  const texts = node.results.map((port) => portText(document, port));
  const widths = texts.map((own) => Math.ceil(measure(own, "shape")) + 8);
  const row = widths.reduce((sum, own) => sum + own, 0) + Math.max(0, widths.length - 1) * spacing.chipSpace;
  const full = Math.max(width, row);
  const left = (full - width) / 2;
  const wanted = inside && texts.map((_, i) => left + spacing.inner + (width - 2 * spacing.inner - inside.width) / 2 + (inside.results[i]?.x ?? 0));
  const chips = inRow(texts, widths, full, wanted);
  return { width: full, height: height + (chips.length ? spacing.chipGap + spacing.chip : 0), body: { x: left, width, height }, chips };
}

/** A weight, an input or an output: one line, rounded ends. */
export function isPill({ kind }: ViewNode): boolean {
  return kind === "parameter" || kind === "state" || kind === "input" || kind === "output";
}

/** The height of the head of an unfolded node. */
export function headerOf(node: ViewNode): number {
  return 12 + spacing.line + (figuresText(node) ? spacing.figures : 0);
}

/** Chips side by side: each under the place where its value leaves, or in the middle, and none on another. */
function inRow(texts: readonly string[], widths: readonly number[], room: number, wanted: readonly number[] | undefined): readonly Chip[] {
  const row = widths.reduce((sum, own) => sum + own, 0) + Math.max(0, widths.length - 1) * spacing.chipSpace;
  const order = texts.map((_, i) => i);
  if (wanted) order.sort((a, b) => wanted[a] - wanted[b] || a - b);
  const found: Chip[] = [];
  let [x, left] = [wanted ? 0 : (room - row) / 2, row];
  for (const i of order) {
    // Far enough to the left that the others still have room.
    if (wanted) x = Math.max(x, Math.min(wanted[i] - widths[i] / 2, room - left));
    found[i] = { text: texts[i], x: x + widths[i] / 2, width: widths[i] };
    x += widths[i] + spacing.chipSpace;
    left -= widths[i] + spacing.chipSpace;
  }
  return found;
}
