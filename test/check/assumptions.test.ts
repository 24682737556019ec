/** `assume FACT "reason"`: a hypothesis in its body, always said, decided by numbers, and refused where they break it. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { brief, compileText, problemsOf } from "../programs.ts";

const joined = `block joined(x: f32[B, T], y: f32[B, S]) -> f32[B, T] {
  assume T == S "both are padded alike"
  return x + rename(y, T = S)
}
`;
const model = (name: string, t: string, s: string): string => `model ${name} {
  input x: f32[B, T${t}]
  input y: f32[B, S${s}]
  output o: f32[B, T] = joined(x, y)
}
`;

const errors = (found: readonly Diagnostic[]): readonly Diagnostic[] => found.filter(({ severity }) => severity === "error");
const requirementsOf = (text: string): readonly string[] => {
  const compilation = compileText(text);
  const [first] = compilation.models;
  return (compilation.lower(first, compilation.variantsOf(first)[0]).graph.requirements ?? []).map((requirement) => `${requirement.text} (${requirement.reason ?? ""})`);
};

describe("in the body", () => {
  it("proves what follows, and is said as information with its reason", () => {
    const [found, ...others] = problemsOf(joined);
    expect(others).toEqual([]);
    expect([found.code, found.severity]).toEqual(["NET0323", "info"]);
    expect(found.message).toBe("`T == S` is assumed here, not proved: both are padded alike");
  });

  it("is what the body needs: without it there is an error", () => {
    expect(brief(problemsOf(joined.replace(/ {2}assume.*\n/, "")))).toEqual(["NET0301 `rename(y, T = S)`"]);
  });

  it("helps nobody outside: the caller's declared result is still to be proved", () => {
    const quarters = `block quarters(x: f32[B, T]) -> f32[B] {
      assume T % 4 == 0 "the loader pads"
      return mean(rearrange(x, [B, T = (t p)] -> [B, t, p], p: 4), over: [t, p])
    }
    `;
    expect(errors(problemsOf(`${quarters}model M {\n  input x: f32[B, T]\n  output o: f32[B] = quarters(x)\n}`))).toEqual([]);
    expect(brief(errors(problemsOf(`${quarters}block split(x: f32[B, T]) -> f32[B, t = T / 4] {\n  let whole = quarters(x)\n  return whole + max(rearrange(x, [B, T = (t p)] -> [B, t, p], p: 4), over: p)\n}`)))[0]).toMatch(/^NET0305/);
  });

  it.each([
    ["a fact that is false", "1 == 2", "NET0311 `1 == 2`"],
    ["a fact that the facts before it exclude", "T < 3", "NET0311 `T < 3`"],
    ["a tensor", "x", "NET0203 `x`"],
    ["a size", "T + 1", "NET0203 `T + 1`"],
  ])("%s is no assumption", (_, fact, found) => {
    expect(brief(errors(problemsOf(`block f(x: f32[B, T]) -> f32[B, T] where T >= 5 {\n  assume ${fact} "because"\n  return x\n}`)))).toEqual([found]);
  });

  it("needs a reason", () => {
    expect(brief(problemsOf("block f(x: f32[B, T]) -> f32[B, T] {\n  assume T >= 5\n  return x\n}"))[0]).toMatch(/^NET0002/);
  });
});

describe("in a model", () => {
  it("is left to the artefact where sizes are free, with its reason", () => {
    const text = joined + model("M", "", "");
    expect(problemsOf(text).map(({ code }) => code)).toEqual(["NET0323"]);
    expect(requirementsOf(text)).toEqual(["T == S (both are padded alike)"]);
  });

  it("leaves nothing behind where numbers keep it", () => {
    expect(requirementsOf(joined + model("M", " = 3", " = 3"))).toEqual([]);
  });

  it("is an error where numbers break it, with the numbers, the reason, and the model", () => {
    const [found, ...others] = problemsOf(joined + model("M", " = 5", " = 6"));
    expect(others).toEqual([]);
    expect(found.code).toBe("NET0322");
    expect(found.message).toBe("the assumption `T == S` does not hold: T = 5 and S = 6");
    expect(found.notes).toContain("it was made because: both are padded alike");
    expect(found.usedBy).toEqual(["M"]);
  });

  it("names the model that breaks it, and no other", () => {
    const found = errors(problemsOf(joined + model("Good", " = 3", " = 3") + model("Bad", " = 3", " = 4")));
    expect(found.map(({ code, usedBy }) => [code, usedBy])).toEqual([["NET0322", ["Bad"]]]);
  });

  it("is decided in every row of an ablation", () => {
    const found = problemsOf(`${joined}model M {
      config { length: int = 4 }
      input x: f32[B, T = length]
      input y: f32[B, S = 4]
      output o: f32[B, T = length] = joined(x, y)
    }
    ablation lengths of M {
      same  "as many" = { length: 4 }
      short "fewer"   = { length: 3 }
    }`).filter(({ code }) => code === "NET0322");
    expect(found.map(({ usedBy }) => usedBy)).toEqual([["M (short)"]]);
  });
});
