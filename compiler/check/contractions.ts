/** `einsum`, `conv` and `conv_transpose`: operands whose axes have letters, and products of them, summed over the letters that the result has not. */
import type { Contraction } from "../../grammar/ast.ts";
import type { Builder } from "../ir/builder.ts";
import type { Node } from "../ir/graph.ts";
import type { AxisItem, TensorType } from "../types/types.ts";
import { evaluate } from "./evaluate.ts";
import type { Letter } from "./patterns.ts";
import { warnOfBatch } from "./lints/batch.ts";
import { warnOfSoftmax, withoutSoftmax } from "./lints/softmax.ts";
import { inGraph, report, type Scope } from "./scope.ts";
import { unknown, type Value } from "./values.ts";
import type { Span } from "../../grammar/source.ts";
import { agreedSizes, letteredOperand, optionTree, resultLetters, type Lettered, type ResultLetter } from "./contraction-letters.ts";
import { convolution } from "./convolutions.ts";

export function evaluateContraction(scope: Scope, tree: Contraction): Value {
  const operands: Lettered[] = [];
  let failed = false;
  for (const operand of tree.operands) {
    const lettered = letteredOperand(scope, tree, operand);
    if (lettered) operands.push(lettered);
    else failed = true;
  }
  if (failed || isMissing(tree.result.span)) {
    for (const option of tree.options) if (option.value.kind !== "SizedName" && option.value.kind !== "Spread") evaluate(scope, option.value);
    return unknown;
  }
  const dtypes = new Set(operands.map((operand) => operand.tensor.type.dtype));
  if (dtypes.size > 1 || !dtypes.has("f32") || operands.length === 0) {
    const [first, second] = [...dtypes];
    if (operands.length) report(scope, "NET0313", tree.operands[operands.length - 1].span, { operator: tree.operator, left: first, right: second ?? "f32" });
    return unknown;
  }
  const sizes = agreedSizes(scope, tree, operands);
  if (!sizes) return unknown;
  return tree.operator === "einsum" ? einsum(scope, tree, operands, sizes) : convolution(scope, tree, operands, sizes);
}

/** What recovery put where the text has nothing. */
const isMissing = (span: Span): boolean => span.start === span.end;

function einsum(scope: Scope, tree: Contraction, operands: readonly Lettered[], sizes: ReadonlyMap<Letter, AxisItem>): Value {
  if (!optionTree(scope, tree, [])) return unknown;
  const result = resultLetters(scope, tree, sizes);
  if (!result) return unknown;
  warnOfSoftmax(scope, tree, operands, result.map((entry) => entry.letter));
  warnOfBatch(scope, tree.span, `\`${tree.operator}\` sums over`, [...sizes].flatMap(([letter, item]) => (result.some((entry) => entry.letter === letter) ? [] : [item])));
  const axes = result.map((entry) => withoutSoftmax(entry.item));
  const type: TensorType = { dtype: operands[0].tensor.type.dtype, axes };
  const node = inGraph(scope, tree.span, (build) => einsumNode(build, operands, result));
  return { kind: "tensor", type, node };
}

interface Part {
  readonly node: Node;
  readonly letters: readonly Letter[];
}

function einsumNode(build: Builder, operands: readonly Lettered[], result: readonly ResultLetter[]): Node {
  const wanted = result.map((entry) => entry.letter);
  const parts: Part[] = operands.map((operand) => ({ node: operand.tensor.node!, letters: operand.letters }));
  let current = sumAway(build, parts[0], [...wanted, ...parts.slice(1).flatMap((part) => part.letters)]);
  for (let i = 1; i < parts.length; i++) {
    const later = [...wanted, ...parts.slice(i + 1).flatMap((part) => part.letters)];
    current = contract(build, current, sumAway(build, parts[i], [...later, ...current.letters]), later);
  }
  current = sumAway(build, current, wanted);
  const permutation = wanted.map((letter) => current.letters.indexOf(letter));
  return build.transpose(current.node, permutation);
}

/** Sums over the letters that nothing later needs. */
function sumAway(build: Builder, part: Part, needed: readonly Letter[]): Part {
  const axes = part.letters.flatMap((letter, i) => (needed.includes(letter) ? [] : [i]));
  if (axes.length === 0) return part;
  return { node: build.reduce("sum", part.node, axes), letters: part.letters.filter((letter) => needed.includes(letter)) };
}

function contract(build: Builder, left: Part, right: Part, needed: readonly Letter[]): Part {
  const shared = left.letters.filter((letter) => right.letters.includes(letter));
  const pair = (letter: Letter): readonly [number, number] => [left.letters.indexOf(letter), right.letters.indexOf(letter)];
  const batch = shared.filter((letter) => needed.includes(letter));
  const summed = shared.filter((letter) => !needed.includes(letter));
  const free = (part: Part): readonly Letter[] => part.letters.filter((letter) => !shared.includes(letter));
  const node = build.make("dot", [left.node, right.node], { batch: batch.map(pair), contract: summed.map(pair) });
  return { node, letters: [...batch, ...free(left), ...free(right)] };
}
