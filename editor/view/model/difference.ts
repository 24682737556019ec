/**
 * Which member of one view has become which of another, and what of it changed. Blocks are matched and judged by `compiler/difference.ts`, as
 * `netc diff` prints it; operations by the nodes that it paired; the rest, calls without weights and families, by where they stand.
 */
import { differenceOf, type BlockDifference } from "../../../compiler/difference.ts";
import { configChanges, configOf, type ConfigChange } from "../../../compiler/difference/config.ts";
import type { Model } from "../../../grammar/ast.ts";
import type { Compilation, Variant } from "../../../compiler/compilation.ts";
import type { Change, ViewDifference, ViewDocument, ViewNode } from "./document.ts";
import { pathOf, type Draft } from "./draft.ts";
import { membersOf } from "./merge.ts";
import type { View } from "./view.ts";

/** The keys of the config that two variants set differently. */
export function configDifference(compilation: Compilation, model: Model, from: Variant, to: Variant): readonly ConfigChange[] {
  const of = (variant: Variant): ReadonlyMap<string, string> => configOf(model, variant.configuration, compilation.run(model, variant));
  return configChanges(of(from), of(to));
}

export function compareViews(before: View, after: View, config: readonly ConfigChange[] = []): ViewDifference {
  const { tree, nodes } = differenceOf(before.graph, after.graph);
  const partner = new Map<Draft, Draft>();
  const taken = new Set<Draft>();
  const kinds = new Map<Draft, BlockDifference>();
  const pair = (a: Draft | undefined, b: Draft | undefined): void => {
    if (!a || !b || partner.has(a) || taken.has(b)) return;
    partner.set(a, b);
    taken.add(b);
  };
  const changed: Record<string, Change> = {};
  const [old, now] = [byPath(before.drafts.root), byPath(after.drafts.root)];
  const blocks = (block: BlockDifference): void => {
    const [left, right] = [old.get(block.before?.path ?? "\0") ?? [], now.get(block.after?.path ?? "\0") ?? []];
    if (block.before && block.after) left.forEach((draft, i) => pair(draft, right[i]));
    for (const draft of right) kinds.set(draft, block);
    // A block of which the graph has nothing (`match by { none => x … }`) is no member of its view, but it is no other block either.
    if (block.before && block.after) for (const draft of left) if (right.length === 0) changed[`-${draft.id}`] = "changed";
    block.children.forEach(blocks);
  };
  blocks(tree);
  const standing = new Map([...nodes].map(([a, b]) => [before.drafts.home.get(a), after.drafts.home.get(b)] as const));
  for (const [a, b] of standing) pair(a, b);
  pairByPlace(before.drafts.root, after.drafts.root, partner, pair);

  const [first, second] = [membersOf(before.document.root), membersOf(after.document.root)];
  const back = new Map([...partner].map(([a, b]) => [b, a]));
  const judge = (draft: Draft): Change => {
    const inside = draft.children.map(judge).filter((kind) => kind !== "same");
    const a = back.get(draft);
    const block = kinds.get(draft);
    if (!a) {
      if (block && block.kind !== "added") changed[`+${draft.id}`] = "changed";
      return "added";
    }
    const gone = a.children.some((child) => !partner.has(child));
    const itself = block ? block.itself : draft.kind !== "block" && draft.kind !== "family" && differs(before.document, first.get(a.id)!, after.document, second.get(draft.id)!);
    const kind: Change = block?.kind === "moved" ? "moved" : itself || gone || inside.length > 0 ? "changed" : "same";
    if (kind !== "same" && draft.parent) changed[draft.id] = kind;
    return kind;
  };
  judge(after.drafts.root);
  return {
    from: before.document.variant, to: after.document.variant, config,
    pairs: [...partner].flatMap(([a, b]) => (a.id === b.id ? [] : [[a.id, b.id] as const])),
    removed: topmost(before.drafts.root, (draft) => !partner.has(draft)),
    added: topmost(after.drafts.root, (draft) => !back.has(draft)),
    changed,
  };
}

/** The calls of blocks with weights of their own, by path: several, where a layer is applied several times. */
function byPath(root: Draft): ReadonlyMap<string, readonly Draft[]> {
  const found = new Map<string, Draft[]>();
  const walk = (draft: Draft): void => {
    const path = pathOf(draft);
    if (path !== undefined) found.set(path, [...(found.get(path) ?? []), draft]);
    draft.children.forEach(walk);
  };
  walk(root);
  return found;
}

function pairByPlace(a: Draft, b: Draft, partner: ReadonlyMap<Draft, Draft>, pair: (a: Draft, b: Draft) => void): void {
  const called = (draft: Draft): string => `${draft.kind} ${draft.name} ${draft.kind === "family" ? "" : draft.what} ${draft.whole}`;
  const waiting = new Map<string, Draft[]>();
  for (const child of b.children) waiting.set(called(child), [...(waiting.get(called(child)) ?? []), child]);
  for (const child of a.children) {
    // Weights and inputs have partners or they have none.
    const other = child.kind === "parameter" || child.kind === "state" || child.kind === "input" || pathOf(child) !== undefined ? undefined : waiting.get(called(child))?.shift();
    if (other && !partner.has(child)) pair(child, other);
    const found = partner.get(child);
    if (found) pairByPlace(child, found, partner, pair);
  }
}

/** Whether an operation, a weight, an input or an output is another, or makes something of another type. */
function differs(first: ViewDocument, a: ViewNode, second: ViewDocument, b: ViewNode): boolean {
  const types = (document: ViewDocument, node: ViewNode): string => (node.kind === "output" ? node.inputs : node.results).map((port) => document.types[port.type].text).join(" ");
  return a.what !== b.what || types(first, a) !== types(second, b);
}

function topmost(root: Draft, missing: (draft: Draft) => boolean): readonly string[] {
  return root.children.flatMap((child) => [...(missing(child) && (!child.parent?.parent || !missing(child.parent)) ? [child.id] : []), ...topmost(child, missing)]);
}
