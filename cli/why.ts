/** `netc why FILE:LINE:COLUMN`: what stands there, and where its sizes come from, step by step, each with its line. */
import type { File, Model } from "../grammar/ast.ts";
import { lineText, offsetAt, positionAt, type SourceFile, type Span } from "../grammar/source.ts";
import { describe, type Value } from "../compiler/check/values.ts";
import { createCompilation, type Compilation, type Variant } from "../compiler/compilation.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { showType } from "../compiler/types/show.ts";
import { excerptOf, placeAt, sizesOf, type Place, type Step } from "../compiler/why.ts";
import { UsageError } from "./errors.ts";
import { fileHost, sourceNames } from "./host.ts";
import { chooseModel, chooseVariant } from "./select.ts";
import { requireSound } from "./settings.ts";

export interface WhyOptions {
  readonly axis?: string;
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
}

/** Other sizes of the same place that are listed. */
const mostUses = 6;

export function why(place: string, options: WhyOptions): number {
  const { name, line, column } = parsePlace(place);
  const [file] = sourceNames([name]);
  const compilation = createCompilation(fileHost, [file]);
  const own = compilation.program.files.find(({ source }) => source.name === file)!;
  const offset = offsetAt(own.source, { line, column });
  const length = lineText(own.source, line).length;
  if (offset === undefined || column > length + 1) {
    const lines = own.source.lineStarts.length;
    throw new UsageError(line > lines ? `${file} has ${lines} lines, not ${line}` : `line ${line} of ${file} has ${length} columns, not ${column}`);
  }
  const built = builtBy(compilation, own.tree, offset, options);
  const found = placeAt(compilation, own.source, own.tree, offset, built);
  if (!("sizes" in found)) {
    const { nearest } = found;
    const at = nearest && positionAt(own.source, nearest.span.start);
    throw new UsageError(`nothing at ${file}:${line}:${column} has a size`, at ? `the nearest is \`${excerptOf(nearest, 60)}\`: netc why ${file}:${at.line}:${at.column}` : "name the line and column of an expression or a binding");
  }
  process.stdout.write(`${storyOf(found, built, options.axis).join("\n")}\n`);
  return 0;
}

function parsePlace(place: string): { readonly name: string; readonly line: number; readonly column: number } {
  const [, name, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(place) ?? [];
  if (!name || !line || Number(line) < 1) throw new UsageError(`\`${place}\` is no place`, "write FILE:LINE:COLUMN, for example models/cd2fsan.net:200:7");
  return { name, line: Number(line), column: Number(column ?? 1) };
}

/** The variant that gives the numbers; none where the program has errors (then only what checking found out is told) or there is no model. */
function builtBy(compilation: Compilation, tree: File, offset: number, options: WhyOptions): { readonly model: Model; readonly variant: Variant } | undefined {
  if (compilation.models.length === 0 || compilation.diagnostics().some(({ severity }) => severity === "error")) return undefined;
  const around = tree.items.find((item): item is Model => item.kind === "Model" && item.span.start <= offset && offset <= item.span.end);
  const model = options.model === undefined ? (around ?? compilation.rootModels[0] ?? compilation.models[0]) : chooseModel(compilation, options.model);
  const variant = chooseVariant(compilation, model, options.variant, options.set);
  requireSound(compilation, model, variant, options.set);
  return { model, variant };
}

function storyOf({ tree, general, concrete, sizes, stepsOf }: Place, built: { readonly model: Model; readonly variant: Variant } | undefined, axis: string | undefined): readonly string[] {
  const asked = axis === undefined ? sizes : sizes.filter((size) => size.axis === axis || size.axis.split(".").at(-1) === axis);
  if (asked.length === 0) {
    const names = sizes.flatMap((size) => size.axis || []);
    const near = nearestName(axis!, names);
    throw new UsageError(`\`${excerptOf(tree, 60)}\` has no axis ${axis!}; it has ${names.join(", ") || "none"}`, near && `did you mean ${near}?`);
  }
  const head = tree.kind === "Let" || tree.kind === "ModelOutput" || tree.kind === "ModelInput" || tree.kind === "Parameter" || tree.kind === "State" ? excerptOf(tree) : `\`${excerptOf(tree)}\``;
  const lines = [`${head}  (${placeText(tree.span)})`];
  const [first, ...others] = concrete;
  if (general && (!first || valueText(general) !== valueText(first))) lines.push(`  for all sizes: ${valueText(general)}`);
  if (first) lines.push(`  in ${built!.model.name.text}${built!.variant.name === "default" ? "" : ` (${built!.variant.name})`}: ${valueText(first)}`);
  if (others.length) lines.push(`  and elsewhere: ${others.slice(0, mostUses).map(valueText).join("; ")}${others.length > mostUses ? `; and ${others.length - mostUses} more` : ""}`);
  for (const size of asked) lines.push("", ...tell(stepsOf(size), 0));
  return lines;
}

function tell(step: Step, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  const { file, start } = step.span;
  const source = lineText(file, positionAt(file, start).line).trim().replace(/\s{2,}/g, " ");
  const shown = source.length > 120 ? `${source.slice(0, 119)}…` : source;
  return [`${indent}${depth > 0 ? "from " : ""}${step.size}: ${step.rule}, at ${placeText(step.span)}`, `${indent}     ${shown}`, ...step.from.flatMap((own) => tell(own, depth + 1))];
}

function placeText({ file, start }: Span): string {
  return `${(file satisfies SourceFile).name}:${positionAt(file, start).line}`;
}

function valueText(value: Value): string {
  if (value.kind === "tensor") return showType(value.type);
  if (value.kind === "list") {
    const first = value.element ?? value.elements?.[0];
    return first && sizesOf(first).length ? `${describe(value)}, each ${valueText(first)}` : describe(value);
  }
  if (value.kind === "record") return `(${[...value.fields].map(([name, field]) => `${name}: ${valueText(field)}`).join(", ")})`;
  return describe(value);
}
