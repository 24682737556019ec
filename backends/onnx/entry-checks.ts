/**
 * What a batch must satisfy, checked where it enters: ONNX has no assertion, so each requirement takes the only element of a list by an index that is
 * 0 where it holds and 1 where it does not. The engine refuses an index outside the list and names the node, which is called after the fact.
 * The element, a 1, is a factor of the shape to which the inputs are reshaped, so no engine can leave the check out.
 */
import { showSize, variablesOf, type Claim } from "../../compiler/dims/index.ts";
import type { Requirement } from "../../compiler/ir/graph.ts";
import { positionAt } from "../../grammar/source.ts";
import type { Emitter } from "./emitter.ts";
import type { SizeTable } from "./sizes.ts";
import { valuesInOrder, type InputValue, type Value } from "./value.ts";

/** The roots with every use of the inputs behind the checks. */
export function withEntryChecks(roots: readonly Value[], requirements: readonly Requirement[], inputs: readonly InputValue[], emit: Emitter, sizes: SizeTable): readonly Value[] {
  const checked = requirements.filter(({ claims }) => claims.length > 0);
  if (checked.length === 0) return roots;
  const passes = checked.flatMap((requirement) => requirement.claims.map((claim) => passOf(claim, requirement, emit, sizes)));
  const names = new Set(checked.flatMap(({ claims }) => claims).flatMap(sizesOf).flatMap((size) => [...variablesOf(size)]));
  const gate = emit.within(origin, () => passes.reduce((a, b) => emit.elementwise("Mul", [a, b])));
  const replaced = new Map<Value, Value>();
  for (const input of inputs) {
    if (!input.type.shape.some((size) => variablesOf(size).some((name) => names.has(name)))) continue;
    const shape = emit.within(origin, () => emit.elementwise("Mul", [sizes.list(input.type.shape), gate]));
    replaced.set(input, emit.within({ ...origin, path: `entry/${input.name}` }, () => emit.operation("Reshape", [input, shape], input.type)));
  }
  for (const value of valuesInOrder(roots)) {
    if (value.kind !== "operation") continue;
    // Sizes are read off the inputs themselves.
    const operands = value.opType === "Shape" ? value.inputs.map((input) => input && (input.kind === "input" ? input : (replaced.get(input) ?? input))) : value.inputs.map((input) => input && (replaced.get(input) ?? input));
    if (operands.some((operand, i) => operand !== value.inputs[i])) replaced.set(value, emit.within(value.origin, () => emit.withInputs(value, operands)));
  }
  return roots.map((root) => replaced.get(root) ?? root);
}

const origin = { path: "entry", location: undefined };

const sizesOf = (claim: Claim) => (claim.kind === "divides" ? [claim.of, claim.divisor] : [claim.left, claim.right]);

/** 1 where the claim holds; where it does not, the engine stops here. */
function passOf(claim: Claim, { text, span }: Requirement, emit: Emitter, sizes: SizeTable): Value {
  const { line } = positionAt(span.file, span.start);
  const path = `requires ${text} [${sizesOf(claim).map((size) => showSize(size)).join(", ")}] (${span.file.name}:${line})`;
  return emit.within({ path, location: { span, callers: [] } }, () => {
    const [a, b] = sizesOf(claim).map((size) => sizes.vector(size));
    const broken = brokenness(claim, a, b, emit);
    return emit.operation("Gather", [emit.integers([1]), emit.cast(broken, "i64")], emit.integers([1]).type);
  });
}

function brokenness(claim: Claim, a: Value, b: Value, emit: Emitter): Value {
  const compare = (opType: string, left: Value, right: Value): Value => emit.elementwise(opType, [left, right], "bool");
  const not = (value: Value): Value => emit.unary("Not", value);
  switch (claim.kind) {
    case "equal":
      return not(compare("Equal", a, b));
    case "not_equal":
      return compare("Equal", a, b);
    case "at_least":
      return compare("Less", a, b);
    case "divides":
      return not(compare("Equal", emit.elementwise("Mod", [a, b]), emit.integers([0])));
  }
}
