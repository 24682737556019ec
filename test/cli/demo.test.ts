/** The last step of the demo: its change to the flagship can be made, and gives the one error that it shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withMistake, wrong } from "../../cli/demo-change.ts";
import { createCompilation } from "../../compiler/compilation.ts";
import { textOf } from "../../grammar/source.ts";
import { repository } from "../programs.ts";

const read = (name: string): string => readFileSync(join(repository, "models", name), "utf8");

it("the flagship with the demo's mistake has one error, at the operand that is too small", () => {
  const texts: Readonly<Record<string, string>> = { "cd2fsan.net": withMistake(read("cd2fsan.net")), "clip.net": read("clip.net") };
  const found = createCompilation({ read: (name) => texts[name], resolve: (from) => from.replace("./", "") }, ["cd2fsan.net"]).diagnostics();
  expect(found.map(({ code, span }) => `${code} ${textOf(span)}`)).toEqual(["NET0301 L1"]);
  expect(texts["cd2fsan.net"]).toContain(wrong);
});

it("a text without the line is refused, not shown unchanged", () => {
  expect(() => withMistake("model M {}\n")).toThrow("does not stand once");
});
