/** Every sample of every operator, in ONNX Runtime and in the reference interpreter: known sizes, then every size a variable. */
import { describe, expect, it } from "vitest";
import { buildOnnx } from "../../backends/onnx/index.ts";
import { variable } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { operatorNames } from "../../compiler/operators/table.ts";
import type { OperatorName } from "../../compiler/ir/graph.ts";
import { difference, graphOf, instances, position } from "../operators/instance.ts";
import type { Instance } from "../operators/instance.ts";
import { built, flaws, plainOptions, run } from "./artefact.ts";

const tested = operatorNames.filter((name) => !["input", "parameter", "state", "random"].includes(name));

async function compare(instance: Instance, opset?: number): Promise<string[]> {
  const { title, build, inputs, node, data, sizes } = instance;
  const witness = build.within(position, () =>
    [...sizes].map(([name]) => build.make("input", [], { name: `size_${name}`, dtype: "f32", shape: [variable(name)] })),
  );
  // bf16 is not read by the engine; a cast shows its numbers.
  const artefact = built(graphOf([...inputs, ...witness], [node]), { opset });
  const given = new Map(data);
  for (const [name, size] of sizes) given.set(`size_${name}`, { dtype: "f32", shape: [size], data: new Float64Array(size) });
  const problems = [...flaws(artefact)];
  const [expected] = interpret([node], { inputs: data, parameters: new Map(), sizes });
  const got = (await run(artefact.model, given)).get("y0")!;
  const tolerance = expected.dtype === "f16" ? 1e-3 : expected.dtype === "f32" || expected.dtype === "f64" ? 1e-5 : 0;
  const off = difference(got, expected);
  if (!(off <= tolerance)) problems.push(`differs by ${off}`);
  return problems.map((problem) => `${title}: ${problem}`);
}

async function compareAll(names: (name: OperatorName) => boolean, symbolic: boolean, opset?: number): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const instance of instances(names, symbolic)) {
    try {
      problems.push(...(await compare(instance, opset)));
    } catch (error) {
      problems.push(`${instance.title}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
    }
  }
  return problems;
}

describe("operators in ONNX Runtime", () => {
  it.each(tested)("%s", async (name) => {
    expect(await compareAll((each) => each === name, false)).toEqual([]);
  });
});

describe("operators with symbolic sizes", () => {
  it.each(tested)("%s", async (name) => {
    expect(await compareAll((each) => each === name, true)).toEqual([]);
  });
});

describe("the oldest and the newest opset", () => {
  it.each([17, 26])("opset %d", async (opset) => {
    expect(
      await compareAll(
        (name) => ["gelu", "reduce", "resize", "pad", "pool", "batch_norm", "scatter_add", "conv", "dot"].includes(name),
        false,
        opset,
      ),
    ).toEqual([]);
  });

  it("refuses others", () => {
    const [instance] = instances((name) => name === "neg");
    const result = buildOnnx(graphOf(instance.inputs, [instance.node]), { ...plainOptions, opset: 16 });
    expect("refused" in result && result.refused[0].operator).toBe("opset");
  });
});

describe("random numbers", () => {
  it("are refused", () => {
    const [instance] = instances((name) => name === "random");
    const result = buildOnnx(graphOf([], [instance.node]), plainOptions);
    expect("refused" in result && result.refused[0]).toMatchObject({ operator: "random", path: "sample" });
  });
});
