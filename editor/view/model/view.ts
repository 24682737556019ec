/** The view of one variant: the source's calls and operations as a hierarchy, with shapes, parameters and MACs. Pure; the result is plain JSON. */
import type { Model } from "../../../grammar/ast.ts";
import type { SourceFile, Span } from "../../../grammar/source.ts";
import type { Frame } from "../../../compiler/check/scope.ts";
import type { Compilation, Variant } from "../../../compiler/compilation.ts";
import { costOfNode, elementsOf, sizeAt } from "../../../compiler/cost.ts";
import { typeText } from "../../../compiler/difference/type-text.ts";
import { add, constant, type Size } from "../../../compiler/dims/index.ts";
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import { freeSizes, smallestSizes } from "../../../compiler/smallest-sizes.ts";
import { showType } from "../../../compiler/types/show.ts";
import type { TensorType } from "../../../compiler/types/types.ts";
import type { Place, ViewDocument, ViewNode, ViewPort, ViewProgram, ViewType, ViewWire } from "./document.ts";
import { draftsOf, pathOf, type Draft, type Drafts } from "./draft.ts";
import { createSyntaxIndex } from "./syntax-index.ts";
import { createTrace, type NamedInput, type Trace } from "./trace.ts";
import { wiresOf, type Wires } from "./wires.ts";

/** A view with what it was made of, for comparing it with another. */
export interface View {
  readonly document: ViewDocument;
  readonly graph: Graph;
  readonly drafts: Drafts;
}

/** The sources of a program, own files first, and what there is to view: by default the models of the file itself, each with its rows. */
export function programOf(compilation: Compilation, models: readonly Model[] = compilation.rootModels, variantsOf: (model: Model) => readonly Variant[] = compilation.variantsOf): ViewProgram {
  return {
    sources: filesInOrder(compilation).map(({ source, library }) => ({ name: source.name, text: source.text, library })),
    models: models.map((model) => ({ name: model.name.text, variants: variantsOf(model).map(({ name, title }) => ({ name, title })) })),
  };
}

/** The view of a model in one variant. The program must have no errors. */
export function viewOf(compilation: Compilation, model: Model, variant: Variant, given: ReadonlyMap<string, number> = new Map()): View {
  const trace = createTrace();
  let rootFrame: Frame | undefined;
  const { graph } = compilation.lower(model, variant, {
    record(tree, value, scope) {
      if (scope.frame.model) rootFrame ??= scope.frame;
      trace.record(tree, value, scope);
    },
  });
  if (!rootFrame) throw new Error(`netc bug: nothing was evaluated in ${model.name.text}`);
  const files = filesInOrder(compilation);
  const trees = new Map(files.map(({ source, tree }) => [source, tree]));
  const drafts = draftsOf(graph, rootFrame, model.span, trace, createSyntaxIndex((file) => trees.get(file)));
  const sizes = smallestSizes(freeSizes(graph.inputs.map((input) => input.type.shape)), graph.requirements ?? [], given);
  const places = new Map<SourceFile, number>(files.map(({ source }, i) => [source, i]));
  const types = createTypes(trace, sizes);
  const context: Context = { wires: wiresOf(drafts), trace, sizes, types, place: (span) => placeOf(places, span), known: new Map() };
  const root = describe(context, drafts.root);
  return { document: { version: 1, model: model.name.text, variant: variant.name, sizes: Object.fromEntries(sizes), types: types.all, root }, graph, drafts };
}

interface Context {
  readonly wires: Wires;
  readonly trace: Trace;
  readonly sizes: ReadonlyMap<string, number>;
  readonly types: Types;
  readonly place: (span: Span) => Place | undefined;
  readonly known: Map<Draft, Sides>;
}

function describe(context: Context, draft: Draft): ViewNode {
  const { wires } = context;
  const children = draft.children.map((child) => describe(context, child));
  const { inputs, results } = portsOf(context, draft);
  const own = figuresOf(draft, context.sizes);
  const block = draft.kind === "block" ? draft.frame.block : undefined;
  const documentation = draft.kind === "model" ? draft.frame.model?.doc : block?.doc;
  const shared = wires.sharedFrom(draft);
  const path = pathOf(draft);
  return {
    id: draft.id, kind: draft.kind, name: draft.whole || draft.kind === "model" ? draft.name : "", what: draft.what,
    ...(path === undefined ? {} : { path }),
    parameters: own.parameters + children.reduce((sum, child) => sum + child.parameters, 0),
    macs: own.macs + children.reduce((sum, child) => sum + child.macs, 0),
    place: context.place(draft.whole && draft.holder && draft.holder.kind !== "Block" ? draft.holder.span : draft.span),
    ...(block ? { definition: context.place(block.span) } : {}),
    ...(documentation ? { documentation } : {}),
    ...(shared ? { shares: shared.id } : {}),
    ...(draft.kind === "family" ? { members: new Set(draft.children.map((child) => child.index)).size } : {}),
    inputs: inputs.ports, results: results.ports, children, wires: wiresInside(context, draft),
  };
}

interface Ports {
  readonly ports: readonly ViewPort[];
  readonly index: ReadonlyMap<Node, number>;
}

interface Sides {
  readonly inputs: Ports;
  readonly results: Ports;
}

/** What enters a member, under the names inside, and what leaves it, under those around; of a block in the order of its signature. */
function portsOf({ known, wires, types, trace }: Context, draft: Draft): Sides {
  const before = known.get(draft);
  if (before) return before;
  const block = draft.kind === "block" ? draft.frame.block : undefined;
  const names = block ? trace.inputsOf(draft.frame) : new Map<Node, NamedInput>();
  const places = new Map([...names.keys()].map((node, i) => [node, i]));
  const fields = block?.result.kind === "RecordResult" ? block.result.fields.map((field) => field.name.text) : [];
  const field = (value: Node): string => (block ? (trace.known(draft.frame, value)?.field ?? "") : "");
  const entering = [...wires.entering(draft)].sort((a, b) => (places.get(a) ?? 1e9) - (places.get(b) ?? 1e9));
  const leaving = [...wires.leaving(draft)].sort((a, b) => fields.indexOf(field(a)) - fields.indexOf(field(b)));
  const around = draft.parent?.frame ?? draft.frame;
  const sides: Sides = { inputs: merged(entering, (value) => [names.get(value)?.name ?? "", types.of(draft.frame, value, names.get(value)?.type)]), results: merged(leaving, (value) => [field(value), types.of(around, value)]) };
  known.set(draft, sides);
  return sides;
}

/** Values of one name and type are one port. */
function merged(values: readonly Node[], describeValue: (value: Node) => readonly [name: string, type: number]): Ports {
  const found = new Map<string, { readonly name: string; readonly type: number; count: number; readonly at: number }>();
  const index = new Map<Node, number>();
  for (const value of values) {
    const [name, type] = describeValue(value);
    const key = `${name} ${type}`;
    const port = found.get(key) ?? { name, type, count: 0, at: found.size };
    port.count++;
    found.set(key, port);
    index.set(value, port.at);
  }
  return { ports: [...found.values()].map(({ name, type, count }) => ({ name, type, count })), index };
}

function wiresInside(context: Context, draft: Draft): readonly ViewWire[] {
  const at = new Map(draft.children.map((child, i) => [child, i]));
  const own = portsOf(context, draft);
  const found = new Map<string, { readonly from: ViewWire["from"]; readonly to: ViewWire["to"]; count: number }>();
  for (const { from, to, value } of context.wires.inside(draft)) {
    const start = from ? { child: at.get(from)!, port: portsOf(context, from).results.index.get(value)! } : { child: -1, port: own.inputs.index.get(value)! };
    const end = to ? { child: at.get(to)!, port: portsOf(context, to).inputs.index.get(value)! } : { child: -1, port: own.results.index.get(value)! };
    const key = `${start.child} ${start.port} ${end.child} ${end.port}`;
    const wire = found.get(key) ?? { from: start, to: end, count: 0 };
    wire.count++;
    found.set(key, wire);
  }
  return [...found.values()].sort((a, b) => a.from.child - b.from.child || a.from.port - b.from.port || a.to.child - b.to.child || a.to.port - b.to.port);
}

/** Of the nodes that are its own: weights count where they are declared. */
function figuresOf({ kind, nodes }: Draft, sizes: ReadonlyMap<string, number>): { readonly parameters: number; readonly macs: number } {
  if (kind === "parameter") return { parameters: sizeAt(add(...nodes.map(elementsOf)), sizes), macs: 0 };
  if (kind !== "operation") return { parameters: 0, macs: 0 };
  return { parameters: 0, macs: sizeAt(add(constant(0), ...nodes.map((node) => costOfNode(node).macs)), sizes) };
}

interface Types {
  readonly all: readonly ViewType[];
  of(frame: Frame, value: Node, as?: TensorType): number;
}

/** Each type once. A value has the type that the frame gives it, under the frame's names. */
function createTypes(trace: Trace, sizes: ReadonlyMap<string, number>): Types {
  const all: ViewType[] = [];
  const known = new Map<string, number>();
  const numbers = (shape: readonly Size[]): readonly number[] => shape.map((size) => sizeAt(size, sizes));
  const intern = (text: string, shape: readonly Size[]): number => {
    const short = text.startsWith("f32[") ? text.slice("f32".length) : text;
    let at = known.get(short);
    if (at === undefined) {
      known.set(short, (at = all.length));
      all.push({ text: short, numbers: numbers(shape) });
    }
    return at;
  };
  return {
    all,
    of(frame, value, as) {
      const type = as ?? trace.known(frame, value)?.type;
      return type ? intern(showType(type), type.axes.map((axis) => axis.size.size)) : intern(typeText(value.type), value.type.shape);
    },
  };
}

function filesInOrder({ program }: Compilation): Compilation["program"]["files"] {
  return [...program.files].sort((a, b) => Number(a.library) - Number(b.library));
}

function placeOf(files: ReadonlyMap<SourceFile, number>, span: Span): Place | undefined {
  const file = files.get(span.file);
  return file === undefined ? undefined : { file, start: span.start, end: span.end };
}
