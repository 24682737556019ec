/** What is found out piece by piece, or kept over an edit, is what would be found out at once and anew. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCompilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { textOf } from "../../grammar/source.ts";
import { checkedInPieces } from "../../editor/service/checked-in-pieces.ts";
import { finished } from "../../compiler/long-work.ts";
import { namesOf } from "../../editor/service/names.ts";
import { createProject, type Project } from "../../editor/service/project.ts";
import { resolved } from "../../editor/service/paths.ts";
import { random } from "../format/mangle.ts";
import { netFiles, repository } from "../programs.ts";

const read = (name: string): string => readFileSync(join(repository, name), "utf8");
const told = ({ code, message, span }: Diagnostic): string => `${code} ${span.file.name}:${span.start}-${span.end} ${message}`;

describe("a program that is checked in pieces", () => {
  it.each(netFiles())("%s has the diagnostics of a check at once, with and without mistakes", (name) => {
    const next = random(name.length);
    const whole = read(name);
    const names = [...new Set(whole.match(/\b[A-Za-z]\w+/g))];
    for (let round = 0; round < 3; round++) {
      const spot = next(whole.length);
      const text = [whole, whole.replaceAll(new RegExp(`\\b${names[next(names.length)]}\\b`, "g"), "Other"), whole.slice(0, spot) + whole.slice(spot + 1 + next(30))][round];
      const host = { read: (file: string) => (file === name ? text : file.startsWith("models/") || file.startsWith("examples/") ? readOrNothing(file) : undefined), resolve: resolved };
      expect(finished(checkedInPieces(host, name)).diagnostics().map(told)).toEqual(createCompilation(host, [name]).diagnostics().map(told));
    }
  });
});

function readOrNothing(file: string): string | undefined {
  try {
    return read(file);
  } catch {
    return undefined;
  }
}

describe("names", () => {
  it("are after every edit what a new project finds", () => {
    const texts = new Map(["models/cd2fsan.net", "models/clip.net"].map((name) => [name, read(name)]));
    const opened = (): Project => {
      const project = createProject({ read: () => undefined, list: () => [] });
      for (const [name, text] of texts) project.setText(name, text);
      return project;
    };
    const found = (project: Project): readonly string[] =>
      [...texts.keys()].flatMap((name) => namesOf(project, project.file(name)!).occurrences.map(({ symbol, span, declares }) => `${name}:${span.start}-${span.end} ${declares} ${symbol.key} ${symbol.kind} ${symbol.node ? textOf(symbol.node.span) : ""}`));
    const project = opened();
    const next = random(5);
    const pieces = ["", "x", "block ", "{", "}", "\n", "Unit(x)", "import { Fuse } from \"clip.net\"\n", "let layer = 3\n"];
    for (let edit = 0; edit < 36; edit++) {
      const name = [...texts.keys()][next(2)];
      const before = texts.get(name)!;
      const at = next(before.length);
      const words = [...before.matchAll(/\b[A-Z]\w+/g)];
      const word = words[next(words.length)];
      const after = edit % 3 === 0 ? `${before.slice(0, word.index)}Other${before.slice(word.index + word[0].length)}` : before.slice(0, at) + pieces[next(pieces.length)] + before.slice(at + next(12));
      for (const text of edit % 2 ? [after] : [after, before]) {
        texts.set(name, text);
        project.setText(name, text);
        if (next(2)) project.look("models/cd2fsan.net");
        expect(found(project)).toEqual(found(opened()));
      }
      if (edit % 6 === 5) texts.set(name, read(name)); // not ever more broken
      project.setText(name, texts.get(name)!);
    }
  });
});
