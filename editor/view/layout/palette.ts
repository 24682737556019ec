/** Colours, light and dark. Text on its ground has a contrast of at least 4.5 : 1; what a colour says is also said by a sign, a word or a line style. */
import type { Change, NodeKind } from "../model/document.ts";

export interface Palette {
  readonly ground: string;
  /** Boxes, by how deep they stand; the last for all that are deeper. */
  readonly levels: readonly string[];
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly border: string;
  readonly wire: string;
  readonly shape: string;
  readonly accent: string;
  readonly kinds: Readonly<Record<NodeKind, string>>;
  readonly changes: Readonly<Record<Change, { readonly line: string; readonly fill: string }>>;
}

export const light: Palette = {
  ground: "#f7f7f5",
  levels: ["#f1f1ee", "#fafaf8", "#f1f1ee", "#fafaf8"],
  surface: "#ffffff",
  text: "#1d2027",
  muted: "#5d6472",
  border: "#cfd2d9",
  wire: "#9aa1ae",
  shape: "#46505f",
  accent: "#3355d1",
  kinds: { model: "#3355d1", block: "#4a63c8", family: "#6a4fc0", operation: "#7b8494", parameter: "#8a5608", state: "#6d5f3c", input: "#0a6e65", output: "#0a6e65" },
  changes: {
    same: { line: "#cfd2d9", fill: "#ffffff" }, changed: { line: "#8a5200", fill: "#fff6e2" }, added: { line: "#12703a", fill: "#e9f7ee" },
    removed: { line: "#b3261e", fill: "#fdecea" }, moved: { line: "#0a6f8f", fill: "#e5f4f9" },
  },
};

export const dark: Palette = {
  ground: "#15171c",
  levels: ["#1b1e25", "#20242c", "#1b1e25", "#20242c"],
  surface: "#262b35",
  text: "#e8eaf0",
  muted: "#a2aaba",
  border: "#3d4452",
  wire: "#667083",
  shape: "#b7c0d0",
  accent: "#8ea6ff",
  kinds: { model: "#8ea6ff", block: "#8ea2f5", family: "#b49af5", operation: "#8a93a5", parameter: "#dfa645", state: "#c2b183", input: "#4cc3b5", output: "#4cc3b5" },
  changes: {
    same: { line: "#3d4452", fill: "#262b35" }, changed: { line: "#e3a53c", fill: "#352c1b" }, added: { line: "#58c584", fill: "#1c3226" },
    removed: { line: "#f0857d", fill: "#3a2222" }, moved: { line: "#54bddd", fill: "#1a313a" },
  },
};
