/** The programs of the trial, as texts, and what every tree must fulfil. */
import { readdirSync, readFileSync } from "node:fs";
import type { Expression, File, Node } from "../../grammar/ast.ts";
import { parse, type ParseResult } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { children, walk } from "../../grammar/visit.ts";

const folder = new URL("./fixtures/", import.meta.url);

export const fixtures: readonly { readonly name: string; readonly text: string }[] = readdirSync(folder)
  .filter((name) => name.endsWith(".net"))
  .sort()
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

export function parseText(text: string): ParseResult {
  return parse(createSourceFile("test.net", text));
}

/** Children lie within their parent; without problems they also follow one another. Returns what is wrong, in words. */
export function spanFaults(file: File, ordered: boolean): readonly string[] {
  const faults: string[] = [];
  const length = file.span.end;
  walk(file, (node) => {
    if (!(node.span.start >= 0 && node.span.start <= node.span.end && node.span.end <= length)) faults.push(`${describe(node)} is outside the file`);
    if (!ordered) return;
    let before = node.span.start;
    for (const child of children(node)) {
      if (child.kind === "Comment") continue;
      if (child.span.start < before) faults.push(`${describe(child)} in ${describe(node)} begins before ${before}`);
      if (child.span.end > node.span.end) faults.push(`${describe(child)} ends behind ${describe(node)}`);
      before = child.span.end;
    }
  });
  return faults;
}

function describe(node: Node): string {
  return `${node.kind} ${node.span.start}-${node.span.end}`;
}

const declaring: ReadonlySet<string> = new Set([
  "Block", "Model", "Choice", "Weights", "Ablation", "Parameter", "State", "ModelInput", "ModelOutput",
]);

/** The names that items and statements declare, in order. */
export function declaredNames(file: File): readonly string[] {
  const names: string[] = [];
  walk(file, (node) => {
    if (node.kind === "Let") {
      const { target } = node;
      names.push(target.kind === "FieldsTarget" ? "(…)" : target.kind === "Identifier" ? target.text : target.name.text);
    } else if (declaring.has(node.kind) && "name" in node) {
      names.push((node.name as { readonly text: string }).text);
    } else if (node.kind === "Return") names.push("return");
  });
  return names;
}

/** The expression of `block f() -> float = …`. */
export function expressionOf(text: string): Expression {
  const { file, problems } = parseText(`block f() -> float = ${text}`);
  if (problems.length > 0) throw new Error(`${text}: ${problems.map((problem) => problem.message).join("; ")}`);
  const [item] = file.items;
  if (item.kind !== "Block" || item.body.kind === "Body") throw new Error("not a block with an expression");
  return item.body;
}

/** An expression with all its parentheses. */
export function bracketed(e: Expression): string {
  switch (e.kind) {
    case "Binary": return `(${bracketed(e.left)} ${e.operator} ${bracketed(e.right)})`;
    case "Unary": return `(${e.operator} ${bracketed(e.operand)})`;
    case "Range": return `(${e.from ? bracketed(e.from) : ""}${e.inclusive ? "..=" : ".."}${e.to ? bracketed(e.to) : ""})`;
    case "Name": return e.text;
    case "IntegerLiteral": case "FloatLiteral": return e.text;
    case "BooleanLiteral": return String(e.value);
    case "Member": return `${bracketed(e.object)}.${e.name.text}`;
    case "If": return `(if ${bracketed(e.condition)} ${bracketed(e.then)} ${bracketed(e.else)})`;
    case "Call": return `${bracketed(e.callee)}(${e.arguments.length})`;
    case "Index": return `${bracketed(e.object)}[${e.indexes.length}]`;
    default: return e.kind;
  }
}
