/** The values that pass between members, lifted to every level: what enters a block, what leaves it, and who hands what to whom inside. */
import type { Node } from "../../../compiler/ir/graph.ts";
import type { Draft, Drafts } from "./draft.ts";

/** A value that goes from one member of a block to another, or between a member and the block's border (undefined). */
export interface Passage {
  readonly from: Draft | undefined;
  readonly to: Draft | undefined;
  readonly value: Node;
}

export interface Wires {
  /** Values that enter a member from outside, in the order in which they are first read. */
  entering(draft: Draft): readonly Node[];
  /** Values that leave a member. */
  leaving(draft: Draft): readonly Node[];
  inside(draft: Draft): readonly Passage[];
  /** For a call that uses the weights of another: the member that holds them. */
  sharedFrom(draft: Draft): Draft | undefined;
}

export function wiresOf({ root, home }: Drafts): Wires {
  const entering = new Map<Draft, Set<Node>>();
  const leaving = new Map<Draft, Set<Node>>();
  const inside = new Map<Draft, Map<string, Passage>>();
  const shared = new Map<Draft, Draft>();
  const note = (map: Map<Draft, Set<Node>>, draft: Draft, value: Node): void => {
    const own = map.get(draft) ?? new Set<Node>();
    map.set(draft, own);
    own.add(value);
  };
  const pass = (group: Draft, from: Draft | undefined, to: Draft | undefined, value: Node): void => {
    const own = inside.get(group) ?? new Map<string, Passage>();
    inside.set(group, own);
    own.set(`${from?.id ?? ""}\0${to?.id ?? ""}\0${value.id}`, { from, to, value });
  };
  const chains = new Map<Draft, readonly Draft[]>();
  const chainOf = (draft: Draft): readonly Draft[] => {
    const known = chains.get(draft) ?? [...(draft.parent ? chainOf(draft.parent) : []), draft];
    chains.set(draft, known);
    return known;
  };
  const connect = (value: Node, reader: Draft): void => {
    const source = home.get(value)!;
    if (source === reader) return;
    const [down, up] = [chainOf(reader), chainOf(source)];
    let common = 0;
    while (down[common + 1] === up[common + 1]) common++;
    if ((source.kind === "parameter" || source.kind === "state") && up.length > common + 2) {
      // A layer that is applied again reads the weights of its first application.
      if (!shared.has(down[common + 1])) shared.set(down[common + 1], up[common + 1]);
      return;
    }
    for (let i = common + 1; i < up.length; i++) {
      note(leaving, up[i], value);
      if (i + 1 < up.length) pass(up[i], up[i + 1], undefined, value);
    }
    pass(down[common], up[common + 1], down[common + 1], value);
    for (let i = common + 1; i < down.length; i++) {
      note(entering, down[i], value);
      if (i + 1 < down.length) pass(down[i], undefined, down[i + 1], value);
    }
  };
  for (const [node, reader] of home) for (const input of node.inputs) connect(input, reader);
  for (const child of root.children) if (child.kind === "output") for (const value of child.nodes) connect(value, child);
  return {
    entering: (draft) => [...(entering.get(draft) ?? [])],
    leaving: (draft) => [...(leaving.get(draft) ?? [])],
    inside: (draft) => [...(inside.get(draft)?.values() ?? [])],
    sharedFrom: (draft) => shared.get(draft),
  };
}
