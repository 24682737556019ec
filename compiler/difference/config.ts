/** Which keys of the config two variants set differently: by value, not by how it is written. */
import type { Model } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import type { Configuration, ModelRun } from "../check/model.ts";
import type { Value } from "../check/values.ts";
import { showSize } from "../dims/index.ts";

export interface ConfigChange {
  readonly key: string;
  /** Undefined where the model has no such key. */
  readonly before?: string;
  readonly after?: string;
}

/** The value of each key of a model's config, as text. */
export function configOf(model: Model, configuration: Configuration, run: ModelRun): ReadonlyMap<string, string> {
  return new Map(model.config.map((option) => {
    const name = option.name.text;
    const binding = run.scope.bindings.get(name);
    const tree = configuration.get(name) ?? option.default;
    const written = tree ? textOf(tree.span) : "";
    return [name, (binding?.kind === "value" ? valueText(binding.value) : undefined) ?? written] as const;
  }));
}

export function configChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly ConfigChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => ({ key, before: before.get(key), after: after.get(key) }))
    .filter((change) => change.before !== change.after);
}

function valueText(value: Value): string | undefined {
  switch (value.kind) {
    case "int":
      return showSize(value.use.size);
    case "float":
    case "bool":
      return value.value === undefined ? undefined : String(value.value);
    case "choice":
      return value.value;
    case "list": {
      const elements = value.elements?.map(valueText);
      return elements?.every((element) => element !== undefined) ? `[${elements.join(", ")}]` : undefined;
    }
    case "per_axis": {
      const parts = [...value.values].map(([axis, own]) => `${axis}: ${valueText(own) ?? "?"}`);
      return `(${parts.join(", ")})`;
    }
    default:
      return undefined;
  }
}
