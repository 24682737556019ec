/** Two variants in one drawing: the second as it is, with what only the first has added to it, and each member and wire marked. Needs no compiler. */
import type { Change, ViewDifference, ViewDocument, ViewNode, ViewPort, ViewType, ViewWire } from "./document.ts";

/** One document that shows both; ids are those of the second, and of what is gone the first's with a minus in front. */
export function mergeViews(before: ViewDocument, after: ViewDocument, difference: ViewDifference): ViewDocument {
  const types: ViewType[] = [...after.types];
  const texts = new Map(types.map((type, i) => [type.text, i]));
  const typeAt = before.types.map((type) => {
    let at = texts.get(type.text);
    if (at === undefined) texts.set(type.text, (at = types.push(type) - 1));
    return at;
  });
  const first = membersOf(before.root);
  const renamed = new Map(difference.pairs);
  const back = new Map(difference.pairs.map(([a, b]) => [b, a]));
  const [removed, added] = [withInside(before.root, new Set(difference.removed)), withInside(after.root, new Set(difference.added))];
  const second = membersOf(after.root);
  const isPaired = (id: string): boolean => renamed.has(id) || (!removed.has(id) && second.has(id) && !back.has(id));
  const partnerOf = (node: ViewNode): ViewNode | undefined => {
    const id = back.get(node.id) ?? (added.has(node.id) || renamed.has(node.id) ? undefined : node.id);
    return id === undefined ? undefined : first.get(id);
  };
  const ports = (list: readonly ViewPort[]): readonly ViewPort[] => list.map((port) => ({ ...port, type: typeAt[port.type] }));

  const gone = (node: ViewNode): ViewNode => {
    const keep = node.children.filter((child) => !isPaired(child.id));
    const at = new Map(keep.map((child, i) => [node.children.indexOf(child), i]));
    const wires = node.wires.flatMap((wire): readonly ViewWire[] => {
      const [from, to] = [wire.from.child < 0 ? -1 : at.get(wire.from.child), wire.to.child < 0 ? -1 : at.get(wire.to.child)];
      return from === undefined || to === undefined ? [] : [{ from: { child: from, port: wire.from.port }, to: { child: to, port: wire.to.port }, count: wire.count, change: "removed" }];
    });
    return { ...node, id: `-${node.id}`, inputs: ports(node.inputs), results: ports(node.results), children: keep.map(gone), wires, change: difference.changed[`-${node.id}`] ?? "removed", before: { parameters: node.parameters, macs: node.macs } };
  };
  const present = (node: ViewNode): ViewNode => {
    const old = partnerOf(node);
    const change: Change = old ? (difference.changed[node.id] ?? "same") : (difference.changed[`+${node.id}`] ?? "added");
    const left = old ? old.children.filter((child) => !isPaired(child.id)) : [];
    const children = [...node.children.map(present), ...left.map(gone)];
    return { ...node, children, wires: wiresOf(node, old, left), change, ...(old && change !== "same" ? { before: beforeOf(node, old) } : change === "changed" ? { before: { parameters: 0, macs: 0 } } : {}) };
  };
  const wiresOf = (node: ViewNode, old: ViewNode | undefined, left: readonly ViewNode[]): readonly ViewWire[] => {
    const own = node.wires.map((wire): ViewWire => ({ ...wire, change: old ? "same" : "added" }));
    if (!old) return own;
    const places = new Map(node.children.map((child, i) => [child.id, i]));
    const placeOf = (child: number): number | undefined => {
      if (child < 0) return -1;
      const was = old.children[child];
      const gone = left.indexOf(was);
      return gone >= 0 ? node.children.length + gone : places.get(renamed.get(was.id) ?? was.id);
    };
    const mapped = old.wires.flatMap(({ from, to, count }): readonly ViewWire[] => {
      const [start, end] = [placeOf(from.child), placeOf(to.child)];
      if (start === undefined || end === undefined) return [];
      const result = portIn(from.child < 0 ? old.inputs : old.children[from.child].results, from.port, start < 0 ? node.inputs : node.children[start]?.results);
      const input = portIn(to.child < 0 ? old.results : old.children[to.child].inputs, to.port, end < 0 ? node.results : node.children[end]?.inputs);
      return result === undefined || input === undefined ? [] : [{ from: { child: start, port: result }, to: { child: end, port: input }, count, change: "removed" }];
    });
    const between = (wire: ViewWire): string => `${wire.from.child} ${wire.to.child}`;
    const [were, are] = [new Set(mapped.map(between)), new Set(own.map(between))];
    return [...own.map((wire): ViewWire => (were.has(between(wire)) ? wire : { ...wire, change: "added" })), ...mapped.filter((wire) => !are.has(between(wire)))];
  };
  /** The port of the second that a port of the first is: by name and type, then by name, then by place. A member that is gone keeps its own. */
  const portIn = (own: readonly ViewPort[], at: number, others: readonly ViewPort[] | undefined): number | undefined => {
    if (!others) return at;
    const wanted = own[at];
    const exact = others.findIndex((port) => port.name === wanted.name && port.type === typeAt[wanted.type]);
    const named = exact >= 0 ? exact : others.findIndex((port) => port.name === wanted.name);
    return named >= 0 ? named : at < others.length ? at : others.length > 0 ? 0 : undefined;
  };
  const beforeOf = (node: ViewNode, old: ViewNode): ViewNode["before"] => {
    const texts = (list: readonly ViewPort[], all: readonly ViewType[]): readonly string[] => list.map((port) => all[port.type].text);
    const results = texts(old.results, before.types);
    return {
      parameters: old.parameters, macs: old.macs, ...(old.what === node.what ? {} : { what: old.what }), ...(old.path === node.path ? {} : { path: old.path }),
      ...(results.join() === texts(node.results, after.types).join() ? {} : { results }),
    };
  };
  return { ...after, from: before.variant, types, root: present(after.root) };
}

/** Every node, by its id. */
export function membersOf(root: ViewNode): ReadonlyMap<string, ViewNode> {
  const found = new Map<string, ViewNode>();
  const walk = (node: ViewNode): void => {
    found.set(node.id, node);
    node.children.forEach(walk);
  };
  walk(root);
  return found;
}

/** These members and everything in them. */
function withInside(root: ViewNode, tops: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (node: ViewNode, inside: boolean): void => {
    const own = inside || tops.has(node.id);
    if (own) found.add(node.id);
    for (const child of node.children) walk(child, own);
  };
  walk(root, false);
  return found;
}
