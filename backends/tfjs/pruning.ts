/**
 * Files of TypeScript with what is used of them alone. A file is a head (a comment and imports) and parts, apart by empty
 * lines: a declaration with its comment, or a few short ones. A part stays where a name that it declares is imported or stands in another part that stays.
 */

interface Part {
  readonly text: string;
  readonly names: readonly string[];
}

interface Source {
  readonly comment: string;
  /** Lines that import from packages: a namespace, or one name. */
  readonly packages: readonly string[];
  /** Where each name that is imported comes from. */
  readonly imports: ReadonlyMap<string, string>;
  readonly parts: readonly Part[];
}

/** The files of which something is left, in order of the name. `imported`: names that are wanted of each file. */
export function pruned<Name extends string>(texts: { readonly [Each in Name]: string }, imported: ReadonlyMap<Name, readonly string[]>): ReadonlyMap<Name, string> {
  const sources = new Map<Name, Source>();
  const sourceOf = (file: Name): Source => {
    if (!sources.has(file)) sources.set(file, parsed(texts[file]));
    return sources.get(file)!;
  };
  const kept = new Map<Name, Set<Part>>();
  const keep = (file: Name, name: string): void => {
    const { parts, imports } = sourceOf(file);
    const part = parts.find(({ names }) => names.includes(name));
    if (!part || kept.get(file)?.has(part)) return;
    kept.set(file, (kept.get(file) ?? new Set()).add(part));
    for (const word of wordsOf(part.text)) {
      const from = imports.get(word);
      if (from !== undefined) keep(from as Name, word);
      else if (!part.names.includes(word)) keep(file, word);
    }
  };
  for (const [file, names] of imported) for (const name of names) keep(file, name);
  return new Map([...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, parts]) => [file, written(sourceOf(file), parts)]));
}

function parsed(text: string): Source {
  const [head, ...rest] = text.trimEnd().split("\n\n");
  const lines = head.split("\n");
  const first = lines.findIndex((line) => line.startsWith("import "));
  const imports = new Map<string, string>();
  for (const [, names, from] of head.matchAll(/^import (?:type )?\{ (.*) \} from "\.\/([\w-]+)\.ts";$/gm)) for (const name of names.split(", ")) imports.set(name.replace("type ", ""), from);
  return {
    comment: lines.slice(0, first).join("\n"),
    packages: lines.filter((line) => line.startsWith("import ") && !line.includes(' from "./')),
    imports,
    parts: rest.map((part) => ({ text: part, names: [...part.matchAll(/^(?:export )?(?:function|const|interface|type) (\w+)/gm)].map(([, name]) => name) })),
  };
}

/** Names that stand in code; what a comment says is no use of it. */
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").match(/[A-Za-z_]\w*/g) ?? []);

function written({ comment, packages, imports, parts }: Source, kept: ReadonlySet<Part>): string {
  const left = parts.filter((part) => kept.has(part)).map(({ text }) => text).join("\n\n");
  const words = wordsOf(left);
  const files = new Map<string, string[]>();
  for (const [name, from] of imports) if (words.has(name)) files.set(from, [...(files.get(from) ?? []), /^[A-Z]/.test(name) ? `type ${name}` : name]);
  const lines = [...packages.filter((line) => words.has(/(?:as|\{) (\w+)/.exec(line)![1])), ...[...files].map(([from, names]) => `import { ${names.join(", ")} } from "./${from}.ts";`)];
  return `${[...(comment ? [comment] : []), ...lines].join("\n")}\n\n${left}\n`;
}
