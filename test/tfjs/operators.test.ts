/** Every sample of every operator, on the backends that need nothing native, against the reference interpreter: known sizes, then every size a variable. */
import { beforeAll, describe, expect, it } from "vitest";
import { variable } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { OperatorName, TensorData } from "../../compiler/ir/graph.ts";
import { operatorNames } from "../../compiler/operators/table.ts";
import { difference, graphOf, instances, position, type Instance } from "../operators/instance.ts";
import { program, run, testedBackends, useBackend } from "./program.ts";

const tested = operatorNames.filter((name) => !["input", "parameter", "state"].includes(name));

/** How far a result is from the reference, and what it leaves behind. */
function problemsOf(instance: Instance): readonly string[] {
  const { title, build, inputs, node, data, sizes } = instance;
  const witness = build.within(position, () => [...sizes].map(([name]) => build.make("input", [], { name: `size_${name}`, dtype: "f32", shape: [variable(name)] })));
  const given = new Map<string, TensorData>(data);
  for (const [name, size] of sizes) given.set(`size_${name}`, { dtype: "f32", shape: [size], data: new Float64Array(size) });
  const { values, left } = run(program(graphOf([...inputs, ...witness], [node])), given, new Map(), { step: 3, calls: 2 });
  const [expected] = interpret([node], { inputs: data, parameters: new Map(), sizes, step: 3 });
  const tolerance = expected.dtype === "f16" ? 1e-3 : expected.dtype === "f32" || expected.dtype === "f64" ? 1e-5 : 0;
  const off = difference(values.get("y0")!, expected);
  return [...(off <= tolerance ? [] : [`${title}: differs by ${off}`]), ...left.filter(({ tensors, bytes }) => tensors !== 0 || bytes !== 0).map(({ tensors, bytes }) => `${title}: leaves ${tensors} tensors, ${bytes} bytes`)];
}

function allProblems(name: OperatorName, symbolic: boolean): readonly string[] {
  const problems: string[] = [];
  for (const instance of instances((each) => each === name, symbolic)) {
    try {
      problems.push(...problemsOf(instance));
    } catch (error) {
      problems.push(`${instance.title}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
    }
  }
  return problems;
}

describe.each(testedBackends)("operators on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  it.each(tested)("%s", (name) => expect(allProblems(name, false)).toEqual([]));
  it.each(tested)("%s, symbolic sizes", (name) => expect(allProblems(name, true)).toEqual([]));
});
