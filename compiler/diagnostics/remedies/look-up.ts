/** Finding in the text what a diagnostic speaks of: where a name is declared, where it is used, what made a value, where an axis came from. */
import type { Block, Call, Expression, Identifier, Let, Node, NodeKind, NodeOfKind } from "../../../grammar/ast.ts";
import { walk } from "../../../grammar/visit.ts";
import { originSteps } from "../../types/origin.ts";
import { showUse } from "../../types/show.ts";
import { itemName, type Axis } from "../../types/types.ts";
import type { RelatedPlace } from "../diagnostic.ts";
import type { Case } from "./remedy.ts";

const declaring: ReadonlySet<NodeKind> = new Set(["Let", "Parameter", "State", "Option", "Input", "ModelInput", "ModelOutput", "FieldsTarget", "MemberTarget"]);

/** Where names of an item are declared, in the order of the text. */
export function declarationsIn(item: Node, name: string): readonly Identifier[] {
  const found: Identifier[] = [];
  walk(item, (node, parents) => {
    const parent = parents[parents.length - 1];
    if (node.kind === "Identifier" && node.text === name && parent && declaring.has(parent.kind)) found.push(node);
  });
  return found;
}

/** The places where a name is used as a value. */
export function usesIn(item: Node, name: string): readonly NodeOfKind<"Name">[] {
  return allOf(item, "Name").filter((node) => node.text === name);
}

export function allOf<K extends NodeKind>(root: Node, kind: K): readonly NodeOfKind<K>[] {
  const found: NodeOfKind<K>[] = [];
  walk(root, (node) => void (node.kind === kind && found.push(node as NodeOfKind<K>)));
  return found;
}

/** The binding of a name: `let name = …`. */
export function letOf(item: Node | undefined, name: string): Let | undefined {
  return item && allOf(item, "Let").find(({ target }) => target.kind === "Identifier" && target.text === name);
}

/** What a name stands for, where it is bound by a `let`; other expressions stand for themselves. */
export function meantBy(item: Node | undefined, tree: Expression): Expression {
  return tree.kind === "Name" ? (letOf(item, tree.text)?.value ?? tree) : tree;
}

export function blockNamed({ program, span }: Case, name: string): Block | undefined {
  return program.names.get(span.file)?.blocks.get(name);
}

/** The block that a call names. */
export function calledBlock(about: Case, call: Call): Block | undefined {
  return call.callee.kind === "Name" ? blockNamed(about, call.callee.text) : undefined;
}

/** The axes with a name of what an expression turned out to be. */
export function axesOf({ valueOf }: Case, tree: Node): readonly Axis[] {
  const value = valueOf(tree);
  return value?.kind === "tensor" ? value.type.axes.filter((item): item is Axis => item.kind === "axis" && itemName(item) !== "") : [];
}

/** Where the size of an axis of an expression came from. */
export function originsOf(about: Case, tree: Node, axis: string, limit = 2): readonly RelatedPlace[] {
  const found = axesOf(about, tree).find((item) => itemName(item) === axis);
  return found ? originSteps(found.size, axis, showUse, limit).map(({ span, text }) => ({ span, message: text })) : [];
}
