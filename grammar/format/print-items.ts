/** Files and their items. */
import type { Ablation, AblationRow, Block, Choice, File, Import, Input, Model, Option } from "../ast.ts";
import { flatWidth, group, hardline, ifBreak, indent, line, lineWidth, softline, type Doc } from "./documents.ts";
import { braced, entries, lines, list } from "./lists.ts";
import { alternatives } from "./print-types.ts";
import { where } from "./print-statements.ts";
import { expression } from "./parentheses.ts";
import {
  between, commentsInside, elements, lastComma, name, prints, space, token, upcoming, word, type Print, type Printing,
} from "./printing.ts";

export function file(p: Printing, node: File): Doc {
  const parts = lines(p, [...node.imports, ...node.items]);
  const comments = commentsInside(p, true);
  return node.imports.length + node.items.length + node.comments.length === 0 ? "" : [parts, comments, hardline];
}

export function importItem(p: Printing, node: Import): Doc {
  return [word(p, "import"), list(p, "{", prints(p, node.names), "}", { edge: line }), space(p), word(p, "from"), p.print(node.from)];
}

export function choice(p: Printing, node: Choice): Doc {
  return [word(p, "choice"), name(p, node.name), space(p), word(p, "="), alternatives(p, node.alternatives)];
}

// ------------------------------------------------------------------------------------------------------------- blocks

/**
 * `block Name(inputs; options) -> result where facts`: on one line; else the facts, and if need be the result, on lines of their own; else the
 * inputs and options too.
 */
export function block(p: Printing, node: Block): Doc {
  const [signatureGroup, resultGroup, head] = [Symbol("signature"), Symbol("result"), Symbol("head")];
  const name = [node.composite ? word(p, "composite") : "", word(p, "block"), p.print(node.name)];
  const signature = signatureOf(p, node, signatureGroup);
  const gap = between(p, line);
  const result = [word(p, "->"), p.print(node.result)];
  const beside = [gap === line ? " " : gap, result];
  // A result that has no room on a line of its own either begins beside the signature.
  const hugs = flatWidth(result) > lineWidth - 2;
  const below = hugs ? beside : group(indent([gap, result]), { id: resultGroup });
  const arrow = ifBreak(beside, below, { groupId: signatureGroup });
  const facts = node.where.length === 0 ? "" : indent([between(p, line), where(p, node.where)]);
  const start = [name, signature, arrow, facts];
  if (node.body.kind === "Body") {
    // The brace goes to a line of its own where the head is more than a line and does not end with the parenthesis of the signature.
    const brace = facts !== "" ? line : hugs ? " " : ifBreak(" ", ifBreak(line, " ", { groupId: resultGroup }), { groupId: signatureGroup });
    return [group([start, between(p, brace)]), p.print(node.body)];
  }
  // Behind a fact the value has a line of its own: `where C % 2 == 0 = x` is hard to read.
  const value = node.body;
  const before = between(p, line);
  const equals = [word(p, "="), value.kind === "If" ? indent(expression(p, value)) : expression(p, value)];
  const equation = indent([before, equals]);
  if (value.kind !== "Match") return group([group(start), equation], { shouldBreak: facts !== "" });
  return [group(start, { id: head }), facts === "" && before === line ? ifBreak(equation, [" ", equals], { groupId: head }) : equation];
}

function signatureOf(p: Printing, { inputs, options }: Block, id: symbol): Doc {
  const opening = token(p, "(");
  const first = between(p, softline);
  const docs: Doc[] = [group(elements(p, prints(p, inputs), line))];
  if (upcoming(p) === ",") docs.push(lastComma(p, options.length === 0));
  else if (options.length === 0 && inputs.length > 0) docs.push(ifBreak(","));
  if (upcoming(p) === ";") docs.push(semicolon(p, options, inputs.length === 0));
  const inside = [first, docs, commentsInside(p, false)];
  return group([opening, indent(inside), softline, token(p, ")")], { id });
}

function semicolon(p: Printing, options: readonly Option[], alone: boolean): Doc {
  if (options.length === 0) return token(p, ";");
  const mark = token(p, ";");
  return [mark, between(p, alone ? " " : line), group(elements(p, prints(p, options), line)), lastComma(p, true)];
}

export function input(p: Printing, node: Input): Doc {
  const head = [name(p, node.name), word(p, ":"), p.print(node.type)];
  return [head, node.default === undefined ? "" : [space(p), word(p, "="), expression(p, node.default)]];
}

// ------------------------------------------------------------------------------------------------------------- models and ablations

export function model(p: Printing, node: Model): Doc {
  const head = [word(p, "model"), name(p, node.name), space(p)];
  const members: Print[] = prints(p, node.members).slice();
  // The tree has the options of `config` and not its place, which the text knows.
  const place = configPlace(p, node);
  if (place !== undefined) members.splice(place, 0, () => config(p, node));
  return [head, braced(p, members)];
}

/** Before how many members `config` stands, if there is one. */
function configPlace(p: Printing, { members }: Model): number | undefined {
  const start = p.next + 1;
  for (let index = start, before = 0; index < p.closings[p.next]; before++) {
    if (p.tokens[index].image === "config") return before;
    const member = members[before];
    if (member === undefined) return undefined;
    while (index < p.closings[p.next] && p.tokens[index].startOffset < member.span.end) index++;
  }
  return undefined;
}

function config(p: Printing, { config: options, configWhere }: Model): Doc {
  const facts: readonly Print[] = configWhere.length === 0 ? [] : [() => where(p, configWhere)];
  return [word(p, "config"), entries(p, [...prints(p, options), ...facts])];
}

export function ablation(p: Printing, node: Ablation): Doc {
  const head = [word(p, "ablation"), name(p, node.name), space(p), word(p, "of"), name(p, node.model), space(p)];
  return [head, braced(p, prints(p, node.rows))];
}

export function ablationRow(p: Printing, node: AblationRow): Doc {
  const head = [name(p, node.name), space(p), p.print(node.title), space(p), word(p, "=")];
  const base = node.base === undefined ? "" : [name(p, node.base), space(p), word(p, "with")];
  return [head, base, list(p, "{", prints(p, node.changes), "}", { edge: line })];
}
