/**
 * The one entry to the compiler: texts in; diagnostics, types and graphs out. Pure: texts come through `read`, which the caller gives.
 * Every phase is computed once and remembered.
 */
import type { Ablation, Block, Expression, Model, Node as Tree, Weights } from "../grammar/ast.ts";
import { parse } from "../grammar/parse.ts";
import { walk } from "../grammar/visit.ts";
import { createSourceFile, positionAt, textOf, type SourceFile } from "../grammar/source.ts";
import { ablationRows, checkAblation, type AblationVariant } from "./check/ablation.ts";
import { checkBudgets, hasBudgets } from "./check/budget.ts";
import { outlineOf, type InventoryEntry, type Outline } from "./check/outline.ts";
import { graphOf, runModel, type Configuration, type ModelRun } from "./check/model.ts";
import { itemsOfKind, linkProgram, type Program, type ProgramFile } from "./check/program.ts";
import { reportTo, type BlockFacts, type Scope, type Session } from "./check/scope.ts";
import { checkOnce, createSession } from "./check/session.ts";
import type { Value } from "./check/values.ts";
import { checkTraining } from "./check/training.ts";
import { BuildRefusal } from "./check/build-refusal.ts";
import type { Frozen } from "./check/lints/frozen.ts";
import { filesThatNeedNumbers, indicesOutside } from "./check/with-numbers.ts";
import { warnOfUnused } from "./check/lints/unused.ts";
import { checkWeights } from "./check/weights.ts";
import { nearestName } from "./diagnostics/nearest.ts";
import { createSink, sortDiagnostics, type Diagnostic, type DiagnosticSink } from "./diagnostics/diagnostic.ts";
import { mostRemedied, remedied } from "./diagnostics/remedies/index.ts";
import { syntaxFixes } from "./diagnostics/remedies/syntax.ts";
import { createBuilder } from "./ir/builder.ts";
import type { Graph } from "./ir/graph.ts";
import { frozenOf } from "./frozen.ts";
import type { Facts } from "./dims/index.ts";
import { library } from "./std/index.ts";

export interface CompilationHost {
  /** The text of a file, or undefined when there is none. */
  read(name: string): string | undefined;
  /** The name of the file that an import means, as `read` takes it. */
  resolve(from: string, importer: string): string;
  /** The `.net` files that stand where this one would, without their folder; for an import that names none. */
  beside?(name: string): readonly string[];
}

/** One way of configuring a model: its defaults, a row of an ablation, or what `--set` says. */
export interface Variant {
  /** `default`, or the row's name. */
  readonly name: string;
  readonly title: string;
  readonly table?: string;
  readonly configuration: Configuration;
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
  readonly models: readonly Model[];
  /** The models of the root files themselves, not of what they import. */
  readonly rootModels: readonly Model[];
  variantsOf(model: Model): readonly Variant[];
  /** The graph of a model. The program must have no errors. */
  lower(model: Model, variant: Variant, options?: LowerOptions): Lowered;
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
  if (parsedLibrary.length === 0) {
    for (const { name, text } of library) {
      const source = createSourceFile(name, text);
      parsedLibrary.push({ source, tree: parse(source).file, library: true, doubtful: [] });
    }
  }
  return parsedLibrary;
}

export function createCompilation(host: CompilationHost, roots: readonly string[]): Compilation {
  const sink = createSink();
  const target = { sink, users: [] };
  const files: ProgramFile[] = [...libraryFiles()];
  const byName = new Map<string, ProgramFile>();
  const pending = [...roots];
  while (pending.length > 0) {
    const name = pending.shift()!;
    if (byName.has(name)) continue;
    const text = host.read(name);
    if (text === undefined) continue;
    const source = createSourceFile(name, text);
    const { file, problems, doubtful } = parse(source);
    for (const [i, problem] of problems.entries()) {
      // What follows a character that means nothing, on its line, is a consequence of it.
      if (problem.kind !== "lexical" && problems.slice(0, i).some((before) => before.kind === "lexical" && positionAt(source, before.span.start).line === positionAt(source, problem.span.start).line)) continue;
      const extras = { related: problem.related ? [{ span: problem.related, message: "opened here" }] : [], ...(problem.kind === "expected" || problem.kind === "unexpected" ? { fixes: syntaxFixes(problem) } : {}) };
      if (problem.kind === "lexical") reportTo(target, "NET0001", problem.span, { text: problem.found }, extras);
      else if (problem.kind === "nesting") reportTo(target, "NET0003", problem.span, { message: problem.message }, extras);
      else reportTo(target, "NET0002", problem.span, { message: problem.message }, extras);
    }
    const entry: ProgramFile = { source, tree: file, library: false, doubtful };
    byName.set(name, entry);
    files.push(entry);
    for (const statement of file.imports) if (statement.from.value) pending.push(host.resolve(statement.from.value, name));
  }
  const resolve = (from: string, importer: SourceFile): ProgramFile | { readonly missing: string; readonly near?: string } => byName.get(host.resolve(from, importer.name)) ?? { missing: "there is no such file", near: nearFile(host, from, importer.name) };
  const program = linkProgram(files, resolve, sink);
  const own = [...byName.values()];
  const models = own.flatMap((file) => itemsOfKind(file.tree, "Model"));
  const ablations = own.flatMap((file) => itemsOfKind(file.tree, "Ablation"));
  const blocks = new Map<Block, BlockFacts>(libraryBlocks);
  const recorded = new Map<Tree, Value>();
  const summaries: NonNullable<Session["summaries"]> = new Map();
  const record = (tree: Tree, value: Value): void => void recorded.set(tree, value);
  const variants = new Map<Model, readonly Variant[]>();
  const modelOf = (ablation: Ablation): Model | undefined => program.names.get(ablation.span.file)?.models.get(ablation.model.text);

  const variantsOf = (model: Model): readonly Variant[] => {
    const known = variants.get(model);
    if (known) return known;
    const rows: Variant[] = [{ name: "default", title: "the defaults", configuration: new Map<string, Expression>() }];
    for (const ablation of ablations) {
      if (modelOf(ablation) !== model) continue;
      for (const row of ablationRows(ablation)) rows.push(variantOfRow(ablation, row));
    }
    variants.set(model, rows);
    return rows;
  };

  const outlines = new Map<Variant, Outline>();
  const outline = (model: Model, variant: Variant): Outline => {
    const same = firstLike(model, variant);
    const known = outlines.get(same) ?? outlineOf(program, blocks, model, same.configuration, summaries);
    outlines.set(same, known);
    return known;
  };
  /** The first variant with the same value for every key, as it is written: the full model of an ablation is most often the defaults. */
  const firstLike = (model: Model, variant: Variant): Variant => {
    const textOfKeys = ({ configuration }: Variant): string => model.config.map((option) => textOf((configuration.get(option.name.text) ?? option.default ?? option).span)).join("|");
    const wanted = textOfKeys(variant);
    return variantsOf(model).find((other) => textOfKeys(other) === wanted) ?? variant;
  };
  /** Plans and training are checked against the weights, which exist only when the models have no errors. */
  const checkPlans = (session: Session): void => {
    const weights = own.flatMap((file) => itemsOfKind(file.tree, "Weights"));
    const trains = own.flatMap((file) => itemsOfKind(file.tree, "Train"));
    const named = (name: { readonly text: string }, file: SourceFile): Model | undefined => program.names.get(file)?.models.get(name.text);
    const inventoriesOf = (model: Model): readonly (readonly InventoryEntry[])[] => variantsOf(model).map((variant) => outline(model, variant).inventory);
    const frozenBy = new Map<Weights, readonly Frozen[]>();
    for (const plan of weights) {
      const model = named(plan.model, plan.span.file);
      const frozen = checkWeights(session, plan, model, model ? inventoriesOf(model) : []);
      frozenBy.set(plan, frozen.map((own) => ({ ...own, plan: plan.name.text })));
    }
    for (const train of trains) {
      const model = named(train.model, train.span.file);
      if (!model) {
        const near = nearestName(train.model.text, program.names.get(train.span.file)?.models.keys() ?? []);
        if (train.model.text) reportTo(target, "NET0101", train.model.span, { name: train.model.text, what: "model", near });
        continue;
      }
      const [variant] = variantsOf(model);
      const plans = weights.filter((plan) => named(plan.model, plan.span.file) === model);
      const frozen = plans.flatMap((plan) => frozenBy.get(plan) ?? []);
      const run = runModel(createSession({ program, sink: createSink(), blocks }), model, variant.configuration);
      const reporting = { ...run, scope: { ...run.scope, frame: { ...run.scope.frame, session } } };
      checkTraining({ session, train, model, run: reporting, outline: outline(model, variant).run, inventories: inventoriesOf(model), weightsNames: plans.map((plan) => plan.name.text), frozen });
    }
  };

  /** An assumption, and which of two sizes is larger, are decided by numbers alone: every variant is lowered, which is slow, so only models that reach such a file are. */
  const checkWithNumbers = (): void => {
    const files = new Set([...filesThatNeedNumbers(program), ...own.filter((file) => contains(file, "Assume")).map((file) => file.source)]);
    if (files.size === 0) return;
    for (const model of models) {
      if (!importedBy(model.span.file).some((file) => files.has(file))) continue;
      for (const variant of variantsOf(model)) {
        const users = [variant.name === "default" ? model.name.text : `${model.name.text} (${variant.name})`];
        try {
          const { graph } = lower(model, variant, {});
          for (const { node, index, size } of indicesOutside(graph)) reportTo({ sink, users }, "NET0309", node.location.span, { what: "an index of this table", index: String(index), size: String(size) });
        } catch (error) {
          if (!(error instanceof BuildRefusal)) throw error;
          reportTo({ sink, users }, error.code, error.span, error.parameters, { related: error.related });
        }
      }
    }
  };

  /** The budgets of a model, compared with what it costs in some of its variants. */
  const checkBudgetsOf = (model: Model, some: readonly Variant[], into: DiagnosticSink): void => {
    if (!hasBudgets(model)) return;
    const frozen = frozenOf(program, model);
    const contexts = some.map((variant) => {
      const graphs = new Map<boolean, Graph | undefined>();
      const graph = (training: boolean): Graph | undefined => {
        if (!graphs.has(training)) graphs.set(training, settled(() => lower(model, variant, { training }).graph));
        return graphs.get(training);
      };
      const run = runModel(createSession({ program, sink: createSink(), blocks }), model, variant.configuration);
      return { user: userOf(model, variant), model, run, frozen, graph, inventory: () => outline(model, variant).inventory };
    });
    checkBudgets(into, model, contexts);
  };

  /** A file and everything that it imports, through others too. */
  const importedBy = (source: SourceFile): readonly SourceFile[] => {
    const found = new Set([source]);
    for (const file of found) {
      for (const statement of own.find((other) => other.source === file)?.tree.imports ?? []) {
        const imported = resolve(statement.from.value, file);
        if (!("missing" in imported)) found.add(imported.source);
      }
    }
    return [...found];
  };

  const lower = (model: Model, variant: Variant, options: LowerOptions): Lowered => {
    const build = createBuilder();
    const session = createSession({ program, sink: createSink(), blocks, build, training: options.training ?? false, fixedSizes: options.fixedSizes, definedComposites: options.definedComposites, record: options.record });
    const run = runModel(session, model, variant.configuration);
    return { graph: graphOf(session, model, run), facts: run.facts };
  };

  const warnOfWhatIsUnused = (): void => {
    for (const file of own) {
      for (const item of file.tree.items) {
        if (item.kind !== "Block" && item.kind !== "Model") continue;
        const elsewhere = item.kind === "Model" ? own.flatMap(({ tree }) => tree.items).filter((other) => (other.kind === "Train" || other.kind === "Weights") && other.model.text === item.name.text) : [];
        warnOfUnused(target, item, elsewhere);
      }
    }
  };

  let told: readonly Diagnostic[] | undefined;
  /** Configurations in which the arms of a `match` on an int of the config are checked that the defaults do not choose. */
  const armConfigurations = (model: Model): readonly { readonly users: readonly string[]; readonly configuration: Configuration }[] => {
    const found = new Map<string, { users: string[]; configuration: Configuration }>();
    const add = (key: string, literal: Expression & { readonly kind: "IntegerLiteral" }): void => void found.set(`${key} = ${literal.value}`, { users: [`${model.name.text} (${key} = ${literal.value})`], configuration: new Map([[key, literal]]) });
    for (const member of model.members) {
      walk(member, (node) => {
        if (node.kind !== "Match" || node.subject.kind !== "Name") return;
        const key = node.subject.text;
        if (!model.config.some((option) => option.name.text === key && option.optionKind.kind === "NumberKind")) return;
        const literals = node.arms.flatMap(({ pattern }) => (pattern.kind === "IntegerLiteral" ? [pattern] : []));
        for (const literal of literals) add(key, literal);
        const other = Array.from({ length: literals.length + 1 }, (_, i) => i + 1).find((value) => !literals.some((literal) => literal.value === value))!;
        add(key, { kind: "IntegerLiteral", text: String(other), value: other, span: node.subject.span });
      });
    }
    return [...found.values()];
  };

  let checked = false;
  const check = (): void => {
    if (checked) return;
    checked = true;
    const session = createSession({ program, sink, blocks, record });
    for (const block of calleesFirst(own.flatMap((file) => itemsOfKind(file.tree, "Block")))) checkOnce(session, block);
    const errorsSoFar = (): number => sink.all().filter(({ severity }) => severity === "error").length;
    const unsound = new Set<Model>();
    const brokenRows = new Map(ablations.map((ablation) => [ablation.name.text, checkAblation(session, ablation, modelOf(ablation))]));
    for (const model of models) {
      for (const variant of variantsOf(model)) {
        if (variant.table !== undefined && (unsound.has(model) || brokenRows.get(variant.table)?.has(variant.name))) continue;
        if (firstLike(model, variant) !== variant) continue;
        const before = errorsSoFar();
        const users = [variant.name === "default" ? model.name.text : `${model.name.text} (${variant.name})`];
        runModel(createSession({ program, sink, blocks, users, everyArm: variant.name === "default", record: variant.name === "default" ? record : undefined }), model, variant.configuration);
        // What is wrong with the defaults is most likely what is wrong with a row.
        if (variant.name === "default" && errorsSoFar() > before) unsound.add(model);
      }
    }
    for (const model of models) {
      if (sink.hasErrors()) break;
      for (const { users, configuration } of armConfigurations(model)) {
        const only: Model = { ...model, members: [] };
        const silent = createSink();
        runModel(createSession({ program, sink: silent, blocks }), only, configuration);
        if (silent.all().some(({ code }) => code !== "NET0505")) continue; // a value that the config does not admit
        runModel(createSession({ program, sink, blocks, users }), model, configuration);
      }
    }
    for (const [block, facts] of blocks) if (libraryNames.has(block.span.file.name)) libraryBlocks.set(block, facts);
    if (!sink.hasErrors()) warnOfWhatIsUnused();
    if (!sink.hasErrors()) checkWithNumbers();
    if (!sink.hasErrors()) checkPlans(session);
    if (!sink.hasErrors()) for (const model of models) checkBudgetsOf(model, variantsOf(model), sink);
  };

  return {
    program,
    models,
    rootModels: models.filter((model) => roots.includes(model.span.file.name)),
    variantsOf,
    diagnostics: () => {
      check();
      const all = sink.all();
      const broken = new Set(all.flatMap(({ code, span }) => (code === "NET0322" ? [span] : [])));
      const sorted = sortDiagnostics(all.filter(({ code, span }) => code !== "NET0323" || !broken.has(span)));
      return (told ??= sorted.map((one, i) => (i < mostRemedied ? remedied(program, (tree) => recorded.get(tree), one) : one)));
    },
    lower: (model, variant, options = {}) => {
      check(); // building reads what checking found out about the blocks
      return lower(model, variant, options);
    },
    run: (model, variant) => runModel(createSession({ program, sink: createSink(), blocks }), model, variant.configuration),
    inventory: (model, variant) => {
      check();
      return outline(model, variant).inventory;
    },
    budgets: (model, variant) => {
      check();
      const found = createSink();
      checkBudgetsOf(model, [variant], found);
      return found.all();
    },
    valueOf: (tree) => {
      check();
      return recorded.get(tree);
    },
  };
}

/** What an import of a file that is not there meant, where the host can tell: the file beside it with the nearest name. */
function nearFile(host: CompilationHost, from: string, importer: string): string | undefined {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  const near = nearestName(from.slice(folder.length), host.beside?.(host.resolve(from, importer)) ?? []);
  return near && `${folder}${near}`;
}

/** How diagnostics name a variant: `CD2FSAN (g)`. */
function userOf(model: Model, variant: Variant): string {
  return variant.name === "default" ? model.name.text : `${model.name.text} (${variant.name})`;
}

/** What can be computed; undefined where the program's numbers refuse it. */
function settled<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof BuildRefusal) return undefined;
    throw error;
  }
}

function contains(file: ProgramFile, kind: Tree["kind"]): boolean {
  let found = false;
  walk(file.tree, (node) => {
    if (node.kind === kind) found = true;
    return !found;
  });
  return found;
}

/** Checking a block checks first what it calls. A long chain of calls would need a deep stack, so where there are many blocks they are put in order. */
function calleesFirst(blocks: readonly Block[]): readonly Block[] {
  if (blocks.length < 100) return blocks;
  const byName = new Map(blocks.map((block) => [block.name.text, block]));
  const ordered = new Set<Block>();
  const open = new Set<Block>();
  for (const first of blocks) {
    const stack = [first];
    while (stack.length > 0) {
      const block = stack[stack.length - 1];
      if (open.has(block) || ordered.has(block)) {
        ordered.add(block);
        stack.pop();
        continue;
      }
      open.add(block);
      walk(block, (node) => {
        const callee = node.kind === "Call" && node.callee.kind === "Name" ? byName.get(node.callee.text) : undefined;
        if (callee && !open.has(callee)) stack.push(callee);
      });
    }
  }
  return [...ordered];
}

function variantOfRow(ablation: Ablation, row: AblationVariant): Variant {
  return { name: row.name, title: row.title, table: ablation.name.text, configuration: row.configuration };
}
