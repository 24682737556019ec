/** Configurations in which arms are checked that no variant chooses: a `match` on an int of the config has more of them than its default tells. */
import type { Expression, Model } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import type { Configuration } from "./model.ts";

export interface ArmConfiguration {
  /** How diagnostics name it: `M (depth = 3)`. */
  readonly users: readonly string[];
  readonly configuration: Configuration;
}

const armsOf = new WeakMap<Model, readonly ArmConfiguration[]>();

/** Configurations in which the arms of a `match` on an int of the config are checked that the defaults do not choose. */
export function armConfigurations(model: Model): readonly ArmConfiguration[] {
  const known = armsOf.get(model);
  if (known) return known;
  const found = new Map<string, { users: string[]; configuration: Configuration }>();
  const add = (key: string, literal: Expression & { readonly kind: "IntegerLiteral" }): void => void found.set(`${key} = ${literal.value}`, { users: [`${model.name.text} (${key} = ${literal.value})`], configuration: new Map([[key, literal]]) });
  for (const member of model.members) {
    walk(member, (node) => {
      if (node.kind !== "Match" || node.subject.kind !== "Name") return;
      const key = node.subject.text;
      if (!model.config.some((option) => option.name.text === key && option.optionKind.kind === "NumberKind")) return;
      const literals = node.arms.flatMap(({ pattern }) => (pattern.kind === "IntegerLiteral" ? [pattern] : []));
      for (const literal of literals) add(key, literal);
      const other = Array.from({ length: literals.length + 1 }, (_, i) => i + 1).find((value) => !literals.some((literal) => literal.value === value))!;
      add(key, { kind: "IntegerLiteral", text: String(other), value: other, span: node.subject.span });
    });
  }
  const all = [...found.values()];
  armsOf.set(model, all);
  return all;
}
