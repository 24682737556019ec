/**
 * The one entry to the compiler: texts in; diagnostics, types and graphs out. Pure: texts come through `read`, which the caller gives.
 * Every phase is computed once and remembered.
 */
import type { Block, Item, Model, Node as Tree, Train } from "../grammar/ast.ts";
import { parse, type ParseResult } from "../grammar/parse.ts";
import { parseInSteps } from "../grammar/parse-in-steps.ts";
import { reparse } from "../grammar/reparse.ts";
import { createSourceFile, type SourceFile } from "../grammar/source.ts";
import { walk } from "../grammar/visit.ts";
import type { InventoryEntry } from "./check/outline.ts";
import { graphOf, runModel, type ModelRun } from "./check/model.ts";
import { itemsOfKind, linkProgram, type Program, type ProgramFile } from "./check/program.ts";
import { Recall } from "./check/recall.ts";
import type { BlockFacts, Scope, Session } from "./check/scope.ts";
import { createSession } from "./check/session.ts";
import type { Value } from "./check/values.ts";
import { nearestName } from "./diagnostics/nearest.ts";
import { createSink, sortDiagnostics, type Diagnostic } from "./diagnostics/diagnostic.ts";
import { mostRemedied, remedied } from "./diagnostics/remedies/index.ts";
import { createBuilder } from "./ir/builder.ts";
import type { Graph } from "./ir/graph.ts";
import type { Facts } from "./dims/index.ts";
import { finished, stretch, type LongWork } from "./long-work.ts";
import { createProgramCheck } from "./program-check.ts";
import { library } from "./std/index.ts";
import { syntaxDiagnostics } from "./syntax.ts";
import { lossGraph, type LossGraph } from "./training/loss-graph.ts";
import { createVariants, type Variant } from "./variants.ts";

export type { Variant } from "./variants.ts";

export interface CompilationHost {
  /** The text of a file, or undefined when there is none. */
  read(name: string): string | undefined;
  /** The name of the file that an import means, as `read` takes it. */
  resolve(from: string, importer: string): string;
  /** The `.net` files that stand where this one would, without their folder; for an import that names none. */
  beside?(name: string): readonly string[];
}

export interface LowerOptions {
  readonly training?: boolean;
  readonly fixedSizes?: ReadonlyMap<string, number>;
  /** Composite blocks from their definitions in the library, not as operators: for comparing the two. */
  readonly definedComposites?: boolean;
  /** Is told what each expression turned out to be, in every use of its block, and where it was evaluated. */
  readonly record?: (tree: Tree, value: Value, scope: Scope) => void;
}

export interface Lowered {
  readonly graph: Graph;
  readonly facts: Facts;
}

export interface Compilation {
  readonly program: Program;
  /** Every diagnostic of the root files and what they import, in the order of the text. */
  diagnostics(): readonly Diagnostic[];
  /**
   * The same work in steps, after which `diagnostics()` answers at once. Whoever asks for something that rests on it in between has the rest of it done.
   * It ends early where a later compilation took over the memory: then nobody should ask for diagnostics.
   */
  work(): LongWork<void>;
  readonly models: readonly Model[];
  /** The models of the root files themselves, not of what they import. */
  readonly rootModels: readonly Model[];
  variantsOf(model: Model): readonly Variant[];
  /** The graph of a model. The program must have no errors. */
  lower(model: Model, variant: Variant, options?: LowerOptions): Lowered;
  /** The loss of a training section in one variant, in training or in evaluation. The program must have no errors. */
  loss(train: Train, model: Model, variant: Variant, options?: Pick<LowerOptions, "training" | "fixedSizes">): LossGraph;
  /** The training sections of a model. */
  trainingOf(model: Model): readonly Train[];
  /** The run of a model in check mode (types and facts, no graph); its diagnostics are those of `diagnostics`. */
  run(model: Model, variant: Variant): ModelRun;
  /** The weights of a model in one variant: paths and shapes. The program must have no errors. */
  inventory(model: Model, variant: Variant): readonly InventoryEntry[];
  /** What is wrong with the budgets of a model in one variant, declared or not. The program must have no errors. */
  budgets(model: Model, variant: Variant): readonly Diagnostic[];
  /** What each expression of the default variant turned out to be. */
  valueOf(tree: Tree): Value | undefined;
}

const parsedLibrary: ProgramFile[] = [];
const libraryNames: ReadonlySet<string> = new Set(library.map(({ name }) => name));
/** What checking found out about blocks of the library, kept for the life of the process: the library does not change. */
const libraryBlocks = new Map<Block, BlockFacts>();

function libraryFiles(): readonly ProgramFile[] {
  finished(readLibrary());
  return parsedLibrary;
}

/** The files of the library in steps, where that was not done yet. */
function* readLibrary(): LongWork<void> {
  while (parsedLibrary.length < library.length) {
    const { name, text } = library[parsedLibrary.length];
    const part = parsedLibrary.length / library.length;
    yield { part, what: name };
    const source = createSourceFile(name, text);
    const work = parseInSteps(source);
    let step = work.next();
    for (; !step.done; step = work.next()) yield { part: part + step.value / library.length, what: name };
    if (library[parsedLibrary.length]?.name !== name) continue; // read meanwhile
    parsedLibrary.push({ source, tree: step.value.file, library: true, doubtful: [] });
  }
}

/** What compiling a program found out, for compiling it again after an edit. The compilation before is then of no further use. */
export interface CompilationMemory {
  readonly files: Map<string, { readonly source: SourceFile; readonly parsed: ParseResult }>;
  readonly recall: Recall;
  /** What each expression of the items that are part of the program turned out to be. */
  readonly values: Map<Tree, Value>;
  readonly items: Set<Item>;
  readonly summaries: NonNullable<Session["summaries"]>;
  /** One object for all compilations, which what is remembered refers to. */
  readonly program: Program;
}

export function createMemory(): CompilationMemory {
  return { files: new Map(), recall: new Recall(), values: new Map(), items: new Set(), summaries: new Map(), program: { files: [], names: new Map(), doubtful: new Map() } };
}

/** The text of a file as it was parsed before, or parsed now. */
function read(memory: CompilationMemory, name: string, text: string): { readonly source: SourceFile; readonly parsed: ParseResult } {
  const known = memory.files.get(name);
  if (known?.source.text === text) return known;
  const source = createSourceFile(name, text);
  const own = { source, parsed: known ? reparse(source, known.parsed) : parse(source) };
  memory.files.set(name, own);
  return own;
}

/** Reads what a compilation of these files would read, in steps, so that it finds everything in the memory. */
export function* readAhead(host: CompilationHost, roots: readonly string[], memory: CompilationMemory): LongWork<void> {
  yield* stretch(readLibrary(), 0, 0.2);
  const names = new Set(roots);
  let done = 0;
  for (const name of names) {
    const text = host.read(name);
    if (text === undefined) continue;
    const begin = 0.2 + (0.8 * done++) / names.size;
    const isRead = (): boolean => memory.files.get(name)?.source.text === text;
    // Around an edit little is read anew. What was read in steps counts only where nobody else read the file in between.
    if (!isRead() && !memory.files.has(name)) {
      const source = createSourceFile(name, text);
      const work = parseInSteps(source);
      let step = work.next();
      for (; !step.done; step = work.next()) yield { part: begin + (0.8 * step.value) / names.size, what: name };
      if (!memory.files.has(name)) memory.files.set(name, { source, parsed: step.value });
    }
    yield { part: begin, what: name };
    for (const { from } of read(memory, name, text).parsed.file.imports) if (from.value) names.add(host.resolve(from.value, name));
  }
}

/** A program, compiled and checked, in steps. */
export function* checkedInSteps(host: CompilationHost, roots: readonly string[], memory: CompilationMemory = createMemory()): LongWork<Compilation> {
  yield* stretch(readAhead(host, roots, memory), 0, 0.3);
  const compilation = createCompilation(host, roots, memory);
  yield* stretch(compilation.work(), 0.3, 1);
  return compilation;
}

/** Drops the values of items that are gone. */
function forgetValues({ items, values }: CompilationMemory, files: readonly ProgramFile[]): void {
  const now = new Set(files.flatMap((file) => (file.library ? [] : file.tree.items)));
  for (const item of items) {
    if (now.has(item)) continue;
    items.delete(item);
    walk(item, (node) => void values.delete(node));
  }
  for (const item of now) items.add(item);
}

/** Compiles the files `roots` and what they import. With the memory of an earlier compilation, only what an edit touches is parsed and checked. */
export function createCompilation(host: CompilationHost, roots: readonly string[], memory: CompilationMemory = createMemory()): Compilation {
  const sink = createSink();
  const files: ProgramFile[] = [...libraryFiles()];
  const byName = new Map<string, ProgramFile>();
  const pending = [...roots];
  while (pending.length > 0) {
    const name = pending.shift()!;
    if (byName.has(name)) continue;
    const text = host.read(name);
    if (text === undefined) continue;
    const { source, parsed: { file, problems, doubtful } } = read(memory, name, text);
    for (const diagnostic of syntaxDiagnostics(source, problems)) sink.add(diagnostic);
    const entry: ProgramFile = { source, tree: file, library: false, doubtful };
    byName.set(name, entry);
    files.push(entry);
    for (const statement of file.imports) if (statement.from.value) pending.push(host.resolve(statement.from.value, name));
  }
  const resolve = (from: string, importer: SourceFile): ProgramFile | { readonly missing: string; readonly near?: string } => byName.get(host.resolve(from, importer.name)) ?? { missing: "there is no such file", near: nearFile(host, from, importer.name) };
  for (const name of memory.files.keys()) if (!byName.has(name)) memory.files.delete(name);
  const { recall } = memory;
  const program: Program = Object.assign(memory.program, linkProgram(files, resolve, sink));
  recall.begin(program);
  forgetValues(memory, files);
  const own = [...byName.values()];
  const models = own.flatMap((file) => itemsOfKind(file.tree, "Model"));
  const ablations = own.flatMap((file) => itemsOfKind(file.tree, "Ablation"));
  const variants = createVariants(ablations, (ablation) => program.names.get(ablation.span.file)?.models.get(ablation.model.text));
  const blocks = new Map<Block, BlockFacts>(libraryBlocks);
  const record = (tree: Tree, value: Value): void => void memory.values.set(tree, value);

  const lower = (model: Model, variant: Variant, options: LowerOptions): Lowered => {
    const build = createBuilder();
    const session = createSession({ program, sink: createSink(), blocks, build, training: options.training ?? false, fixedSizes: options.fixedSizes, definedComposites: options.definedComposites, record: options.record });
    const run = runModel(session, model, variant.configuration);
    return { graph: graphOf(session, model, run), facts: run.facts };
  };

  const keep = (block: Block, facts: BlockFacts): void => void (libraryNames.has(block.span.file.name) && libraryBlocks.set(block, facts));
  const whole = createProgramCheck({ program, sink, own, variants, blocks, recall, summaries: memory.summaries, record, resolve, keep, lower: (model, variant, training) => lower(model, variant, { training }).graph });
  function* checking(): LongWork<void> {
    yield* whole.steps();
    for (const [block, facts] of blocks) keep(block, facts);
  }
  let told: readonly Diagnostic[] | undefined;
  function* telling(): LongWork<void> {
    const all = sink.all();
    const broken = new Set(all.flatMap(({ code, span }) => (code === "NET0322" ? [span] : [])));
    const sorted = sortDiagnostics(all.filter(({ code, span }) => code !== "NET0323" || !broken.has(span)));
    const ready: Diagnostic[] = [];
    for (const [i, one] of sorted.entries()) {
      if (i < mostRemedied) yield { part: i / sorted.length, what: one.code };
      ready.push(i < mostRemedied ? remedied(program, (tree) => memory.values.get(tree), one) : one);
    }
    told = ready;
  }
  // One walk of each, whoever takes the next step.
  const [check, tell] = [checking(), telling()];
  const { generation } = recall;
  function* shared(work: LongWork<void>): LongWork<void> {
    while (recall.generation === generation) {
      const step = work.next();
      if (step.done) return;
      yield step.value;
    }
  }

  return {
    program,
    models,
    rootModels: models.filter((model) => roots.includes(model.span.file.name)),
    variantsOf: variants.of,
    diagnostics: () => {
      finished(check);
      finished(tell);
      return told ?? [];
    },
    *work() {
      yield* stretch(shared(check), 0, 0.95);
      yield* stretch(shared(tell), 0.95, 1);
    },
    lower: (model, variant, options = {}) => {
      finished(check); // building reads what checking found out about the blocks
      return lower(model, variant, options);
    },
    loss: (train, model, variant, { training = false, fixedSizes } = {}) => {
      finished(check);
      return lossGraph(createSession({ program, sink: createSink(), blocks, build: createBuilder(), training, fixedSizes }), train, model, variant.configuration);
    },
    trainingOf: (model) => own.flatMap((file) => itemsOfKind(file.tree, "Train").filter((train) => program.names.get(train.span.file)?.models.get(train.model.text) === model)),
    run: (model, variant) => runModel(createSession({ program, sink: createSink(), blocks }), model, variant.configuration),
    inventory: (model, variant) => {
      finished(check);
      return whole.outline(model, variant).inventory;
    },
    budgets: (model, variant) => {
      finished(check);
      const found = createSink();
      whole.checkBudgets(model, [variant], found);
      return found.all();
    },
    valueOf: (tree) => {
      finished(check);
      return memory.values.get(tree);
    },
  };
}

/** What an import of a file that is not there meant, where the host can tell: the file beside it with the nearest name. */
function nearFile(host: CompilationHost, from: string, importer: string): string | undefined {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  const near = nearestName(from.slice(folder.length), host.beside?.(host.resolve(from, importer)) ?? []);
  return near && `${folder}${near}`;
}

