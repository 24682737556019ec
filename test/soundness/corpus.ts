/** The programs of the repository as subjects: each model with config values that keep it small, each block of the library wrapped in a model. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { createCompilation, type Compilation } from "../../compiler/compilation.ts";
import { library } from "../../compiler/std/index.ts";
import type { Block, Expression } from "../../grammar/ast.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import { shrink } from "../parity/shrink.ts";
import { random } from "./random.ts";
import { blocksOf } from "./signature.ts";
import { wrappings, type Wrapping } from "./wrap.ts";

/** Tests and benches run from the root; a bundled bench has no other way to know it. */
const root = process.cwd();

/** Config values of small variants, by file. Keys that a model does not have are passed over. */
const small: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "examples/gpt.net": { depth: 2, width: 24, heads: 4, vocabulary: 31, context: 12 },
  "examples/mixer.net": { depth: 1 },
  "examples/wavenet.net": { depth: 4, width: 6 },
  "examples/zoo/stylegan2.net": { resolution: 4 },
  "examples/zoo/mlp_mixer.net": { depth: 2 },
  "examples/zoo/vit_b16.net": { size: 48, width: 24, depth: 2, heads: 4 },
  "examples/zoo/swin_tiny.net": { size: 128, window: 2, width: 12 },
  "examples/zoo/clip_vit_b16.net": { size: 32, width: 32, depth: 2, heads: 4, vocabulary: 99, context: 9, text_width: 16, text_depth: 2, text_heads: 2, embed: 8 },
  "examples/zoo/detr.net": { stem: 8, width: 32, hidden: 64, depth: 2, slots: 7 },
  "examples/zoo/sam_encoder.net": { size: 80, window: 3, width: 48, depth: 3, heads: 4, out: 16 },
  "examples/zoo/bert_base.net": { depth: 2, width: 24, heads: 4, vocabulary: 101, context: 12 },
  "examples/zoo/gpt2_small.net": { depth: 2, width: 24, heads: 4, vocabulary: 101, context: 12 },
  "examples/zoo/llama.net": { depth: 2, width: 64, hidden: 96, heads: 8, groups: 2, vocabulary: 101, context: 12 },
  "examples/zoo/t5.net": { depth: 2, width: 48, heads: 2, hidden: 64, vocabulary: 101 },
};

export interface CorpusProgram {
  readonly name: string;
  readonly compilation: Compilation;
  readonly config: ReadonlyMap<string, Expression>;
}

function configOf(name: string, compilation: Compilation): ReadonlyMap<string, Expression> {
  const span = spanIn(createSourceFile("small", ""), 0, 0);
  const keys = new Set(compilation.models.flatMap((model) => model.config.map((option) => option.name.text)));
  return new Map(Object.entries(small[name] ?? {}).flatMap(([key, value]): [string, Expression][] => (keys.has(key) ? [[key, { kind: "IntegerLiteral", text: String(value), value, span }]] : [])));
}

export const corpusFolders = ["examples", "examples/zoo", "models"];

export function corpusPrograms(folders: readonly string[]): readonly CorpusProgram[] {
  const names = folders.flatMap((folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((name) => name.endsWith(".net")).sort().map((name) => `${folder}/${name}`) : []));
  return names.map((name) => {
    const read = (file: string): string | undefined => {
      if (!existsSync(join(root, file))) return undefined;
      const text = readFileSync(join(root, file), "utf8");
      return file === "models/cd2fsan.net" ? shrink(text) : text;
    };
    const compilation = createCompilation({ read, resolve: (from, importer) => posix.normalize(posix.join(posix.dirname(importer), from)) }, [name]);
    return { name, compilation, config: configOf(name, compilation) };
  });
}

const choices = new Map<string, readonly string[]>([["Activation", ["relu", "gelu", "quick_gelu", "silu", "tanh"]], ["Interpolation", ["nearest", "bilinear"]]]);

/** `most` wrappings of each block, of those with defaults and of those without. */
export function libraryWrappings(most: number): readonly { readonly block: Block; readonly wrappings: readonly Wrapping[] }[] {
  return library.flatMap(({ text }) => blocksOf(text)).map((block) => ({ block, wrappings: wrappings(block, choices, random(block.name.text.length), most) }));
}
