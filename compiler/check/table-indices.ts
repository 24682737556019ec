/** The indices of a table as the solver knows them: each lies in 0..size of its axis, and in an arm of an `if` what the condition says holds too. */
import { assume, declare, subtract, variable, type Facts } from "../dims/index.ts";
import type { TableAxes } from "./values.ts";

/** Facts under which the indices of a table lie inside it. */
export function withIndices(facts: Facts, table: TableAxes): Facts {
  return table.indices.reduce((known, name, axis) => {
    if (known.bounds.has(name)) return known; // in an arm, where more is known
    const declared = declare(known, name, { lower: 0 });
    return assume(declared, { kind: "at_least", left: subtract(table.sizes[axis], 1), right: variable(name) }).facts;
  }, facts);
}
