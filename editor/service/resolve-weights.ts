/**
 * The names in a weights plan: paths to weights, whose words are the bindings of the blocks on the way, and the variables of `for`, which also stand in the
 * braces of texts: `"{theirs}layers.{i}.{weight, bias}" -> {ours}.layer.{i + 1}.{scale, shift}`.
 */
import type { Block, Expression, Model, Path, StringLiteral, Weights, WeightsDomain, WeightsGoal, WeightsRule } from "../../grammar/ast.ts";
import { spanBetween, textOf } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { calledBlock, type Resolving } from "./resolve-expressions.ts";
import { valueSymbol, type NameSymbol } from "./symbols.ts";

export interface Bindings extends Resolving {
  /** What a model or block binds, by name. */
  readonly bindings: (owner: Model | Block) => ReadonlyMap<string, NameSymbol>;
}

/** A variable of a `for`, the paths that it may stand for, and the variables that those can name. */
interface Variable {
  readonly symbol: NameSymbol;
  readonly paths: readonly Path[];
  readonly around: Variables;
}

export type Variables = ReadonlyMap<string, Variable>;
export const noVariables: Variables = new Map();

export function resolveWeights(resolving: Bindings, item: Weights, model: Model): void {
  let loops = 0;
  const declared = (domains: readonly WeightsDomain[], around: Variables): Variables => {
    const variables = new Map(around);
    for (const domain of domains) {
      const before: Variables = new Map(variables);
      const names = domain.kind === "RangeDomain" ? [domain.variable] : [domain.theirs, domain.ours];
      if (domain.kind === "RangeDomain") resolveNumbers(resolving, variables, domain.range);
      else for (const { ours } of domain.pairs) resolvePath(resolving, variables, [model], ours);
      const paths = domain.kind === "PairDomain" ? domain.pairs.map(({ ours }) => ours) : [];
      for (const name of names) {
        if (!name.text) continue;
        const symbol = valueSymbol(item, "variable", name.text, domain, `@${++loops}`);
        resolving.note({ symbol, span: name.span, declares: true });
        variables.set(name.text, { symbol, paths: name === names[1] ? paths : [], around: before });
      }
    }
    return variables;
  };
  const resolveRules = (rules: readonly WeightsRule[], variables: Variables): void => {
    for (const rule of rules) {
      switch (rule.kind) {
        case "LoopRule":
          resolveRules(rule.rules, declared(rule.domains, variables));
          break;
        case "LoadRule":
          resolveBraces(resolving, variables, rule.source);
          resolveGoal(resolving, variables, model, rule.goal);
          break;
        case "IgnoreRule":
          for (const name of rule.names) resolveBraces(resolving, variables, name);
          break;
        case "FreshRule":
        case "FreezeRule":
          for (const path of rule.paths) resolvePath(resolving, variables, [model], path);
      }
    }
  };
  resolveRules(item.rules, noVariables);
}

function resolveGoal(resolving: Bindings, variables: Variables, model: Model, goal: WeightsGoal): void {
  if (goal.kind === "MissingGoal") return;
  resolvePath(resolving, variables, [model], goal.kind === "Path" ? goal : goal.path);
  const numbers = goal.kind === "ResizeGoal" ? [goal.from, goal.to, goal.keep] : goal.kind === "SliceGoal" ? [goal.range] : [];
  for (const tree of numbers) if (tree) resolveNumbers(resolving, variables, tree);
}

/** The variables in an expression over them: no other name means anything there. */
function resolveNumbers(resolving: Resolving, variables: Variables, tree: Expression): void {
  walk(tree, (node) => {
    const variable = node.kind === "Name" ? variables.get(node.text) : undefined;
    if (variable) resolving.note({ symbol: variable.symbol, span: node.span, declares: false });
  });
}

/** The variables in the braces of a text; a brace of several words may hold some. */
function resolveBraces(resolving: Resolving, variables: Variables, text: StringLiteral): void {
  for (const brace of textOf(text.span).matchAll(/\{([^}]*)\}/g)) {
    for (const part of brace[1].matchAll(/([^\s,][^,]*)/g)) {
      const name = /^(\w+)\s*(?:[+-]\s*\d+\s*)?$/.exec(part[1])?.[1];
      const variable = name === undefined ? undefined : variables.get(name);
      if (!variable) continue;
      const start = text.span.start + brace.index + 1 + part.index;
      resolving.note({ symbol: variable.symbol, span: spanBetween(text.span, start, start + name!.length), declares: false });
    }
  }
}

/**
 * `vision.layer.{i}.norm.weight`: a segment that is a plain word, or a list of words, names a binding of what was called for the segment before. Where a
 * variable stands for several paths there are several `owners`, and a word is known if it is the same binding in all of them. Gives the owners at the end.
 */
export function resolvePath(resolving: Bindings, variables: Variables, owners: readonly (Model | Block)[], path: Path): readonly (Model | Block)[] {
  let now = owners;
  for (const { pieces } of path.segments) {
    for (const piece of pieces) if (piece.kind === "BracePiece") for (const tree of piece.alternatives) resolveNumbers(resolving, variables, tree);
    const [piece] = pieces;
    if (pieces.length !== 1 || piece.kind === "WildcardPiece") return [];
    if (piece.kind === "TextPiece") {
      if (!/^\d+$/.test(piece.text)) now = through(resolving, now, piece.text, piece.span); // a number is a member of the family before
      continue;
    }
    const [only] = piece.alternatives;
    if (piece.alternatives.length === 1) {
      const variable = only.kind === "Name" ? variables.get(only.text) : undefined;
      if (variable?.paths.length) now = variable.paths.flatMap((own) => resolvePath({ ...resolving, note: () => undefined }, variable.around, owners, own));
      continue;
    }
    now = piece.alternatives.flatMap((word) => (word.kind === "Name" && !variables.has(word.text) ? through(resolving, now, word.text, word.span) : []));
  }
  return [...new Set(now)];
}

/** The blocks that the bindings of a name call. */
function through(resolving: Bindings, owners: readonly (Model | Block)[], name: string, span: Path["span"]): readonly Block[] {
  const found = owners.flatMap((owner) => resolving.bindings(owner).get(name) ?? []);
  if (found.length > 0 && found.length === owners.length && found.every(({ key }) => key === found[0].key)) resolving.note({ symbol: found[0], span, declares: false });
  return [...new Set(found.flatMap(({ node, file }) => (node?.kind === "Let" ? (calledBlock(resolving.visibleIn(file), node.value) ?? []) : [])))];
}
