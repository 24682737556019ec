/**
 * Programs as they are while somebody types them: tokens deleted, doubled, swapped; prefixes; noise; sizes and families without measure.
 * Whatever the text, checking ends, never throws, and every span of every diagnostic lies inside its file. NETC_FUZZ=full tries many more.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCompilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { lex } from "../../grammar/lex.ts";
import { createSourceFile, positionAt, type Span } from "../../grammar/source.ts";
import { netFiles, repository } from "../programs.ts";

const full = process.env["NETC_FUZZ"] === "full";
/** Mangled versions of each file. That each ends is held by the time limit of the test. */
const rounds = full ? 1_000 : 30;

const texts = new Map<string, string>(netFiles().map((name) => [name, readFileSync(join(repository, name), "utf8")]));
const library = readdirSync(join(repository, "compiler/std")).filter((name) => name.endsWith(".net")).sort();
for (const name of library) texts.set(`std/${name}`, readFileSync(join(repository, "compiler/std", name), "utf8"));

/** Linear congruence (Numerical Recipes): the same programs in every run. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function checked(main: string, others: Readonly<Record<string, string>> = {}): readonly Diagnostic[] {
  const files: Readonly<Record<string, string>> = { "main.net": main, ...others };
  const host = { read: (name: string) => files[name], resolve: (from: string) => from.replace("./", "") };
  return createCompilation(host, ["main.net"]).diagnostics();
}

function problemWithSpan({ file, start, end }: Span): string | undefined {
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= file.text.length)) return `${start}..${end} of ${file.text.length} in ${file.name}`;
  const [from, to] = [positionAt(file, start), positionAt(file, end)];
  const ordered = from.line >= 1 && from.column >= 1 && (from.line < to.line || (from.line === to.line && from.column <= to.column));
  return ordered ? undefined : `${from.line}:${from.column} … ${to.line}:${to.column} in ${file.name}`;
}

/** What is wrong with how a program was checked: nothing, unless netc has a bug. */
function bugsOf(main: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  let found: readonly Diagnostic[];
  try {
    found = checked(main, others);
  } catch (error) {
    return [`threw ${error instanceof Error ? `${error.message}\n${error.stack?.split("\n").slice(1, 6).join("\n") ?? ""}` : String(error)}`];
  }
  const bugs: string[] = [];
  for (const one of found) {
    const spans = [one.span, ...one.related.map((place) => place.span), ...one.fixes.flatMap((fix) => fix.edits.map((edit) => edit.span))];
    for (const span of spans) {
      const problem = problemWithSpan(span);
      if (problem) bugs.push(`${one.code}: ${problem}`);
    }
    if (!one.message || /undefined|NaN|\[object/.test(one.message)) bugs.push(`${one.code}: message \`${one.message}\``);
  }
  return bugs;
}

/** The smallest text that still shows the bug, line by line: for the person who reads the failure. */
function shrunk(text: string, others: Readonly<Record<string, string>>): string {
  const first = bugsOf(text, others)[0]?.split("\n")[0];
  let lines = text.split("\n");
  for (let size = lines.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < lines.length; ) {
      const fewer = [...lines.slice(0, at), ...lines.slice(at + size)];
      if (bugsOf(fewer.join("\n"), others)[0]?.split("\n")[0] === first) lines = fewer;
      else at += size;
    }
  }
  return lines.join("\n");
}

function expectNoBugs(text: string, others: Readonly<Record<string, string>> = {}): void {
  const bugs = bugsOf(text, others);
  if (bugs.length === 0) return;
  const small = bugs[0].startsWith("took") ? text : shrunk(text, others);
  expect.fail(`${bugs.join("\n")}\nin\n${small.slice(0, 3_000)}`);
}

describe("tokens deleted, doubled, swapped", () => {
  it.each([...texts])("%s", (name, text) => {
    const { tokens } = lex(createSourceFile(name, text));
    const pick = random(name.length * 7919 + tokens.length);
    const others = { "clip.net": texts.get("models/clip.net")! };
    for (let round = 0; round < rounds; round++) {
      const at = pick(tokens.length - 1);
      const [own, next] = [tokens[at], tokens[at + 1]];
      const [start, stop] = [own.startOffset, own.startOffset + own.image.length];
      const nextStop = next.startOffset + next.image.length;
      const mangled = [
        () => text.slice(0, start) + text.slice(stop),
        () => `${text.slice(0, stop)} ${own.image}${text.slice(stop)}`,
        () => text.slice(0, start) + next.image + text.slice(stop, next.startOffset) + own.image + text.slice(nextStop),
        () => text.slice(0, start) + tokens[pick(tokens.length)].image + text.slice(stop),
      ][pick(4)]();
      expectNoBugs(mangled, others);
    }
  });
});

describe("texts that break off, and noise", () => {
  it("prefixes of the flagship", () => {
    const text = texts.get("models/cd2fsan.net")!;
    const pick = random(1);
    for (let round = 0; round < (full ? 3_000 : 60); round++) expectNoBugs(text.slice(0, pick(text.length)), { "clip.net": texts.get("models/clip.net")! });
  });

  it("random bytes and random words", () => {
    const words = [...new Set([...texts.values()].flatMap((text) => text.split(/\s+/)))];
    const pick = random(2);
    for (let round = 0; round < (full ? 5_000 : 150); round++) {
      expectNoBugs(Buffer.from(Array.from({ length: pick(2_000) }, () => pick(256))).toString(round % 2 ? "latin1" : "utf8"));
      expectNoBugs(Array.from({ length: pick(120) }, () => words[pick(words.length)]).join(" "));
    }
  });

  it("10 MB of brackets", () => {
    for (const bracket of ["(", "[", "{", ")"]) expectNoBugs(bracket.repeat(10_000_000));
    expect(checked("(".repeat(10_000_000)).map((one) => one.code)).toEqual(["NET0003"]);
  });

  it("one line of a million names, and a million lines", () => {
    expectNoBugs("x ".repeat(500_000));
    expectNoBugs("\n".repeat(1_000_000));
    expectNoBugs(`model M {\n input x: f32[B, C = 4]\n output y: f32[B, C] = ${"x + ".repeat(3_000)}x\n}\n`);
  });
});

const inModel = (body: string): string => `model M {\n  input x: f32[B, C = 4]\n${body}\n  output y: f32[B, C] = x\n}\n`;

describe("without measure", () => {
  it.each([
    ["a family of a million members", inModel("  let a[0] = x\n  let a[i] = relu(a[i - 1]) for i in 1..=1000000\n  let z = a[1000000]")],
    ["a family of 10000 members that lean on each other", inModel("  let a[0] = x\n  let a[i] = relu(a[i - 1]) for i in 1..=10000\n  let z = a[10000]")],
    ["a family of families", inModel("  let a[i] = x for i in 0..10000\n  let b[i] = a[i] for i in 0..10000\n  let c = stack(b[0..10000], axis: n)")],
    ["a range that runs backwards", inModel("  let a[i] = x for i in 9..1\n  let z = a[3]")],
    ["a number that is too large", "model M {\n  input x: f32[B, C = 99999999999999999999]\n  output y: f32[B, C] = x\n}\n"],
    ["2 ^ 64, again and again", inModel(`  let z = Linear(x, out: ${"(".repeat(30)}2 ^ 64${") ^ 64".repeat(30)})`)],
    ["products that overflow", inModel(`  let z = Linear(x, out: ${Array(400).fill("9007199254740991").join(" * ")})`)],
    ["float powers", inModel("  let z = x * (10.0 ^ 400) + x / 0.0 + x * (0.0 - 1.0) ^ 0.5")],
    ["symbolic powers", "block f(x: f32[B, C]) -> f32[B, C = ((C ^ 64) ^ 64) ^ 64] = x\n"],
    ["a polynomial with many terms", "block f(x: f32[a, b, c, d, e, g]) -> f32[h = (a + b + c + d + e + g) ^ 12] = x\n"],
    ["division nested in division", `block f(x: f32[B, C]) -> f32[B, C = ${"floor((".repeat(40)}C${" + 1) / 3)".repeat(40)}] = x\n`],
    ["a table without end", inModel("  let z = [f32(i * j) for i in p = 1000000, j in q = 1000000]")],
    ["a huge list", inModel(`  let z = concat(${Array(3_000).fill("x").join(", ")}, over: C)`)],
    ["a block that uses itself", "block F(x: f32[B, C]) -> f32[B, C] = F(x)\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = F(x)\n}\n"],
    ["blocks that use each other", "block F(x: f32[B, C]) -> f32[B, C] = G(x)\nblock G(x: f32[B, C]) -> f32[B, C] = H(x)\nblock H(x: f32[B, C]) -> f32[B, C] = F(x)\n"],
    ["a default that calls its own block", "block f(x: f32[B, C]; n: int = f(x)) -> f32[B, C] = x\n"],
    ["a family member made from itself", inModel("  let a[0] = x\n  let a[i] = a[i] + x for i in 1..=3\n  let z = a[2]")],
    ["a family whose range asks for it", inModel("  let a[i] = x for i in a..3\n  let z = a[2]")],
    ["a family whose index asks for it", inModel("  let a[a[0].C] = x\n  let b[i. = relu(b[i - 1]) for i in 1..3")],
    ["members in a circle", inModel("  let a[i] = b[i] for i in 0..3\n  let b[i] = a[i] for i in 0..3\n  let z = a[2]")],
    ["a symbolic family that looks ahead", "block F(x: f32[B, C]; n: int) -> f32[B, C] {\n  let a[0] = x\n  let a[i] = a[i + 1] for i in 1..=n\n  return a[n]\n}\n"],
    ["a size made from itself", "model M {\n  input x: f32[B, C = C]\n  output y: f32[B, C] = x\n}\n"],
    ["a binding made from itself", inModel("  let z = z + x")],
    ["a model with the name of a block", "block M(x: f32[B, C]) -> f32[B, C] = x\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = M(x)\n}\n"],
    ["blocks in a chain of a thousand", `${Array.from({ length: 1_000 }, (_, i) => `block f${i}(x: f32[B, C]) -> f32[B, C] = ${i ? `f${i - 1}(x)` : "x"}`).join("\n")}\n`],
    ["blocks that double, forty deep", `${Array.from({ length: 40 }, (_, i) => `block f${i}(x: f32[B, C]) -> f32[B, C] = ${i ? `f${i - 1}(x) + f${i - 1}(x)` : "x"}`).join("\n")}\n`],
    ["lets in a chain of three thousand", inModel(Array.from({ length: 3_000 }, (_, i) => `  let a${i} = relu(${i ? `a${i - 1}` : "x"})`).join("\n"))],
    ["lets in a chain, last first", inModel(Array.from({ length: 3_000 }, (_, i) => `  let a${i} = relu(${i < 2_999 ? `a${i + 1}` : "x"})`).join("\n"))],
    ["a family of 10000 members, last first", inModel("  let a[10000] = x\n  let a[i] = relu(a[i + 1]) for i in 0..10000\n  let z = a[0]")],
    ["a size that is squared by each member", inModel("  let a[0] = x\n  let a[i] = Linear(a[i - 1], out: C = a[i - 1].C * a[i - 1].C) for i in 1..=100\n  let z = a[100]")],
    ["blocks in a chain of three hundred, last first", `${Array.from({ length: 300 }, (_, i) => `block f${i}(x: f32[B, C]) -> f32[B, C] = ${i < 299 ? `f${i + 1}(x)` : "x"}`).join("\n")}\n`],
    ["lets that double, sixty deep", inModel(Array.from({ length: 60 }, (_, i) => `  let a${i} = ${i ? `a${i - 1} + a${i - 1}` : "x"}`).join("\n"))],
    ["names of the prototype", inModel("  let constructor = x\n  let __proto__ = constructor(x)\n  let z = toString(x, hasOwnProperty: valueOf)")],
    ["an ablation that stands on itself", `${inModel("")}ablation t of M {\n  a "a" = a with { width: 3 }\n  b "b" = c with { }\n  c "c" = b with { }\n}\n`],
    ["a plan that loops for ever", `${inModel("")}weights w of M from "f" {\n  for i in 0..1000000, j in 0..1000000 { "a.{i}.{j}" -> b.{i}.{j} }\n}\n`],
  ])("%s", (_, text) => expectNoBugs(text));

  it("imports in a circle, of itself, of nothing", () => {
    expectNoBugs('import { A } from "./main.net"\n');
    expectNoBugs('import { A } from ""\nimport { B } from "./nowhere.net"\n');
    const others = { "a.net": 'import { B } from "./b.net"\nblock A(x: f32[B, C]) -> f32[B, C] = B(x)\n', "b.net": 'import { A } from "./a.net"\nblock B(x: f32[B, C]) -> f32[B, C] = A(x)\n' };
    expectNoBugs('import { A } from "./a.net"\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = A(x)\n}\n', others);
    expect(checked('import { A } from "./a.net"\n', others).map((one) => one.code)).toContain("NET0107");
  });
});
