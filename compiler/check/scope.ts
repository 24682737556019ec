/**
 * The places in which names mean something. A session is one run of the evaluator; a frame is one block (its axes have their identities
 * there, and its path is where its weights live); a scope is a region of a frame with its own bindings, facts and assumptions.
 */
import type { Block, Expression, Model, Node as Tree } from "../../grammar/ast.ts";
import { positionAt, textOf, type Span } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { variablesOf, type Claim, type Facts, type Size } from "../dims/index.ts";
import { wordingOf, severityOf, type Code, type ParametersOf } from "../diagnostics/codes.ts";
import type { Diagnostic, DiagnosticSink, Fix, RelatedPlace } from "../diagnostics/diagnostic.ts";
import type { Builder } from "../ir/builder.ts";
import type { LayerCall, Node, NodeOf, NamedNode, Requirement } from "../ir/graph.ts";
import type { AxisItem, AxisMarks, Label, SizeUse } from "../types/types.ts";
import type { CaseSize } from "./case-sizes.ts";
import { hasDoubt, isDoubtful } from "./doubt.ts";
import type { Recall } from "./recall.ts";
import { isNews, type Suspicion } from "./suspicion.ts";
import type { Program } from "./program.ts";
import type { Value } from "./values.ts";

export interface Session {
  readonly mode: "check" | "build";
  readonly program: Program;
  readonly sink: DiagnosticSink;
  /** Models and variants named in diagnostics found by this session. */
  readonly users: readonly string[];
  /** Undefined in check mode, where both arms are checked. */
  readonly training: boolean | undefined;
  readonly build?: Builder;
  readonly weights: Map<string, OwnedNode<"parameter" | "state">>;
  /** What owns weights in the order in which it was made: paths of `weights`, and in an outline blocks whose summary was known. */
  readonly made: (string | SummarisedPart)[];
  readonly updates: Map<string, NamedNode>;
  /** What the sizes of a batch must satisfy, as far as it was met while building. */
  readonly requirements: Requirement[];
  /** Composite blocks are built from their definition instead of the operator of the same meaning. */
  readonly definedComposites: boolean;
  /** In an outline: what blocks were found to own and to reach, by signature; their bodies are not walked again. */
  readonly summaries?: Map<string, BlockSummary>;
  /** Layers made so far by path, and calls of blocks without weights by the path of their statement. Build mode only. */
  readonly layers: Map<string, { readonly isLayer: boolean; readonly order: readonly number[]; readonly call: LayerCall }>;
  /** In check mode of a model: arms that the configuration does not choose are checked too. */
  readonly everyArm: boolean;
  /** What each expression and statement turned out to be, for the editor. */
  readonly record?: (tree: Tree, value: Value, scope: Scope) => void;
  /** What checking a block told about it; filled on demand. */
  readonly blocks: Map<Block, BlockFacts>;
  /** The diagnostics of each block that was checked; without it they go to the sink. */
  readonly found?: Map<Block, readonly Diagnostic[]>;
  /** What earlier compilations found out. */
  readonly recall?: Recall;
  /** Blocks that were called by what is being checked, innermost last. */
  readonly callees: Set<Block>[];
  /** Blocks that call themselves in the end. */
  readonly cyclic: Set<Block>;
  /** What was walked for the bodies that are being outlined, innermost last. */
  readonly walked: Walked[];
  /** Sizes fixed from outside, by axis name: `--batch 1`. */
  readonly fixedSizes: ReadonlyMap<string, number>;
  /** Blocks whose calls are being evaluated, to notice recursion. */
  readonly active: Block[];
  readonly evaluate: (scope: Scope, tree: Expression) => Value;
  /** Checks a block by itself once and tells what its callers need to know; undefined while it is being checked (recursion). */
  readonly factsOf: (block: Block, span: Span, scope: Scope) => BlockFacts | undefined;
  /** Evaluates a block's body in the frame of a call. */
  readonly runBody: (scope: Scope, block: Block) => Value;
  /** Sizes that depend on a choice, by the variable that stands for each. */
  readonly caseSizes: Map<string, CaseSize>;
  readonly suspicion: Suspicion;
  /** Random tensors made so far, by where they were made: what they draw depends on the place in the model, not in the text. */
  readonly draws: Map<string, number>;
  /** Fresh variables made so far. */
  fresh: number;
}

/** On what an outline of a body rests: blocks whose bodies were walked with it, and summaries of calls in it. */
export interface Walked {
  readonly bodies: Set<Block>;
  readonly uses: Set<BlockSummary>;
}

/** What a block does with gradients, for one signature: its weights by path within it, and what each tensor of its result reaches. */
export interface BlockSummary {
  /** An edit may give them other shapes, and nothing else, while the summary stays. */
  weights: readonly (readonly [relative: string, owned: OwnedNode<"parameter" | "state">])[];
  readonly body: Value;
  readonly key: string;
  /** The call for which it was made, as it was before the body was walked; of a block of the library, which does not change, it is not kept. */
  readonly call?: Scope;
  /** On what it rests, and since which compilation. */
  walked: Walked;
  since: number;
  /** The compilations in which it was last asked whether it holds, and in which its weights got other shapes. */
  asked: number;
  reshaped: number;
  /** Another one is in its place. */
  gone: boolean;
  /** For each tensor of the result in order: the inputs (numbers) and weights (paths within the block) that a gradient would reach. */
  readonly reaches: readonly (readonly (number | string)[])[];
}

/** A block at a path, whose weights are those of its summary. */
export interface SummarisedPart {
  readonly path: string;
  readonly summary: BlockSummary;
}

export interface OwnedNode<Kind extends "parameter" | "state"> {
  readonly node: NodeOf<Kind>;
  readonly order: readonly number[];
}

/** What callers need to know of a checked block. */
export interface BlockFacts {
  readonly ownsWeights: boolean;
  /** Names of sizes of the signature on which its weights depend: their shapes, and whether and how often they exist. */
  readonly weightSizes: ReadonlySet<string>;
  /** Axes of its signature along which a convolution slides. */
  readonly slides: ReadonlySet<string>;
  /** Errors were found in its own signature: calls say nothing more. */
  readonly broken: boolean;
  /** Errors were found in it or in what it calls: errors of values that come from it are likely the same. */
  readonly erroneous: boolean;
  /** Its signature was not read wholly: nothing is said of its uses. */
  readonly unread: boolean;
}

export interface AxisEntry {
  readonly label: Label;
  readonly size: SizeUse;
  readonly marks?: AxisMarks;
}

export interface Frame {
  readonly session: Session;
  readonly name: string;
  readonly block?: Block;
  readonly model?: Model;
  /** The whole block or model. */
  readonly item?: Span;
  /** The path of binding names from the model to this block. */
  readonly path: string;
  readonly order: readonly number[];
  readonly labels: Map<string, Label>;
  readonly axes: Map<string, AxisEntry>;
  readonly rows: Map<string, readonly AxisItem[]>;
  /** For the frame of a call: what its axes are called where the call stands. */
  readonly outside: Map<Label, Label | undefined>;
  /** Obligations were met when the block was checked by itself, so nothing is reported here. */
  readonly quiet: boolean;
  readonly callers: readonly Span[];
  /** For the frame of a call: where the call stands. */
  readonly caller?: Scope;
  /** Claims that were refused and reported here: taken as given afterwards. */
  readonly granted: Claim[];
  /** Claims that no size satisfies and that were reported here, as `claimKey` names them. */
  readonly refused: Set<string>;
  /** The messages of errors that were found here. */
  readonly said: Set<string>;
  /** Axes along which something slides in this body; only while a block or model is checked. */
  readonly slid?: Set<Label>;
  /** A training section: what stands here makes one number of a batch. */
  readonly loss?: boolean;
  /** Set while a block is checked: whether it owns weights. */
  readonly owns?: { value: boolean };
  /** Sizes that the shapes or the existence of weights were seen to use; only while a block is checked. */
  readonly weightSizes?: Set<string>;
}

export type Binding =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "lazy"; readonly force: () => Value }
  | {
      readonly kind: "family";
      /** `from` is where the member is used: its facts bound the index. */
      readonly member: (index: SizeUse, span: Span, from: Scope) => Value;
      readonly whole: () => Value;
      /** Checks every member, without asking for a list of them. */
      readonly check: () => void;
      /** The member at a known index, and the known indices. */
      readonly at: (index: number) => Value | undefined;
      readonly literal: () => readonly number[];
    };

export interface Scope {
  readonly frame: Frame;
  readonly parent?: Scope;
  readonly bindings: Map<string, Binding>;
  readonly facts: Facts;
  /** Facts that speak of sizes by cases: hypotheses of each case. */
  readonly caseFacts?: readonly Claim[];
  /** Facts of the form `not causal or tok == key`, which hold once the arms settle their condition. */
  readonly guarded: readonly Expression[];
  /** Truth values and alternatives assumed in the arms around. */
  readonly known: ReadonlyMap<string, boolean | string>;
  /** The binding whose value is being computed: the path and order of layers applied in it. */
  readonly path: string;
  readonly order: readonly number[];
  /** The statement whose value is being computed: it decides what its layers are called. */
  readonly statement?: { readonly expression: Expression; readonly bound: boolean };
  /** Set in a clause of a family whose members are computed one by one: what holds here is about one of them. */
  readonly ofMember?: boolean;
}

export function labelOf(frame: Frame, name: string): Label {
  let label = frame.labels.get(name);
  if (!label) frame.labels.set(name, (label = { name, hidden: false }));
  return label;
}

export function childScope(scope: Scope, changes: Partial<Pick<Scope, "facts" | "caseFacts" | "known" | "path" | "order" | "guarded" | "statement" | "ofMember">> = {}): Scope {
  return { ...scope, ...changes, parent: scope, bindings: new Map() };
}

/** The same names under other facts, path or statement; nothing may be bound in it. */
export function sameNames(scope: Scope, changes: Partial<Pick<Scope, "facts" | "caseFacts" | "known" | "path" | "order" | "guarded" | "statement" | "ofMember">>): Scope {
  return { ...scope, ...changes };
}

export function lookUp(scope: Scope, name: string): Binding | undefined {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const binding = current.bindings.get(name);
    if (binding) return binding;
  }
  return undefined;
}

export function namesInScope(scope: Scope): readonly string[] {
  const names = new Set<string>();
  for (let current: Scope | undefined = scope; current; current = current.parent) for (const name of current.bindings.keys()) names.add(name);
  return [...names];
}

/** Notes that what a block owns depends on these sizes: they decide an arm, or how many members a family has. */
export function decidedBy(scope: Scope, sizes: readonly Size[]): void {
  const noted = scope.frame.weightSizes;
  if (noted) for (const size of sizes) for (const name of variablesOf(size)) noted.add(name);
}

export function ownWeight(session: Session, path: string, owned: OwnedNode<"parameter" | "state">): void {
  session.weights.set(path, owned);
  session.made.push(path);
}

export function joinPath(path: string, name: string): string {
  return path && name ? `${path}.${name}` : path || name;
}

export interface ReportExtras {
  readonly related?: readonly RelatedPlace[];
  readonly notes?: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly label?: string;
}

/** Adds a diagnostic, unless the frame is one whose obligations were met elsewhere. */
export function report<C extends Code>(scope: Scope, code: C, span: Span, parameters: ParametersOf<C>, extras: ReportExtras = {}): void {
  if (scope.frame.session.mode === "build") {
    const { line, column } = positionAt(span.file, span.start);
    throw new Error(`netc bug: ${code} while building, after the check passed: ${wordingOf(code, parameters).message} (${span.file.name}:${line}:${column})`);
  }
  if (scope.frame.quiet || isDoubtful(scope.frame.session.program, span)) return;
  if (namesMayBeMissing.has(code) && scope.frame.item && hasDoubt(scope.frame.session.program, scope.frame.item)) return;
  const { message } = wordingOf(code, parameters);
  if (!isNews(scope.frame, { code, message, isAxis: code === "NET0101" && isAxisIn(scope.frame, textOf(span)) })) return;
  reportTo(scope.frame.session, code, span, parameters, extras);
}

const axisNames = new WeakMap<Tree, ReadonlySet<string>>();

/** Whether a word names an axis somewhere in the text of the frame's item. */
function isAxisIn({ block, model }: Frame, word: string): boolean {
  const item = block ?? model;
  if (!item) return false;
  let names = axisNames.get(item);
  if (!names) {
    const found = new Set<string>();
    walk(item, (node) => {
      if ((node.kind === "NamedAxis" || node.kind === "AxisPart" || node.kind === "RenamedPart" || node.kind === "SizedName") && node.name) found.add(node.name.text);
      if (node.kind === "GroupPart") for (const member of node.members) found.add(member.text);
      if (node.kind === "Domain") found.add(node.axis.text);
    });
    axisNames.set(item, (names = found));
  }
  return names.has(word);
}

/** What an unread declaration leads to. */
const namesMayBeMissing: ReadonlySet<Code> = new Set(["NET0101", "NET0103", "NET0109", "NET0204", "NET0210", "NET0401", "NET0505"]);

export function reportTo<C extends Code>(
  target: { readonly sink: DiagnosticSink; readonly users: readonly string[] },
  code: C,
  span: Span,
  parameters: ParametersOf<C>,
  extras: ReportExtras = {},
): void {
  const words = wordingOf(code, parameters);
  target.sink.add({
    code,
    severity: severityOf(code),
    message: words.message,
    span,
    label: extras.label ?? words.label,
    related: extras.related ?? [],
    notes: [...(words.rule ? [words.rule] : []), ...(words.notes ?? []), ...(extras.notes ?? [])],
    help: words.help,
    fixes: [...(extras.fixes ?? []), ...respelling(span, parameters)],
    usedBy: target.users,
  });
}

/** A misspelt word, where the diagnostic knows what was probably meant. */
function respelling(span: Span, parameters: unknown): readonly Fix[] {
  const { name, near } = (typeof parameters === "object" && parameters !== null ? parameters : {}) as { readonly name?: unknown; readonly near?: unknown };
  if (typeof name !== "string" || typeof near !== "string" || textOf(span) !== name) return [];
  return [{ title: `\`${near}\` instead of \`${name}\``, edits: [{ span, newText: near }] }];
}

/** Runs `make` with the builder standing at this place and path; returns undefined in check mode. */
export function inGraph(scope: Scope, span: Span, make: (build: Builder) => Node): Node | undefined {
  const build = scope.frame.session.build;
  if (!build) return undefined;
  return build.within({ location: { span, callers: scope.frame.callers }, path: scope.path }, () => make(build));
}
