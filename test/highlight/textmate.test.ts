/** The TextMate grammar says what our own lexer says, on every `.net` file of the repository; and the generated files are up to date. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { IGrammar, IRawGrammar } from "vscode-textmate";
import { keywordPairs, keywordTable } from "../../editor/highlight/vocabulary.ts";
import { specialWords } from "../../grammar/words.ts";
import { highlighters } from "../../scripts/highlighting.ts";
import { repository } from "../programs.ts";
import { allNetFiles, piecesOf, textOfFile, type Kind } from "./words.ts";

const require = createRequire(import.meta.url);
const textmate = require("vscode-textmate") as typeof import("vscode-textmate");
const oniguruma = require("vscode-oniguruma") as typeof import("vscode-oniguruma");

describe.each(Object.entries(highlighters))("%s", (file, text) => {
  it("is up to date (after a change of the language's words: node scripts/run-ts.mjs scripts/highlighting.ts)", () => {
    expect(readFileSync(join(repository, file), "utf8")).toBe(text());
  });
});

it("the table has every special word of the language, and no other", () => {
  expect(new Set([...keywordTable.map(({ word }) => word), ...keywordPairs.flat()])).toEqual(new Set(specialWords));
});

describe("the TextMate grammar", () => {
  let grammar: IGrammar;
  beforeAll(async () => {
    await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
    const raw = JSON.parse(readFileSync(join(repository, "editor/vscode/syntaxes/netc.tmLanguage.json"), "utf8")) as IRawGrammar;
    const registry = new textmate.Registry({
      onigLib: Promise.resolve({ createOnigScanner: (sources) => new oniguruma.OnigScanner(sources), createOnigString: (text) => new oniguruma.OnigString(text) }),
      loadGrammar: () => Promise.resolve(raw),
    });
    grammar = (await registry.loadGrammar("source.netc"))!;
  });

  /** The scopes of every character of a text, without the grammar's own. */
  function scopesOf(text: string): readonly (readonly string[])[] {
    const all: (readonly string[])[] = [];
    let stack = textmate.INITIAL;
    for (const line of text.split("\n")) {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
      stack = ruleStack;
      const own: (readonly string[])[] = Array.from({ length: line.length }, () => []);
      for (const { startIndex, endIndex, scopes } of tokens) own.fill(scopes.slice(1), startIndex, Math.min(endIndex, line.length));
      all.push(...own, []);
    }
    return all;
  }
  /** The scopes of the first place of a word in a text. */
  const at = (text: string, word: string, nth = 0): readonly string[] => {
    let place = text.indexOf(word);
    for (let i = 0; i < nth; i++) place = text.indexOf(word, place + 1);
    expect(place, `${word} in ${text}`).toBeGreaterThanOrEqual(0);
    return scopesOf(text)[place];
  };

  const isKeyword = (scope: string): boolean => /^(keyword\.(declaration|control|operator\.word|other\.form)|constant\.language\.boolean)\.netc$/.test(scope);
  const fits: Readonly<Record<Kind, (scopes: readonly string[]) => boolean>> = {
    keyword: (scopes) => scopes.some(isKeyword),
    name: (scopes) => !scopes.some(isKeyword),
    comment: (scopes) => scopes.some((scope) => scope.startsWith("comment.line.")),
    string: (scopes) => scopes.some((scope) => scope.startsWith("string.quoted.double")),
    number: (scopes) => scopes.some((scope) => scope.startsWith("constant.numeric")),
  };

  it.each(allNetFiles)("%s: keywords, names, comments, strings and numbers are what the lexer says", (file) => {
    const text = textOfFile(file);
    const scopes = scopesOf(text);
    const pieces = piecesOf(text);
    expect(pieces.length).toBeGreaterThan(0);
    const wrong: string[] = [];
    for (const { kind, text: piece, start } of pieces) {
      for (let i = start; i < start + piece.length; i++) {
        if (fits[kind](scopes[i])) continue;
        wrong.push(`line ${text.slice(0, start).split("\n").length}: ${kind} ${piece} has ${scopes[i].join(" ") || "no scope"}`);
        break;
      }
    }
    expect(wrong).toEqual([]);
    const comments = pieces.filter(({ kind }) => kind === "comment");
    const outside = scopes.flatMap((own, i) => (fits.comment(own) && !comments.some(({ start, text: piece }) => i >= start && i < start + piece.length) ? [i] : []));
    expect(outside, "no comment where there is none").toEqual([]);
    expect(scopes.findIndex((own) => own.some((scope) => scope.startsWith("invalid"))), "nothing is marked as wrong").toBe(-1);
  });

  it("tells documentation from other comments", () => {
    expect(at("/// says", "says")).toEqual(["comment.line.documentation.netc"]);
    expect(at("//! says", "says")).toEqual(["comment.line.documentation.netc"]);
    expect(at("// says", "says")).toEqual(["comment.line.double-slash.netc"]);
  });

  it("tells blocks with weights from blocks without, at their declarations and calls", () => {
    const program = "block Unit(x: f32[B, C]; rate: float = 0.1) -> f32[B, C] = x + shrink(Conv(x, out: C))\nblock shrink(x: f32[B, C]) -> f32[B, C] = pool.max(x)";
    expect(at(program, "Unit")).toEqual(["entity.name.type.class.netc"]);
    expect(at(program, "Conv")).toEqual(["entity.name.type.class.netc"]);
    expect(at(program, "shrink", 0)).toEqual(["entity.name.function.netc"]);
    expect(at(program, "shrink", 1)).toEqual(["entity.name.function.netc"]);
    expect(at(program, "pool")).toEqual(["entity.name.namespace.netc"]);
    expect(at(program, "max")).toEqual(["entity.name.function.netc"]);
    expect(at(program, "f32")).toEqual(["storage.type.netc"]);
    expect(at(program, "float")).toEqual(["storage.type.netc"]);
    expect(at(program, "B,")).toEqual(["variable.other.axis.netc"]);
    expect(at(program, "rate")).toEqual(["variable.parameter.netc"]);
    expect(at(program, "out")).toEqual(["variable.parameter.netc"]);
  });

  it("knows axes in types, in forms, in indices and as options", () => {
    expect(at("let y = einsum(x[B, tok] -> [B])", "tok")).toEqual(["variable.other.axis.netc"]);
    expect(at("let y = rearrange(x, [B, tok = (Y X)] -> [B, Y, X])", "Y")).toEqual(["variable.other.axis.netc"]);
    expect(at("let y = x[tok = 1..]", "tok")).toEqual(["variable.other.axis.netc"]);
    expect(at("let y = softmax(x, over: key)", "key")).toEqual(["variable.other.axis.netc"]);
    expect(at("let y = mean(x, over: [Y, X])", "X]")).toEqual(["variable.other.axis.netc"]);
    expect(at("let y = layer[depth]", "depth")).toEqual([]);
  });

  it("knows the values of choices, and rows of ablations", () => {
    expect(at("choice Pooling = average | largest", "Pooling")).toEqual(["entity.name.type.enum.netc"]);
    expect(at("choice Pooling = average | largest", "average")).toEqual(["variable.other.enummember.netc"]);
    expect(at("choice Pooling = average | largest", "largest")).toEqual(["variable.other.enummember.netc"]);
    expect(at("  average => mean(x)", "average")).toEqual(["variable.other.enummember.netc"]);
    expect(at("  b \"wide\" = a with { width: 64 }", "b")).toEqual(["entity.name.tag.netc"]);
  });

  it("words are keywords by their neighbours, as in the language", () => {
    expect(at("let y = padding.from", "from")).toEqual([]);
    expect(at("let state = input + model", "input")).toEqual([]);
    expect(at("param state: f32[C] = 1", "state")).toEqual(["variable.other.definition.netc"]);
    expect(at("let y = f(in: 3, of: 4)", "in:")).toEqual(["variable.parameter.netc"]);
    expect(at("let loss = data * batch", "loss")).toEqual(["variable.other.definition.netc"]);
    expect(at("train M {\n  loss mse(y, z)\n}\nlet y = loss", "loss")).toEqual(["keyword.declaration.netc"]);
    expect(at("train M {\n  loss mse(y, z)\n}\nlet y = loss", "loss", 1)).toEqual([]);
    for (const word of ["epochs", "steps", "batch", "accumulate", "ema", "patience"]) {
      expect(at(`train M {\n  optimizer adam(lr: 1.0) { x: lr }\n  ${word} 3\n}`, word)).toEqual(["keyword.declaration.netc"]);
    }
    expect(at("assert macs <= 15M", "M")).toEqual(["constant.numeric.unit.netc"]);
  });

  it("shows what cannot be: foreign marks and strings that are not closed", () => {
    expect(at("let y = a && b", "&&")).toEqual(["invalid.illegal.character.netc"]);
    expect(at("  a \"open = {", "open")).toEqual(["string.quoted.double.netc", "invalid.illegal.unclosed-string.netc"]);
    expect(at("let y = a != b", "!=")).toEqual(["keyword.operator.netc"]);
  });

  it("an unfinished line does not colour what follows", () => {
    expect(at("block f(x: f32[B, C\nblock Next(x: f32[B]) -> f32[B] = Linear(x)", "Next")).toEqual(["entity.name.type.class.netc"]);
    expect(at("let y = einsum(x[B, tok\nlet z = layer[depth]", "depth")).toEqual([]);
    expect(at("train M\nblock loss(x: f32[B]) -> f32[B] = loss", "loss", 1)).toEqual([]);
    expect(at("import { Conv, \nmodel Net {", "Net")).toEqual(["entity.name.type.class.netc"]);
  });
});
