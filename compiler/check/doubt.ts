/**
 * What the parser could not read is no ground for saying more: nothing is reported in a statement or head with a syntax problem, and where one stands
 * in an item, names that it may have declared are not called unknown there.
 */
import type { Block } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import type { Program } from "./program.ts";

/** Whether a place lies in a statement or head that was not read wholly. */
export function isDoubtful({ doubtful }: Program, span: Span): boolean {
  if (doubtful.size === 0) return false;
  return doubtful.get(span.file)?.some((region) => region.start <= span.start && span.start < Math.max(region.end, region.start + 1)) ?? false;
}

/** Whether a part of this item was not read: names may be missing in it. */
export function hasDoubt({ doubtful }: Program, item: Span): boolean {
  if (doubtful.size === 0) return false;
  return doubtful.get(item.file)?.some((region) => region.start < item.end && item.start < region.end) ?? false;
}

/** Whether the signature of a block was not read wholly: nothing can be said of its body or its uses. */
export function hasDoubtfulHead({ doubtful }: Program, block: Block): boolean {
  if (doubtful.size === 0) return false;
  const start = block.body.kind === "Body" ? block.body.span.start : block.span.end;
  return doubtful.get(block.span.file)?.some((region) => region.start <= start && block.span.start < region.end && region.start <= block.name.span.start) ?? false;
}
