/** What stands in the drawing as text, and how wide it is. The page measures with its own fonts; pictures and tests with the table here. */
import type { ViewDocument, ViewNode, ViewPort } from "../model/document.ts";

export type TextStyle = "title" | "kind" | "figures" | "shape";

/** The width of a text in pixels. */
export type Measure = (text: string, style: TextStyle) => number;

export const textSizes: Readonly<Record<TextStyle, number>> = { title: 13, kind: 12, figures: 10.5, shape: 11 };

/** Widths of Helvetica's and Arial's characters in thousandths of the size, in classes; a monospaced font has 0.6 everywhere. */
const classes: readonly (readonly [characters: string, width: number])[] = [
  ["ijl'|", 222], [" .,:;!/[]ft()I", 278], ["r-\"", 333], ["cksvxyzJ", 500], ["+=<>~", 584], ["ABEKPSVXY&", 667], ["CDHNRUw", 722], ["GOQ", 778], ["mM", 833], ["W@", 944],
];
const widths: ReadonlyMap<string, number> = new Map(classes.flatMap(([characters, width]) => [...characters].map((character) => [character, width] as const)));

export const measureByTable: Measure = (text, style) => {
  const size = textSizes[style];
  if (style === "shape") return text.length * 0.602 * size;
  let sum = 0;
  for (const character of text) sum += widths.get(character) ?? 556;
  return (sum / 1000) * size * (style === "title" ? 1.07 : 1);
};

/** 197.22 M, 149.31 G: as the commands write numbers. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "?";
  for (const [limit, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) if (Math.abs(value) >= limit) return `${(value / limit).toFixed(2)} ${unit}`;
  return String(value);
}

/** The line under a title; "" for what has no weights and multiplies nothing. */
export function figuresText({ parameters, macs, change, before }: ViewNode): string {
  const own = [parameters ? `${shortNumber(parameters)} params` : "", macs ? `${shortNumber(macs)} MACs` : ""];
  if (change === "changed" || change === "moved") {
    const [moreParameters, moreMacs] = [parameters - (before?.parameters ?? parameters), macs - (before?.macs ?? macs)];
    if (moreParameters) own[0] = `${shortNumber(parameters)} params (${signed(moreParameters)})`;
    if (moreMacs) own[1] = `${shortNumber(macs)} MACs (${signed(moreMacs)})`;
  }
  return own.filter(Boolean).join("  ·  ");
}

export function signed(value: number): string {
  return value === 0 ? "±0" : value > 0 ? `+${shortNumber(value)}` : `−${shortNumber(-value)}`;
}

/** The sign of a change, as `netc diff` writes it, so that colour is never all that tells. */
export const changeSigns = { same: "", changed: "~", added: "+", removed: "−", moved: ">" } as const;

/** `layer × 12`, `norm_1`, or the operation where nothing is bound. */
export function titleOf(node: ViewNode): string {
  const sign = node.change && changeSigns[node.change];
  const name = node.name || node.what;
  return `${sign ? `${sign} ` : ""}${node.kind === "family" ? `${name} × ${node.members ?? node.children.length}` : name}`;
}

/** What stands beside the title: the block or operation, where the title is a binding's name. */
export function kindOf(node: ViewNode): string {
  if (node.kind === "parameter" || node.kind === "state" || node.kind === "input" || node.kind === "output" || node.kind === "model" || !node.name) return "";
  return node.what === node.name || node.what === "family" ? "" : node.what;
}

/** `word [B, T = 22, C = 512] × 2`: on the wire that leaves a node. */
export function portText(document: ViewDocument, port: ViewPort): string {
  const { text } = document.types[port.type];
  return `${port.name ? `${port.name} ` : ""}${text}${port.count > 1 ? ` × ${port.count}` : ""}`;
}
