/** A name that nothing has: neither in the item around a place nor among the items of the file. */
import { builtinNames } from "../../compiler/check/builtins.ts";
import { hardKeywords } from "../../grammar/tokens.ts";
import type { Look } from "./project.ts";
import { namesIn } from "./references.ts";

export function freshName(look: Look, offset: number, wanted: string): string {
  const around = look.tree.items.find(({ span }) => span.start <= offset && offset <= span.end);
  const { occurrences, visible } = namesIn(look);
  const taken = new Set([...visible.keys(), ...builtinNames, ...hardKeywords.keys()]);
  for (const { symbol, span } of occurrences) if (!around || (around.span.start <= span.start && span.end <= around.span.end)) taken.add(symbol.name);
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!taken.has(name)) return name;
  }
}
