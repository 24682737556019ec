/** Every question, asked of texts that are broken in every way: an answer or none, never a throw, and no place outside of the text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { actionsAt } from "../../editor/service/code-actions.ts";
import { codeLenses, costText } from "../../editor/service/code-lenses.ts";
import { callableAt, incomingCalls, outgoingCalls } from "../../editor/service/call-hierarchy.ts";
import { completions } from "../../editor/service/completion.ts";
import { problemsOf } from "../../editor/service/diagnostics.ts";
import { hover } from "../../editor/service/hover.ts";
import { links } from "../../editor/service/imports.ts";
import { inactiveArms } from "../../editor/service/inactive-arms.ts";
import { finished } from "../../compiler/long-work.ts";
import { inlayHints } from "../../editor/service/inlay-hints.ts";
import { outline } from "../../editor/service/outline.ts";
import type { Look } from "../../editor/service/project.ts";
import { definition, highlights, references } from "../../editor/service/references.ts";
import { prepareRename } from "../../editor/service/rename.ts";
import { semanticTokens } from "../../editor/service/semantic-tokens.ts";
import { signatureHelp } from "../../editor/service/signature-help.ts";
import { folds, selectionRanges } from "../../editor/service/structure.ts";
import type { Range } from "../../editor/service/text.ts";
import { repository } from "../programs.ts";
import { marked } from "./service.ts";

/** Numbers in 0..1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const names = ["examples/unet.net", "examples/mixer.net", "models/clip.net"];

function mangled(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 40);
  const pieces = ["", "(", ")", "{", "}", "[", ",", ":", ".", " let ", "match x {", "\"", "// ", "import { ", "0", "with { ", "\r\n", "é"];
  return text.slice(0, at) + pieces[Math.floor(random() * pieces.length)] + text.slice(at + length);
}

/** Every range that the service gives for a place. */
function ask(look: Look, offset: number): readonly (Range | undefined)[] {
  const all = { start: 0, end: look.source.text.length };
  const prepared = prepareRename(look, offset);
  const callable = callableAt(look, offset);
  if (callable) [finished(incomingCalls(look.project, callable.file, callable.name)), outgoingCalls(look.project, callable.file, callable.name)].forEach((edges) => expect(Array.isArray(edges)).toBe(true));
  signatureHelp(look, offset);
  return [
    hover(look, offset), completions(look, offset).replace, definition(look, offset)?.from, ...highlights(look, offset), ...finished(references(look, offset, true)).filter(({ file }) => file === look.name), ...selectionRanges(look, offset),
    ...finished(semanticTokens(look)), ...folds(look), ...links(look), ...inactiveArms(look), ...codeLenses(look), ...finished(inlayHints(look, all, { shapes: true, names: true, sizes: true })).map(({ at }) => ({ start: at, end: at })),
    ...outline(look).map(({ range }) => range), ...("refused" in prepared ? [] : [prepared]), ...finished(problemsOf(look.project, look.name)),
  ];
}

describe("texts that are broken", () => {
  it.each(names)("every question about %s is answered", (name) => {
    const random = numbers(name.length);
    const original = readFileSync(join(repository, name), "utf8");
    let asked = 0;
    for (let round = 0; round < 40; round++) {
      let text = original;
      for (let i = 0; i <= round % 3; i++) text = mangled(text, random);
      const { look } = marked(text, { "clip.net": "", "models/clip.net": "" });
      for (let i = 0; i < 4; i++) {
        for (const range of ask(look, Math.floor(random() * (text.length + 1)))) {
          if (!range) continue;
          asked++;
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThanOrEqual(look.source.text.length);
        }
      }
      for (const { item } of codeLenses(look)) finished(costText(look, item));
      const [offset] = [Math.floor(random() * text.length)];
      const limited = actionsAt(look, { start: offset, end: offset });
      for (let steps = 0, step = limited.next(); !step.done && steps < 200; steps++) step = limited.next();
    }
    expect(asked).toBeGreaterThan(1_000);
  });
});
