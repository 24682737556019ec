/** Members of the view while it is put together: which nodes of the graph stand in which call, operation and family of the source. */
import type { Let, Node as Tree } from "../../../grammar/ast.ts";
import { textOf, type Span } from "../../../grammar/source.ts";
import type { Frame } from "../../../compiler/check/scope.ts";
import { isCapital } from "../../../compiler/check/layer-names.ts";
import { rootsOf, topologicalOrder, type Graph, type Node } from "../../../compiler/ir/graph.ts";
import type { NodeKind } from "./document.ts";
import type { Holder, Syntax, SyntaxIndex } from "./syntax-index.ts";
import type { Trace } from "./trace.ts";

export interface Draft {
  readonly kind: NodeKind;
  /** The frame whose names are those inside: of a call its own, of an operation and a family the one around. */
  readonly frame: Frame;
  name: string;
  readonly what: string;
  readonly span: Span;
  readonly holder: Holder | undefined;
  /** Whether it is all that its statement binds. */
  readonly whole: boolean;
  /** The index, of a member of a family. */
  readonly index: number | undefined;
  parent: Draft | undefined;
  children: Draft[];
  /** The graph's nodes of an operation, a weight, an input; of an output the value that leaves. */
  readonly nodes: Node[];
  id: string;
}

export interface Drafts {
  readonly root: Draft;
  readonly home: ReadonlyMap<Node, Draft>;
}

const binaryWords: Readonly<Record<string, string>> = { "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder", "^": "power", "==": "equal", "!=": "not equal", "<": "less", "<=": "at most", ">": "greater", ">=": "at least" };

/** Sorts the nodes of a graph into the calls and operations of the source that made them. */
export function draftsOf(graph: Graph, rootFrame: Frame, modelSpan: Span, trace: Trace, syntax: SyntaxIndex): Drafts {
  const root: Draft = { kind: "model", frame: rootFrame, name: graph.name, what: "model", span: modelSpan, holder: undefined, whole: true, index: undefined, parent: undefined, children: [], nodes: [], id: "" };
  const groups = new Map<Frame, Draft>([[rootFrame, root]]);
  const leaves = new Map<Draft, Map<Span, Map<string, Draft>>>();
  const home = new Map<Node, Draft>();
  const inTables = new Map<Frame, Spot | undefined>();

  /** The table in which a frame's call stands, in whichever frame around: then all that happens in it belongs to that table. */
  const tableAround = (frame: Frame): Spot | undefined => {
    if (!frame.caller) return undefined;
    if (inTables.has(frame)) return inTables.get(frame);
    const { frame: outer, path } = frame.caller;
    const table = syntax.at(frame.callers[0])?.table;
    const found = tableAround(outer) ?? (table && { frame: outer, span: table.span, path });
    inTables.set(frame, found);
    return found;
  };
  const groupOf = (frame: Frame): Draft => {
    const known = groups.get(frame);
    if (known) return known;
    const parent = groupOf(frame.caller!.frame);
    const span = frame.callers[0];
    const own = named(syntax.at(span), frame.caller!.path);
    const group: Draft = { ...own, kind: "block", frame, what: frame.block?.name.text ?? "", span, parent, children: [], nodes: [], id: "" };
    groups.set(frame, group);
    parent.children.push(group);
    return group;
  };
  const leafOf = ({ frame, span, path }: Spot, node: Node): Draft => {
    const group = groupOf(frame);
    const spans = leaves.get(group) ?? new Map<Span, Map<string, Draft>>();
    leaves.set(group, spans);
    const own = spans.get(span) ?? new Map<string, Draft>();
    spans.set(span, own);
    const known = own.get(path);
    if (known) return known;
    const at = syntax.at(span);
    const kind = node.operator === "parameter" || node.operator === "state" || node.operator === "input" ? node.operator : "operation";
    const leaf: Draft =
      // The default of an input is made where the block is called.
      kind === "operation" && span === frame.callers[0] && !trace.callOf(node)
        ? { kind, frame, name: "", what: "default", span, holder: undefined, whole: true, index: undefined, parent: group, children: [], nodes: [], id: "" }
        : { ...named(at, path), kind, frame, what: kind === "operation" ? wordOf(at?.tree, node) : kind, span, parent: group, children: [], nodes: [], id: "" };
    own.set(path, leaf);
    group.children.push(leaf);
    return leaf;
  };

  for (const node of [...graph.inputs, ...topologicalOrder(rootsOf(graph))]) {
    if (home.has(node)) continue;
    const call = trace.callOf(node);
    const frame = call ? call.scope.frame : (trace.frameOf(node.location.callers) ?? rootFrame);
    const { span } = node.location;
    const spot: Spot = tableAround(frame) ?? { frame, span: syntax.at(span)?.table?.span ?? span, path: call ? call.scope.path : node.path };
    const leaf = leafOf(spot, node);
    leaf.nodes.push(node);
    if (leaf.what === "default" && !leaf.name) leaf.name = trace.inputsOf(frame).get(node)?.name ?? "";
    home.set(node, leaf);
  }
  for (const { name, node } of graph.outputs) {
    const holder = rootFrame.model?.members.find((member) => member.kind === "ModelOutput" && member.name.text === name);
    root.children.push({ kind: "output", frame: rootFrame, name, what: "output", span: holder?.span ?? modelSpan, holder: undefined, whole: true, index: undefined, parent: root, children: [], nodes: [node], id: "" });
  }
  for (const group of groups.values()) {
    group.children.sort(inSourceOrder);
    gatherFamilies(group);
  }
  identify(root);
  return { root, home };
}

interface Spot {
  readonly frame: Frame;
  readonly span: Span;
  readonly path: string;
}

/** What a statement calls what it binds: `norm`, `layer[3]`, or nothing for `return`. */
function named(at: Syntax | undefined, path: string): Pick<Draft, "name" | "holder" | "whole" | "index"> {
  const holder = at?.holder;
  const whole = at?.whole ?? false;
  switch (holder?.kind) {
    case "Let": {
      if (holder.target.kind === "Identifier") return { name: holder.target.text, holder, whole, index: undefined };
      if (holder.target.kind === "FieldsTarget") return { name: holder.target.names.map((name) => name.text).join(", "), holder, whole, index: undefined };
      const family = holder.target.name.text;
      const index = new RegExp(`(?:^|\\.)${family}\\.(\\d+)(?:\\.|$)`).exec(path)?.[1];
      return { name: `${family}[${index ?? ""}]`, holder, whole, index: index === undefined ? undefined : Number(index) };
    }
    case "Parameter":
    case "State":
    case "ModelInput":
    case "ModelOutput":
      return { name: holder.name.text, holder, whole, index: undefined };
    default:
      return { name: "", holder, whole, index: undefined };
  }
}

function wordOf(tree: Tree | undefined, node: Node): string {
  switch (tree?.kind) {
    case "Binary":
      return binaryWords[tree.operator] ?? tree.operator;
    case "Unary":
      return tree.operator === "-" ? "negate" : "not";
    case "Call":
      return textOf(tree.callee.span);
    case "Contraction":
      return tree.operator;
    case "Rearrange":
      return "rearrange";
    case "Index":
      return `[${tree.indexes.map((index) => textOf(index.span)).join(", ")}]`;
    case "Table":
      return "table";
    case "If":
      return "select";
    default:
      return node.operator;
  }
}

/** By statement, then by member, then inner expressions before those around them. */
function inSourceOrder(a: Draft, b: Draft): number {
  const rank = (draft: Draft): number => (draft.kind === "input" ? 0 : draft.kind === "output" ? 2 : 1);
  const line = (draft: Draft): number => (draft.holder ?? draft).span.start;
  return rank(a) - rank(b) || line(a) - line(b) || (a.index ?? 0) - (b.index ?? 0) || a.span.end - b.span.end || b.span.start - a.span.start;
}

/** Members that one clause makes, `let layer[i] = … for i in 1..=12`, become one member of the block that holds them. */
function gatherFamilies(group: Draft): void {
  const clauses = new Map<Let, Draft[]>();
  for (const child of group.children) {
    if (child.holder?.kind === "Let" && child.holder.family && child.index !== undefined) clauses.set(child.holder, [...(clauses.get(child.holder) ?? []), child]);
  }
  for (const [holder, members] of clauses) {
    const indices = new Set(members.map((member) => member.index));
    if (indices.size < 2 || holder.target.kind !== "MemberTarget") continue;
    const words = new Set(members.filter((member) => member.whole).map((member) => member.what));
    const family: Draft = {
      kind: "family", frame: group.frame, name: holder.target.name.text, what: words.size === 1 ? [...words][0] : "family", span: holder.span, holder, whole: true, index: undefined, parent: group, children: members, nodes: [], id: "",
    };
    for (const member of members) member.parent = family;
    group.children = group.children.filter((child) => !members.includes(child));
    group.children.push(family);
    group.children.sort(inSourceOrder);
  }
}

/** Gives every member an id that is unique, and the same while the names around it stay. */
function identify(root: Draft): void {
  const used = new Set<string>();
  const name = (draft: Draft, around: string): void => {
    const own = draft.kind === "family" ? `${draft.name}[]` : draft.kind === "output" ? `output ${draft.name}` : draft.whole ? draft.name || draft.what : [draft.name, draft.what].filter(Boolean).join(":");
    let id = around ? `${around}/${own}` : own;
    for (let again = 2; used.has(id); again++) id = `${around ? `${around}/` : ""}${own}~${again}`;
    used.add(id);
    draft.id = id;
    for (const child of draft.children) name(child, draft.kind === "family" ? around : id);
  };
  for (const child of root.children) name(child, "");
}

/** The binding path of a block with weights of its own; a call of a block without stands inside the block around. */
export function pathOf(draft: Draft): string | undefined {
  if (draft.kind === "model") return "";
  return draft.kind === "block" && isCapital(draft.what) ? draft.frame.path : undefined;
}
