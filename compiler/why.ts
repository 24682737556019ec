/**
 * Where a size comes from: the expression at a place, what it is, and for each of its axes the steps back to the declarations.
 *
 * Types come from checking, with the names of the block's signature; numbers come from building one variant of a model while every expression is noted.
 * Then a call is no end: the steps go on inside the block that was called, for the sizes of that call.
 */
import type { Block, Call, File, Model, Node as Tree } from "../grammar/ast.ts";
import { positionAt, textOf, type SourceFile, type Span } from "../grammar/source.ts";
import { children, nodeAtOffset, walk } from "../grammar/visit.ts";
import type { Program } from "./check/program.ts";
import { unknown, type Value } from "./check/values.ts";
import type { Compilation, Variant } from "./compilation.ts";
import { constantValue, showSize } from "./dims/index.ts";
import type { Graph } from "./ir/graph.ts";
import type { Origin } from "./types/origin.ts";
import { itemName, type SizeUse } from "./types/types.ts";

/** A size of a value: of an axis, or the value itself where it is an int. */
export interface NamedSize {
  /** The axis, "" for an int or an axis without a name; `low.tok` for a field of a record. */
  readonly axis: string;
  readonly use: SizeUse;
}

/** One step: what the size was there, what was done to it, and what it came from. */
export interface Step {
  /** `Y = 480`, `30`. */
  readonly size: string;
  readonly rule: string;
  readonly span: Span;
  readonly from: readonly Step[];
}

export interface Place {
  readonly tree: Tree;
  /** While a block is checked for all sizes: in the names of its signature. */
  readonly general?: Value;
  /** In the variant that was built, for each use of the block in which the place stands; those alike once. */
  readonly concrete: readonly Value[];
  /** The value whose steps are told: the first concrete one, else the general one. */
  readonly sizes: readonly NamedSize[];
  readonly stepsOf: (size: NamedSize) => Step;
}

/** The innermost expression or binding at an offset that has a value; or the nearest one that begins on that line. */
export function placeAt(compilation: Compilation, source: SourceFile, tree: File, offset: number, built: { readonly model: Model; readonly variant: Variant } | undefined): Place | { readonly nearest?: Tree } {
  const trace = built && traceOf(compilation, built.model, built.variant);
  const general = (node: Tree): Value | undefined => known(compilation.valueOf(node)) ?? inputValue(compilation, node, built);
  const concrete = (node: Tree): readonly Value[] => trace?.values.get(node) ?? [];
  const hasSizes = (node: Tree): boolean => [...concrete(node), general(node)].some((value) => value !== undefined && sizesOf(value).length > 0);
  const found = nodeAtOffset(tree, offset).toReversed().find((node) => isValued(node) && hasSizes(node));
  if (!found) return { nearest: nearestOn(source, tree, offset, hasSizes) };
  const values = concrete(found);
  const general_ = general(found);
  const sizes = sizesOf(values[0] ?? general_!);
  return { tree: found, general: general_, concrete: values, sizes, stepsOf: ({ axis, use }) => stepOf(compilation, trace, use, axis) };
}

/** Sizes that a value has: an int itself, the axes of a tensor, of the first element of a list, of the fields of a record. */
export function sizesOf(value: Value): readonly NamedSize[] {
  switch (value.kind) {
    case "int":
      return [{ axis: "", use: value.use }];
    case "tensor":
      return value.type.axes.map((item) => ({ axis: itemName(item), use: item.size }));
    case "axis":
      return [{ axis: value.axis.label?.name ?? "", use: value.axis.size }];
    case "list": {
      const first = value.element ?? value.elements?.[0];
      return first ? sizesOf(first) : [];
    }
    case "record":
      return [...value.fields].flatMap(([name, field]) => sizesOf(field).map(({ axis, use }) => ({ axis: axis ? `${name}.${axis}` : name, use })));
    default:
      return [];
  }
}

const known = (value: Value | undefined): Value | undefined => (value?.kind === "unknown" ? undefined : value);

/** Names of axes in patterns and types are no expressions; a whole item or body would be too much. */
function isValued(node: Tree): boolean {
  return node.kind !== "File" && node.kind !== "Model" && node.kind !== "Block" && node.kind !== "Body";
}

function inputValue(compilation: Compilation, node: Tree, built: { readonly model: Model; readonly variant: Variant } | undefined): Value | undefined {
  return node.kind === "ModelInput" && built && built.model.members.includes(node) ? compilation.run(built.model, built.variant).inputs.get(node.name.text) : undefined;
}

function nearestOn(source: SourceFile, tree: File, offset: number, hasSizes: (node: Tree) => boolean): Tree | undefined {
  const { line } = positionAt(source, offset);
  let best: Tree | undefined;
  walk(tree, (node) => {
    const [start, end] = [positionAt(source, node.span.start).line, positionAt(source, node.span.end).line];
    if (start > line || end < line) return false;
    if (start !== line || !isValued(node) || !hasSizes(node)) return true;
    const distance = (other: Tree): number => Math.abs(other.span.start - offset);
    if (!best || distance(node) < distance(best)) best = node;
    return true;
  });
  return best;
}

// ------------------------------------------------------------------------------------------------------------------- what was noted while building

interface Trace {
  readonly graph: Graph;
  readonly values: ReadonlyMap<Tree, readonly Value[]>;
  /** Where the result of a call goes on inside the block: the size in its body that the origin stands for. */
  readonly inside: ReadonlyMap<Origin, { readonly use: SizeUse; readonly block: string }>;
}

const traces = new WeakMap<Compilation, Map<string, Trace>>();

/** Building is slow beside a question, so what was noted is kept as long as the compilation is. */
function traceOf(compilation: Compilation, model: Model, variant: Variant): Trace {
  let known = traces.get(compilation);
  if (!known) traces.set(compilation, (known = new Map()));
  const key = `${model.span.file.name}|${model.name.text}|${variant.name}`;
  let trace = known.get(key);
  if (!trace) known.set(key, (trace = buildTrace(compilation, model, variant)));
  return trace;
}

/** Whether the steps of a variant are there already. */
export function isTraced(compilation: Compilation, model: Model, variant: Variant): boolean {
  return traces.get(compilation)?.has(`${model.span.file.name}|${model.name.text}|${variant.name}`) ?? false;
}

/** What every expression is in each of its uses, in one variant of a model. The program must have no errors. */
export function valuesIn(compilation: Compilation, model: Model, variant: Variant): ReadonlyMap<Tree, readonly Value[]> {
  return traceOf(compilation, model, variant).values;
}

/** The graph of a variant: the one that was built for its steps, where they are there already. */
export function graphOf(compilation: Compilation, model: Model, variant: Variant): Graph {
  return isTraced(compilation, model, variant) ? traceOf(compilation, model, variant).graph : compilation.lower(model, variant).graph;
}

function buildTrace(compilation: Compilation, model: Model, variant: Variant): Trace {
  const values = new Map<Tree, Value[]>();
  const seen = new Map<Tree, Set<string>>();
  const inside = new Map<Origin, { use: SizeUse; block: string }>();
  const results = new Map<Tree, Value>();
  const record = (tree: Tree, value: Value): void => {
    results.set(tree, value);
    const text = sizesOf(value).map(({ axis, use }) => `${axis} ${use.size.id}`).join();
    const texts = seen.get(tree) ?? new Set<string>();
    seen.set(tree, texts);
    if (value.kind !== "unknown" && !texts.has(text)) {
      texts.add(text);
      values.set(tree, [...(values.get(tree) ?? []), value]);
    }
    if (tree.kind !== "Call") return;
    const block = calledBy(compilation.program, tree, results.get(tree.callee));
    const body = block && !block.composite ? results.get(resultTree(block)) : undefined;
    if (!block || !body) return;
    const [outer, inner] = [sizesOf(value), sizesOf(body)];
    outer.forEach(({ use }, i) => {
      if (use.origin.kind !== "made" || use.origin.span !== tree.span || inner[i]?.use.size !== use.size) return;
      inside.set(use.origin, { use: inner[i].use, block: block.name.text });
    });
  };
  const { graph } = compilation.lower(model, variant, { record });
  return { graph, values, inside };
}

function calledBy(program: Program, call: Call, callee: Value | undefined): Block | undefined {
  if (callee?.kind === "layer" || callee?.kind === "block") return callee.block;
  return call.callee.kind === "Name" ? program.names.get(call.span.file)?.blocks.get(call.callee.text) : undefined;
}

function resultTree({ body }: Block): Tree {
  if (body.kind !== "Body") return body;
  const statement = body.statements.find((own) => own.kind === "Return");
  return statement?.kind === "Return" ? statement.value : body;
}

// ------------------------------------------------------------------------------------------------------------------- steps

/** Steps that are told in all: a size that very many others went into is cut off there. */
const mostSteps = 60;

function stepOf(compilation: Compilation, trace: Trace | undefined, first: SizeUse, axis: string): Step {
  const { program } = compilation;
  const valuesOf = (tree: Tree): readonly Value[] => trace?.values.get(tree) ?? [compilation.valueOf(tree) ?? unknown];
  const told = new Set<Origin>();
  const step = (use: SizeUse, name: string): Step => {
    const { origin } = use;
    const value = showSize(use.size);
    const again = told.has(origin) || told.size >= mostSteps;
    told.add(origin);
    const named = (own: string): string => (own && own !== value ? `${own} = ${value}` : value);
    switch (origin.kind) {
      case "literal": {
        const tree = treesAround(program, origin.span).find((node) => node.span === origin.span);
        if (again || !tree || tree.kind === "IntegerLiteral") return { size: named(name), rule: literalText(program, origin.span), span: origin.span, from: [] };
        const from = operandsOf(valuesOf, tree, use).filter((operand) => operand.origin !== origin);
        return { size: named(name), rule: from.length ? `\`${excerptOf(tree, 60)}\`` : literalText(program, origin.span), span: origin.span, from: from.map((operand) => step(operand, "")) };
      }
      case "declared":
        return { size: named(origin.name), rule: declarationText(program, origin.span, origin.name), span: origin.span, from: [] };
      case "made": {
        const call = trace?.inside.get(origin);
        if (again) return { size: named(name), rule: call ? `the result of \`${call.block}\`, as above` : `${origin.rule}, as above`, span: origin.span, from: [] };
        if (call) return { size: named(name), rule: `the result of \`${call.block}\``, span: origin.span, from: [step(call.use, name)] };
        return { size: named(name), rule: origin.rule, span: origin.span, from: origin.from.map((source) => step(source, origin.from.length === 1 ? name : "")) };
      }
    }
  };
  return step(first, axis.split(".").at(-1)!);
}

/** Numbers that went into a number: arithmetic of numbers keeps no origins, but its operands were noted. Those that are written there are seen there. */
function operandsOf(valuesOf: (tree: Tree) => readonly Value[], tree: Tree, result: SizeUse): readonly SizeUse[] {
  const noted = (child: Tree): readonly SizeUse[] => valuesOf(child).flatMap((value) => (value.kind === "int" ? [value.use] : value.kind === "axis" ? [value.axis.size] : []));
  const [left, right] = tree.kind === "Binary" ? [noted(tree.left), noted(tree.right)] : [[], []];
  if (tree.kind === "Binary" && left.length && right.length) {
    // In a block with several uses: the operands of this one.
    const fitting = left.flatMap((a) => right.map((b) => [a, b] as const)).find(([a, b]) => computed(tree.operator, constantValue(a.size), constantValue(b.size)) === constantValue(result.size));
    const operands = fitting ?? [left[0], right[0]];
    return [tree.left, tree.right].flatMap((child, i) => (child.kind === "IntegerLiteral" ? [] : [operands[i]]));
  }
  return children(tree).flatMap((child) => (child.kind === "IntegerLiteral" ? [] : noted(child).length ? [noted(child)[0]] : operandsOf(valuesOf, child, result)));
}

function computed(operator: string, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return a ** b;
    default:
      return undefined;
  }
}

/** A number as it is written: the default of an option, or a number somewhere. */
function literalText(program: Program, span: Span): string {
  const around = treesAround(program, span);
  const option = around.find((node) => node.kind === "Option");
  const [item] = around.filter((node) => node.kind === "Block" || node.kind === "Model");
  if (option?.kind !== "Option" || !item || !("name" in item)) return "written here";
  return `the default of the ${item.kind === "Model" ? "config key" : "option"} \`${option.name.text}\` of \`${item.name.text}\``;
}

function treesAround(program: Program, span: Span): readonly Tree[] {
  const file = program.files.find(({ source }) => source === span.file);
  return file ? nodeAtOffset(file.tree, span.start) : [];
}

function declarationText(program: Program, span: Span, name: string): string {
  const around = treesAround(program, span);
  const input = around.find((node) => node.kind === "ModelInput");
  if (input?.kind === "ModelInput") return `declared by the input \`${input.name.text}\``;
  const option = around.find((node) => node.kind === "Option");
  const [item] = around.filter((node) => node.kind === "Block" || node.kind === "Model");
  if (option?.kind === "Option" && item?.kind === "Model") return `the config key \`${option.name.text}\``;
  if (item?.kind === "Block") return option ? `the option \`${name}\` of \`${item.name.text}\`` : `a size of the signature of \`${item.name.text}\``;
  return "declared here";
}

/** The text of an expression on one line, cut where it is long. */
export function excerptOf(tree: Tree, most = 80): string {
  const text = textOf(tree.span).replace(/\s+/g, " ");
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
