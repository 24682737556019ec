/** A difference read backwards. */
import type { Change, ViewDifference } from "./document.ts";

/** What changed from the second to the first: what was added is removed, and members have the names that they had. */
export function inverted({ from, to, config, pairs, removed, added, changed }: ViewDifference): ViewDifference {
  const back = new Map(pairs.map(([before, after]) => [after, before]));
  return {
    from: to, to: from,
    config: config.map(({ key, before, after }) => ({ key, before: after, after: before })),
    pairs: pairs.map(([before, after]) => [after, before] as const),
    removed: added, added: removed,
    changed: Object.fromEntries(Object.entries(changed).map(([id, change]): [string, Change] => [id.startsWith("+") ? `-${id.slice(1)}` : id.startsWith("-") ? `+${id.slice(1)}` : (back.get(id) ?? id), change])),
  };
}
