/** Checking with the memory of the compilation before says what checking anew says, after every edit; and checks only what the edit touches. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCompilation, createMemory } from "../../compiler/compilation.ts";
import { netFiles, repository } from "../programs.ts";
import { hostOf, session, type Texts } from "./session.ts";

const read = (name: string): string => readFileSync(join(repository, name), "utf8");

/** What files import, from whichever they are. */
const imports: Texts = Object.fromEntries(["models/clip.net", "models/cd2fsan.net"].map((name) => [name, read(name)]));
/** A file with what it imports, and how many edits of it are tried here: the large ones take their part in the bench. */
const programs = netFiles().map((name): readonly [string, Texts, number] => {
  if (name === "models/cd2fsan.net") return [name, imports, 30];
  return name === "examples/small_cd2fsan.net" ? [name, { [name]: read(name), ...imports }, 30] : [name, { [name]: read(name) }, 60];
});

describe("an editing session", () => {
  it.each(programs)("%s", (name, texts, steps) => {
    let [wrong, right] = [0, 0];
    for (const { difference, errors } of session(texts, name, steps, name.length * 7919)) {
      expect(difference).toBeUndefined();
      if (errors > 0) wrong++;
      else right++;
    }
    expect(wrong).toBeGreaterThan(0);
    expect(right).toBeGreaterThan(0);
  });
});

describe("what an edit touches", () => {
  const text = "block a(x: f32[B, C = 4]) -> f32[B, C = 4] = 2 * x\n\nblock b(x: f32[B, C = 4]) -> f32[B, C = 4] = a(x)\n\nblock c(x: f32[B, C = 4]) -> f32[B, C = 4] = b(x)\n\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = c(x)\n}\n";
  const memory = createMemory();
  /** The names of the items that are checked for a text. */
  const checkedFor = (own: string): readonly string[] => {
    createCompilation(hostOf({ "main.net": own }), ["main.net"], memory).diagnostics();
    return [...memory.recall.checked];
  };

  it("is everything at first, and nothing without an edit", () => {
    expect(checkedFor(text)).toEqual(["a", "b", "c", "M"]);
    expect(checkedFor(text)).toEqual([]);
    expect(checkedFor(`// a note\n${text}`)).toEqual([]);
    expect(checkedFor(text)).toEqual([]);
  });

  it("is a block alone when its callers see no difference", () => {
    expect(checkedFor(text.replace("2 * x", "3 * x"))).toEqual(["a"]);
    expect(checkedFor(text)).toEqual(["a"]);
  });

  it("is its callers too when its signature changes, as far as they see a difference themselves", () => {
    expect(checkedFor(text.replace("a(x: f32[B, C = 4])", "a(x: f32[B, C = 2 * 2])"))).toEqual(["a", "b"]);
  });
});
