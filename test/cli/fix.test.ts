/** `netc check --fix` from outside: files rewritten once and for all, a dry run that leaves them alone, and no fix that does not help. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, netc, temporaryFolder, type Run } from "./netc.ts";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, ...args);
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

const typo = "model M {\n  input x: f32[B, class = 8]\n  let p = softmax(x, over: clas)\n  output y: f32[B, class] = p\n}\n";

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("--fix", () => {
  it("rewrites the file, says what it did, and checks what is left", () => {
    write("typo.net", typo);
    const { code, out, err } = run("check", "typo.net", "--fix");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("typo.net:3:28: NET0103: ");
    expect(out).toContain("1 fix applied");
    expect(out).toContain("typo.net: no errors");
    expect(read("typo.net")).toBe(typo.replace("over: clas)", "over: class)"));
  });

  it("has nothing to do the second time", () => {
    write("again.net", typo);
    run("check", "again.net", "--fix");
    const [first, before] = [read("again.net"), statSync(join(folder, "again.net")).mtimeMs];
    const second = run("check", "again.net", "--fix");
    expect(second.out).toContain("nothing to fix");
    expect(read("again.net")).toBe(first);
    expect(statSync(join(folder, "again.net")).mtimeMs).toBe(before);
  });

  it("fixes several mistakes, one after another", () => {
    write("several.net", "block halves(x: f32[B, C]) -> f32[B, C = C / 2] = x[C = 0..C / 2]\nmodel M {\n  input x: f32[B, C = 8]\n  let norm = LayrNorm(x)\n  let half = halves(norm)\n  output y: f32[B, C = 4] = Linear(half, biasd: false)\n}\n");
    const { code, out } = run("check", "several.net", "--fix");
    expect(code).toBe(0);
    expect(out).toContain("3 fixes applied");
    expect(read("several.net")).toBe("block halves(x: f32[B, C]) -> f32[B, C = C / 2] where C % 2 == 0 = x[C = 0..C / 2]\nmodel M {\n  input x: f32[B, C = 8]\n  let norm = LayerNorm(x)\n  let half = halves(norm)\n  output y: f32[B, C = 4] = Linear(half, biased: false)\n}\n");
  });

  it("fixes warnings too", () => {
    write("warned.net", "block Unit(x: f32[B, C]) -> f32[B, C] {\n  let up = Linear(x)\n  let norm = BatchNorm(up)\n  return relu(norm)\n}\n");
    expect(run("check", "warned.net", "--fix", "--strict").code).toBe(0);
    expect(read("warned.net")).toContain("Linear(x, biased: false)");
  });

  it("fixes the imported file where the mistake is there", () => {
    write("parts.net", "block halves(x: f32[B, C]) -> f32[B, C = C / 2] = x[C = 0..C / 2]\n");
    const main = 'import { halves } from "parts.net"\nmodel M {\n  input x: f32[B, C = 8]\n  output y: f32[B, C = 4] = halves(x)\n}\n';
    write("main.net", main);
    expect(run("check", "main.net", "--fix").code).toBe(0);
    expect(read("parts.net")).toContain("where C % 2 == 0");
    expect(read("main.net")).toBe(main);
  });

  it("leaves alone what no fix makes right, and fails", () => {
    const text = "model M {\n  input x: f32[B, C = 8]\n  input z: f32[B, D = 9]\n  output y: f32[B, C] = x + z\n}\n";
    write("hopeless.net", text);
    const { code, out, err } = run("check", "hopeless.net", "--fix");
    expect(code).toBe(1);
    expect(out).toContain("nothing to fix");
    expect(err).toContain("NET0302");
    expect(err).not.toContain("= fix:");
    expect(read("hopeless.net")).toBe(text);
  });
});

describe("--dry-run", () => {
  it("shows the lines that would change, and changes none", () => {
    write("dry.net", typo);
    const { code, out, err } = run("check", "dry.net", "--dry-run");
    expect(out).toContain("--- dry.net\n   3 -   let p = softmax(x, over: clas)\n   3 +   let p = softmax(x, over: class)\n");
    expect(out).toContain("1 fix would be applied");
    expect(code).toBe(1);
    expect(err).toContain("NET0103");
    expect(read("dry.net")).toBe(typo);
  });

  it("says so when there is nothing", () => {
    write("right.net", typo.replace("clas)", "class)"));
    const { code, out } = run("check", "right.net", "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain("nothing to fix");
  });
});

describe("fixes that are offered", () => {
  it("are those that help: a near word that is wrong as well is not one", () => {
    write("near.net", "model M {\n  input x: f32[B, tok = 4, C = 8]\n  input tokens: f32[B, S = 3]\n  let sum = x + tokns\n  output y: f32[B, tok, C] = sum\n}\n");
    const { err } = run("check", "near.net");
    expect(err).toContain("did you mean `tokens`?");
    expect(err).not.toContain("= fix:");
  });

  it("stand below their message", () => {
    write("offered.net", typo);
    expect(run("check", "offered.net").err).toMatch(/= fix: `class` instead of `clas`/);
  });
});
