/**
 * Legal values near an illegal one: "768 % 7 is not 0; heads near 7: 6, 8". Found by trying: hundreds of values each way where numbers decide, and few where
 * each one takes a proof, since somebody is typing.
 */
import type { Expression } from "../../grammar/ast.ts";
import { constant, constantValue } from "../dims/index.ts";
import { proveByCases } from "./case-sizes.ts";
import { evaluate } from "./evaluate.ts";
import { childScope, type Scope } from "./scope.ts";
import type { BoolValue, Value } from "./values.ts";

const reach = 512;
/** Proofs each way; a refutation takes some milliseconds. */
const mostProofs = 6;

/** Up to one legal value below and one or two above the option's present value, nearest first in order of size. */
export function sizesNear(caller: Scope, callee: Scope, fact: Expression, option: string): readonly number[] | undefined {
  const binding = callee.bindings.get(option);
  const present = binding?.kind === "value" && binding.value.kind === "int" ? constantValue(binding.value.use.size) : undefined;
  if (present === undefined) return undefined;
  let proofs = 0;
  const legal = (value: number): boolean => {
    const trial = childScope(callee);
    trial.bindings.set(option, { kind: "value", value: { kind: "int", use: { size: constant(value), origin: { kind: "literal", span: fact.span } } } });
    return holds(caller, trial, fact, () => proofs++);
  };
  const found: number[] = [];
  for (let value = present - 1; value >= 1 && value >= present - reach && proofs < mostProofs; value--) {
    if (legal(value)) {
      found.push(value);
      break;
    }
  }
  // 1 divides everything, and proofs may have ended before it.
  if (found.length === 0 && proofs === mostProofs && present > 1 && legal(1)) found.push(1);
  proofs = 0;
  for (let value = present + 1, more = 0; value <= present + reach && more < 1 && proofs < mostProofs; value++) {
    if (legal(value)) {
      found.push(value);
      more++;
    }
  }
  return found.length ? found.sort((a, b) => a - b) : undefined;
}

/** `onProof` is told where numbers do not decide. */
function holds(caller: Scope, callee: Scope, fact: Expression, onProof: () => void): boolean {
  if (fact.kind === "Binary" && fact.operator === "or") return holds(caller, callee, fact.left, onProof) || holds(caller, callee, fact.right, onProof);
  if (fact.kind === "Binary" && fact.operator === "and") return holds(caller, callee, fact.left, onProof) && holds(caller, callee, fact.right, onProof);
  const value: Value = evaluate(callee, fact);
  if (value.kind !== "bool") return false;
  const bool: BoolValue = value;
  if (bool.value !== undefined) return bool.value;
  onProof();
  return bool.whenTrue !== undefined && bool.whenTrue.claims.length > 0 && bool.whenTrue.claims.every((claim) => proveByCases(caller, caller.facts, claim).kind === "proved");
}
