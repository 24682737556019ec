/** What a program is not written for: operators that a backend cannot run, and sizes that no input shows. */
import { positionAt } from "../../grammar/source.ts";
import type { NodeOf, OperatorName } from "../../compiler/ir/graph.ts";
import type { Form, TfjsBackend } from "./form.ts";
import { formOf } from "./forms/table.ts";
import type { Plan } from "./functions/plan.ts";

export interface Refusal {
  readonly operator: string;
  /** `file.net:12:9`, of the source line behind it. */
  readonly place: string;
  readonly path: string;
  /** The backends that can. */
  readonly runsOn: readonly TfjsBackend[];
  readonly needs: string;
}

export function refusalsOf(plan: Plan, backends: readonly TfjsBackend[]): readonly Refusal[] {
  return plan.made.flatMap((node) => {
    const runsOn = (formOf(node.operator) as Form<OperatorName>).runsOn(node as NodeOf<OperatorName>);
    if (backends.every((backend) => runsOn.includes(backend))) return [];
    const { span } = node.location;
    const { line, column } = positionAt(span.file, span.start);
    return [{ operator: node.operator, place: `${span.file.name}:${line}:${column}`, path: node.path, runsOn, needs: `a backend that has its kernels: ${runsOn.join(", ")}` }];
  });
}

export const unknownSize = (variable: string, name: string): Refusal => ({ operator: "size", place: name, path: "", runsOn: [], needs: `an input with an axis of the size ${variable}` });
