/**
 * Names that nothing uses, found in the text of an item alone: a binding, an input or an option that is never mentioned again, a parameter that no result
 * depends on. One of them that is used by another unused one alone is not said too: it has the same cause. A name that begins with `_` is left out on purpose.
 */
import type { Block, Identifier, Let, Model, Node as Tree, Parameter, State } from "../../../grammar/ast.ts";
import { walk } from "../../../grammar/visit.ts";
import { reportTo } from "../scope.ts";

type Target = Parameters<typeof reportTo>[0];

interface Declared {
  readonly what: string;
  readonly name: Identifier;
  /** What does not count as a use: the declaration itself, and recurrences of a family. */
  readonly own: readonly Tree[];
  readonly isParameter?: boolean;
  /** Axes that this input alone brings: what uses one of them uses the input. */
  readonly carries?: readonly string[];
  readonly remove?: Tree;
}

/** `elsewhere`: training sections and plans that may speak of a model's values. */
export function warnOfUnused(target: Target, item: Block | Model, elsewhere: readonly Tree[]): void {
  const used = usesIn([item, ...elsewhere]);
  for (const { what, name, own, isParameter, remove, carries = [] } of declaredIn(item)) {
    if (!name.text || name.text.startsWith("_")) continue;
    if (used.get(name.text)?.some((place) => !own.some((tree) => tree.span.start <= place.start && place.end <= tree.span.end && tree.span.file === place.file))) continue;
    if (carries.some((size) => used.has(size))) continue;
    if (isParameter) reportTo(target, "NET0819", name.span, { name: name.text }, removal(remove));
    else reportTo(target, "NET0818", name.span, { what, name: name.text }, removal(remove));
  }
}

function removal(tree: Tree | undefined): { readonly fixes?: readonly { title: string; edits: { span: Tree["span"]; newText: string }[] }[] } {
  return tree ? { fixes: [{ title: "leave it out", edits: [{ span: tree.span, newText: "" }] }] } : {};
}

/** Every word that may name a value, an axis or a size, where it is not the name of a declaration. */
function usesIn(roots: readonly Tree[]): ReadonlyMap<string, readonly Tree["span"][]> {
  const uses = new Map<string, Tree["span"][]>();
  const note = (text: string, span: Tree["span"]): void => {
    const known = uses.get(text);
    if (known) known.push(span);
    else uses.set(text, [span]);
  };
  for (const root of roots) {
    walk(root, (node, parents) => {
      if (node.kind === "Name") note(node.text, node.span);
      else if (node.kind === "TextPiece") note(node.text, node.span);
      else if (node.kind === "Identifier") {
        const parent = parents[parents.length - 1];
        const isDeclaration = ["Let", "Parameter", "State", "Option", "Input", "ModelInput", "ModelOutput", "FieldsTarget", "MemberTarget", "Argument", "RecordField", "Member"].includes(parent?.kind ?? "") || (["NamedAxis", "RowAxis"].includes(parent?.kind ?? "") && parents.some((above) => above.kind === "Input"));
        if (!isDeclaration) note(node.text, node.span);
      }
    });
  }
  return uses;
}

function declaredIn(item: Block | Model): readonly Declared[] {
  const declared: Declared[] = [];
  const lets = new Map<string, Let[]>();
  const add = (what: string, tree: Tree & { readonly name: Identifier }, extra: Partial<Declared> = {}): void => void declared.push({ what, name: tree.name, own: [], ...extra });
  if (item.kind === "Block") {
    for (const input of item.inputs) add("the input", input, { carries: sizesOnlyIn(item, input) });
    for (const option of item.options) add("the option", option, { own: item.where.filter((fact) => mentionsAlone(fact, option.name.text)) });
  } else for (const option of item.config) add("the config key", option);
  walk(item, (node) => {
    if (node.kind === "Parameter") declared.push({ what: "the parameter", name: (node as Parameter).name, own: [node], isParameter: true, remove: node });
    else if (node.kind === "State") declared.push({ what: "the state", name: (node as State).name, own: [node], remove: node });
    else if (node.kind === "ModelInput") add("the input", node, { own: [node] });
    else if (node.kind === "Let") {
      if (node.target.kind === "FieldsTarget") return;
      const name = node.target.kind === "Identifier" ? node.target : node.target.name;
      lets.set(name.text, [...(lets.get(name.text) ?? []), node]);
    }
  });
  for (const clauses of lets.values()) {
    const [first] = clauses;
    const name = first.target.kind === "Identifier" ? first.target : first.target.kind === "MemberTarget" ? first.target.name : undefined;
    if (name) declared.push({ what: "the value", name, own: clauses, ...(clauses.length === 1 ? { remove: first } : {}) });
  }
  return declared;
}

/** The names of axes that stand in no other input. */
function sizesOnlyIn(block: Block, input: Block["inputs"][number]): readonly string[] {
  const namesOf = (tree: Tree): readonly string[] => {
    const names: string[] = [];
    walk(tree, (node) => void ((node.kind === "NamedAxis" || node.kind === "RowAxis") && node.name && names.push(node.name.text)));
    return names;
  };
  const others = new Set(block.inputs.filter((other) => other !== input).flatMap((other) => namesOf(other.type)));
  return namesOf(input.type).filter((name) => !others.has(name));
}

/** A fact about an option alone, `rate < 1.0`, is no use of it. */
function mentionsAlone(fact: Tree, option: string): boolean {
  const names = new Set<string>();
  walk(fact, (node) => void (node.kind === "Name" && names.add(node.text)));
  return names.size === 1 && names.has(option);
}
