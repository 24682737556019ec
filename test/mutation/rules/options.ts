/** Options of calls: windows (stride, padding, dilation, groups, kernel) and other numbers changed; options dropped or misspelt; defaults changed. */
import type { Argument, AxisArgument } from "../../../grammar/ast.ts";
import { textOf } from "../../../grammar/source.ts";
import { drop, replace, type Change, type Place, type Rule } from "../mutant.ts";

const windows = ["stride", "padding", "dilation", "groups", "kernel", "window"] as const;

function isInt(place: Place, tree: AxisArgument): boolean {
  const kind = tree.kind === "SizedName" || tree.kind === "Spread" ? undefined : place.subject.compilation.valueOf(tree)?.kind;
  return tree.kind === "IntegerLiteral" || kind === "int" || kind === "per_axis" || kind === "axis";
}

/** Other numbers in the place of one; each field of `(Y: 2, X: 2)` by itself. */
function otherNumbers(place: Place, tree: AxisArgument): readonly Change[] {
  if (tree.kind === "Record") return tree.fields.flatMap((field) => otherNumbers(place, field.value));
  if (tree.kind === "SizedName") return otherNumbers(place, tree.size);
  // Twice as many heads, or half as many groups, are another valid choice more often than not.
  const divides = place.node.kind === "Argument" && ["heads", "groups"].includes(place.node.name?.text ?? "");
  if (tree.kind === "IntegerLiteral") return [replace(tree, String(tree.value + 1)), ...(tree.value > 1 && !divides ? [replace(tree, String(tree.value * 2))] : [])];
  return isInt(place, tree) && place.subject.compilation.valueOf(tree)?.kind !== "axis" ? [replace(tree, `${textOf(tree.span)} + 1`)] : [];
}

const changed = (name: string, applies: (option: string) => boolean): Rule => ({
  name: `option: ${name}`,
  faults: (place) => (place.node.kind === "Argument" && place.node.name && applies(place.node.name.text) && !keepsSizes(place) ? otherNumbers(place, place.node.value) : []),
});

/**
 * Changes after which the sizes are the same by construction: the default padding of the library keeps the size for every dilation of an odd kernel;
 * patches (stride = kernel) leave no room for one more; the number of layers is no size.
 */
function keepsSizes({ node, parents }: Place): boolean {
  const call = parents.at(-1);
  if (node.kind !== "Argument" || call?.kind !== "Call") return false;
  const given = (name: string): string | undefined => call.arguments.filter((argument) => argument.name?.text === name).map((argument) => textOf(argument.value.span))[0];
  switch (node.name?.text) {
    case "dilation":
      return given("padding") === undefined;
    case "padding":
      return given("stride") !== undefined && given("stride") === given("kernel");
    default:
      return node.name?.text === "depth";
  }
}

const argumentsOf = ({ node }: Place): readonly Argument[] => (node.kind === "Call" ? node.arguments : []);

const dropped: Rule = {
  name: "option: dropped",
  faults: (place) => argumentsOf(place).flatMap((argument, i, all) => (argument.name && all.length > 1 && changesShapes(place, argument) && !keepsSizes({ ...place, node: argument, parents: [...place.parents, place.node] }) ? [drop(all, i)] : [])),
};

/** A float, a choice, a bool or an initialiser has nothing to do with shapes. */
function changesShapes(place: Place, argument: Argument): boolean {
  const { value } = argument;
  if (value.kind === "SizedName" || value.kind === "Spread" || value.kind === "Record" || value.kind === "List") return true;
  return isInt(place, value) || (value.kind === "Name" && ["over", "out", "axis", "after"].includes(argument.name!.text));
}

const misspelt: Rule = {
  name: "option: misspelt",
  faults: (place) => argumentsOf(place).flatMap((argument) => (argument.name ? [replace(argument.name, `${argument.name.text}s`)] : [])),
};

/** A default that is computed. One that is a number is a choice, and another number another choice. */
const defaults: Rule = {
  name: "option: default",
  faults: ({ node, parents }) => (node.kind === "Option" && node.optionKind.kind === "NumberKind" && node.optionKind.number === "int" && node.default?.kind === "Call" && parents.at(-1)?.kind === "Block" ? [replace(node.default, `${textOf(node.default.span)} + 1`)] : []),
};

export const options: readonly Rule[] = [
  ...windows.map((window) => changed(window, (name) => name === window)),
  changed("another number", (name) => !(windows as readonly string[]).includes(name) && name !== "rate"),
  dropped, misspelt, defaults,
];
