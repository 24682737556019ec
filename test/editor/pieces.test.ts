/** What is found out piece by piece, or kept over an edit, is what would be found out at once and anew. */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { checkedInSteps, createCompilation, createMemory, readAhead, type Compilation, type CompilationHost } from "../../compiler/compilation.ts";
import { finished } from "../../compiler/long-work.ts";
import { parse } from "../../grammar/parse.ts";
import { parseInSteps } from "../../grammar/parse-in-steps.ts";
import { createSourceFile, textOf } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { copiesOf } from "../../bench/scaling.ts";
import { namesOf } from "../../editor/service/names.ts";
import { createProject, type Project } from "../../editor/service/project.ts";
import { random } from "../format/mangle.ts";
import { edited, told } from "../incremental/session.ts";
import { netFiles, repository } from "../programs.ts";

const texts = new Map(netFiles().map((name) => [name, readFileSync(join(repository, name), "utf8")]));
const read = (name: string): string => texts.get(name)!;
const hostOf = (name: string, text: string): CompilationHost => ({ read: (file) => (file === name ? text : texts.get(file)), resolve: (from, importer) => normalize(join(dirname(importer), from)) });
const atOnce = (host: CompilationHost, name: string): readonly string[] => createCompilation(host, [name]).diagnostics().map(told);
const found = (compilation: Compilation): readonly string[] => compilation.diagnostics().map(told);

/** The text of a program, with a name that means something else, and with something left out. */
function versions(name: string): readonly string[] {
  const next = random(name.length);
  const whole = read(name);
  const names = [...new Set(whole.match(/\b[A-Za-z]\w+/g))];
  const spot = next(whole.length);
  return [whole, whole.replaceAll(new RegExp(`\\b${names[next(names.length)]}\\b`, "g"), "Other"), whole.slice(0, spot) + whole.slice(spot + 1 + next(30))];
}

describe("a program that is checked in pieces", () => {
  it.each(netFiles())("%s has the diagnostics of a check at once, with and without mistakes", (name) => {
    for (const text of versions(name)) {
      const host = hostOf(name, text);
      expect(found(finished(checkedInSteps(host, [name])))).toEqual(atOnce(host, name));
    }
  });

  it.each(netFiles())("%s has them whenever somebody asks for something in between", (name) => {
    for (const text of versions(name)) {
      const host = hostOf(name, text);
      const wanted = atOnce(host, name);
      const all = [...checkedInSteps(host, [name])].length;
      for (const asked of [1, Math.floor(all / 3), Math.floor((2 * all) / 3), all - 1]) {
        const compilation = createCompilation(host, [name]);
        const work = compilation.work();
        for (let i = 0; i < asked; i++) work.next();
        const model = compilation.models.at(-1);
        if (asked % 2 && model) walk(model, (node) => void compilation.valueOf(node));
        expect(found(compilation)).toEqual(wanted);
        finished(work);
        expect(found(compilation)).toEqual(wanted);
      }
    }
  });

  it.each(netFiles())("%s has them after a check that was given up for an edit", (name) => {
    const next = random(3 * name.length);
    const memory = createMemory();
    const whole = read(name);
    let text = whole;
    for (let edit = 0; edit < 24; edit++) {
      text = edit % 3 === 2 ? whole : edited(text, next);
      const host = hostOf(name, text);
      finished(readAhead(host, [name], memory));
      const compilation = createCompilation(host, [name], memory);
      const work = compilation.work();
      let isDone = false;
      for (let steps = next(3) ? next(12) : Infinity; steps > 0 && !isDone; steps--) isDone = work.next().done === true;
      if (isDone || edit === 23) expect(found(compilation)).toEqual(atOnce(host, name));
    }
  });

  it("stops when another compilation took over what is remembered", () => {
    const [name, memory] = ["models/cd2fsan.net", createMemory()];
    const older = createCompilation(hostOf(name, read(name).replace("Fuse", "Fused")), [name], memory).work();
    older.next();
    const compilation = createCompilation(hostOf(name, read(name)), [name], memory);
    expect([...older]).toEqual([]);
    expect(found(compilation)).toEqual([]);
  });

  it("is what several finish together", () => {
    const name = "models/clip.net";
    const compilation = createCompilation(hostOf(name, read(name)), [name]);
    const [one, other] = [compilation.work(), compilation.work()];
    let steps = 0;
    for (let isDone = false; !isDone; steps++) isDone = (steps % 2 ? one : other).next().done === true;
    expect(steps).toBeLessThan([...createCompilation(hostOf(name, read(name)), [name]).work()].length + 4);
    expect(found(compilation)).toEqual(atOnce(hostOf(name, read(name)), name));
  });
});

describe("pieces", () => {
  /** How long each piece lasts, and all together. */
  const timed = (work: Generator<unknown, unknown>): { readonly longest: number; readonly whole: number; readonly count: number } => {
    const times: number[] = [];
    for (let isDone = false; !isDone; ) {
      const from = performance.now();
      isDone = work.next().done === true;
      times.push(performance.now() - from);
    }
    return { longest: Math.max(...times), whole: times.reduce((sum, time) => sum + time, 0), count: times.length };
  };
  /** The smallest part of the whole that the longest piece is, of some rounds: whatever else the machine does makes it larger. */
  const largestPart = (work: () => Generator<unknown, unknown>): number => Math.min(...Array.from({ length: 4 }, () => timed(work())).map(({ longest, whole }) => longest / whole));

  it("of a check are small parts of it", () => {
    const name = "models/cd2fsan.net";
    expect(largestPart(() => checkedInSteps(hostOf(name, read(name)), [name]))).toBeLessThan(0.4);
    const long = copiesOf(8);
    expect(largestPart(() => checkedInSteps(hostOf("long.net", long), ["long.net"]))).toBeLessThan(0.2);
  });

  it("of reading a long file are small parts of it", () => {
    const long = copiesOf(16);
    expect(largestPart(() => parseInSteps(createSourceFile("long.net", long)))).toBeLessThan(0.35);
  });
});

describe("a file that is parsed in steps", () => {
  const shown = (text: string, result: ReturnType<typeof parse>): readonly string[] => {
    const lines = result.problems.map((problem) => `${problem.kind} ${problem.span.start}-${problem.span.end} ${problem.message}`);
    for (const item of [...result.file.imports, ...result.file.items]) walk(item, (node) => void lines.push(`${node.kind} ${node.span.start}-${node.span.end}`));
    return [...lines, ...result.doubtful.map(({ start, end }) => `doubtful ${start}-${end}`), ...result.file.comments.map(({ span, text: own }) => `${span.start}-${span.end} ${own}`), `${result.file.doc} ${text.length}`];
  };

  it.each(netFiles())("%s, several times over, has the tree of one that is parsed at once, with and without mistakes", (name) => {
    const next = random(7 * name.length);
    for (let round = 0; round < 4; round++) {
      let text = read(name).repeat(Math.ceil(40_000 / read(name).length));
      for (let i = 0; i < 2 * round; i++) text = edited(text, next);
      const source = createSourceFile(name, text);
      expect(shown(text, finished(parseInSteps(source)))).toEqual(shown(text, parse(createSourceFile(name, text))));
    }
  });
});

describe("names", () => {
  it("are after every edit what a new project finds", () => {
    const some = new Map(["models/cd2fsan.net", "models/clip.net"].map((name) => [name, read(name)]));
    const opened = (): Project => {
      const project = createProject({ read: () => undefined, list: () => [] });
      for (const [name, text] of some) project.setText(name, text);
      return project;
    };
    const names = (project: Project): readonly string[] =>
      [...some.keys()].flatMap((name) => namesOf(project, project.file(name)!).occurrences.map(({ symbol, span, declares }) => `${name}:${span.start}-${span.end} ${declares} ${symbol.key} ${symbol.kind} ${symbol.node ? textOf(symbol.node.span) : ""}`));
    const project = opened();
    const next = random(5);
    const pieces = ["", "x", "block ", "{", "}", "\n", "Unit(x)", "import { Fuse } from \"clip.net\"\n", "let layer = 3\n"];
    for (let edit = 0; edit < 36; edit++) {
      const name = [...some.keys()][next(2)];
      const before = some.get(name)!;
      const at = next(before.length);
      const words = [...before.matchAll(/\b[A-Z]\w+/g)];
      const word = words[next(words.length)];
      const after = edit % 3 === 0 ? `${before.slice(0, word.index)}Other${before.slice(word.index + word[0].length)}` : before.slice(0, at) + pieces[next(pieces.length)] + before.slice(at + next(12));
      for (const text of edit % 2 ? [after] : [after, before]) {
        some.set(name, text);
        project.setText(name, text);
        if (next(2)) project.look("models/cd2fsan.net");
        expect(names(project)).toEqual(names(opened()));
      }
      if (edit % 6 === 5) some.set(name, read(name)); // not ever more broken
      project.setText(name, some.get(name)!);
    }
  });
});
