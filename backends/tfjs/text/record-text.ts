/** The texts of records: what stands in one, and how the members of a family stand in it. */
import { familyName } from "./families.ts";

/** The record that a function returns: members of a family as the family, slopes of the values of a list as a list, and nothing said twice. */
export function withFields(text: string): string {
  const record = /^return \{ (.*) \};$/.exec(text)?.[1];
  if (record === undefined) return text;
  const fields = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const entry of entriesOf(record)) {
    const [, list, index, own] = /^(\w+)\[(\d+)\]: (.*)$/.exec(entry) ?? [];
    const [, name, value] = /^(\w+): (.*)$/s.exec(entry) ?? [];
    if (list !== undefined) {
      lists.set(list, lists.get(list) ?? []);
      lists.get(list)![Number(index)] = own;
      fields.set(list, "");
    } else if (/^\w+\[\d+\]$/.test(entry)) fields.set(familyName(entry), familyName(entry));
    else fields.set(name ?? entry, name !== undefined && name === value ? name : entry);
  }
  for (const [name, values] of lists) fields.set(name, `${name}: [${values.join(", ")}]`);
  return `return { ${[...fields.values()].join(", ")} };`;
}

/** The entries of a record, at its commas that stand in no brackets. */
export function entriesOf(record: string): readonly string[] {
  const entries = [""];
  let depth = 0;
  for (const [at, character] of [...record].entries()) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    if (character === "," && depth === 0) entries.push("");
    else if (!(character === " " && record[at - 1] === "," && depth === 0)) entries[entries.length - 1] += character;
  }
  return entries;
}
