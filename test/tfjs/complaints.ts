/** Generated programs in front of the TypeScript compiler. */
import ts from "typescript";
import { join } from "node:path";
import type { TfjsProgram } from "../../backends/tfjs/index.ts";
import { repository } from "../programs.ts";

/** What TypeScript says against a program and its library, in strict mode. */
export function complaints({ files: texts }: Pick<TfjsProgram, "files">): readonly string[] {
  const files = new Map([...texts].map(([name, own]) => [join(repository, "generated", name), own]));
  const options: ts.CompilerOptions = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, allowImportingTsExtensions: true, noUnusedLocals: true, noUnusedParameters: true, skipLibCheck: true, types: [] };
  const host = ts.createCompilerHost(options);
  const [exists, read] = [host.fileExists, host.readFile];
  host.directoryExists = undefined; // the files stand in no folder
  host.fileExists = (name) => files.has(name) || exists(name);
  host.readFile = (name) => files.get(name) ?? read(name);
  const source = host.getSourceFile;
  host.getSourceFile = (name, language) => (files.has(name) ? ts.createSourceFile(name, files.get(name)!, language) : source(name, language));
  return ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host)).map(({ messageText, file, start }) => `${file?.fileName}:${start === undefined ? "" : file!.getLineAndCharacterOfPosition(start).line + 1} ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}
