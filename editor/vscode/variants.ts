/** The variants that a text offers, read from its ablations alone: so there is a choice while the text has an error too. */
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";

export interface VariantRow {
  readonly model: string;
  readonly name: string;
  readonly title: string;
}

/** Every model of a text with its variants; the first of each is the defaults. */
export function variantsOf(text: string): readonly VariantRow[] {
  const { file } = parse(createSourceFile("variants.net", text));
  return file.items.flatMap((model) =>
    model.kind !== "Model" ? [] : [
      { model: model.name.text, name: "default", title: "as the config says" },
      ...file.items.flatMap((item) => (item.kind === "Ablation" && item.model.text === model.name.text ? item.rows.map((row) => ({ model: model.name.text, name: row.name.text, title: row.title.value })) : [])),
    ]);
}
