/**
 * Whether messages are true. A counterexample ("with H = 1 they are 2 and 1") is run: the block, or the model, at these sizes with checking off, and
 * for control the original there. Where the failure cannot show in a run (a fact that no shape depends on), both printed sides are computed from
 * the printed sizes by plain arithmetic. A condition ("it holds for all sizes with `where …`") is added to the declaration, and the diagnostic
 * must be gone. Diagnostics carry texts only, so texts are read here.
 */
import type { Compilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Block, Expression, File, Model } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { valueOf, type Value } from "./arithmetic.ts";
import { compile, type Subject } from "./corpus.ts";
import type { Judgement } from "./judge.ts";
import { keepsPromise } from "./oracle.ts";
import { choicesOf, compileProbe, probesOf } from "./probe.ts";
import { run } from "./runs.ts";

export type Truth =
  /** The run fails at these sizes, and the original does not. */
  | "run fails"
  /** No run shows it, or none can be made; the printed sides, computed, are as printed and break the claim. */
  | "sides differ"
  /** Neither could be made out. */
  | "not decided"
  /** The program runs at these sizes, or the printed sides are not the printed numbers. */
  | "untrue";

export interface Statement {
  readonly counterexample?: { readonly text: string; readonly truth: Truth; readonly why: string };
  readonly condition?: { readonly text: string; readonly helps: boolean; readonly why: string };
}

const assignment = /with ((?:[\w.[\]]+ = -?\d+(?:, )?)+) (they are|the sides are|the remainder is|it is) (-?\d+)(?: and (-?\d+))?/;

export function statementsOf(judgement: Judgement): Statement {
  const [error] = judgement.errors;
  if (!error) return {};
  const said = [error.message, ...error.notes].join("\n");
  const found = assignment.exec(said);
  const condition = /it holds for all sizes with `where ([^`]+)`/.exec(said);
  return {
    ...(found ? { counterexample: { text: found[0], ...truthOf(judgement, error, found) } } : {}),
    ...(condition ? { condition: { text: condition[1], ...helps(judgement, error, condition[1]) } } : {}),
  };
}

const itemAt = (compilation: Compilation, { span }: Diagnostic): { readonly file: File; readonly item: Block | Model } | undefined => {
  const file = compilation.program.files.find(({ source }) => source === span.file)?.tree;
  const item = file?.items.find((each): each is Block | Model => (each.kind === "Block" || each.kind === "Model") && each.span.start <= span.start && span.end <= each.span.end);
  return file && item && { file, item };
};

// ------------------------------------------------------------------------------------------------------------------- counterexamples

function truthOf(judgement: Judgement, error: Diagnostic, [, assignments, , left, right]: RegExpExecArray): { readonly truth: Truth; readonly why: string } {
  const given = new Map(assignments.split(", ").map((each) => each.split(" = ")).map(([name, value]) => [name, Number(value)]));
  const ran = runAt(judgement, error, given);
  if (ran === "fails") return { truth: "run fails", why: "" };
  const claim = claimOf(error, given);
  if (!claim) return { truth: ran.startsWith("runs") ? "untrue" : "not decided", why: ran };
  const printed = [Number(left), ...(right === undefined ? [] : [Number(right)])];
  if (!printed.every((number) => claim.sides.includes(number))) return { truth: "untrue", why: `printed ${printed.join(" and ")}, computed ${claim.sides.join(" and ")}` };
  return claim.holds ? { truth: "untrue", why: "the claim holds there" } : { truth: "sides differ", why: ran };
}

/** `fails`, or what happened instead. */
function runAt({ mutant, compilation }: Judgement, error: Diagnostic, given: ReadonlyMap<string, number>): string {
  const place = itemAt(compilation!, error);
  if (!place) return "outside of blocks and models";
  const { subject } = mutant;
  const original = subject.compilation.program.files.find(({ source }) => source.name === error.span.file.name)?.tree;
  const before = original?.items.find((item): item is Block | Model => item.kind === place.item.kind && "name" in item && item.name.text === place.item.name.text);
  let first: string | undefined;
  let at = 0;
  for (const own of outcomes(subject, compilation!, place.file, place.item, given)) {
    if (own.startsWith("fails")) {
      // What fails in the same way without the fault says nothing.
      const control = before && original ? nth(outcomes(subject, subject.compilation, original, before, given), at) : undefined;
      return control === own ? "the original fails, too" : "fails";
    }
    if (first === undefined || own === "runs") first = own;
    at++;
  }
  return first === "runs" ? "runs at these sizes" : (first ?? "no run could be made");
}

function nth(list: Iterable<string>, index: number): string | undefined {
  for (const each of list) if (index-- === 0) return each;
  return undefined;
}

/** What becomes of a block or model at these sizes, with each of its switches, with and without training; one after the other, as asked for. */
function* outcomes(subject: Subject, compilation: Compilation, file: File, item: Block | Model, given: ReadonlyMap<string, number>): Generator<string> {
  const { program } = subject;
  if (item.kind === "Model") {
    for (const variant of compilation.variantsOf(item)) {
      for (const training of [false, true]) yield outcome(() => run(compilation.lower(item, variant, { training, fixedSizes: given }).graph, given));
    }
    return;
  }
  const texts = Object.fromEntries(compilation.program.files.filter((each) => !each.library).map(({ source }) => [source.name, source.text]));
  for (const probe of probesOf(file, item, choicesOf(compilation, file), { given, most: 1 })) {
    const probed = compileProbe({ ...program, texts, target: file.span.file.name }, probe);
    const model = probed.models.find(({ name }) => name.text === "Probe")!;
    for (const training of [false, true]) yield outcome(() => keepsPromise(run(probed.lower(model, probed.variantsOf(model)[0], { training }).graph, new Map()), probe));
  }
}

function outcome(make: () => { readonly failure?: string }): string {
  try {
    const { failure } = make();
    return failure === undefined ? "runs" : /is not known/.test(failure) ? failure : `fails: ${failure}`;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Anything else is a walk over what was never checked: it shows nothing.
    return text.startsWith("netc bug") ? `fails: ${text}` : `no graph: ${text}`;
  }
}

function expressionOf(text: string): Expression | undefined {
  const { file, problems } = parse(createSourceFile("expression", `block f() -> float = ${text}\n`));
  const [item] = file.items;
  return problems.length === 0 && item?.kind === "Block" && item.body.kind !== "Body" ? item.body : undefined;
}

function computed(text: string, given: ReadonlyMap<string, Value>): number | undefined {
  const tree = expressionOf(text);
  const value = tree && valueOf(tree, given);
  return typeof value === "number" ? value : undefined;
}

/** `kernel.Y = 2` as a value for each axis. */
function grouped(given: ReadonlyMap<string, number>): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, value] of given) {
    const [object, axis] = name.split(".");
    const earlier = values.get(object);
    if (axis === undefined) values.set(name, value);
    else values.set(object, { axes: { ...(typeof earlier === "object" && "axes" in earlier ? earlier.axes : {}), [axis]: value } });
  }
  return values;
}

const sidesIn: readonly RegExp[] = [
  /sizes? on axis \S+, but they are (.+) and (.+)$/, /but its sizes are (.+) and (.+)$/, /must be (.+), but is (.+)$/, /has size (.+), not (.+)$/,
  /axis \S+ of size (.+) is not (.+)$/,
];

/** The two sides of what a message says must hold, computed at these sizes, and whether it holds there. */
function claimOf({ message }: Diagnostic, given: ReadonlyMap<string, number>): { readonly sides: readonly number[]; readonly holds: boolean } | undefined {
  const values = grouped(given);
  const fact = /needs `(.+)`, but (.+)$/.exec(message);
  if (fact) {
    const own = new Map<string, number>();
    for (const each of fact[2].split(/ and (?=[\w.]+ = )/)) {
      const [name, ...size] = each.split(" = ");
      const value = computed(size.join(" = "), values);
      if (value !== undefined) own.set(name, value);
    }
    const tree = expressionOf(fact[1]);
    if (tree?.kind !== "Binary") return undefined;
    const sides = [valueOf(tree.left, grouped(own)), valueOf(tree.right, grouped(own))];
    const holds = valueOf(tree, grouped(own));
    return sides.every((side): side is number => typeof side === "number") && typeof holds === "boolean" ? { sides, holds } : undefined;
  }
  const division = /is not exact: `([^`]+ == 0)` does not hold/.exec(message);
  const remainder = division && expressionOf(division[1]);
  if (remainder?.kind === "Binary") {
    const left = valueOf(remainder.left, values);
    return typeof left === "number" ? { sides: [left, 0], holds: left === 0 } : undefined;
  }
  const bound = /(?: is| has size) ([^,]+), which is not at least (\d+)/.exec(message);
  const bounded = bound && computed(bound[1], values);
  if (bound && typeof bounded === "number") return { sides: [bounded, Number(bound[2])], holds: bounded >= Number(bound[2]) };
  const index = /: (.+) lies outside 0\.\.(.+)$/.exec(message);
  const [chosen, count] = [index && computed(index[1], values), index && computed(index[2], values)];
  if (typeof chosen === "number" && typeof count === "number") return { sides: [chosen, count], holds: 0 <= chosen && chosen < count };
  for (const pattern of sidesIn) {
    const sizes = pattern.exec(message)?.slice(1);
    const sides = sizes?.map((size) => computed(size, values));
    if (sides && sides.every((side): side is number => side !== undefined)) return { sides, holds: sides[0] === sides[1] };
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------------------------------- conditions

/** Adds the fact where the message stands, and looks for the same message. */
function helps({ mutant, compilation }: Judgement, error: Diagnostic, fact: string): { readonly helps: boolean; readonly why: string } {
  const place = itemAt(compilation!, error);
  if (!place) return { helps: false, why: "outside of blocks and models" };
  const { item } = place;
  const { text, name } = error.span.file;
  const inputs = item.kind === "Model" ? item.members.filter((member) => member.kind === "ModelInput") : [];
  const where = item.kind === "Block" ? item.where : (inputs.at(-1)?.where ?? []);
  const end = item.kind === "Block" ? item.result.span.end : inputs.at(-1)?.span.end;
  if (end === undefined) return { helps: false, why: "no input to say it of" };
  const [at, added] = where.length > 0 ? [where[0].span.start, `${fact}, `] : [end, ` where ${fact}`];
  const changed = text.slice(0, at) + added + text.slice(at);
  const texts = Object.fromEntries(compilation!.program.files.filter((file) => !file.library).map(({ source }) => [source.name, source.text]));
  const after = compile({ ...mutant.program, texts: { ...texts, [name]: changed }, target: name }, changed).diagnostics();
  const start = error.span.start + (error.span.start >= at ? added.length : 0);
  const still = after.find((one) => one.span.start === start && one.span.file.name === name && one.code === error.code && claimed(one) === claimed(error));
  const broken = after.find((one) => one.span.file.name === name && one.span.start >= at && one.span.end <= at + added.length && (one.code.startsWith("NET01") || one.code.startsWith("NET00") || one.code === "NET0311"));
  return { helps: !still && !broken, why: (still ?? broken)?.message ?? "" };
}

/** What a message is about, in whatever sizes it is said: the fact of a block, or an axis. The same place may have another error, about another axis. */
const claimed = ({ message }: Diagnostic): string => /needs `[^`]+`/.exec(message)?.[0] ?? message.match(/\b(?:axis|along) \S+/g)?.at(-1) ?? "";
