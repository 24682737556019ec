/** The library, the models and the examples check without a single diagnostic, and lower to graphs that verify. */
import { describe, expect, it } from "vitest";
import { checkOnce, createSession } from "../../compiler/check/session.ts";
import { itemsOfKind } from "../../compiler/check/program.ts";
import { createSink } from "../../compiler/diagnostics/diagnostic.ts";
import { renderHuman } from "../../compiler/diagnostics/render-human.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { compileFiles, compileText, netFiles } from "../programs.ts";

describe("the layer library", () => {
  it("checks every block for all sizes", () => {
    const { program } = compileText("");
    const sink = createSink();
    const session = createSession({ program, sink });
    let blocks = 0;
    for (const file of program.files) {
      for (const block of itemsOfKind(file.tree, "Block")) {
        checkOnce(session, block);
        blocks++;
      }
    }
    expect(sink.all().map((diagnostic) => renderHuman(diagnostic))).toEqual([]);
    expect(blocks).toBeGreaterThan(40);
  });
});

describe.each(netFiles())("%s", (name) => {
  const compilation = compileFiles(name);

  it("has no diagnostics", () => {
    expect(compilation.diagnostics().map((diagnostic) => renderHuman(diagnostic))).toEqual([]);
  });

  it("lowers in every variant to a graph that verifies, for inference and for training", () => {
    for (const model of compilation.models) {
      for (const variant of compilation.variantsOf(model)) {
        for (const training of [false, true]) {
          const { graph, facts } = compilation.lower(model, variant, { training });
          expect(verify(graph, facts)).toEqual([]);
          if (!training) continue;
          // The outline, which walks each block once per signature, finds the same weights as the graph.
          const outlined = new Map(compilation.inventory(model, variant).map((entry) => [entry.path, entry.shape]));
          for (const node of [...graph.parameters, ...graph.states]) expect(outlined.get(node.attributes.path), node.attributes.path).toEqual(node.type.shape);
        }
      }
    }
  });
});
