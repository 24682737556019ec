/** The variants of a model: its defaults, and the rows of the ablations that are of it. */
import type { Ablation, Expression, Model } from "../grammar/ast.ts";
import { textOf } from "../grammar/source.ts";
import { ablationRows } from "./check/ablation.ts";
import type { Configuration } from "./check/model.ts";

/** One way of configuring a model: its defaults, a row of an ablation, or what `--set` says. */
export interface Variant {
  /** `default`, or the row's name. */
  readonly name: string;
  readonly title: string;
  readonly table?: string;
  readonly configuration: Configuration;
}

export interface Variants {
  of(model: Model): readonly Variant[];
  /** The first variant with the same value for every key, as it is written: the full model of an ablation is most often the defaults. */
  firstLike(model: Model, variant: Variant): Variant;
}

export function createVariants(ablations: readonly Ablation[], modelOf: (ablation: Ablation) => Model | undefined): Variants {
  const known = new Map<Model, readonly Variant[]>();
  const of = (model: Model): readonly Variant[] => {
    const earlier = known.get(model);
    if (earlier) return earlier;
    const rows: Variant[] = [{ name: "default", title: "the defaults", configuration: new Map<string, Expression>() }];
    for (const ablation of ablations) {
      if (modelOf(ablation) !== model) continue;
      for (const { name, title, configuration } of ablationRows(ablation)) rows.push({ name, title, table: ablation.name.text, configuration });
    }
    known.set(model, rows);
    return rows;
  };
  const keysOf = (model: Model, { configuration }: Variant): string => model.config.map((option) => textOf((configuration.get(option.name.text) ?? option.default ?? option).span)).join("|");
  return {
    of,
    firstLike: (model, variant) => {
      const wanted = keysOf(model, variant);
      return of(model).find((other) => keysOf(model, other) === wanted) ?? variant;
    },
  };
}

/** How diagnostics name a variant: `CD2FSAN (g)`. */
export function userOf(model: Model, variant: Variant): string {
  return variant.name === "default" ? model.name.text : `${model.name.text} (${variant.name})`;
}
