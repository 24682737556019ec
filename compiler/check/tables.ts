/** `[f32(i - r) for i in ky, j in kx]`: a tensor computed element by element from its indices; constant wherever its sizes are. */
import type { Table } from "../../grammar/ast.ts";
import { constantValue, multiply, variable } from "../dims/index.ts";
import type { Axis, SizeUse } from "../types/types.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { asSize, requirePositive } from "./declared-type.ts";
import { axisNames, scalarNode, shapeOf } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { labelNamed } from "./patterns.ts";
import { childScope, inGraph, lookUp, report, type Scope } from "./scope.ts";
import { describe, unknown, type ElementValue, type TableAxes, type Value } from "./values.ts";

/** Elements of the largest table; half a gigabyte as 64-bit floats. */
const largestTable = 2 ** 26;

export function evaluateTable(scope: Scope, tree: Table): Value {
  const axes: Axis[] = [];
  for (const domain of tree.domains) {
    const name = domain.axis.text;
    let size: SizeUse | undefined;
    if (domain.size) {
      size = asSize(scope, evaluate(scope, domain.size), domain.size.span, `axis ${name}`);
      if (size && !requirePositive(scope, size, domain.size.span, `axis ${name}`)) return unknown;
    } else {
      size = scope.frame.axes.get(name)?.size;
      if (!size) report(scope, "NET0103", domain.axis.span, { name, type: "scope", axes: [...scope.frame.axes.keys()], near: nearestName(name, scope.frame.axes.keys()) });
    }
    if (!size) return unknown;
    const label = labelNamed(scope, name);
    if (axes.some((axis) => axis.label === label)) {
      report(scope, "NET0314", domain.span, { axis: name, type: "this table", help: `give one a new name: \`${domain.variable.text} in key = ${name}\`` });
      return unknown;
    }
    axes.push({ kind: "axis", label, size });
  }
  const count = constantValue(multiply(...axes.map((axis) => axis.size.size)));
  if (count !== undefined && count > largestTable) {
    report(scope, "NET0903", tree.span, { count: count.toLocaleString("en-US"), limit: largestTable.toLocaleString("en-US") }, { label: axes.map((axis) => `${axis.label?.name ?? ""} = ${(constantValue(axis.size.size) ?? 0).toLocaleString("en-US")}`).join(" × ") });
    return unknown;
  }
  const table: TableAxes = { sizes: shapeOf(axes), names: axisNames(axes), indices: tree.domains.map((domain) => indexVariable(scope, domain.variable.text)) };
  const inner = childScope(scope);
  tree.domains.forEach((domain, i) => {
    const node = inGraph(scope, domain.span, (build) => build.make("iota", [], { shape: [table.sizes[i]], axis: 0 }, [table.names[i]]));
    const index: ElementValue = { kind: "element", scalar: "int", table, axes: [i], node, exact: variable(table.indices[i]) };
    inner.bindings.set(domain.variable.text, { kind: "value", value: index });
  });
  const element = evaluate(inner, tree.element);
  switch (element.kind) {
    case "unknown":
      return unknown;
    case "element": {
      const dtype = element.scalar === "int" ? "i32" : element.scalar === "bool" ? "bool" : "f32";
      const node = inGraph(scope, tree.span, (build) =>
        element.axes.length === axes.length ? element.node! : build.broadcast(element.node!, table.sizes, element.axes, table.names),
      );
      if (dtype === "i32" && !element.exact) scope.frame.session.recall?.noteNumbers(tree.span.file.name);
      return { kind: "tensor", type: { dtype, axes }, node, ...(element.exact ? { element } : {}) };
    }
    case "int":
    case "float": {
      const dtype = element.kind === "int" ? "i32" : "f32";
      const node = inGraph(scope, tree.span, (build) => build.broadcast(scalarNode(build, element, dtype), table.sizes, [], table.names));
      return { kind: "tensor", type: { dtype, axes }, node };
    }
    case "bool": {
      const node = inGraph(scope, tree.span, (build) => build.broadcast(build.constant(element.value ? 1 : 0, "bool"), table.sizes, [], table.names));
      return { kind: "tensor", type: { dtype: "bool", axes }, node };
    }
    default:
      report(scope, "NET0203", tree.element.span, { wanted: "a number or a bool", found: describe(element), where: "an element of a table" });
      return unknown;
  }
}

/** The solver's variable for an index: its name, unless that is a size here already. */
function indexVariable(scope: Scope, name: string): string {
  return scope.frame.axes.has(name) || lookUp(scope, name) ? `${name}′` : name;
}
