/** The values of config keys that a person tries out become a row of an ablation. */
import type { Model } from "../../grammar/ast.ts";
import { settingOf } from "../../compiler/setting.ts";
import type { Action } from "./code-actions.ts";
import type { Look } from "./project.ts";
import { indentAt, overlaps, type Range, type TextEdit } from "./text.ts";

export function newVariants(look: Look, range: Range): readonly Action[] {
  const { project, compilation, tree } = look;
  return tree.items.flatMap((item): Action[] => {
    if ((item.kind !== "Model" && item.kind !== "Ablation") || !overlaps(item.span, range)) return [];
    const model = compilation.models.find((own) => own.name.text === (item.kind === "Model" ? item.name.text : item.model.text));
    const settings = model ? Object.entries(project.choices.settings[model.name.text] ?? {}).filter(([key, text]) => settingOf(model, key, text) !== undefined) : [];
    if (!model || settings.length === 0) return [];
    const edit = rowEdit(look, model, settings);
    return edit ? [{ title: `Make a variant of ${settings.map(([key, text]) => `${key}: ${text}`).join(", ")}`, kind: "refactor.rewrite", preferred: false, edits: new Map([[look.name, [edit]]]) }] : [];
  });
}

function rowEdit(look: Look, model: Model, settings: readonly (readonly [string, string])[]): TextEdit | undefined {
  const { project, tree, source } = look;
  const ablation = tree.items.find((item) => item.kind === "Ablation" && item.model.text === model.name.text);
  const changes = `{ ${settings.map(([key, text]) => `${key}: ${text}`).join("  ")} }`;
  const title = settings.map(([key, text]) => `${key} ${text}`).join(", ").replaceAll("\"", "'");
  if (ablation?.kind !== "Ablation") {
    const at = tree.items.find((item) => item === model)?.span.end ?? source.text.length;
    return { start: at, end: at, newText: `\n\nablation variants of ${model.name.text} {\n  a "${title}" = ${changes}\n}` };
  }
  const last = ablation.rows.at(-1);
  if (!last) return undefined;
  const taken = new Set(ablation.rows.map(({ name }) => name.text));
  const name = [..."abcdefghijklmnopqrstuvwxyz"].find((letter) => !taken.has(letter)) ?? `row_${ablation.rows.length + 1}`;
  const chosen = project.choices.variants[model.name.text];
  const base = chosen !== undefined && taken.has(chosen) ? `${chosen} with ` : "";
  return { start: last.span.end, end: last.span.end, newText: `\n${indentAt(source.text, last.span.start) || "  "}${name} "${title}" = ${base}${changes}` };
}
