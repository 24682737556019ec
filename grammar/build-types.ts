/** Types, shapes and the kinds of options. */
import type { CstNode } from "chevrotain";
import type { AxisNode, Dtype, Identifier, OptionKind, Type } from "./ast.ts";
import { buildExpression } from "./build-expressions.ts";
import {
  close, has, identifier, identifiers, integer, isReal, listedIdentifiers, missing, node, nodes, open, read, refuse, token, tokens, type Builder,
  type Cst,
} from "./build-core.ts";

/** Element types of tensors. */
export const dtypes: readonly Dtype[] = ["f32", "f16", "bf16", "i32", "bool"];
const scalars = ["float", "int", "bool"] as const;
/** Words for kinds of options; the other kinds are choices. */
export const kindWords: readonly string[] = [...scalars, "init", "axis"];
const dtypeWords = dtypes.map((dtype) => `\`${dtype}\``);

export function buildType(b: Builder, cst: Cst): Type {
  if (cst === undefined) return { kind: "MissingType", span: missing(b) };
  const start = open(b, cst);
  if (has(cst, "LeftBracket")) {
    const element = buildType(b, node(cst, "type"));
    const length = buildExpression(b, node(cst, "expression"));
    return { kind: "ListType", element, length, span: close(b, start, cst) };
  }
  const found = token(cst, "Name");
  if (found === undefined) return { kind: "MissingType", span: missing(b) };
  const wordSpan = read(b, found);
  const shape = node(cst, "shape");
  if (shape === undefined) {
    const scalar = scalars.find((each) => each === found.image);
    if (scalar !== undefined) return { kind: "ScalarType", scalar, span: wordSpan };
    if (isDtype(found.image)) refuse(b, wordSpan, `a tensor type says its axes: \`${found.image}[B, C]\`, or \`${found.image}[]\` for none`);
    else {
      refuse(b, wordSpan, `\`${found.image}\` is no type: a type is \`f32[B, C]\`, \`[f32[B, C]; 3]\`, \`float\`, \`int\` or \`bool\``, ["a type"]);
    }
    return { kind: "MissingType", span: wordSpan };
  }
  const axes = nodes(shape, "axis").map((each) => buildAxis(b, each)).filter((axis) => axis !== undefined);
  const dtype = isDtype(found.image) ? found.image : "f32";
  if (!isDtype(found.image)) {
    const message = `\`${found.image}\` is no element type: there are ${dtypeWords.join(", ")}`;
    refuse(b, wordSpan, message, dtypeWords);
  }
  return { kind: "TensorType", dtype, axes, span: close(b, start, cst) };
}

function isDtype(word: string): word is Dtype {
  return dtypes.some((dtype) => dtype === word);
}

function buildAxis(b: Builder, cst: CstNode): AxisNode | undefined {
  const start = open(b, cst);
  const number = token(cst, "Integer");
  if (number !== undefined) {
    const size = integer(b, number);
    return { kind: "UnnamedAxis", size, span: size.span };
  }
  const dots = token(cst, "Ellipsis");
  if (dots !== undefined) read(b, dots);
  const found = token(cst, "Name");
  const name: Identifier | undefined = found && identifier(b, found);
  if (dots !== undefined) return { kind: "RowAxis", ...(name && { name }), span: close(b, start, cst) };
  if (name === undefined) return undefined;
  const size = has(cst, "Equals") ? buildExpression(b, node(cst, "expression")) : undefined;
  return { kind: "NamedAxis", name, ...(size && { size }), span: close(b, start, cst) };
}

export function buildKind(b: Builder, cst: Cst): OptionKind {
  if (cst === undefined) return { kind: "MissingKind", span: missing(b) };
  const start = open(b, cst);
  if (has(cst, "LeftBracket")) {
    const element = buildKind(b, node(cst, "kind"));
    const length = buildExpression(b, node(cst, "expression"));
    return { kind: "ListKind", element, length, span: close(b, start, cst) };
  }
  const names = tokens(cst, "Name").filter(isReal);
  if (names.length === 0) return { kind: "MissingKind", span: missing(b) };
  const word = names[0].image;
  if (has(cst, "Bar")) return { kind: "ChoiceKind", alternatives: identifiers(b, names), span: close(b, start, cst) };
  if (word === "int" || word === "float") {
    read(b, names[0]);
    const list = node(cst, "axes");
    const axes = list && listedIdentifiers(b, list);
    return { kind: "NumberKind", number: word, ...(axes && { axes }), span: close(b, start, cst) };
  }
  const name = identifier(b, names[0]);
  if (has(cst, "axes")) refuse(b, name.span, `only \`int\` and \`float\` can be given for each of some axes, not \`${word}\``, ["`int`", "`float`"]);
  const span = close(b, start, cst);
  if (word === "bool") return { kind: "BoolKind", span };
  if (word === "init") return { kind: "InitKind", span };
  if (word === "axis") return { kind: "AxisKind", span };
  return { kind: "NamedKind", name, span };
}
