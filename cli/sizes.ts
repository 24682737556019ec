/** Which sizes of its inputs a model admits, in a person's words. */
import type { Model } from "../grammar/ast.ts";
import { textOf } from "../grammar/source.ts";
import type { ModelRun } from "../compiler/check/model.ts";
import { showType } from "../compiler/types/show.ts";

/** `image: f32[B, rgb = 3, Y, X] where Y % 16 == 0, X % 16 == 0`, one line per input. */
export function admissibleSizes(model: Model, run: ModelRun): readonly string[] {
  return model.members.flatMap((member) => {
    if (member.kind !== "ModelInput") return [];
    const value = run.inputs.get(member.name.text);
    if (!value) return [];
    const where = member.where.length ? ` where ${member.where.map((fact) => textOf(fact.span)).join(", ")}` : "";
    return [`${member.name.text}: ${showType(value.type)}${where}`];
  });
}
