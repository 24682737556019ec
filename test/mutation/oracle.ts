/**
 * What an accepted mutant is, without asking the checker: its models are lowered in every variant, for inference and training, and its blocks in
 * probes at small sizes; all are run.
 *
 * - `keeps every shape`: both programs have the same weights, and every path that both have has the sizes that it had, in small runs and large;
 * - `valid other program`: it runs, every actual shape is as predicted, and some size or weight is another;
 * - `same program`: the graphs are the same, node by node, and so are the sizes that are admitted; an equivalent mutant;
 * - `wrong`: something fails, or an actual shape is not the predicted one. Then the checker is unsound.
 */
import { assume, constant, prove, smallestModels, variable, variablesOf, type Facts } from "../../compiler/dims/index.ts";
import type { Compilation, Lowered } from "../../compiler/compilation.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Block, File } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { valueOf, type Values } from "./arithmetic.ts";
import { treeOf, type Subject } from "./corpus.ts";
import type { Judgement } from "./judge.ts";
import type { Mutant } from "./mutant.ts";
import { blocksOf, choicesOf, compileProbe, probesOf, type Probe } from "./probe.ts";
import { run, type Run } from "./runs.ts";

export type Verdict = "same program" | "keeps every shape" | "valid other program" | "wrong";

export interface Ruling {
  readonly verdict: Verdict;
  /** The failure, or a shape that differs. */
  readonly why: string;
  /** Runs of models and probes, and how many of these the interpreter evaluated in full. */
  readonly runs: number;
  readonly interpreted: number;
  /** Probes of the mutant that its own checker refuses: sizes that its signature admits and its use does not. */
  readonly refusedProbes: readonly string[];
}

type Runs = ReadonlyMap<string, Run>;

/** In a map of a few places most windows and strides come to the same. */
const largeSize = 60;

/** Sizes at which a model is run: its smallest but two, and for the first variant its smallest large ones. */
function sizesOf(facts: Facts, names: readonly string[], alsoLarge: boolean): readonly ReadonlyMap<string, number>[] {
  if (names.length === 0) return [new Map()];
  const small = smallestModels(facts, names, 3).at(-1) ?? new Map<string, number>();
  const large = alsoLarge ? names.filter((name) => name !== "B").reduce((known, name) => assume(known, { kind: "at_least", left: variable(name), right: constant(largeSize) }).facts, facts) : facts;
  return large === facts ? [small] : [small, ...smallestModels(large, names, 1)];
}

/** Whether all that the one model requires of a batch follows from what the other requires. */
const follows = (needs: Graph, from: Facts): boolean => needs.requirements?.every(({ claims }) => claims.every((claim) => prove(from, claim).kind === "proved")) ?? true;

/** What a model requires of a batch, by its name. */
function requirementsOf(compilation: Compilation): ReadonlyMap<string, Lowered> {
  return new Map(compilation.models.map((model) => [model.name.text, compilation.lower(model, compilation.variantsOf(model)[0])]));
}

/** A model that admits batches that the other one refuses. */
function admittance(subject: Subject, compilation: Compilation): string | undefined {
  const before = requirementsOf(subject.compilation);
  for (const [name, own] of requirementsOf(compilation)) {
    const was = before.get(name);
    if (was && !(follows(was.graph, own.facts) && follows(own.graph, was.facts))) return `${name} admits other sizes`;
  }
  return undefined;
}

/** Every model in every variant, the first variant also in training. */
function* modelRuns(compilation: Compilation, models = compilation.models): Generator<readonly [string, Run]> {
  for (const model of models) {
    for (const variant of compilation.variantsOf(model)) {
      for (const training of variant.name === "default" ? [false, true] : [false]) {
        const key = `${model.name.text} ${variant.name}${training ? " training" : ""}`;
        try {
          const { graph, facts } = compilation.lower(model, variant, { training });
          const names = [...new Set(graph.inputs.flatMap((input) => input.type.shape.flatMap(variablesOf)))];
          for (const [i, sizes] of sizesOf(facts, names, variant.name === "default" && !training).entries()) yield [i === 0 ? key : `${key}, large`, run(graph, sizes)];
        } catch (error) {
          yield [key, { failure: error instanceof Error ? error.message : String(error), shapes: new Map(), interpreted: false }];
        }
      }
    }
  }
}

/** What became of a probe: its runs, or why the checker refuses it. */
export function probeRuns(subject: Subject, probe: Probe): Runs | { readonly refused: string } {
  try {
    const compilation = compileProbe(subject.program, probe);
    // Only what the use of the block is refused for, there or with its numbers: that the block itself is accepted is what the oracle doubts.
    const use = probe.text.lastIndexOf("\nmodel Probe");
    const [error] = compilation.diagnostics().filter((one) => one.severity === "error" && (one.span.start > use || one.usedBy.some((user) => user.startsWith("Probe"))) && (probe.promised !== undefined || one.code !== "NET0505"));
    if (error) return { refused: `${error.code} ${error.message}` };
    if (!probe.promised) return new Map([["Probe", keepsPromise({ shapes: new Map(), interpreted: false }, probe)]]);
    return new Map([...modelRuns(compilation, compilation.models.filter((model) => model.name.text === "Probe"))].map(([key, each]) => [key, keepsPromise(each, probe)]));
  } catch (error) {
    return { refused: `threw ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A run of a probe; it fails, too, where an output has not the shape that the signature promises. */
export function keepsPromise(own: Run, { promised }: Probe): Run {
  if (own.failure !== undefined) return own;
  if (!promised) return { ...own, failure: "the signature promises a size that is not whole or less than 1" };
  const broken = promised.findIndex((shape, i) => own.shapes.get(`output out_${i}`) !== shape);
  return broken < 0 ? own : { ...own, failure: `the result is ${own.shapes.get(`output out_${broken}`) ?? "missing"}, and the signature promises ${promised[broken]}` };
}

const originals = new Map<Subject, Runs>();
const originalsOfProbes = new Map<string, Runs | { readonly refused: string }>();

function originalRuns(subject: Subject): Runs {
  const known = originals.get(subject) ?? new Map(modelRuns(subject.compilation));
  originals.set(subject, known);
  return known;
}

const blocksIn = (file: File): readonly Block[] => file.items.filter((item): item is Block => item.kind === "Block");

/** The rest of a file can be another text only where the original is the same but for the blocks. */
function originalProbe(subject: Subject, probe: Probe): Runs | { readonly refused: string } {
  const known = originalsOfProbes.get(`${subject.program.name} ${probe.text}`) ?? probeRuns(subject, probe);
  originalsOfProbes.set(`${subject.program.name} ${probe.text}`, known);
  return known;
}

/** Blocks of a file in which an edit lies, or that call such a block directly: those whose probes can differ. */
function touched(file: File, { regions }: Mutant): readonly Block[] {
  const blocks = blocksIn(file);
  const changed = blocks.filter(({ span }) => regions.some((region) => span.start <= region.end && region.start <= span.end));
  const names = new Set(changed.map((block) => block.name.text));
  return blocks.filter((block) => changed.includes(block) || (textOf(block.span).match(/\w+(?=\()/g) ?? []).some((name) => names.has(name)));
}

/** A shape that both runs know and that differs. */
function difference(own: Run, was: Run | undefined): string | undefined {
  for (const [path, shape] of own.shapes) {
    const then = was?.shapes.get(path);
    if (then !== undefined && then !== shape) return `${path} is ${shape} and was ${then}`;
  }
  return undefined;
}

export function rule({ mutant, compilation, warnings }: Judgement): Ruling {
  const { subject, program } = mutant;
  const refusedProbes: string[] = [];
  const counts = { runs: 0, interpreted: 0, refusedProbes };
  let differs: string | undefined;
  // A warning says that something is not what it was; a graph does not show training sections and plans, nor what a composite is defined as.
  const unseen = subject.file.items.some((item) => (item.kind === "Train" || item.kind === "Weights" || (item.kind === "Block" && item.composite)) && item.span.start <= mutant.place.node.span.start && mutant.place.node.span.start < item.span.end);
  let same = warnings.length === 0 && !unseen;
  /** The failure of a run that goes wrong. */
  const compare = (name: string, own: Run, was: Run | undefined): string | undefined => {
    counts.runs++;
    if (own.interpreted) counts.interpreted++;
    // What fails without the fault, too, is no matter of the fault.
    if (own.failure !== undefined && was?.failure === undefined) return `${name}: ${own.failure}`;
    if (was && own.meaning !== was.meaning) same = false;
    const found = difference(own, was);
    if (found) differs ??= `${name}: ${found}`;
    if (was && weightsOf(own) !== weightsOf(was)) differs ??= `${name}: other weights`;
    return undefined;
  };
  const originals = originalRuns(subject);
  for (const [key, own] of modelRuns(compilation!)) {
    const failure = compare(key, own, originals.get(key));
    if (failure) return { verdict: "wrong", why: failure, ...counts };
  }
  differs ??= admittance(subject, compilation!);
  const file = treeOf(compilation!, program.target);
  for (const block of touched(file, mutant)) {
    const before = blocksIn(subject.file).find((other) => other.name.text === block.name.text);
    const usual = before ? [...probesOf(subject.file, before, choicesOf(subject.compilation, subject.file), { most: 1 })] : [];
    for (const probe of usual) {
      const own = probeRuns(subject, { ...probe, text: blocksOf(file) + "\n" + modelOf(probe.text) });
      if (!(own instanceof Map)) differs ??= `${block.name.text} in a probe: where the original is accepted, this is refused`;
    }
    // Above all at sizes that the original does not admit.
    const beyond = (values: Values): boolean => before !== undefined && !before.where.every((fact) => valueOf(fact, values) === true);
    for (const probe of probesOf(file, block, choicesOf(compilation!, file), { also: beyond })) {
      const own = probeRuns(subject, probe);
      if (!(own instanceof Map)) {
        refusedProbes.push(`${block.name.text}: ${(own as { refused: string }).refused}`);
        continue;
      }
      // The same use of the original block.
      const was = usual.length > 0 ? originalProbe(subject, { ...probe, text: blocksOf(subject.file) + "\n" + modelOf(probe.text) }) : undefined;
      if (was && !(was instanceof Map)) differs ??= `${block.name.text} in a probe: used so, the original is refused`;
      for (const [key, each] of own) {
        const failure = compare(`${block.name.text} in a probe, ${key}`, each, was instanceof Map ? was.get(key) : undefined);
        if (failure) return { verdict: "wrong", why: failure, ...counts };
      }
    }
  }
  if (differs !== undefined) return { verdict: "valid other program", why: differs, ...counts };
  return { verdict: same ? "same program" : "keeps every shape", why: "", ...counts };
}

const weightsOf = ({ shapes }: Run): string => [...shapes.keys()].filter((path) => path.startsWith("weight ")).sort().join();

const modelOf = (text: string): string => text.slice(text.lastIndexOf("\nmodel Probe"));
