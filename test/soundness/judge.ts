/** A generated program judged: refused by the checker, failed, or passed with its model and each of its blocks wrapped in a model of its own. */
import { createCompilation, type Compilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Block } from "../../grammar/ast.ts";
import { emptyTally, executeModel, type Failure, type Tally } from "./execute.ts";
import type { GeneratedProgram } from "./program.ts";
import { random } from "./random.ts";
import { wrappings } from "./wrap.ts";

export interface JudgeOptions {
  readonly onnx: boolean;
  /** Every n-th program is built for training too. */
  readonly training: boolean;
  /** Wrapped blocks run in ONNX Runtime too. */
  readonly onnxOfBlocks: boolean;
  /** The program was changed after it was written: what its numbers were is not known. */
  readonly changed?: boolean;
  /** Choices of numbers that each block is wrapped with. */
  readonly wraps?: number;
}

export type Verdict =
  | { readonly kind: "passed"; readonly blocks: number; readonly refusedWraps: readonly string[] }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "failed"; readonly failure: Failure | { readonly kind: "threw"; readonly where: string; readonly what: string }; readonly text: string };

export function compile(text: string): Compilation {
  return createCompilation({ read: (name) => (name === "main.net" ? text : undefined), resolve: (from) => from }, ["main.net"]);
}

export const errorsOf = (compilation: Compilation): readonly Diagnostic[] => compilation.diagnostics().filter(({ severity }) => severity === "error");

const modes = new Map<string, readonly string[]>([["Mode", ["one", "two", "three"]]]);

export async function judgeProgram(program: Pick<GeneratedProgram, "seed" | "text" | "below">, options: JudgeOptions, tally: Tally = emptyTally()): Promise<Verdict> {
  const { seed, text, below } = program;
  try {
    const compilation = compile(text);
    const errors = errorsOf(compilation);
    if (errors.length > 0) return { kind: "refused", diagnostics: errors };
    for (const model of compilation.models) {
      const failure = await executeModel(compilation, model, { seed, below: options.changed ? undefined : below, onnx: options.onnx, training: options.training, shapesAlone: options.changed }, tally);
      if (failure) return { kind: "failed", failure, text };
    }
    const file = compilation.program.files.find(({ library }) => !library)!.tree;
    const blocks = file.items.filter((item): item is Block => item.kind === "Block");
    const refusedWraps: string[] = [];
    for (const block of blocks) {
      const items = file.items.filter((item) => item.kind === "Block" || item.kind === "Choice").map(({ span }) => text.slice(span.start, span.end)).join("\n\n");
      for (const wrapping of wrappings(block, modes, random(seed + 13), options.wraps ?? 3)) {
        const wrapped = `${items}\n\n${wrapping.model}`;
        const failure = await wrappedFailure(wrapped, block.name.text, wrapping.values, { seed, onnx: options.onnxOfBlocks, shapesAlone: options.changed }, tally, refusedWraps);
        if (failure) return { kind: "failed", failure, text: wrapped };
      }
    }
    return { kind: "passed", blocks: blocks.length, refusedWraps };
  } catch (error) {
    return { kind: "failed", failure: { kind: "threw", where: "", what: error instanceof Error ? `${error.message}\n${error.stack?.split("\n").slice(1, 5).join("\n") ?? ""}` : String(error) }, text };
  }
}

async function wrappedFailure(text: string, name: string, values: ReadonlyMap<string, number | boolean | string>, options: { seed: number; onnx: boolean; shapesAlone?: boolean }, tally: Tally, refusedWraps: string[]): Promise<Failure | undefined> {
  const compilation = compile(text);
  const errors = errorsOf(compilation);
  if (errors.length > 0) {
    // A normalisation over a single element is refused at the sizes at which there is one.
    if (errors.every(({ code }) => /^NET08[12]/.test(code))) return undefined;
    refusedWraps.push(`${errors[0].code} ${errors[0].message}\n${text.slice(text.lastIndexOf("model Wrapped"))}`);
    return undefined;
  }
  const file = compilation.program.files.find(({ library }) => !library)!.tree;
  const block = file.items.find((item): item is Block => item.kind === "Block" && item.name.text === name)!;
  const numbers = new Map([...values].flatMap(([key, value]): [string, number][] => (Number.isInteger(value) ? [[key, value as number]] : [])));
  const inside = ({ span }: { readonly span: Block["span"] }): boolean => span.file === block.span.file && block.span.start <= span.start && span.end <= block.span.end;
  const failure = await executeModel(compilation, compilation.models[0], { ...options, signature: { inside, values: numbers } }, tally);
  return failure && { ...failure, where: `${name} wrapped at ${[...values].map(([key, value]) => `${key} = ${value}`).join(", ")}: ${failure.where}` };
}
