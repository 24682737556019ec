import { describe, expect, it } from "vitest";
import { gradients } from "../../compiler/gradient.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import { printGraph } from "../../compiler/ir/text.ts";
import { optimise, passes, share } from "../../compiler/passes/index.ts";
import { census, distance, lower, nodesOf, problemsOf, programNames } from "./programs.ts";

/** Constants are rounded to single precision by folding; batch norm changes the order of operations; the others change no bit. */
const tolerance = (pass: string): number => (pass === "fold" ? 1e-6 : pass === "fold_batch_norm" ? 1e-10 : 0);

describe("every pass keeps the values and leaves a sound graph", () => {
  it.each(programNames)("%s", (name) => {
    const { graph, facts } = lower(name);
    expect(problemsOf(graph, facts)).toEqual([]);
    let current = graph;
    for (const pass of passes) {
      const next = pass.run(current, facts);
      expect(problemsOf(next, facts), pass.name).toEqual([]);
      expect(distance(current, next), pass.name).toBeLessThanOrEqual(tolerance(pass.name));
      current = next;
    }
    expect(distance(graph, optimise(graph, { facts, verify: true }))).toBeLessThanOrEqual(1e-6);
  });
});

describe("training graphs", () => {
  it.each(["conv and norm", "linear and norm", "group norm", "transformer"])("%s", (name) => {
    const { graph, facts } = lower(name, { training: true });
    const after = optimise(graph, { facts, training: true, verify: true });
    expect(distance(graph, after)).toBeLessThanOrEqual(1e-6);
    for (const operator of ["batch_norm", "stop_gradient"]) expect(census(after)[operator], operator).toBe(census(graph)[operator]);
  });
  it.each(["transformer", "conv and norm", "rotated conv and norm", "loss"])("with gradients: %s", (name) => {
    const { graph, facts } = lower(name, { training: true });
    const joint = withGradients(graph);
    const after = optimise(joint, { facts, training: true, verify: true });
    expect(distance(joint, after)).toBeLessThanOrEqual(1e-5);
    expect(nodesOf(after).length).toBeLessThan(nodesOf(joint).length);
  });
  it("do not merge what the backward pass computes with the forward pass", () => {
    const { graph } = lower(`model M { input x: f32[B, C = 4]  let w = Linear(x)
      output y: f32[] = mean(sin(w), over: [B, C]) + mean(cos(w), over: [B, C]) }`);
    const joint = withGradients(graph);
    const count = (each: Graph, side: boolean): number =>
      nodesOf(each).filter(({ operator, location }) => operator === "cos" && (location.derived !== undefined) === side).length;
    expect([count(share.run(joint, lower("loss").facts), false), count(share.run(joint, lower("loss").facts), true)]).toEqual([1, 1]);
  });
});

/** The graph with the gradients of its parameters (or inputs) as further outputs, of the sum of its first output's squares. */
function withGradients(graph: Graph): Graph {
  const build = createBuilder();
  const [{ node }] = graph.outputs;
  const loss = build.within(node, () =>
    build.reduce(
      "sum",
      build.mul(node, node),
      node.type.shape.map((_, axis) => axis),
    ),
  );
  const wrt = [...graph.parameters, ...graph.inputs.filter((input) => input.type.dtype === "f32")];
  const slopes = gradients(build, loss, wrt).flatMap((slope, i) => (slope ? [{ name: `d${i}`, node: slope }] : []));
  return { ...graph, outputs: [...graph.outputs, ...slopes] };
}

describe("optimise", () => {
  it.each(programNames)("is deterministic, and there is little left to share or simplify: %s", (name) => {
    const [first, second] = [lower(name), lower(name)].map(({ graph, facts }) => ({ graph: optimise(graph, { facts }), facts }));
    expect(printGraph(first.graph)).toBe(printGraph(second.graph));
    expect(share.run(first.graph, first.facts)).toBe(first.graph);
    const again = optimise(first.graph, { facts: first.facts });
    expect(optimise(again, { facts: first.facts })).toBe(again);
  });
  it("keeps inputs that are not used and strikes weights that are not reached", () => {
    const { graph, facts } = lower(`model M { input x: f32[B, C = 4]  input z: f32[B]
      let keep = [false for b in B]  output y: f32[B, C = 4] = select(expand([c < 0 for c in C = 4], [B, C]), Linear(x), x) }`);
    expect(graph.parameters.length).toBe(2);
    const after = optimise(graph, { facts, verify: true });
    expect(after.parameters).toEqual([]);
    expect(after.inputs).toBe(graph.inputs);
    expect(after.outputs[0].node).toBe(graph.inputs[0]);
  });
  it("says where new nodes come from", () => {
    const { graph, facts } = lower("conv and norm");
    const before = new Set(nodesOf(graph));
    const fresh = nodesOf(optimise(graph, { facts })).filter((node) => !before.has(node));
    expect(fresh.length).toBeGreaterThan(0);
    const paths = new Set(nodesOf(graph).map((node) => node.path));
    for (const { location, path } of fresh) expect([paths.has(path), location.span.end > location.span.start]).toEqual([true, true]);
    expect(new Set(fresh.flatMap(({ location }) => location.derived ?? []))).toContain("fold_batch_norm");
  });
  it("counts for a transformer layer", () => {
    const { graph, facts } = lower("transformer");
    const after = optimise(graph, { facts });
    expect({ before: nodesOf(graph).length, after: nodesOf(after).length, left: census(after) }).toMatchInlineSnapshot(`
      {
        "after": 59,
        "before": 69,
        "left": {
          "add": 8,
          "broadcast": 9,
          "constant": 3,
          "div": 1,
          "dot": 8,
          "gelu": 1,
          "input": 1,
          "layer_norm": 2,
          "parameter": 16,
          "reshape": 4,
          "select": 1,
          "softmax": 1,
          "transpose": 4,
        },
      }
    `);
  });
});
