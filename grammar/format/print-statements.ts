/** Statements, and what a model declares. */
import type {
  Assert, Assume, Body, Expression, FamilyRange, Let, ModelInput, ModelOutput, NodeOfKind, Option, Parameter, Return, State, StringLiteral, Type, Update,
} from "../ast.ts";
import { group, indent, line, type Doc } from "./documents.ts";
import { bareList, braced, list } from "./lists.ts";
import { expression } from "./parentheses.ts";
import { valueBehind } from "./print-expressions.ts";
import { between, name, prints, space, token, word, type Printing } from "./printing.ts";

export function body(p: Printing, { statements }: Body): Doc {
  return braced(p, prints(p, statements));
}

export function letStatement(p: Printing, node: Let): Doc {
  const head = [word(p, "let"), p.print(node.target), node.type === undefined ? "" : typed(p, node.type)];
  return [head, assigned(p, node.value), node.family === undefined ? "" : p.print(node.family)];
}

function typed(p: Printing, type: Type): Doc {
  return [word(p, ":"), p.print(type)];
}

/** `= value`. */
function assigned(p: Printing, value: Expression): Doc {
  return [space(p), token(p, "="), valueBehind(p, value)];
}

export function memberTarget(p: Printing, node: NodeOfKind<"MemberTarget">): Doc {
  return [name(p, node.name), token(p, "["), expression(p, node.index), token(p, "]")];
}

export function fieldsTarget(p: Printing, { names }: NodeOfKind<"FieldsTarget">): Doc {
  return list(p, "(", prints(p, names), ")");
}

export function familyRange(p: Printing, node: FamilyRange): Doc {
  return group(indent([between(p, line), word(p, "for"), name(p, node.variable), space(p), word(p, "in"), expression(p, node.range)]));
}

export function held(p: Printing, node: Parameter | State): Doc {
  return [word(p, node.kind === "State" ? "state" : "param"), name(p, node.name), typed(p, node.type), assigned(p, node.init)];
}

export function update(p: Printing, node: Update): Doc {
  return [word(p, "update"), name(p, node.name), assigned(p, node.value)];
}

export function assume(p: Printing, { fact, reason }: Assume): Doc {
  return [word(p, "assume"), expression(p, fact), group(indent([between(p, line), text(p, reason)]))];
}

const text = (p: Printing, _: StringLiteral): Doc => token(p);

/** A unit stands right behind its number. */
export function assert(p: Printing, { condition, unit }: Assert): Doc {
  const docs = [word(p, "assert"), expression(p, condition)];
  if (unit === undefined) return docs;
  const joined = /^\d/.test(p.last) && /^[A-Za-z]+$/.test(unit.text);
  return [docs, joined ? "" : space(p), name(p, unit)];
}

export function returnStatement(p: Printing, node: Return): Doc {
  return [token(p, "return"), valueBehind(p, node.value)];
}

export function modelInput(p: Printing, node: ModelInput): Doc {
  const head = [word(p, "input"), name(p, node.name), typed(p, node.type)];
  return [head, node.where.length === 0 ? "" : group(indent([between(p, line), where(p, node.where)]))];
}

export function modelOutput(p: Printing, node: ModelOutput): Doc {
  return [word(p, "output"), name(p, node.name), typed(p, node.type), assigned(p, node.value)];
}

/** `where fact, fact`. */
export function where(p: Printing, facts: readonly Expression[]): Doc {
  return [word(p, "where"), bareList(p, facts.map((fact) => () => expression(p, fact)))];
}

/** `name: kind = default`. */
export function option(p: Printing, node: Option): Doc {
  const head = [name(p, node.name), word(p, ":"), p.print(node.optionKind)];
  return [head, node.default === undefined ? "" : [space(p), word(p, "="), expression(p, node.default)]];
}
