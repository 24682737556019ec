/** Types, shapes, the kinds of options, and the patterns of `rearrange`, `einsum` and `conv`. */
import type { AxisNode, Contraction, Identifier, NodeOfKind, Operand, OptionKind, Pattern, PatternPart, Rearrange, ResultField, Type } from "../ast.ts";
import { group, indent, line, sequence, type Doc } from "./documents.ts";
import { list } from "./lists.ts";
import { expression } from "./parentheses.ts";
import { between, elements, lastComma, name, prints, space, token, word, type Printing } from "./printing.ts";

type Of<U extends { readonly kind: string }, K extends U["kind"]> = Extract<U, { readonly kind: K }>;

// ------------------------------------------------------------------------------------------------------------- types

export function tensorType(p: Printing, { dtype, axes }: Of<Type, "TensorType">): Doc {
  return [token(p, dtype), list(p, "[", prints(p, axes), "]", { filled: true })];
}

export function listType(p: Printing, { element, length }: Of<Type, "ListType">): Doc {
  return listOf(p, () => p.print(element), () => expression(p, length));
}

function listOf(p: Printing, element: () => Doc, length: () => Doc): Doc {
  return [token(p, "["), element(), token(p, ";"), space(p), length(), token(p, "]")];
}

export function rowAxis(p: Printing, node: Of<AxisNode, "RowAxis"> | Of<PatternPart, "RowPart">): Doc {
  return [token(p, "..."), node.name === undefined ? "" : name(p, node.name)];
}

export function namedAxis(p: Printing, node: Of<AxisNode, "NamedAxis">): Doc {
  return sequence(name(p, node.name), node.size === undefined ? "" : [space(p), word(p, "="), expression(p, node.size)]);
}

export function unnamedAxis(p: Printing, { size }: Of<AxisNode, "UnnamedAxis">): Doc {
  return expression(p, size);
}

export function recordResult(p: Printing, { fields }: NodeOfKind<"RecordResult">): Doc {
  return list(p, "(", prints(p, fields), ")");
}

export function resultField(p: Printing, node: ResultField): Doc {
  return [name(p, node.name), word(p, ":"), p.print(node.type)];
}

// ------------------------------------------------------------------------------------------------------------- kinds of options

export function numberKind(p: Printing, { number, axes }: Of<OptionKind, "NumberKind">): Doc {
  return [token(p, number), axes === undefined ? "" : list(p, "[", prints(p, axes), "]")];
}

export function choiceKind(p: Printing, node: Of<OptionKind, "ChoiceKind">): Doc {
  return alternatives(p, node.alternatives);
}

/** `a | b | c`. */
export function alternatives(p: Printing, names: readonly Identifier[]): Doc {
  const docs: Doc[] = [];
  for (const [index, each] of names.entries()) docs.push(index === 0 ? "" : [between(p, line), word(p, "|")], name(p, each));
  return group(indent(docs));
}

export function listKind(p: Printing, { element, length }: Of<OptionKind, "ListKind">): Doc {
  return listOf(p, () => p.print(element), () => expression(p, length));
}

// ------------------------------------------------------------------------------------------------------------- patterns

export function pattern(p: Printing, { parts }: Pattern): Doc {
  return list(p, "[", prints(p, parts), "]", { filled: true });
}

export function renamedPart(p: Printing, node: Of<PatternPart, "RenamedPart">): Doc {
  return [name(p, node.name), space(p), word(p, "="), name(p, node.from)];
}

export function groupPart(p: Printing, node: Of<PatternPart, "GroupPart">): Doc {
  const head = node.name === undefined ? "" : [name(p, node.name), space(p), word(p, "=")];
  const opening = token(p, "(");
  const members = node.members.map((each, index) => [index === 0 ? "" : space(p), name(p, each)]);
  return sequence(head, opening, members, token(p, ")"));
}

/** `from -> to`, as one element of the list that it stands in. */
export function mapping(p: Printing, from: () => Doc, to: () => Doc): Doc {
  return group([from(), indent([between(p, line), word(p, "->"), to()])]);
}

export function rearrange(p: Printing, node: Rearrange): Doc {
  const patterns = (): Doc => mapping(p, () => p.print(node.from), () => p.print(node.to));
  return [token(p, "rearrange"), list(p, "(", [() => expression(p, node.value), patterns, ...prints(p, node.options)], ")")];
}

/** The operands and the result are one element: they stay on one line as long as they fit. */
export function contraction(p: Printing, node: Contraction): Doc {
  const operands = (): Doc => elements(p, prints(p, node.operands), line);
  const contracted = (): Doc => mapping(p, () => [operands(), lastComma(p, false)], () => p.print(node.result));
  return [token(p, node.operator), list(p, "(", [contracted, ...prints(p, node.options)], ")")];
}

export function operand(p: Printing, node: Operand): Doc {
  return [expression(p, node.value, "object"), p.print(node.pattern)];
}
