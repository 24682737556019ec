/** Facts after `where`: dropped, or weaker than what the body needs. */
import type { Expression } from "../../../grammar/ast.ts";
import { spanIn, textOf } from "../../../grammar/source.ts";
import { drop, replace, type Change, type Place, type Rule } from "../mutant.ts";

function factsAt({ node }: Place): readonly Expression[] {
  // The facts of a config are about numbers, and every variant is checked with its numbers: without them nothing is less sure.
  return node.kind === "Block" || node.kind === "ModelInput" ? node.where : [];
}

/** The fact, with its `where` when it is the only one. */
function without({ node }: Place, facts: readonly Expression[], index: number): Change {
  if (facts.length > 1) return drop(facts, index);
  const { file, start, end } = facts[0].span;
  const word = file.text.lastIndexOf("where", start);
  return word < node.span.start ? [] : [{ span: spanIn(file, word, end), newText: "" }];
}

/** A fact about floats (`rate < 1.0`) says nothing of shapes. */
const isAboutSizes = (fact: Expression): boolean => !/\d\.\d/.test(textOf(fact.span));

const dropped: Rule = {
  name: "fact: dropped",
  faults: (place) => factsAt(place).flatMap((fact, i, facts) => (isAboutSizes(fact) ? [without(place, facts, i)] : [])),
};

function weaker(fact: Expression): readonly Change[] {
  if (fact.kind !== "Binary") return [];
  const { left, right, operator, operatorSpan } = fact;
  if (operator === ">" || operator === "<") return [[{ span: operatorSpan, newText: `${operator}=` }]];
  if (operator === ">=") return [replace(right, `${textOf(right.span)} - 1`)];
  if (operator !== "==" || left.kind !== "Binary" || left.operator !== "%") return [];
  const divisor = left.right;
  if (divisor.kind !== "IntegerLiteral") return [replace(left.left, `2 * ${textOf(left.left.span)}`)];
  // Half as strict where that is an int; the other remainder is no weaker, but wrong.
  return [...(divisor.value % 2 === 0 && divisor.value > 2 ? [replace(divisor, String(divisor.value / 2))] : []), replace(right, right.kind === "IntegerLiteral" && right.value === 0 ? "1" : "0")];
}

const weakened: Rule = { name: "fact: weakened", faults: (place) => factsAt(place).filter(isAboutSizes).flatMap(weaker) };

export const facts: readonly Rule[] = [dropped, weakened];
