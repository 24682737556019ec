/**
 * Writes docs/errors.md: every code with the message of the wrong example of its page in `netc explain`, as `netc check` prints it, and how much of what an
 * error must carry is in it. `node scripts/run-ts.mjs scripts/errors-doc.ts`; test/diagnostics/errors-page.test.ts compares the page with what is made here.
 * What can be counted is counted off the diagnostic; the judgement that is made by hand is data in errors-judged.ts.
 */
import { writeFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { createCompilation, type CompilationHost } from "../compiler/compilation.ts";
import { allCodes, severityOf, titleOf, type Code } from "../compiler/diagnostics/codes.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { renderHuman } from "../compiler/diagnostics/render-human.ts";
import { fixesOf } from "../compiler/fixes.ts";
import { positionAt } from "../grammar/source.ts";
import { notApplicable, placesOf, points, wanting, type Point } from "./errors-judged.ts";
import { examplesOf, explainPage } from "./explain-examples.ts";

/** The groups of codes.ts. */
const groups: readonly (readonly [prefix: RegExp, title: string])[] = [
  [/^NET00/, "Syntax"], [/^NET01/, "Names"], [/^NET02/, "Kinds and calls"], [/^NET03/, "Shapes"], [/^NET04/, "Families"], [/^NET05/, "Models and ablations"],
  [/^NET06/, "Training"], [/^NET07/, "Weights"], [/^NET08/, "Mistakes that keep every shape"], [/^NET09/, "Limits"],
];

/** What the wrong example of a page gives, with the fixes that help. */
export interface Told {
  readonly code: Code;
  readonly diagnostics: readonly Diagnostic[];
}

export function toldOf(code: Code, root = "."): Told {
  const wrong = examplesOf(explainPage(code, root)).find(({ kind }) => kind === "wrong")!;
  const texts: Readonly<Record<string, string>> = { ...wrong.others, "main.net": wrong.main };
  const host: CompilationHost = { read: (name) => texts[name], resolve: (from) => normalize(from), beside: () => Object.keys(texts) };
  const all = createCompilation(host, ["main.net"]).diagnostics();
  return { code, diagnostics: all.map((one) => ({ ...one, fixes: fixesOf(host, ["main.net"], all, one) })) };
}

export type Verdict = "met" | "not applicable" | "missing";

/** How a message stands to each of the eight points. */
export function judge({ code, diagnostics }: Told, root = "."): Readonly<Record<Point, Verdict>> {
  const [first] = diagnostics;
  const words = [first.message, first.label ?? "", ...first.related.map(({ message }) => message), ...first.notes, first.help ?? ""].join("\n");
  const [from, to] = [positionAt(first.span.file, first.span.start), positionAt(first.span.file, first.span.end)];
  const shapes = new Set(words.match(/\b(?:f32|f16|bf16|i32|bool)\[[^\]]*\]/g));
  const pages = examplesOf(explainPage(code, root)).map(({ kind }) => kind);
  const counted: Readonly<Record<Point, boolean>> = {
    underlined: from.line === to.line && to.column > from.column,
    shapes: shapes.size >= 2,
    axes: shapes.size > 0 || /[A-Za-z_]\w* = \S/.test(words) || /`[^`]*[<>=%][^`]*`/.test(words),
    origins: first.related.length >= (placesOf[code] ?? 1),
    rule: first.notes.length > 0,
    fix: first.fixes.length > 0,
    page: pages.join() === "wrong,right",
    "one error": diagnostics.length === 1,
  };
  const verdict = (point: Point): Verdict => (wanting[code]?.[point] ? "missing" : counted[point] ? "met" : notApplicable[code]?.[point] ? "not applicable" : "missing");
  return Object.fromEntries(points.map((point) => [point, verdict(point)])) as Record<Point, Verdict>;
}

export function scoreOf(judgement: Readonly<Record<Point, Verdict>>): number {
  return points.filter((point) => judgement[point] !== "missing").length;
}

const head = `# Errors

Made from the compiler's table of codes and the pages of \`netc explain\` by \`node scripts/run-ts.mjs scripts/errors-doc.ts\`; do not edit.

## How to read a message

\`\`\`text
error[NET0301]: \`+\` needs equal sizes on axis Y, but they are 30 and 15      what is wrong, with the names and the values of the axes
   ┌─ main.net:4:35                                                          file, line, column
 2 │   input x: f32[B, C = 8, Y = 30, X = 30]
   │                          ------ Y = 30 is declared here                 where one size came from
 3 │   let half = pool.max(x, window: (Y: 2, X: 2))
   │              --------------------------------- Y = 15: pool.max …       where the other came from
 4 │   output y: f32[B, C, Y, X] = x + half
   │                                   ^^^^ f32[B, C = 8, Y = 15, X = 15]    the guilty operand, marked ^, with its whole type
   │                               - f32[B, C = 8, Y = 30, X = 30]           what it does not agree with, marked -
   = elementwise operands must agree on every axis they share                the rule, in one sentence
   = fix: resize \`half\` to the resolution of \`x\`: …                          a change that was tried: with it this error is gone
   = netc explain NET0301                                                    the page: the rule, a wrong and a right example
\`\`\`

A message about sizes holds for all sizes that the facts admit, so it gives the smallest example (\`with Y = 1 …\`) and the fact that would help (\`where Y % 2 == 0\`). One cause gives one message: what follows from a mistake is not said. \`used by\` names the
models and variants that meet it. An error refuses the program, a warning does not (\`--strict\` refuses those too), an info tells of a promise that is not proved.
\`netc check --fix\` makes the changes that say what was meant, a spelling, a conversion, a fact; what is only one way of several (a mean over an axis too many, an arm that was forgotten) is shown and left to you.

## What a message must carry

Eight points: (1) the guilty operand is underlined; (2) both full shapes; (3) the names and values of the axes; (4) both origins, where each size came from, or the other place in the text that is the cause; (5) the rule in one sentence; (6) a fix that can be
applied, tried before it is offered; (7) a code and its page; (8) one error for one cause. The points are counted off the messages below. A point that cannot apply to a code counts as met, for a reason that stands with the code.
`;

const mark: Readonly<Record<Verdict, string>> = { met: "●", "not applicable": "–", missing: "○" };

function section({ code, diagnostics }: Told, judgement: Readonly<Record<Point, Verdict>>): readonly string[] {
  const told = (verdict: Verdict, reasonOf: (point: Point) => string): string => {
    const joined = new Map<string, Point[]>();
    for (const point of points.filter((own) => judgement[own] === verdict)) joined.set(reasonOf(point), [...(joined.get(reasonOf(point)) ?? []), point]);
    return [...joined].map(([reason, own]) => `${own.join(", ")}: ${reason}`).join("; ");
  };
  const [cannot, missing] = [told("not applicable", (point) => notApplicable[code]![point]!), told("missing", (point) => wanting[code]?.[point] ?? "it is not there")];
  return [
    `### ${code}: ${titleOf(code)}`, "",
    `${severityOf(code)}, ${scoreOf(judgement)} of ${points.length}. Rule: ${diagnostics[0].notes[0]}.`, "",
    "```text", ...diagnostics.map((one) => renderHuman(one)), "```", "",
    ...(missing ? [`Missing: ${missing}.`, ""] : []),
    ...(cannot ? [`Cannot apply: ${cannot}.`, ""] : []),
  ];
}

/** The page as text. */
export function errorsPage(root = "."): string {
  const told = allCodes.map((code) => toldOf(code, root));
  const judged = new Map(told.map((one) => [one.code, judge(one, root)]));
  const score = (codes: readonly Code[]): number => codes.reduce((sum, code) => sum + scoreOf(judged.get(code)!), 0);
  const total = `${score(allCodes)} of ${allCodes.length * points.length}`;
  const lines = [head, "## Scores", "", `${allCodes.length} codes, ${total} points; ${allCodes.filter((code) => scoreOf(judged.get(code)!) === points.length).length} have all eight, none less than ${Math.min(...allCodes.map((code) => scoreOf(judged.get(code)!)))}. ● in the message, – cannot apply, ○ missing.`, ""];
  lines.push(`| code | title | ${points.join(" | ")} | |`, `|---|---|${points.map(() => "---|").join("")}---|`);
  for (const code of allCodes) lines.push(`| [${code}](#${anchor(code)}) | ${titleOf(code)} | ${points.map((point) => mark[judged.get(code)![point]]).join(" | ")} | ${scoreOf(judged.get(code)!)} |`);
  lines.push("");
  for (const [prefix, title] of groups) {
    const own = told.filter(({ code }) => prefix.test(code)).sort((a, b) => (a.code < b.code ? -1 : 1));
    lines.push(`## ${title}`, "", ...own.flatMap((one) => section(one, judged.get(one.code)!)));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

const anchor = (code: Code): string => `${code}: ${titleOf(code)}`.toLowerCase().replace(/[^\w -]/g, "").replace(/ /g, "-");

/** Run as a script, and not imported by its test. */
if (!process.env["VITEST"]) writeFileSync(join("docs", "errors.md"), errorsPage());
