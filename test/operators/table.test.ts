import { describe, expect, it } from "vitest";
import type { OperatorName } from "../../compiler/ir/graph.ts";
import { operatorNames, operatorOf } from "../../compiler/operators/table.ts";

describe.each(operatorNames)("%s", (name: OperatorName) => {
  const row = operatorOf(name);
  it("is documented", () => {
    expect(row.name).toBe(name);
    expect(row.doc).toMatch(/\.$|`$/);
    expect(row.source).not.toBe("");
    for (const doc of [...Object.values<string>(row.attributes), ...row.operands.map((operand) => operand.doc)])
      expect(doc.length).toBeGreaterThan(2);
  });
  it("has samples of its own operands and attributes, with titles of their own", () => {
    expect(new Set(row.samples.map((sample) => sample.title)).size).toBe(row.samples.length);
    for (const sample of row.samples) {
      if (row.variadic) expect(sample.operands.length).toBeGreaterThan(0);
      else expect(sample.operands).toHaveLength(row.operands.length);
      expect(Object.keys(sample.attributes).sort()).toEqual(Object.keys(row.attributes).sort());
    }
    if (row.gradient.kind === "rule") expect(row.samples.length).toBeGreaterThanOrEqual(6);
    else if (row.effects !== "source" && row.effects !== "state") expect(row.samples.length).toBeGreaterThan(0);
  });
  it("says what its gradient reads in operands that it has", () => {
    if (row.gradient.kind === "rule") for (const operand of row.gradient.reads.operands) expect(operand).toBeLessThan(row.operands.length);
  });
  it("is a composite exactly when it can be decomposed", () => {
    expect(row.tier === "composite").toBe(row.decompose !== undefined);
  });
});
