/** The programs of the repository and the library's blocks, run like the random ones. */
import { positionAt } from "../../grammar/source.ts";
import type { Node as Tree } from "../../grammar/ast.ts";
import { corpusFolders, corpusPrograms, libraryWrappings } from "./corpus.ts";
import { emptyTally, executeModel, type Tally } from "./execute.ts";
import { compile, errorsOf } from "./judge.ts";

export interface CorpusOptions {
  readonly mostInterpreted: number;
  readonly mostRun: number;
  readonly onnx: boolean;
  readonly folders?: readonly string[];
  readonly wraps?: number;
  readonly progress?: (text: string) => void;
}

export interface CorpusResult {
  readonly failures: readonly string[];
  readonly models: number;
  readonly blocks: number;
  readonly tally: Tally;
}

export async function corpusFailures(options: CorpusOptions): Promise<CorpusResult> {
  const failures: string[] = [];
  const tally = emptyTally();
  let [models, blocks] = [0, 0];
  const seen = new Set<string>();
  for (const { name, compilation, config } of corpusPrograms(options.folders ?? corpusFolders)) {
    const [error] = errorsOf(compilation);
    if (error) failures.push(`${name}:${positionAt(error.span.file, error.span.start).line} refused: ${error.code} ${error.message}`);
    else {
      for (const model of compilation.models) {
        // A model that several files import is one.
        const key = `${model.span.file.name} ${model.name.text}`;
        if (seen.has(key)) continue;
        seen.add(key);
        models++;
        options.progress?.(`${name} ${model.name.text}`);
        const failure = await executeModel(compilation, model, { seed: 1, onnx: options.onnx, mostInterpreted: options.mostInterpreted, mostRun: options.mostRun, config: config.size > 0 ? config : undefined }, tally);
        if (failure) failures.push(`${name}: ${failure.kind} ${failure.where}: ${failure.what}`);
      }
    }
  }
  for (const { block, wrappings } of libraryWrappings(options.wraps ?? 4)) {
    if (wrappings.length > 0) blocks++;
    for (const { model, values } of wrappings) {
      const compilation = compile(model);
      const errors = errorsOf(compilation);
      const [error] = errors;
      // A normalisation over a single element is refused at the sizes at which there is one.
      if (error && errors.every(({ code }) => code === "NET0817")) continue;
      if (error) {
        failures.push(`${block.name.text} wrapped, refused: ${error.code} ${error.message}\n${model}`);
        continue;
      }
      const numbers = new Map([...values].flatMap(([name, value]): [string, number][] => (Number.isInteger(value) ? [[name, value as number]] : [])));
      // The library's trees are parsed once more for the wrapping: places tell that they are the same.
      const inside = ({ span }: Tree): boolean => span.file.text === block.span.file.text && block.span.start <= span.start && span.end <= block.span.end;
      const failure = await executeModel(compilation, compilation.models[0], { seed: 1, onnx: options.onnx, training: true, signature: { inside, values: numbers } }, tally);
      if (failure) failures.push(`${block.name.text} wrapped: ${failure.kind} ${failure.where}: ${failure.what}\n${model}`);
    }
  }
  return { failures, models, blocks, tally };
}
