/** What the checker says to a mutant: refused or accepted, how many errors, how near the first is, and whether its first fix helps. */
import type { Compilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { File } from "../../grammar/ast.ts";
import { isNear, nearNodes } from "./blame.ts";
import { fixesOf } from "../../compiler/fixes.ts";
import { compile, hostOf, treeOf } from "./corpus.ts";
import { applyEdits, type Mutant } from "./mutant.ts";

export interface Judgement {
  readonly mutant: Mutant;
  readonly compilation?: Compilation;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** Set when checking threw. */
  readonly thrown?: string;
  /** Whether the primary span of the first error is within one operator of the fault. */
  readonly near: boolean;
  /** Whether this span or one of its related places is. */
  readonly shown: boolean;
  /** Whether the first fix of the first error, applied, leaves no error; undefined where there is no fix. */
  readonly fixed?: boolean;
}

export function judge(mutant: Mutant): Judgement {
  let compilation: Compilation;
  let found: readonly Diagnostic[];
  try {
    compilation = compile(mutant.program, mutant.text);
    found = compilation.diagnostics();
  } catch (error) {
    return { mutant, errors: [], warnings: [], thrown: error instanceof Error ? `${error.message}` : String(error), near: false, shown: false };
  }
  const errors = found.filter((one) => one.severity === "error");
  const warnings = found.filter((one) => one.severity !== "error");
  const files = compilation.program.files.filter((file) => !file.library).map((file) => file.tree);
  const first = errors[0] ?? warnings[0];
  const nodes = nearNodes(treeOf(compilation, mutant.program.target), files, mutant.regions, mutant.replaced);
  const near = first !== undefined && isNear(first.span, files, nodes);
  const shown = near || (first?.related.some((place) => isNear(place.span, files, nodes)) ?? false);
  return { mutant, compilation, errors, warnings, near, shown, fixed: first && fixedBy(mutant, offered(mutant, found, first), files) };
}

/** The diagnostic with the fixes that netc offers: those that help when they are tried. */
function offered({ program, text }: Mutant, all: readonly Diagnostic[], diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, fixes: fixesOf(hostOf(program, text), [program.root], all, diagnostic) };
}

function fixedBy({ program, text }: Mutant, { fixes: [fix] }: Diagnostic, files: readonly File[]): boolean | undefined {
  if (!fix) return undefined;
  const changed: Record<string, string> = {};
  for (const { span } of files) {
    const own = fix.edits.filter((edit) => edit.span.file.name === span.file.name);
    if (own.length > 0) changed[span.file.name] = applyEdits(span.file.text, own).text;
  }
  // The target's text is the mutant's unless the fix edits it.
  const after = compile({ ...program, texts: { ...program.texts, ...changed, [program.target]: changed[program.target] ?? text } });
  return after.diagnostics().every((one) => one.severity !== "error");
}
