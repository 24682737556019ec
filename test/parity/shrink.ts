/**
 * models/cd2fsan.net made small enough for the reference interpreter, by the changes to its text that a researcher would make: sizes only. Each must
 * match exactly once, so that a change of the model that makes one of them meaningless fails here. The twin of SMALL in torch_cd2fsan.py.
 */

/** Text that stands once in the model, and what takes its place. */
type Replacement = readonly [from: string, to: string];

const REPLACEMENTS: readonly Replacement[] = [
  // the grid is 6 x 6, the levels 6, 3 and 2: as 30, 15 and 8 they halve and round up
  ["  input image: f32[B, rgb = 3, Y = 480, X = 480]", "  input image: f32[B, rgb = 3, Y = 96, X = 96]"],
  ["  input words: i32[B, T = 22]", "  input words: i32[B, T = 12]"],
  ["output mask: f32[B, Y = 240, X = 240]", "output mask: f32[B, Y = 48, X = 48]"],
  ["let vision = ViT(image)", "let vision = ViT(image, width: 24, heads: 3)"],
  ["let text = TextTransformer(words)", "let text = TextTransformer(words, vocabulary: 50, width: 32, depth: 3, heads: 4)"],
  ["last => Fuse(grid[12], text.sentence, out: C = 512,", "last => Fuse(grid[12], text.sentence, out: C = 32,"],
  ["grid[layers[1]], grid[12], text.sentence, out: C = 512,", "grid[layers[1]], grid[12], text.sentence, out: C = 32,"],
  ["dfsm => Aggregate(low, mid, grid[12], text.sentence, out: C = 512,", "dfsm => Aggregate(low, mid, grid[12], text.sentence, out: C = 32,"],
  ["out: h = 1024)", "out: h = 36)"],
  ["over: h, out: 256)", "over: h, out: 10)"],
  ["hidden: 2048,", "hidden: 48,"],
  ["width: int = 256,", "width: int = 12,"],
];

/** The model, its blocks and its ablation; without what comes with the full size: checkpoint and training. */
export function shrink(text: string): string {
  const from = text.indexOf("\nweights clip of");
  const to = text.indexOf("\nablation table4 of");
  const end = text.indexOf("\ntrain CD2FSAN");
  if (from < 0 || to < from || end < to) throw new Error("weights, ablation and train do not follow each other");
  return REPLACEMENTS.reduce(replaceOnce, text.slice(0, from) + text.slice(to, end));
}

function replaceOnce(text: string, [from, to]: Replacement): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`stands ${parts.length - 1} times in the model: ${from}`);
  return parts.join(to);
}
