/** What stands above blocks and models: what they cost in the chosen variant, which variants use them, and commands. The figures are computed when a lens is shown. */
import type { Block, Model } from "../../grammar/ast.ts";
import { costing, figuresText } from "./costs.ts";
import { isSound } from "./diagnostics.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import type { Look } from "./project.ts";
import { rangeOf, type Range } from "./text.ts";

export type LensKind = "cost" | "users" | "check" | "variant" | "graph";

export interface Lens extends Range {
  readonly kind: LensKind;
  /** The name of the block or model. */
  readonly item: string;
}

export function codeLenses(look: Look): readonly Lens[] {
  if (look.library) return [];
  return look.tree.items.flatMap((item): Lens[] => {
    if ((item.kind !== "Block" && item.kind !== "Model") || !item.name.text) return [];
    const lens = (kind: LensKind): Lens => ({ ...rangeOf(item.name.span), kind, item: item.name.text });
    return item.kind === "Block" ? [lens("cost"), lens("users")] : [lens("cost"), lens("variant"), lens("check"), lens("graph")];
  });
}

/** The text of a lens that tells figures; undefined where there are no models or errors. A model after the other is built until one has operations of the block. */
export function* costText(look: Look, name: string): LongWork<string | undefined> {
  if (!isSound(look)) return undefined;
  const item = look.tree.items.find((own): own is Block | Model => (own.kind === "Block" || own.kind === "Model") && own.name.text === name);
  const { compilation, project } = look;
  const without: string[] = [];
  for (const [i, model] of compilation.models.entries()) {
    if (item?.kind === "Model" && model !== item) continue;
    const variant = project.chosenVariant(compilation, model);
    const costs = yield* stretch(costing(compilation, model, variant), i / compilation.models.length, (i + 1) / compilation.models.length);
    const uses = item?.kind === "Model" ? costs && [costs.total] : costs?.blocks.get(name);
    if (!costs || !uses?.length) {
      without.push(`${model.name.text}, ${variant.name}${costs ? "" : ": its numbers are refused"}`);
      continue;
    }
    const sizes = [...costs.sizes].map(([axis, size]) => `${axis} = ${size}`).join(", ");
    return `${figuresText(uses)}${uses.length > 1 ? ` in ${uses.length} uses` : ""} (${item?.kind === "Model" ? variant.name : `${model.name.text}, ${variant.name}`}${sizes ? `; ${sizes}` : ""})`;
  }
  return without.length === 0 ? undefined : without.length === 1 ? `no operations (${without[0]})` : "no operations in the chosen variants";
}

/** The text of a lens that tells the variants whose graph has a block. */
export function* usersOf(look: Look, name: string): LongWork<string | undefined> {
  if (!isSound(look)) return undefined;
  const { compilation } = look;
  const users: string[] = [];
  const all = compilation.models.flatMap((model) => compilation.variantsOf(model).map((variant) => ({ model, variant })));
  for (const [i, { model, variant }] of all.entries()) {
    const costs = yield* stretch(costing(compilation, model, variant), i / all.length, (i + 1) / all.length);
    if (costs?.blocks.has(name)) users.push(variant.name === "default" ? model.name.text : variant.name);
  }
  if (all.length === 0) return undefined;
  return users.length === 0 ? "in no variant" : users.length === all.length ? `in every variant (${all.length})` : `in ${users.join(", ")}`;
}

/** What each variant of a model costs, as text. */
export function* allVariants(look: Look, model: Model): LongWork<readonly { readonly variant: string; readonly text: string }[]> {
  const told: { variant: string; text: string }[] = [];
  const variants = look.compilation.variantsOf(model);
  for (const [i, variant] of variants.entries()) {
    yield { part: i / variants.length, what: variant.name };
    const costs = yield* stretch(costing(look.compilation, model, variant), i / variants.length, (i + 1) / variants.length);
    told.push({ variant: variant.name, text: costs ? figuresText([costs.total]) : "its numbers are refused" });
  }
  return told;
}
