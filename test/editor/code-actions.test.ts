/** Changes that are offered: each one is applied here, and the program that comes of it is checked. */
import { describe, expect, it } from "vitest";
import { finished } from "../../compiler/long-work.ts";
import { actionsAt, type Action } from "../../editor/service/code-actions.ts";
import { applied, marked, type Marked } from "./service.ts";

function offered({ look, offsets: [start, end = start] }: Marked): readonly Action[] {
  return finished(actionsAt(look, { start, end }));
}

function after(place: Marked, title: RegExp): string {
  const found = offered(place);
  const action = found.find((own) => title.test(own.title));
  if (!action) throw new Error(`only ${found.map((own) => own.title).join("; ") || "nothing"} is offered`);
  const text = applied(place.project, action.edits)["main.net"];
  const again = marked(text, { "b.net": "block doubled(x: f32[B, C]) -> f32[B, C] = x + x\n" });
  expect(again.look.compilation.diagnostics().filter(({ severity }) => severity === "error")).toEqual([]);
  return text;
}

describe("code actions", () => {
  it("mend a mistake as the checker proposes", () => {
    const place = marked("model M {\n  input x: f32[B, C = 8]\n  let y = reluu¦(x)\n  output z: f32[B, C] = y\n}");
    expect(after(place, /relu/)).toContain("let y = relu(x)");
    expect(offered(place)[0]).toMatchObject({ kind: "quickfix", preferred: true, mends: { code: "NET0101" } });
  });

  it("spell a line of a training section", () => {
    const text = "model M {\n  input x: f32[B, C = 8]\n  output y: f32[B, C] = Linear(x, out: C)\n}\ntrain M {\n  data folder(split: train) { x: f32[B, C = 8]  target: f32[B, C = 8] }\n  loss squared_error(y, target)\n  optimizer adam(lr: 1e-3)\n  ¦epoks 3\n  batch 4\n}\n";
    expect(after(marked(text), /`epochs` instead of `epoks`/)).toContain("  epochs 3\n");
    const [told] = marked(text).look.compilation.diagnostics();
    expect([told.code, told.help]).toEqual(["NET0002", "did you mean `epochs`?"]);
    const strange = marked(text.replace("epoks", "elsewhere")).look.compilation.diagnostics()[0];
    expect([strange.code, strange.help]).toEqual(["NET0002", undefined]);
  });

  it("add a fact to a signature", () => {
    expect(after(marked("block halves(x: f32[B, C]) -> f32[B, C = C ¦/ 2] = x[C = 0..C / 2]"), /where|C % 2/)).toContain("where C % 2 == 0");
  });

  it("import what another file declares", () => {
    const others = { "b.net": "block doubled(x: f32[B, C]) -> f32[B, C] = x + x\n" };
    expect(after(marked("model M {\n  input x: f32[B, C = 8]\n  output z: f32[B, C] = doub¦led(x)\n}", others), /import `doubled` from "b.net"/i)).toMatch(/^import \{ doubled \} from "b.net"\n/);
  });

  it("name an axis that is only a number", () => {
    expect(after(marked("model M {\n  input x: f32[B, C = 8]\n  input y: f32[B, ¦3]\n  output z: f32[B, C] = x\n}"), /Name the axis/)).toContain("input y: f32[B, axis = 3]");
  });

  it("extract a block from an expression", () => {
    const text = after(marked("/// A model.\nmodel M {\n  config { rate: float = 0.5 }\n  input x: f32[B, C = 8]\n  let gate = sigmoid(x)\n  output z: f32[B, C] = ¦relu(x * gate) * rate¦\n}"), /Extract a block/);
    expect(text).toContain("block extracted(x: f32[B, C = 8], gate: f32[B, C = 8]; rate: float) -> f32[B, C = 8]\n  = relu(x * gate) * rate\n\n/// A model.");
    expect(text).toContain("= extracted(x, gate, rate: rate)");
  });

  it("inline a binding, in parentheses where they are needed", () => {
    const text = after(marked("model M {\n  input x: f32[B, C = 8]\n  let su¦m = x + x\n  output z: f32[B, C] = sum * 2.0\n}"), /Inline `sum`/);
    expect(text).toBe("model M {\n  input x: f32[B, C = 8]\n  output z: f32[B, C] = (x + x) * 2.0\n}");
  });

  it("leave a binding alone whose name is the path of weights", () => {
    expect(offered(marked("model M {\n  input x: f32[B, C = 8]\n  let up¦ = Linear(x, out: 8)\n  output z: f32[B, C] = relu(up)\n}")).map(({ title }) => title)).toEqual([]);
  });

  it("make a variant of the settings that are tried out", () => {
    const place = marked("model ¦M {\n  config { wide: int = 4 }\n  input x: f32[B, C = 8]\n  let up = Linear(x, out: wide)\n  output z: f32[B, C = wide] = up\n}\nablation sizes of M {\n  a \"eight\" = { wide: 8 }\n}\n");
    place.project.choices = { variants: { M: "a" }, settings: { M: { wide: "16" } } };
    expect(after(place, /Make a variant/)).toContain("\n  b \"wide 16\" = a with { wide: 16 }");
  });
});
