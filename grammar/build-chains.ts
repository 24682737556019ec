/**
 * Precedence: a flat chain of operands and operators becomes a tree.
 *
 * Two stacks and a loop, so that a chain of any length needs no depth of calls. Loosest first: or, and, not, comparison, sum, term, sign, power.
 */
import type { IToken } from "chevrotain";
import type { BinaryOperator, Expression, UnaryOperator } from "./ast.ts";
import { isReal, missing, nodes, read, refuse, tokens, type Builder, type Cst } from "./build-core.ts";
import { joinSpans, type Span } from "./source.ts";

const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1, and: 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 8,
};
const prefixPrecedence: Readonly<Record<UnaryOperator, number>> = { not: 3, "-": 7 };
const comparison = 4;
const power = 8;

type Pending =
  | { readonly arity: 1; readonly operator: UnaryOperator; readonly span: Span; readonly precedence: number }
  | { readonly arity: 2; readonly operator: BinaryOperator; readonly span: Span; readonly precedence: number };

function isBinary(image: string): image is BinaryOperator {
  return Object.hasOwn(precedence, image);
}

/** The expression of a `chain`; `atom` builds an operand without its prefixes. */
export function buildChain(b: Builder, chain: Cst, atom: (b: Builder, operand: Cst) => Expression): Expression {
  const operands = nodes(chain, "operand");
  const operators = tokens(chain, "operator").filter(isReal);
  if (operands.length < 2 && operators.length === 0 && tokens(operands[0], "prefix").length === 0) return atom(b, operands[0]);
  const values: Expression[] = [];
  const stack: Pending[] = [];
  const reduce = (): void => {
    const top = stack.pop();
    const right = values.pop();
    if (top === undefined || right === undefined) return;
    if (top.arity === 1) {
      values.push({ kind: "Unary", operator: top.operator, operand: right, span: joinSpans(top.span, right.span) });
      return;
    }
    const left = values.pop() ?? { kind: "MissingExpression", span: top.span };
    values.push({ kind: "Binary", operator: top.operator, operatorSpan: top.span, left, right, span: joinSpans(left.span, right.span) });
  };
  const pushOperand = (operand: Cst): void => {
    for (const prefix of tokens(operand, "prefix").filter(isReal)) pushPrefix(b, stack, prefix);
    values.push(atom(b, operand));
  };
  pushOperand(operands[0]);
  for (let index = 0; index < operators.length; index++) {
    const { image } = operators[index];
    const span = read(b, operators[index]);
    const operator = isBinary(image) ? image : "+";
    const rank = precedence[operator];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.precedence < rank || (top.precedence === rank && rank === power)) break;
      if (top.precedence === comparison && rank === comparison) {
        refuse(b, span, "comparisons do not chain: write `a < b and b < c`");
      }
      reduce();
    }
    stack.push({ arity: 2, operator, span, precedence: rank });
    pushOperand(operands[index + 1]);
  }
  while (stack.length > 0) reduce();
  return values[0] ?? { kind: "MissingExpression", span: missing(b) };
}

function pushPrefix(b: Builder, stack: Pending[], prefix: IToken): void {
  const operator: UnaryOperator = prefix.image === "not" ? "not" : "-";
  const span = read(b, prefix);
  const top = stack[stack.length - 1] as Pending | undefined;
  if (operator === "not" && top !== undefined && top.precedence > prefixPrecedence.not) {
    refuse(b, span, `\`not\` is looser than \`${top.operator}\`: put parentheses round it`);
  }
  stack.push({ arity: 1, operator, span, precedence: prefixPrecedence[operator] });
}
