/** A name that nothing has: neither in the item around a place nor among the items of the file. */
import { builtinNames } from "../../compiler/check/builtins.ts";
import { hardKeywords } from "../../grammar/tokens.ts";
import { occurrencesWithin } from "./names.ts";
import type { Look } from "./project.ts";
import { namesIn } from "./references.ts";

export function freshName(look: Look, offset: number, wanted: string): string {
  const around = look.tree.items.find(({ span }) => span.start <= offset && offset <= span.end);
  const names = namesIn(look);
  const taken = new Set([...names.visible.keys(), ...builtinNames, ...hardKeywords.keys()]);
  for (const { symbol } of around ? occurrencesWithin(names, around.span) : names.occurrences) taken.add(symbol.name);
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!taken.has(name)) return name;
  }
}
