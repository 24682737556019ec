/** How diagnostics look: for people (frames of several files), on one line, as JSON, as SARIF, and as GitHub's workflow commands. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { ansiColours, joinUsers, renderHuman, renderShort } from "../../compiler/diagnostics/render-human.ts";
import { renderGithub, renderJson, renderSarif } from "../../compiler/diagnostics/render-machine.ts";
import { createSourceFile, spanIn, type SourceFile, type Span } from "../../grammar/source.ts";
import { problemsOf } from "../programs.ts";

/** The span of the first `part` in a file. */
function at(file: SourceFile, part: string): Span {
  const start = file.text.indexOf(part);
  if (start < 0) throw new Error(`no \`${part}\` in ${file.name}`);
  return spanIn(file, start, start + part.length);
}

const main = createSourceFile("models/main.net", "let a = one\n\nlet b = two\nlet c = a + b\n");
const other = createSourceFile("models/other.net", `${"\n".repeat(119)}block two = 2\n`);

const plain: Diagnostic = { code: "NET0301", severity: "error", message: "sizes differ", span: at(main, "a + b"), related: [], notes: [], fixes: [], usedBy: [] };

const rich: Diagnostic = {
  ...plain,
  label: "here",
  related: [{ span: at(main, "one"), message: "30 here" }, { span: at(main, "two"), message: "15 here" }, { span: at(other, "two"), message: "declared here" }],
  notes: ["the rule", "with Y = 1 they are 2 and 1"],
  help: "resize",
  fixes: [{ title: "make it three", edits: [{ span: at(main, "two"), newText: "three" }] }],
  usedBy: ["M", "M (f)", "M (g)", "N (a)"],
};

describe("for a person", () => {
  it("draws every file with its lines in order, one gutter, and marks under what is meant", () => {
    expect(renderHuman(rich)).toBe(
      [
        "error[NET0301]: sizes differ",
        "    ┌─ models/main.net:4:9",
        "  1 │ let a = one",
        "    │         --- 30 here",
        "    ·",
        "  3 │ let b = two",
        "    │         --- 15 here",
        "  4 │ let c = a + b",
        "    │         ^^^^^ here",
        "    ┌─ models/other.net:120:7",
        "120 │ block two = 2",
        "    │       --- declared here",
        "    = the rule",
        "    = with Y = 1 they are 2 and 1",
        "    = help: resize",
        "    = fix: make it three",
        "    = used by M (variants f, g); N (variant a)",
        "    = netc explain NET0301",
      ].join("\n"),
    );
  });

  it("joins what is said twice about one place, and puts marks of one line under each other from the right", () => {
    const twice = { ...plain, label: "first", related: [{ span: plain.span, message: "second" }, { span: at(main, "c = a"), message: "left of it" }] };
    expect(renderHuman(twice).split("\n").slice(2, 5)).toEqual([" 4 │ let c = a + b", "   │         ^^^^^ first; second", "   │     ----- left of it"]);
    const same = { ...plain, label: "first", related: [{ span: plain.span, message: "first" }] };
    expect(renderHuman(same)).toContain("^^^^^ first\n");
  });

  it("keeps tabs under tabs", () => {
    const tabbed = createSourceFile("t.net", "\tlet\ta = wrong\n");
    expect(renderHuman({ ...plain, span: at(tabbed, "wrong") }).split("\n").slice(1, 4)).toEqual(["   ┌─ t.net:1:10", " 1 │ \tlet\ta = wrong", "   │ \t   \t    ^^^^^"]);
  });

  it("marks one column where the span is empty: in a line, on an empty line, at the end, in an empty file", () => {
    const marks = (file: SourceFile, offset: number): readonly string[] => renderHuman({ ...plain, span: spanIn(file, offset, offset) }).split("\n").slice(1, 4);
    expect(marks(main, 4)).toEqual(["   ┌─ models/main.net:1:5", " 1 │ let a = one", "   │     ^"]);
    expect(marks(main, 12)).toEqual(["   ┌─ models/main.net:2:1", " 2 │ ", "   │ ^"]);
    expect(marks(main, main.text.length)).toEqual(["   ┌─ models/main.net:5:1", " 5 │ ", "   │ ^"]);
    expect(marks(createSourceFile("empty.net", ""), 0)).toEqual(["   ┌─ empty.net:1:1", " 1 │ ", "   │ ^"]);
  });

  it("marks what goes on over several lines to the end of its first", () => {
    const wide = { ...plain, span: spanIn(main, 8, main.text.length) };
    expect(renderHuman(wide).split("\n").slice(1, 4)).toEqual(["   ┌─ models/main.net:1:9", " 1 │ let a = one", "   │         ^^^"]);
  });

  it("cuts lines wider than a screen around the mark, and lines that end in a carriage return without it", () => {
    const wide = createSourceFile("w.net", `let a = ${"x + ".repeat(500)}wrong\r\nlet b = 1\r\n`);
    const lines = renderHuman({ ...plain, span: at(wide, "wrong") }).split("\n");
    expect(lines[2].length).toBeLessThan(260);
    expect(lines[2]).toMatch(/^ 1 │ ….*wrong…?$/);
    expect(lines[3].indexOf("^")).toBe(lines[2].indexOf("wrong"));
  });

  it("is coloured on demand, and says the same", () => {
    const coloured = renderHuman(rich, ansiColours);
    expect(coloured).toContain("\u001b[1;31merror[NET0301]\u001b[0m");
    expect(coloured.replace(/\u001b\[[\d;]*m/g, "")).toBe(renderHuman(rich));
    expect(renderHuman(rich)).not.toContain("\u001b");
  });

  it("names models and their variants once", () => {
    expect(joinUsers(["A", "A (x)", "B"])).toBe("A (variant x); B");
    expect(joinUsers([])).toBe("");
  });
});

it("on one line: place, severity, code, message", () => {
  expect(renderShort(plain)).toBe("models/main.net:4:9: error[NET0301]: sizes differ");
  expect(renderShort({ ...plain, severity: "warning", code: "NET0604" })).toMatch(/: warning\[NET0604\]: /);
});

describe("JSON", () => {
  it("has exactly the documented keys, places that count from 1, and offsets from 0", () => {
    expect(JSON.parse(renderJson([rich]))).toEqual({
      version: 1, code: "NET0301", severity: "error", message: "sizes differ", file: "models/main.net",
      range: { start: { line: 4, column: 9, offset: 33 }, end: { line: 4, column: 14, offset: 38 } },
      related: [
        { message: "30 here", file: "models/main.net", range: { start: { line: 1, column: 9, offset: 8 }, end: { line: 1, column: 12, offset: 11 } } },
        { message: "15 here", file: "models/main.net", range: { start: { line: 3, column: 9, offset: 21 }, end: { line: 3, column: 12, offset: 24 } } },
        { message: "declared here", file: "models/other.net", range: { start: { line: 120, column: 7, offset: 125 }, end: { line: 120, column: 10, offset: 128 } } },
      ],
      notes: ["the rule", "with Y = 1 they are 2 and 1"],
      help: "resize",
      fixes: [{ title: "make it three", edits: [{ file: "models/main.net", range: { start: { line: 3, column: 9, offset: 21 }, end: { line: 3, column: 12, offset: 24 } }, newText: "three" }] }],
      usedBy: ["M (variants f, g)", "N (variant a)"],
      explain: "netc explain NET0301",
    });
    expect(Object.keys(JSON.parse(renderJson([plain])) as object).sort()).toEqual(["code", "explain", "file", "fixes", "message", "notes", "range", "related", "severity", "usedBy", "version"]);
  });

  it("is one object a line, whatever the message holds", () => {
    const lines = renderJson([plain, { ...plain, message: 'two\nlines and a "quote"' }, rich]).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(["sizes differ", 'two\nlines and a "quote"', "sizes differ"]);
    expect(renderJson([])).toBe("");
  });
});

describe("SARIF", () => {
  interface Sarif {
    readonly $schema: string;
    readonly version: string;
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[] } };
      readonly columnKind: string;
      readonly results: readonly { readonly ruleId: string; readonly level: string; readonly message: { readonly text: string }; readonly locations: readonly unknown[]; readonly relatedLocations: readonly unknown[] }[];
    }[];
  }
  const read = (diagnostics: readonly Diagnostic[]): Sarif => JSON.parse(renderSarif(diagnostics, "1.2.3")) as Sarif;

  it("is one run of version 2.1.0 with a rule for each code that is met", () => {
    const sarif = read([rich, plain, { ...plain, code: "NET0604", severity: "warning" }, { ...plain, severity: "info" }]);
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.$schema).toContain("sarif-2.1.0");
    expect(sarif.runs).toHaveLength(1);
    const [{ tool, columnKind, results }] = sarif.runs;
    expect(tool.driver).toEqual({
      name: "netc", version: "1.2.3",
      rules: [{ id: "NET0301", shortDescription: { text: "elementwise sizes differ" } }, { id: "NET0604", shortDescription: { text: "parameters that reach no loss" } }],
    });
    expect(columnKind).toBe("utf16CodeUnits");
    expect(results.map(({ level }) => level)).toEqual(["error", "error", "warning", "note"]);
    expect(results[0].message.text).toBe("sizes differ\nthe rule\nwith Y = 1 they are 2 and 1\nhelp: resize");
    expect(results[0].locations).toEqual([{ physicalLocation: { artifactLocation: { uri: "models/main.net" }, region: { startLine: 4, startColumn: 9, endLine: 4, endColumn: 14 } } }]);
    expect(results[0].relatedLocations).toHaveLength(3);
    for (const { ruleId } of results) expect(tool.driver.rules.map(({ id }) => id)).toContain(ruleId);
  });

  it("is whole where nothing is wrong", () => {
    expect(read([]).runs[0].results).toEqual([]);
  });
});

describe("GitHub", () => {
  it("writes a workflow command with its properties", () => {
    expect(renderGithub(plain)).toBe("::error file=models/main.net,line=4,col=9,endLine=4,endColumn=14,title=NET0301 elementwise sizes differ::sizes differ");
    expect(renderGithub({ ...plain, severity: "warning" })).toMatch(/^::warning /);
    expect(renderGithub({ ...plain, severity: "info" })).toMatch(/^::notice /);
  });

  it("escapes what would end a property or the line", () => {
    const odd = createSourceFile("a,b:c%.net", "let a = one\n");
    const text = renderGithub({ ...plain, span: at(odd, "one"), message: "100 % of\r\nit: a, b", notes: ["::error::no"] });
    expect(text).toBe("::error file=a%2Cb%3Ac%25.net,line=1,col=9,endLine=1,endColumn=12,title=NET0301 elementwise sizes differ::100 %25 of%0D%0Ait: a, b%0A::error::no");
    expect(text.split("\n")).toHaveLength(1);
  });
});

it("renders every diagnostic of a file full of mistakes in every way", () => {
  const found = problemsOf("model M {\n\tinput x: f32[B, C = 4]\n\tlet a = Linar(x)\n\tlet b = x[tok = 1] $\n\toutput y: f32[B, D] = x +\n}\nblock f(x: f32[B, C]) -> f32[B, C = C / 2] = x\n");
  expect(found.length).toBeGreaterThan(2);
  for (const one of found) {
    expect(renderHuman(one).split("\n").length).toBeGreaterThan(3);
    expect(renderShort(one).split("\n")).toHaveLength(1);
    expect(renderGithub(one).split("\n")).toHaveLength(1);
  }
  expect(renderJson(found).split("\n")).toHaveLength(found.length);
});
