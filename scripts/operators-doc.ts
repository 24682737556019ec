/**
 * Writes docs/operators.md off the operator table and the table of functions: `node scripts/run-ts.mjs scripts/operators-doc.ts`.
 * Nothing on that page is written by hand; test/docs/operators.test.ts compares it with what is made here.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtinDocs } from "../compiler/check/builtins.ts";
import type { Operator } from "../compiler/operators/operator.ts";
import { operatorNames, operatorOf } from "../compiler/operators/table.ts";
import type { OperatorName } from "../compiler/ir/graph.ts";

type Row = Operator<OperatorName>;

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim();
const cell = (text: string): string => oneLine(text).replace(/\|/g, "\\|");

function gradientText({ gradient, operands }: Row): string {
  switch (gradient.kind) {
    case "zero":
      return "zero";
    case "none":
      return `none: ${gradient.reason}`;
    case "rule": {
      const { operands: numbers, result } = gradient.reads;
      // A variadic operator has more operands than names.
      const names = numbers.map((number) => `\`${(operands[number] ?? operands[operands.length - 1]).name}\``);
      const read = [...new Set(names), ...(result ? ["the result"] : [])];
      return `by rule; reads ${read.length ? read.join(", ") : "nothing"}`;
    }
  }
}

function operatorSection(row: Row): readonly string[] {
  const operands = row.operands.map(({ name, doc }, i) => `- \`${name}\`${row.variadic && i === row.operands.length - 1 ? " (one or more)" : ""}: ${oneLine(doc)}`);
  const attributes = Object.entries<string>(row.attributes).map(([name, doc]) => `- attribute \`${name}\`: ${oneLine(doc)}`);
  const facts = [`Gradient: ${gradientText(row)}`, ...(row.effects === "pure" ? [] : [`Effects: ${row.effects}`]), `Source: ${oneLine(row.source)}`];
  return [`### ${row.name}`, "", row.doc.trim(), "", ...operands, ...attributes, ...(operands.length + attributes.length ? [""] : []), `${facts.map((fact) => fact.replace(/\.$/, "")).join(". ")}.`, ""];
}

const chapters: readonly { readonly tier: Row["tier"]; readonly title: string; readonly text: string }[] = [
  { tier: "primitive", title: "Primitive operators", text: "Each backend says in one line of its table how it makes them." },
  { tier: "composite", title: "Composite operators", text: "Each is defined by primitive ones, and a test compares the two; a backend that has the operator whole uses its own." },
];

/** The page as text. */
export function operatorsPage(): string {
  const rows = operatorNames.map((name) => operatorOf(name) as Row);
  const lines = [
    "# Operators",
    "",
    "Made from the compiler's tables by `node scripts/run-ts.mjs scripts/operators-doc.ts`; do not edit.",
    "",
    "A program calls the functions of the first table, the arithmetic operators, `einsum`, `conv`, `rearrange`, and the blocks of the layer library. They are lowered to a graph of the",
    "operators below, which are what passes, gradients, costs and backends know. \"Reads\" is what a gradient rule needs again, and so what a training step keeps in memory.",
    "",
    "## Functions of the language",
    "",
    "| function | meaning |",
    "|---|---|",
    ...builtinDocs.map(({ name, doc }) => `| \`${name}\` | ${cell(doc)} |`),
    "",
  ];
  for (const { tier, title, text } of chapters) {
    const own = rows.filter((row) => row.tier === tier);
    lines.push(`## ${title} (${own.length})`, "", text, "", ...own.flatMap(operatorSection));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Run as a script, and not imported by its test. */
if (!process.env["VITEST"]) writeFileSync(join("docs", "operators.md"), operatorsPage());
