/**
 * Checking a whole program: every block once, every model in every variant, then what needs more than types (unused names, numbers, weights plans,
 * training, budgets). What earlier compilations found out about an item is taken from the memory where it still holds. It is done in steps, one for each
 * block, variant, plan or budget, so that who checks may do something else in between.
 */
import type { Block, Item, Model, Node as Tree, Train, Weights } from "../grammar/ast.ts";
import type { SourceFile } from "../grammar/source.ts";
import { walk } from "../grammar/visit.ts";
import { checkAblation } from "./check/ablation.ts";
import { armConfigurations } from "./check/arms.ts";
import { checkBudgets, hasBudgets, type BudgetContext } from "./check/budget.ts";
import { BuildRefusal } from "./check/build-refusal.ts";
import { calleesFirst } from "./check/call-order.ts";
import { warnOfUnused } from "./check/lints/unused.ts";
import type { Frozen } from "./check/lints/frozen.ts";
import { rehearseModel, runModel, type Configuration } from "./check/model.ts";
import { createOutlineSession, inventoryKey, outlineAgain, outlineOf, pathsKey, type InventoryEntry, type Outline } from "./check/outline.ts";
import { itemsOfKind, type Program, type ProgramFile } from "./check/program.ts";
import type { Finding, Recall } from "./check/recall.ts";
import { reportTo, type BlockFacts, type Session } from "./check/scope.ts";
import { checkOnce, createSession, type SessionOptions } from "./check/session.ts";
import { checkTraining } from "./check/training.ts";
import type { Value } from "./check/values.ts";
import { checkWeights } from "./check/weights.ts";
import { indicesOutside } from "./check/with-numbers.ts";
import { createSink, type Diagnostic, type DiagnosticSink } from "./diagnostics/diagnostic.ts";
import { nearestName } from "./diagnostics/nearest.ts";
import { frozenOf } from "./frozen.ts";
import type { Graph } from "./ir/graph.ts";
import { finished, type Advance } from "./long-work.ts";
import { userOf, type Variant, type Variants } from "./variants.ts";

export interface ProgramContext {
  readonly program: Program;
  readonly sink: DiagnosticSink;
  /** The files that are no part of the library. */
  readonly own: readonly ProgramFile[];
  readonly variants: Variants;
  /** What checking found out about blocks, those of the library included. */
  readonly blocks: Map<Block, BlockFacts>;
  readonly recall: Recall;
  readonly summaries: NonNullable<Session["summaries"]>;
  readonly record: (tree: Tree, value: Value) => void;
  readonly resolve: (from: string, importer: SourceFile) => ProgramFile | { readonly missing: string };
  readonly lower: (model: Model, variant: Variant, training: boolean) => Graph;
  /** Is told of each block that was checked: of those of the library, what was found out outlives a check that is given up. */
  readonly keep: (block: Block, facts: BlockFacts) => void;
}

export interface ProgramCheck {
  /** Checks everything, step by step. It can be run once. */
  steps(): Generator<Advance, void>;
  /** The program must have no errors. */
  outline(model: Model, variant: Variant): Outline;
  /** The budgets of a model, compared with what it costs in some of its variants. */
  checkBudgets(model: Model, some: readonly Variant[], into: DiagnosticSink): void;
}

/** Each step gives the name of what is done next. */
type Steps = Generator<string, void>;

/** Messages about uses of blocks: in the same words at another use they have the same cause, which is in the block. */
const ofCalls: ReadonlySet<Diagnostic["code"]> = new Set(["NET0303", "NET0304", "NET0306"]);

export function createProgramCheck(context: ProgramContext): ProgramCheck {
  const { program, sink, own, variants, blocks, recall, summaries, record } = context;
  const target = { sink, users: [] };
  /** How many steps there are, as far as that is known before. */
  let expected = 1;
  const models = own.flatMap((file) => itemsOfKind(file.tree, "Model"));
  const ablations = own.flatMap((file) => itemsOfKind(file.tree, "Ablation"));
  const found = new Map<Block, readonly Diagnostic[]>();
  const checking = (into: DiagnosticSink, more: Partial<SessionOptions> = {}): Session => createSession({ program, sink: into, blocks, found, recall, ...more });
  const session = checking(sink, { record });
  const named = (name: { readonly text: string }, file: SourceFile): Model | undefined => program.names.get(file)?.models.get(name.text);
  const ensure = (callee: Block): void => void checkOnce(session, callee);

  /** What is remembered of an item under a key, or what `compute` finds out now. */
  const remembered = <T>(item: Model | Weights | Train, key: string, trees: readonly Tree[], compute: (into: DiagnosticSink, callees: Session["callees"]) => T): Finding<T> => {
    const known = recall.recall<T>(item, key, trees, ensure);
    if (known) return known;
    const own = createSink();
    const callees: Set<Block>[] = [new Set()];
    const value = compute(own, callees);
    return recall.remember(item, key, trees, value, own.all(), callees[0]);
  };
  const say = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): void => diagnostics.forEach((diagnostic) => sink.add(diagnostic));

  // ----------------------------------------------------------------------------------------------------------------- blocks and models

  function* checkBlocks(): Steps {
    const all = own.flatMap((file) => itemsOfKind(file.tree, "Block"));
    const isOwn = new Set(all);
    const ordered = yield* calleesFirst(program, [...all, ...models], (block) => blocks.has(block));
    expected = ordered.length + 2 * models.reduce((sum, model) => sum + variants.of(model).length, 0);
    // What is remembered takes next to no time: many such blocks are one step.
    let isDue = true;
    for (const block of ordered) {
      if (isDue) yield block.name.text;
      const before = recall.checked.length;
      context.keep(block, checkOnce(session, block));
      isDue = recall.checked.length > before || !isOwn.has(block);
    }
    for (const block of all) checkOnce(session, block);
    const said = new Set<string>();
    for (const block of all) {
      for (const diagnostic of found.get(block) ?? []) {
        if (ofCalls.has(diagnostic.code) && said.has(diagnostic.message)) continue;
        if (ofCalls.has(diagnostic.code)) said.add(diagnostic.message);
        sink.add(diagnostic);
      }
    }
  }

  /** A model in one configuration, in check mode. */
  const checkedRun = (model: Model, configuration: Configuration, users: readonly string[], isDefault: boolean): Finding<undefined> =>
    remembered(model, `run ${users.join()}`, [...configuration.values()], (into, callees) => {
      runModel(checking(into, { users, callees, everyArm: isDefault, record: isDefault ? record : undefined }), model, configuration);
      return undefined;
    });

  const runs = new Map<Variant, Finding<undefined>>();
  const runOf = (model: Model, variant: Variant): Finding<undefined> => {
    const known = runs.get(variant) ?? checkedRun(model, variant.configuration, [userOf(model, variant)], variant.name === "default");
    runs.set(variant, known);
    return known;
  };

  function* checkModels(brokenRows: ReadonlyMap<string, ReadonlySet<string>>): Steps {
    const errorsSoFar = (): number => sink.all().filter(({ severity }) => severity === "error").length;
    const unsound = new Set<Model>();
    for (const model of models) {
      for (const variant of variants.of(model)) {
        if (variant.table !== undefined && (unsound.has(model) || brokenRows.get(variant.table)?.has(variant.name))) continue;
        if (variants.firstLike(model, variant) !== variant) continue;
        yield userOf(model, variant);
        const before = errorsSoFar();
        say(runOf(model, variant));
        // What is wrong with the defaults is most likely what is wrong with a row.
        if (variant.name === "default" && errorsSoFar() > before) unsound.add(model);
      }
    }
    for (const model of models) {
      if (sink.hasErrors()) break;
      for (const { users, configuration } of armConfigurations(model)) {
        yield users[0];
        const arm = remembered(model, `arm ${users.join()}`, [], (into, callees) => {
          const only: Model = { ...model, members: [] };
          const silent = createSink();
          runModel(checking(silent, { callees }), only, configuration);
          if (silent.all().some(({ code }) => code !== "NET0505")) return; // a value that the config does not admit
          runModel(checking(into, { users, callees }), model, configuration);
        });
        say(arm);
      }
    }
  }

  function* warnOfWhatIsUnused(): Steps {
    for (const file of own) {
      for (const item of file.tree.items) {
        if (item.kind !== "Block" && item.kind !== "Model") continue;
        const elsewhere = item.kind === "Model" ? own.flatMap(({ tree }) => tree.items).filter((other) => (other.kind === "Train" || other.kind === "Weights") && other.model.text === item.name.text) : [];
        let isNew = false;
        say(recall.ofItem(item, elsewhere, (into) => ((isNew = true), warnOfUnused({ sink: into, users: [] }, item, elsewhere))));
        if (isNew) yield item.name.text;
      }
    }
  }

  // ----------------------------------------------------------------------------------------------------------------- plans and training

  const outlines = new Map<Variant, Outline>();
  const outline = (model: Model, variant: Variant): Outline => {
    const same = variants.firstLike(model, variant);
    const done = outlines.get(same);
    if (done) return done;
    const key = `outline ${same.name}`;
    const trees = [...same.configuration.values()];
    const earlier = recall.recall<Outline>(model, key, trees, ensure);
    const session = createOutlineSession(program, blocks, recall, summaries);
    const known = earlier && runOf(model, same).since <= earlier.since ? outlineAgain(earlier.value, earlier.since, session) : undefined;
    const own = known ?? outlineOf(session, model, same.configuration);
    if (own !== earlier?.value) recall.remember(model, key, trees, own, [], new Set());
    outlines.set(same, own);
    return own;
  };
  /** The first outline of all walks each block for the first time: that is done before, a statement of the model at a step. */
  const isFirstOutline = summaries.size === 0;
  function* outlining(model: Model): Steps {
    for (const [i, variant] of variants.of(model).entries()) {
      if (outlines.has(variants.firstLike(model, variant))) continue;
      if (i === 0 && isFirstOutline) for (const _ of rehearseModel(createOutlineSession(program, blocks, recall, summaries), model, variant.configuration)) yield userOf(model, variant);
      yield userOf(model, variant);
      outline(model, variant);
    }
  }
  const inventoriesOf = (model: Model): readonly (readonly InventoryEntry[])[] => variants.of(model).map((variant) => outline(model, variant).inventory);

  /** Plans and training are checked against the weights, which exist only when the models have no errors. */
  function* checkPlans(): Steps {
    const weights = own.flatMap((file) => itemsOfKind(file.tree, "Weights"));
    const frozenBy = new Map<Weights, readonly Frozen[]>();
    for (const plan of weights) {
      const model = named(plan.model, plan.span.file);
      if (model) yield* outlining(model);
      yield plan.name.text;
      const checked = recall.latest(plan, model ? [model, ...inventoriesOf(model).map(inventoryKey)] : [], (into) => {
        const frozen = checkWeights(checking(into), plan, model, model ? inventoriesOf(model) : []);
        return frozen.map((own): Frozen => ({ ...own, plan: plan.name.text }));
      });
      say(checked);
      frozenBy.set(plan, checked.value);
    }
    for (const train of own.flatMap((file) => itemsOfKind(file.tree, "Train"))) {
      const model = named(train.model, train.span.file);
      if (!model) {
        const near = nearestName(train.model.text, program.names.get(train.span.file)?.models.keys() ?? []);
        if (train.model.text) reportTo(target, "NET0101", train.model.span, { name: train.model.text, what: "model", near });
        continue;
      }
      yield* outlining(model);
      yield `train ${model.name.text}`;
      const [variant] = variants.of(model);
      const plans = weights.filter((plan) => named(plan.model, plan.span.file) === model);
      const frozen = plans.map((plan) => frozenBy.get(plan) ?? []);
      const rests = [model, runOf(model, variant), outline(model, variant).run, ...inventoriesOf(model).map(pathsKey), ...plans.map((plan) => plan.name.text), ...frozen.flat().flatMap(({ path, span }) => [path, span])];
      const holds = recall.recall(train, "words", [], ensure) !== undefined;
      const checked = recall.latest(train, holds ? rests : [...rests, {}], (into) => {
        const training = checking(into, { callees: [new Set()] });
        const run = runModel(checking(createSink()), model, variant.configuration);
        const reporting = { ...run, scope: { ...run.scope, frame: { ...run.scope.frame, session: training } } };
        checkTraining({ session: training, train, model, run: reporting, outline: outline(model, variant).run, inventories: inventoriesOf(model), weightsNames: plans.map((plan) => plan.name.text), frozen: frozen.flat() });
        recall.remember(train, "words", [], undefined, into.all(), training.callees[0]);
      });
      say(checked);
    }
  }

  // ----------------------------------------------------------------------------------------------------------------- numbers

  /** An assumption, and which of two sizes is larger, are decided by numbers alone: every variant is lowered, which is slow, so only models that reach such a file are. */
  function* checkWithNumbers(): Steps {
    const files = new Set([...recall.filesThatNeedNumbers(), ...own.filter((file) => file.tree.items.some(hasAssumption)).map((file) => file.source.name)]);
    if (files.size === 0) return;
    for (const model of models) {
      if (!importedBy(model.span.file).some((file) => files.has(file.name))) continue;
      for (const variant of variants.of(model)) {
        const users = [userOf(model, variant)];
        yield users[0];
        try {
          const graph = context.lower(model, variant, false);
          for (const { node, index, size } of indicesOutside(graph)) reportTo({ sink, users }, "NET0309", node.location.span, { what: "an index of this table", index: String(index), size: String(size) });
        } catch (error) {
          if (!(error instanceof BuildRefusal)) throw error;
          reportTo({ sink, users }, error.code, error.span, error.parameters, { related: error.related });
        }
      }
    }
  }

  function* checkBudgetsOf(model: Model, some: readonly Variant[], into: DiagnosticSink): Steps {
    if (!hasBudgets(model)) return;
    const frozen = frozenOf(program, model);
    const contexts: BudgetContext[] = [];
    for (const variant of some) {
      yield userOf(model, variant);
      const graphs = new Map<boolean, Graph | undefined>();
      const graph = (training: boolean): Graph | undefined => {
        if (!graphs.has(training)) graphs.set(training, settled(() => context.lower(model, variant, training)));
        return graphs.get(training);
      };
      const run = runModel(checking(createSink()), model, variant.configuration);
      contexts.push({ user: userOf(model, variant), model, run, frozen, graph, inventory: () => outline(model, variant).inventory });
    }
    yield* checkBudgets(into, model, contexts);
  }

  /** A file and everything that it imports, through others too. */
  const importedBy = (source: SourceFile): readonly SourceFile[] => {
    const reached = new Set([source]);
    for (const file of reached) {
      for (const statement of own.find((other) => other.source === file)?.tree.imports ?? []) {
        const imported = context.resolve(statement.from.value, file);
        if (!("missing" in imported)) reached.add(imported.source);
      }
    }
    return [...reached];
  };

  function* checkEverything(): Steps {
    yield* checkBlocks();
    const brokenRows = new Map(ablations.map((ablation) => [ablation.name.text, checkAblation(session, ablation, named(ablation.model, ablation.span.file))]));
    yield* checkModels(brokenRows);
    if (!sink.hasErrors()) yield* warnOfWhatIsUnused();
    if (!sink.hasErrors()) yield* checkWithNumbers();
    if (!sink.hasErrors()) yield* checkPlans();
    if (!sink.hasErrors()) for (const model of models) yield* checkBudgetsOf(model, variants.of(model), sink);
  }

  return {
    *steps() {
      let done = 0;
      for (const what of checkEverything()) yield { part: done++ / Math.max(expected, done), what };
    },
    outline,
    checkBudgets: (model, some, into) => finished(checkBudgetsOf(model, some, into)),
  };
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

const withAssumption = new WeakMap<Item, boolean>();

function hasAssumption(item: Item): boolean {
  let found = withAssumption.get(item);
  if (found === undefined) {
    found = false;
    walk(item, (node) => {
      found ||= node.kind === "Assume";
      return !found;
    });
    withAssumption.set(item, found);
  }
  return found;
}
