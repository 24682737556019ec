/** The plan of a checkpoint. */
import type { NodeOfKind, Path, PathPiece, PathSegment, Weights, WeightsGoal, WeightsPair, WeightsRule } from "../ast.ts";
import type { Doc } from "./documents.ts";
import { bareList, braced, list } from "./lists.ts";
import { expression } from "./parentheses.ts";
import { dot } from "./print-expressions.ts";
import { mapping } from "./print-types.ts";
import { comma, name, prints, space, token, word, type Print, type Printing } from "./printing.ts";

type Rule<K extends WeightsRule["kind"]> = Extract<WeightsRule, { readonly kind: K }>;
type Goal<K extends WeightsGoal["kind"]> = Extract<WeightsGoal, { readonly kind: K }>;

export function weights(p: Printing, node: Weights): Doc {
  const head = [word(p, "weights"), name(p, node.name), space(p), word(p, "of"), name(p, node.model), space(p), word(p, "from"), p.print(node.from)];
  return [head, space(p), braced(p, prints(p, node.rules))];
}

export function loadRule(p: Printing, { source, goal }: Rule<"LoadRule">): Doc {
  return mapping(p, () => p.print(source), () => p.print(goal));
}

export function loopRule(p: Printing, { domains, rules }: Rule<"LoopRule">): Doc {
  return [word(p, "for"), bareList(p, prints(p, domains)), space(p), braced(p, prints(p, rules))];
}

export function ignoreRule(p: Printing, { names }: Rule<"IgnoreRule">): Doc {
  return [word(p, "ignore"), bareList(p, prints(p, names))];
}

export function pathsRule(p: Printing, node: Rule<"FreshRule" | "FreezeRule">): Doc {
  return [word(p, node.kind === "FreshRule" ? "fresh" : "freeze"), bareList(p, prints(p, node.paths))];
}

export function rangeDomain(p: Printing, node: NodeOfKind<"RangeDomain">): Doc {
  return [name(p, node.variable), space(p), word(p, "in"), expression(p, node.range)];
}

export function pairDomain(p: Printing, node: NodeOfKind<"PairDomain">): Doc {
  const names = [token(p, "("), name(p, node.theirs), comma(p, " "), name(p, node.ours), token(p, ")")];
  return [names, space(p), word(p, "in"), list(p, "[", prints(p, node.pairs), "]")];
}

export function weightsPair(p: Printing, { theirs, ours }: WeightsPair): Doc {
  return mapping(p, () => p.print(theirs), () => p.print(ours));
}

// ------------------------------------------------------------------------------------------------------------- goals

const words = { SplitGoal: "split", TransposeGoal: "transpose", CastGoal: "cast" } as const;

export function wordGoal(p: Printing, node: Goal<"SplitGoal" | "TransposeGoal" | "CastGoal">): Doc {
  return [token(p, words[node.kind]), list(p, "(", [() => p.print(node.path)], ")", { lastComma: false })];
}

/** The options in the order of the text, which the tree does not keep. */
export function resizeGoal(p: Printing, node: Goal<"ResizeGoal">): Doc {
  const grid = { start: node.from.span.start, print: (): Doc => [word(p, ":"), mapping(p, () => expression(p, node.from), () => expression(p, node.to))] };
  const keep = node.keep && { start: node.keep.span.start, print: (): Doc => [word(p, ":"), expression(p, node.keep!)] };
  const mode = node.mode && { start: node.mode.span.start, print: (): Doc => [word(p, ":"), name(p, node.mode!)] };
  const options = [grid, keep, mode].filter((each) => each !== undefined).sort((a, b) => a.start - b.start);
  return [token(p, "resize"), list(p, "(", [() => p.print(node.path), ...options.map(({ print }): Print => () => [token(p), print()])], ")")];
}

export function sliceGoal(p: Printing, node: Goal<"SliceGoal">): Doc {
  const part = (): Doc => [name(p, node.axis), space(p), word(p, "="), expression(p, node.range)];
  return [token(p, "slice"), list(p, "(", [() => p.print(node.path), part], ")", { lastComma: false })];
}

export function rearrangeGoal(p: Printing, node: Goal<"RearrangeGoal">): Doc {
  const patterns = (): Doc => mapping(p, () => p.print(node.from), () => p.print(node.to));
  return [token(p, "rearrange"), list(p, "(", [() => p.print(node.path), patterns], ")", { lastComma: false })];
}

// ------------------------------------------------------------------------------------------------------------- paths

export function path(p: Printing, { segments }: Path): Doc {
  return segments.map((segment, index) => [index === 0 ? "" : dot(p), p.print(segment)]);
}

export function pathSegment(p: Printing, { pieces }: PathSegment): Doc {
  return pieces.map((piece) => p.print(piece));
}

export function bracePiece(p: Printing, { alternatives }: Extract<PathPiece, { readonly kind: "BracePiece" }>): Doc {
  return list(p, "{", alternatives.map((each): Print => () => expression(p, each)), "}", { lastComma: false });
}
