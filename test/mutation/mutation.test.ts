/**
 * The mutation proof of the checker, on a small sample: faults put into programs are refused, near the fault, with one error, by messages that are
 * true. `npm run bench -- --mutations 2000` takes the whole corpus.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { repository } from "../programs.ts";
import { campaign, targets, truthsOf, type Campaign, type Truths } from "./campaign.ts";
import { corpus, subjectOf } from "./corpus.ts";
import { figuresOf, type Figures } from "./figures.ts";
import { judge, type Judgement } from "./judge.ts";
import { lists } from "./lists.ts";
import { applyEdits, type Mutant } from "./mutant.ts";
import { probeRuns, rule } from "./oracle.ts";
import { choicesOf, probesOf } from "./probe.ts";
import { statementsOf } from "./truth.ts";
import { spanIn } from "../../grammar/source.ts";

const percentOf = (part: number, whole: number): number => (100 * part) / Math.max(1, whole);

describe("the checker on faults", () => {
  // The large models take their part in the bench.
  let done: Campaign;
  let figures: Figures;
  let truths: Truths;
  const details = (): string => lists(done);

  beforeAll(() => {
    done = campaign(repository, { mutants: 150, seed: 7, programs: ({ name }) => /^(examples\/\w+\.net|compiler|docs)/.test(name) });
    figures = figuresOf(done.results);
    truths = truthsOf(done.results);
  }, 300_000);

  it("tries what it says", () => {
    expect(figures.mutants).toBe(150);
    expect(new Set(done.results.map(({ mutant }) => mutant.program.name + mutant.text)).size).toBe(150);
    expect(figures.refused).toBeGreaterThan(100);
    expect(truths.counterexamples).toBeGreaterThan(10);
  });

  it("accepts nothing that goes wrong, and never throws", () => {
    expect(figures.wrong, details()).toBe(0);
  });

  it("refuses them", () => {
    // In so small a sample one fault is most of a percent: the rest keeps every shape.
    expect(figures.refused + figures.keeps, details()).toBe(figures.faults);
    expect(percentOf(figures.refused, figures.faults), details()).toBeGreaterThanOrEqual(targets.refused - 2);
  });

  it("near the fault", () => {
    expect(percentOf(figures.near, figures.refused), details()).toBeGreaterThanOrEqual(targets.near);
  });

  it("with one error", () => {
    expect(percentOf(figures.one, figures.refused), details()).toBeGreaterThanOrEqual(targets.one);
  });

  it("with fixes that help", () => {
    expect(figures.withFix).toBeGreaterThan(0);
    expect(percentOf(figures.fixed, figures.withFix), details()).toBeGreaterThanOrEqual(targets.fixed);
  });

  it("by messages that are true", () => {
    expect({ untrue: truths.untrue, undecided: truths.undecided, unhelpful: truths.conditions - truths.helping }, details()).toEqual({ untrue: 0, undecided: 0, unhelpful: 0 });
  });
});

describe("the layer library, without a fault", () => {
  it("runs at small sizes, and every result has the shape that its signature promises", () => {
    const failures: string[] = [];
    let interpreted = 0;
    for (const subject of corpus(repository, ({ name }) => name.startsWith("compiler/std/"))) {
      for (const block of subject.file.items) {
        if (block.kind !== "Block") continue;
        for (const probe of probesOf(subject.file, block, choicesOf(subject.compilation, subject.file), { most: 1 })) {
          const runs = probeRuns(subject, probe);
          if (!(runs instanceof Map)) failures.push(`${block.name.text}: ${(runs as { refused: string }).refused}`);
          else for (const own of runs.values()) if (own.failure !== undefined) failures.push(`${block.name.text}: ${own.failure}`);
          if (runs instanceof Map) interpreted += [...runs.values()].filter((own) => own.interpreted).length;
        }
      }
    }
    expect(failures).toEqual([]);
    expect(interpreted).toBeGreaterThan(100);
  });
});

/** A program in which one text is replaced by another. */
function mutantOf(text: string, from: string, to: string): Mutant {
  const subject = subjectOf({ name: "control", texts: { "main.net": text }, root: "main.net", target: "main.net" });
  expect(subject.compilation.diagnostics()).toEqual([]);
  const { file } = subject.file.span;
  const start = text.indexOf(from);
  const applied = applyEdits(text, [{ span: spanIn(file, start, start + from.length), newText: to }]);
  return { program: subject.program, subject, rule: "control", title: "", place: { node: subject.file, parents: [], subject }, ...applied };
}

/** A judgement as an unsound checker would make it. */
const accepting = (judgement: Judgement): Judgement => ({ ...judgement, errors: [], warnings: [] });

const halves = `block halves(x: f32[B, C, Y, X]; by: int) -> f32[B, C, Y = floor(Y / by), X = floor(X / by)] where Y >= by, X >= by
  = pool.max(x, window: (Y: by, X: by))
`;

describe("controls: what judges the checker can say no", () => {
  it.each([
    ["a result type that is not the body's", halves, "Y = floor(Y / by)", "Y = ceil(Y / by)"],
    ["a fact that the body needs", halves, "Y >= by, ", ""],
    ["sizes that do not meet", "model M {\n  input x: f32[B, C = 4, T = 6]\n  output y: f32[B, C, T] = x + ConvNorm1d(x, kernel: 3)\n}\n", "ConvNorm1d(x, kernel: 3)", "Conv1d(x, kernel: 3, padding: 0)"],
    ["element types that do not meet", "model M {\n  input x: f32[B, C = 4]\n  input open: bool[B, C = 4]\n  output y: f32[B, C] = x + f32(open)\n}\n", "f32(open)", "open"],
  ])("the oracle finds %s", (_, text, from, to) => {
    const judgement = judge(mutantOf(text, from, to));
    expect(judgement.errors.length).toBeGreaterThan(0);
    expect(rule(accepting(judgement)).verdict).toBe("wrong");
  });

  it.each([
    ["another valid program", "model M {\n  input x: f32[B, C = 4]\n  let h = Linear(x, out: 7)\n  output y: f32[B, C = 4] = Linear(h, out: 4)\n}\n", "out: 7", "out: 8", "valid other program"],
    ["a program of the same shapes", "model M {\n  input x: f32[B, C = 4, T = 4]\n  output y: f32[B, C, T] = softmax(x, over: C)\n}\n", "over: C", "over: T", "keeps every shape"],
  ])("and %s", (_, text, from, to, verdict) => {
    const judgement = judge(mutantOf(text, from, to));
    expect(judgement.errors).toEqual([]);
    expect(rule(judgement).verdict).toBe(verdict);
  });

  it("a counterexample with other numbers is untrue, and so is one where nothing fails; a condition that does not do is seen", () => {
    const judgement = judge(mutantOf(halves, "Y = floor(Y / by)", "Y = ceil(Y / by)"));
    const own = statementsOf(judgement);
    expect(own.counterexample).toMatchObject({ truth: "run fails" });
    const [error] = judgement.errors;
    const saying = (...notes: readonly string[]): Judgement => ({ ...judgement, errors: [{ ...error, notes }] });
    // 4 / 2 is whole: nothing fails there.
    expect(statementsOf(saying("with Y = 4, by = 2 they are 2 and 3")).counterexample).toMatchObject({ truth: "untrue" });
    expect(statementsOf(saying("with Y = 4, by = 2 they are 2 and 2")).counterexample).toMatchObject({ truth: "untrue" });
    expect(statementsOf(saying("it holds for all sizes with `where X % by == 0`")).condition).toMatchObject({ helps: false });
    expect(statementsOf(saying("it holds for all sizes with `where Y % by == 0`")).condition).toMatchObject({ helps: true });
  });
});
