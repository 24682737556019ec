/** What each item of a file says about its bindings: the type of every `let`, parameter and output, as a person reads it. */
import type { Compilation } from "../../compiler/compilation.ts";
import type { Value } from "../../compiler/check/values.ts";
import { describe } from "../../compiler/check/values.ts";
import type { File, Item, Node } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";

/** By the item's kind and name, then by binding in the order of the text. */
export type TypesOfItems = ReadonlyMap<string, readonly string[]>;

export function nameOfItem(item: Item): string {
  switch (item.kind) {
    case "MissingItem":
      return "";
    case "Train":
      return `Train ${item.model.text}`;
    default:
      return `${item.kind} ${item.name.text}`;
  }
}

function shown(value: Value | undefined): string {
  if (!value) return "nothing";
  if (value.kind !== "record" && value.kind !== "list") return describe(value);
  const parts = value.kind === "record" ? [...value.fields.values()] : (value.elements ?? (value.element ? [value.element] : []));
  return `${describe(value)} of ${parts.map(shown).join("; ")}`;
}

const binds = (node: Node): boolean => node.kind === "Let" || node.kind === "Parameter" || node.kind === "State" || node.kind === "ModelOutput";

export function typesOf(compilation: Compilation, tree: File): TypesOfItems {
  const found = new Map<string, readonly string[]>();
  for (const item of tree.items) {
    if (item.kind !== "Block" && item.kind !== "Model") continue;
    const lines: string[] = [];
    walk(item, (node) => {
      if (!binds(node)) return;
      const name = node.kind === "Let" ? textOf(node.target.span) : "name" in node ? (node.name as { text: string }).text : "";
      lines.push(`${name}: ${shown(compilation.valueOf(node))}`);
    });
    found.set(nameOfItem(item), lines);
  }
  return found;
}

/** The items that use an item, directly or through others. */
export function usersOf(tree: File, name: string): ReadonlySet<string> {
  const uses = new Map<string, Set<string>>();
  for (const item of tree.items) {
    const words = new Set<string>();
    walk(item, (node) => void ("text" in node && (node.kind === "Name" || node.kind === "Identifier") ? words.add(node.text) : undefined));
    uses.set(nameOfItem(item), words);
  }
  const users = new Set<string>([name]);
  for (let size = 0; size !== users.size; ) {
    size = users.size;
    const spoken = [...users].map((user) => user.split(" ")[1]);
    for (const [item, words] of uses) if (spoken.some((word) => words.has(word))) users.add(item);
  }
  users.delete(name);
  return users;
}
