/** Texts made to break a parser: it ends soon, does not throw, and says why. */
import { describe, expect, test } from "vitest";
import { syntaxDiagnostics } from "../../compiler/syntax.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { parse } from "../../grammar/parse.ts";
import { walk } from "../../grammar/visit.ts";
import { declaredNames, parseText, spanFaults } from "./fixtures.ts";

const block = (expression: string): string => `block f(x: f32[B]) -> f32[B] = ${expression}`;
const megabytes = 10_000_000;

describe("size", () => {
  test("a file that is too large is not read, and the person is told why", () => {
    const source = createSourceFile("large.net", "// a line\n".repeat(200_001));
    expect(parse(source).problems).toMatchObject([{ message: "the file has 2000010 characters; netc reads at most 2000000: split it into files" }]);
    expect(syntaxDiagnostics(source, parse(source).problems)).toMatchObject([{ code: "NET0003", message: "the file has 2000010 characters; netc reads at most 2000000: split it into files" }]);
    expect(parse(createSourceFile("fits.net", "// a line\n".repeat(200_000))).problems).toEqual([]);
  });
});

describe("nesting", () => {
  test.each([["("], ["["], ["{"], ["f("], ["x["]])("10 MB of %s", (unit) => {
    const { problems } = parse(createSourceFile("deep.net", block(unit.repeat(megabytes / unit.length))));
    expect(problems).toMatchObject([{ kind: "nesting", message: expect.stringContaining("nested more than 200 deep") }]);
  });

  test.each([
    ["unary minus", block("- ".repeat(5000) + "x")],
    ["not", block("not ".repeat(5000) + "x")],
    ["else if", block("if a then b else ".repeat(5000) + "x")],
    ["if in conditions", block("if ".repeat(5000) + "x")],
    ["powers", block("x ^ ".repeat(5000) + "x")],
    ["powers of negatives", block("x ^ - ".repeat(5000) + "x")],
  ])("%s", (_, text) => expect(parseText(text).problems).toMatchObject([{ kind: "nesting" }]));

  test.each([
    ["parentheses", block("(".repeat(199) + "x" + ")".repeat(199))],
    ["lists", block("[".repeat(199) + "x" + "]".repeat(199))],
    ["calls", block("f(x, a: ".repeat(199) + "x" + ")".repeat(199))],
    ["ifs", block("if a then b else ".repeat(199) + "x")],
    ["powers", block("x ^ ".repeat(199) + "x")],
    ["arms", block("match a { b => ".repeat(199) + "x" + "}".repeat(199))],
    ["bodies of arms", block("match a { b => { return ".repeat(99) + "x" + "} }".repeat(99))],
    ["list types", `block f(x: ${"[".repeat(198)}f32[B]${"; 1]".repeat(198)}) -> float = x`],
    ["loops", `weights a of M from "x" { ${"for i in 0..2 { ".repeat(198)} ${"}".repeat(199)}`],
    ["indexes", block("a[x, ".repeat(199) + "x" + "]".repeat(199))],
    ["records", block("(a: 1, b: ".repeat(199) + "x" + ")".repeat(199))],
    ["contractions", block("einsum(a[A], f(".repeat(99) + "x" + ")[B] -> [C])".repeat(99))],
    ["terms that are no nesting", block(Array(1000).fill("a ^ 2 * if_ ^ 2 - (b ^ 2)").join(" + "))],
  ])("198 or so of %s are fine", (_, text) => expect(parseText(text).problems).toEqual([]));
});

describe("errors deep inside", () => {
  test.each([
    ["parentheses", block("(".repeat(195) + "x = )" + ")".repeat(195))],
    ["calls", block("f(x, a: ".repeat(195) + "x ; y" + ")".repeat(195))],
    ["unclosed calls", block("f(x, a: ".repeat(195))],
    ["unclosed lists", block("[x, ".repeat(195) + " = ")],
    ["unclosed contractions", block("einsum(a[A], f(".repeat(95))],
    ["unclosed arms", block("match a { b => ".repeat(195))],
    ["ifs", block("if a then b else ".repeat(195))],
  ])("%s", (_, text) => {
    const { file, problems } = parseText(`${text}\n${block("x")}`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.kind !== "nesting")).toBe(true);
    expect(declaredNames(file)).toEqual(["f", "f"]);
  });
});

describe("long chains", () => {
  test.each([
    ["a sum", "a" + " + a".repeat(100_000)],
    ["members", "a" + ".b".repeat(20_000)],
    ["calls", "a" + "()".repeat(20_000)],
    ["a list", "[" + "1, ".repeat(50_000) + "]"],
  ])("%s", (_, expression) => {
    const { file, problems } = parseText(block(expression));
    expect(problems).toEqual([]);
    let count = 0;
    walk(file, () => void count++);
    expect(count).toBeGreaterThan(20_000);
  });
});

describe("strange texts", () => {
  test("a great many errors end", () => {
    for (const unit of ["= ", ") ", "} ", "let ", "block ", "let x = = ) ", "model { ", "\" ", "a b ", "| ", "-> ", "for "]) {
      const { problems, file } = parseText(unit.repeat(200) + "\n" + block(unit.repeat(4000)));
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.length).toBeLessThanOrEqual(140);
      expect(spanFaults(file, false)).toEqual([]);
    }
  });

  test("megabytes of errors and comments end", () => {
    for (const text of [block("f(" + "a b ".repeat(200_000) + ")"), "/// a\n".repeat(200_000) + block("a"), `model M {${"let x = y; ".repeat(100_000)}}`]) {
      expect(parseText(text).problems.every((problem) => problem.kind !== "nesting")).toBe(true);
    }
  });

  test("few lexical problems, neighbours merged", () => {
    expect(parseText("$$$$$$").problems.length).toBe(1);
    const { problems } = parseText("$ a ".repeat(5000));
    expect(problems.filter((problem) => problem.kind === "lexical").length).toBeLessThanOrEqual(20);
  });

  test("unterminated strings end with their line", () => {
    const { file, problems } = parseText('import { a } from "b\nblock f(x: f32[B]) -> f32[B] = x\nimport { c } from "\\');
    expect(problems.map((problem) => problem.kind)).toEqual(["lexical", "unexpected", "lexical"]);
    expect(file.imports.map((each) => each.from.value)).toEqual(["b", ""]);
    expect(declaredNames(file)).toEqual(["f"]);
  });

  test("a byte order mark is skipped", () => {
    const { file, problems } = parseText("\ufeff/// Doc.\nblock f(x: f32[B]) -> f32[B] = x");
    expect(problems).toEqual([]);
    expect(file.items[0]).toMatchObject({ doc: "Doc.", span: { start: 10 } });
  });

  test("letters of other alphabets make one problem and one name", () => {
    const { file, problems } = parseText("block f(x: f32[B]) -> f32[B] {\n let θ_1 = x\n let naïve = θ_1\n return x }");
    expect(problems.map((problem) => problem.kind)).toEqual(["lexical", "lexical", "lexical"]);
    expect(declaredNames(file)).toEqual(["f", "θ_1", "naïve", "return"]);
  });

  test("emoji, zero bytes and lone surrogates", () => {
    for (const text of ["😀", "block 😀😀(x", "\0\0", "a\ud800b", "// 😀\n/// \ud800", "block f(x: f32[B]) -> f32[B] = \u2028x", ""]) {
      const { file } = parseText(text);
      expect(spanFaults(file, false)).toEqual([]);
    }
  });
});
