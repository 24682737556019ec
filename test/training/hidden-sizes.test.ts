/** Where memory is limited, the model of a step hides its sizes from ONNX Runtime's allocation planner, which would otherwise hold buffers for later values of the same shape. */
import proto from "onnx-proto";
import { describe, expect, it } from "vitest";
import { planTraining } from "../../cli/training-program.ts";
import { tower } from "./programs.ts";

const INT64 = 7;

describe("the model of a training step", () => {
  const compiled = tower("  optimizer adam(lr: 1e-3)\n  batch 64");
  const [model] = compiled.rootModels;
  const { program } = planTraining(compiled, model, compiled.variantsOf(model)[0], { memory: 1e12 });

  it("shows no size of a value, and no number that one could be read from", () => {
    const { graph } = proto.onnx.ModelProto.decode(program.step);
    const { node, initializer, input, output, valueInfo } = graph!;
    expect(valueInfo).toEqual([]);
    const dims = [...input!, ...output!].map(({ type }) => type!.tensorType!.shape!.dim!);
    expect(dims.some((sizes) => sizes.length === 2)).toBe(true);
    for (const size of dims.flat()) expect([size.dimParam, size.dimValue].filter((each) => each && String(each) !== "0")).toEqual([]);
    const integers = new Set(initializer!.filter(({ dataType }) => dataType === INT64).map(({ name }) => name!));
    expect(integers.size).toBeGreaterThan(0);
    for (const { opType, input: operands } of node!) if (operands!.some((name) => integers.has(name))) expect(opType).toBe("Identity");
  });

  it("that is evaluated shows them", () => {
    const { graph } = proto.onnx.ModelProto.decode(program.evaluation);
    expect(graph!.valueInfo!.length).toBeGreaterThan(0);
  });
});
