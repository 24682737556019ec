/** `align=transformer`: a value for a config key, from outside of the program. */
import type { Expression, Model } from "../grammar/ast.ts";
import { parse } from "../grammar/parse.ts";
import { createSourceFile } from "../grammar/source.ts";

/** The expression that a text is as the value of a key, as in a row of an ablation; undefined when it is none. The names in it mean what they mean in the model's file. */
export function settingOf(model: Model, key: string, text: string): Expression | undefined {
  if (!model.config.some((option) => option.name.text === key)) return undefined;
  const source = createSourceFile("--set", `ablation set of ${model.name.text} { x "" = { ${key}: ${text} } }`);
  const { file, problems } = parse(source);
  const [item] = file.items;
  if (problems.length || item?.kind !== "Ablation" || item.rows[0]?.changes.length !== 1) return undefined;
  return item.rows[0].changes[0].value;
}
