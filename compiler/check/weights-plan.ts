/**
 * The plan of a `weights` block: patterns over a checkpoint's names become one assignment per tensor, each parameter once.
 * `{weight, bias}` on the left meets `{scale, shift}` on the right, alternative by alternative; `{i + 1}` is computed.
 */
import type { Expression, Path, PatternPart, Weights, WeightsDomain, WeightsGoal, WeightsRule } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { reportTo } from "./scope.ts";

export type Operation =
  | { readonly kind: "load" | "split" | "transpose" | "cast" }
  /** The axes of the parameter as the pattern names them, all that the other pattern puts together, and these in the groups that are the tensor's axes. */
  | { readonly kind: "rearrange"; readonly from: readonly string[]; readonly to: readonly string[]; readonly groups: readonly (readonly string[])[] }
  | { readonly kind: "resize"; readonly from: number; readonly to: number; readonly keep: number; readonly mode: string }
  | { readonly kind: "slice"; readonly axis: string; /** The first that is kept. */ readonly first: number; /** How many are kept, where the range says it. */ readonly count?: number };

/** How a table of positions is made for another grid. */
export const resizeModes = ["bilinear", "bicubic"] as const;

/** One tensor of the checkpoint and the parameters that it fills (several for `split`). */
export interface Assignment {
  readonly source: string;
  readonly targets: readonly string[];
  readonly operation: Operation;
  readonly span: Span;
}

export interface WeightsPlan {
  readonly assignments: readonly Assignment[];
  readonly ignored: readonly string[];
  readonly fresh: readonly { readonly path: string; readonly span: Span }[];
  readonly frozen: readonly { readonly path: string; readonly span: Span }[];
}

type Target = Parameters<typeof reportTo>[0];
type Environment = ReadonlyMap<string, number | string>;

export function expandPlan(weights: Weights, target: Target): WeightsPlan {
  const assignments: Assignment[] = [];
  const ignored: string[] = [];
  const fresh: { path: string; span: Span }[] = [];
  const frozen: { path: string; span: Span }[] = [];
  const walk = (rules: readonly WeightsRule[], environment: Environment): void => {
    for (const rule of rules) {
      switch (rule.kind) {
        case "LoadRule":
          assignments.push(...expandRule(rule, environment, target));
          break;
        case "LoopRule":
          for (const inner of environments(rule.domains, environment, target)) walk(rule.rules, inner);
          break;
        case "IgnoreRule":
          for (const name of rule.names) for (const one of expandText(name.value, environment).flat()) ignored.push(one.text);
          break;
        case "FreshRule":
        case "FreezeRule":
          for (const path of rule.paths) for (const one of expandPath(path, environment)) (rule.kind === "FreshRule" ? fresh : frozen).push({ path: one.text, span: path.span });
      }
    }
  };
  walk(weights.rules, new Map());
  return { assignments, ignored, fresh, frozen };
}

function environments(domains: readonly WeightsDomain[], environment: Environment, target: Target): readonly Environment[] {
  let all: Environment[] = [environment];
  for (const domain of domains) {
    const next: Environment[] = [];
    for (const own of all) {
      if (domain.kind === "PairDomain") {
        for (const pair of domain.pairs) next.push(new Map([...own, [domain.theirs.text, pair.theirs.value], [domain.ours.text, expandPath(pair.ours, own)[0]?.text ?? ""]]));
        continue;
      }
      const { range } = domain;
      const [from, to] = range.kind === "Range" ? [range.from && integer(range.from, own), range.to && integer(range.to, own)] : [];
      if (from === undefined || to === undefined || to - from > 10_000) {
        const found = from === undefined || to === undefined ? "something else" : `a range of ${to - from}`;
        reportTo(target, "NET0203", range.span, { wanted: "a range of at most 10000 numbers: `0..12`", found, where: "`for … in`" });
        return [];
      }
      const last = range.kind === "Range" && range.inclusive ? to + 1 : to;
      for (let i = from; i < last; i++) next.push(new Map([...own, [domain.variable.text, i]]));
    }
    all = next;
  }
  return all;
}

/** Whole numbers of an expression over loop variables. */
function integer(tree: Expression, environment: Environment): number | undefined {
  switch (tree.kind) {
    case "IntegerLiteral":
      return tree.value;
    case "Name": {
      const value = environment.get(tree.text);
      return typeof value === "number" ? value : undefined;
    }
    case "Binary": {
      const [a, b] = [integer(tree.left, environment), integer(tree.right, environment)];
      if (a === undefined || b === undefined) return undefined;
      return tree.operator === "+" ? a + b : tree.operator === "-" ? a - b : tree.operator === "*" ? a * b : undefined;
    }
    default:
      return undefined;
  }
}

/** A text with one choice made in each of its braces of several alternatives: the choices are the key that left and right share. */
interface Choice {
  readonly text: string;
  readonly choices: readonly number[];
}

function combine(pieces: readonly (readonly string[])[]): readonly Choice[] {
  let all: Choice[] = [{ text: "", choices: [] }];
  for (const alternatives of pieces) {
    if (alternatives.length === 1) all = all.map(({ text, choices }) => ({ text: text + alternatives[0], choices }));
    else all = all.flatMap((own) => alternatives.map((alternative, i) => ({ text: own.text + alternative, choices: [...own.choices, i] })));
  }
  return all;
}

function expandText(text: string, environment: Environment): readonly Choice[] {
  const pieces = text.split(/(\{[^}]*\})/).map((piece): readonly string[] => {
    if (!piece.startsWith("{")) return [piece];
    return piece.slice(1, -1).split(",").map((part) => {
      const trimmed = part.trim();
      const [, name, sign, offset] = /^(\w+)\s*(?:([+-])\s*(\d+))?$/.exec(trimmed) ?? [];
      const value = name === undefined ? undefined : environment.get(name);
      if (typeof value === "number") return String(value + (offset ? Number(`${sign}${offset}`) : 0));
      return typeof value === "string" ? value : trimmed;
    });
  });
  return combine(pieces);
}

function expandPath(path: Path, environment: Environment): readonly Choice[] {
  const pieces: (readonly string[])[] = [];
  path.segments.forEach((segment, i) => {
    if (i > 0) pieces.push(["."]);
    for (const piece of segment.pieces) {
      if (piece.kind === "TextPiece") pieces.push([piece.text]);
      else if (piece.kind === "WildcardPiece") pieces.push(["*"]);
      else pieces.push(piece.alternatives.map((alternative) => braceText(alternative, environment)));
    }
  });
  return combine(pieces);
}

function braceText(tree: Expression, environment: Environment): string {
  if (tree.kind === "Name" && typeof environment.get(tree.text) === "string") return environment.get(tree.text) as string;
  const number = integer(tree, environment);
  return number !== undefined ? String(number) : tree.kind === "Name" ? tree.text : "";
}

function expandRule(rule: Extract<WeightsRule, { kind: "LoadRule" }>, environment: Environment, target: Target): readonly Assignment[] {
  const { goal } = rule;
  if (goal.kind === "MissingGoal") return [];
  const path = goal.kind === "Path" ? goal : goal.path;
  const sources = expandText(rule.source.value, environment);
  const goals = expandPath(path, environment);
  const operation = operationOf(goal, environment);
  const split = operation.kind === "split";
  // A split fills several parameters from one tensor: the first brace on the right has no counterpart on the left.
  const key = (choice: Choice): string => (split ? choice.choices.slice(1) : choice.choices).join();
  return sources.flatMap((source): readonly Assignment[] => {
    const targets = goals.filter((own) => key(own) === source.choices.join()).map((own) => own.text);
    if (targets.length === 0 || (!split && targets.length > 1)) {
      reportTo(target, "NET0703", rule.span, { path: rule.source.value, reason: "the braces on the left and on the right do not match, alternative by alternative" });
      return [];
    }
    return [{ source: source.text, targets, operation, span: rule.span }];
  });
}

function operationOf(goal: Exclude<WeightsGoal, { kind: "MissingGoal" }>, environment: Environment): Operation {
  switch (goal.kind) {
    case "Path":
      return { kind: "load" };
    case "SplitGoal":
      return { kind: "split" };
    case "TransposeGoal":
      return { kind: "transpose" };
    case "CastGoal":
      return { kind: "cast" };
    case "RearrangeGoal":
      return { kind: "rearrange", from: goal.from.parts.flatMap(axesOf), to: goal.to.parts.flatMap(axesOf), groups: goal.to.parts.map(axesOf) };
    case "SliceGoal":
      return { kind: "slice", axis: goal.axis.text, ...keptBy(goal.range, environment) };
    case "ResizeGoal":
      return {
        kind: "resize", from: integer(goal.from, environment) ?? NaN, to: integer(goal.to, environment) ?? NaN,
        keep: goal.keep ? (integer(goal.keep, environment) ?? NaN) : 0, mode: goal.mode?.text ?? "bicubic",
      };
  }
}

function keptBy(range: Expression, environment: Environment): { readonly first: number; readonly count?: number } {
  const nothing = { first: 0, count: 0 }; // no parameter has this size, so the check of the plan says what is wrong
  if (range.kind !== "Range") return nothing;
  const first = range.from ? integer(range.from, environment) : 0;
  if (first === undefined) return nothing;
  if (!range.to) return { first };
  const to = integer(range.to, environment);
  return to === undefined ? nothing : { first, count: to - first + (range.inclusive ? 1 : 0) };
}

function axesOf(part: PatternPart): readonly string[] {
  switch (part.kind) {
    case "AxisPart":
      return [part.name.text];
    case "RenamedPart":
      return [part.from.text];
    case "GroupPart":
      return part.members.map((member) => member.text);
    default:
      return [];
  }
}
