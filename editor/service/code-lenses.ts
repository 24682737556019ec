/** What stands above blocks and models: what they cost in the chosen variant, which variants use them, and commands. The figures are computed when a lens is shown. */
import type { Block, Model } from "../../grammar/ast.ts";
import { costsOf, figuresText } from "./costs.ts";
import { isSound } from "./diagnostics.ts";
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

/** The text of a lens that tells figures; undefined where they cannot be said. */
export function costText(look: Look, name: string): string | undefined {
  if (!isSound(look)) return undefined;
  const item = look.tree.items.find((own): own is Block | Model => (own.kind === "Block" || own.kind === "Model") && own.name.text === name);
  const { compilation, project } = look;
  for (const model of compilation.models) {
    if (item?.kind === "Model" && model !== item) continue;
    const variant = project.chosenVariant(compilation, model);
    const costs = costsOf(compilation, model, variant);
    const uses = item?.kind === "Model" ? costs && [costs.total] : costs?.blocks.get(name);
    if (!costs || !uses?.length) continue;
    const sizes = [...costs.sizes].map(([axis, size]) => `${axis} = ${size}`).join(", ");
    return `${figuresText(uses)}${uses.length > 1 ? ` in ${uses.length} uses` : ""} (${item?.kind === "Model" ? variant.name : `${model.name.text}, ${variant.name}`}${sizes ? `; ${sizes}` : ""})`;
  }
  return undefined;
}

/** The variants whose graph has a block, one at a time, so that others may be served in between: the last value is the text. */
export function* usersOf(look: Look, name: string): Generator<undefined, string | undefined> {
  if (!isSound(look)) return undefined;
  const { compilation } = look;
  const users: string[] = [];
  let all = 0;
  for (const model of compilation.models) {
    for (const variant of compilation.variantsOf(model)) {
      all++;
      if (costsOf(compilation, model, variant)?.blocks.has(name)) users.push(variant.name === "default" ? model.name.text : variant.name);
      yield undefined;
    }
  }
  if (all === 0) return undefined;
  return users.length === 0 ? "in no variant" : users.length === all ? `in every variant (${all})` : `in ${users.join(", ")}`;
}
