/** Names of a program: the source's binding paths in camel case, each given once, none of them a word of the language. */
import type { Graph, LayerCall, Node } from "../../../compiler/ir/graph.ts";
import type { Span } from "../../../grammar/source.ts";
import { familyName, fewestAlike, wantedOf, type Wanted } from "./families.ts";
import { isOptionalMask } from "../graph/masks.ts";
import { libraryFunctions } from "../library/index.ts";
import { phaseOf, suffixOf } from "../functions/phase.ts";
import type { Plan } from "../functions/plan.ts";
import type { Region } from "../functions/regions.ts";
import { isUnder, relative } from "../functions/paths.ts";

const reserved =
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield NaN Infinity Math tf";

/** Unique names: the first bearer has the name itself, the next `name2`, `name3`, … */
export function createNames(taken: readonly string[]): (wanted: string) => string {
  const used = new Set([...reserved.split(" "), ...taken]);
  const next = new Map<string, number>();
  return (wanted) => {
    // A name that ends in a digit takes its number after a line, so that `layer1` and `layer11` are not mistaken.
    const stem = /\d$/.test(wanted) ? `${wanted}_` : wanted;
    let [name, number] = [wanted, next.get(wanted) ?? 2];
    while (used.has(name)) name = `${stem}${number++}`;
    next.set(wanted, number);
    used.add(name);
    return name;
  };
}

/** `vision.layer.3.norm_pre` → `visionLayer3NormPre`; a name of the language where one can stand. */
export function camelCase(path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words.map((word, place) => (place === 0 ? word : word[0].toUpperCase() + word.slice(1))).join("");
  return /^[A-Za-z]/.test(joined) ? joined : `value${joined}`;
}

/** `.name` where it can stand so, else `["name"]`. */
export const member = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

const upperFirst = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** Words that values of a program cannot be called: the library's functions and the blocks', whose names may have numbers behind them. */
export const wordsTaken = (blocks: readonly string[]): readonly string[] => [...Object.keys(libraryFunctions), ...blocks];

/**
 * What a function calls the values that it is given: as the signature of its block does, values of a list by their place in it; slopes that come back; or what
 * they are. `reads`: all that the region reads.
 */
export function nameOfGiven({ path: call }: Region, reads: ReadonlySet<Node>, calls: Graph["calls"], isGiven: (node: Node) => boolean, unique: (wanted: string) => string): (node: Node) => string {
  const inputs = calls?.get(call)?.inputs ?? [];
  const names = new Map<Node, string>();
  const inList = (name: string, nodes: readonly Node[]): void => {
    if (nodes.length < fewestInList) return;
    const own = unique(name);
    nodes.forEach((node, at) => names.set(node, `${own}[${at}]`));
  };
  for (const { name, isList, paths } of inputs) {
    const found = [...reads].filter((node) => isList && phaseOf(node) === "forward" && paths.includes(node.path));
    if (new Set(found.map((node) => node.path)).size === found.length) inList(camelCase(name), found.sort((a, b) => paths.indexOf(a.path) - paths.indexOf(b.path)));
  }
  inList("slope", [...reads].filter((node) => phaseOf(node) === "backward"));
  // Values that were written into the call itself have one path: as many inputs have it, in the order of the signature.
  for (const path of new Set(inputs.flatMap(({ paths }) => paths))) {
    const found = [...reads].filter((node) => node.path === path && phaseOf(node) === "forward" && !isGiven(node) && !names.has(node));
    const meant = inputs.filter(({ paths, isList }) => !isList && paths.includes(path));
    const places = new Map(found.map((node) => [node, placeIn(node, calls!.get(call)!)]));
    if (found.length < 2 || found.length !== meant.length || new Set(places.values()).size < found.length) continue;
    found.sort((a, b) => places.get(a)! - places.get(b)!).forEach((node, at) => names.set(node, unique(camelCase(meant[at].name))));
  }
  return (node) => {
    const listed = names.get(node);
    if (listed !== undefined) return listed;
    if (phaseOf(node) === "backward") return unique("slope");
    if (isGiven(node) && node.operator !== "input") return unique(isOptionalMask(node) ? "mask" : node.operator === "constant" ? "table" : "weight");
    const meant = inputs.find(({ paths }) => paths.includes(node.path)) ?? (inputs.length === 1 ? inputs[0] : undefined);
    return unique(meant ? camelCase(meant.name) : "x");
  };
}

const fewestInList = 3;

/** Where in a call of the source a value is written, as a number. */
function placeIn({ location: { span, callers } }: Node, { spans }: LayerCall): number {
  const isInside = (own: Span): boolean => spans.some(({ file, start, end }) => own.file.name === file.name && own.start >= start && own.end <= end && own.end - own.start < end - start);
  return [span, ...callers].find(isInside)?.start ?? NaN;
}

/** What the slope of a value is called. */
export const slopeNameOf = (name: string): string => `d${upperFirst(name)}`;

/** Names for the slopes that a gradient function gives: of which of the values that the forward function was given each of them is. */
export function resultNames(region: Region, slopes: readonly Node[], forward: Region | undefined, givenTo: (region: Region) => readonly (readonly [Node, string])[] | undefined, plan: Plan, usersOf: (node: Node) => readonly Node[]): ReadonlyMap<Node, string> {
  const unique = createNames([]);
  const given = forward && givenTo(forward);
  const sameShape = (a: Node, b: Node): boolean => a.type.shape.length === b.type.shape.length && a.type.shape.every((size, axis) => size === b.type.shape[axis]);
  let left = (given ?? []).filter(([node]) => node.type.dtype === "f32");
  return new Map(slopes.map((slope) => {
    const found = left.filter(([node]) => sameShape(node, slope));
    const child = region.children.find(({ nodes }) => nodes.has(slope));
    // What is given under several names: by that which the call says from which it comes back.
    const isSaid = ([node, name]: readonly [Node, string]): boolean => child !== undefined && plan.aliases.nameFor(region.path, node, child.path) === name;
    const isRead = ([node]: readonly [Node, string]): boolean => [...forward!.nodes].some((each) => each.path === slope.path && plan.reads(each).includes(node));
    // Where slopes of one value meet, their sum stands at the value.
    const isAddedAt = ([node]: readonly [Node, string]): boolean => usersOf(slope).some((user) => user.operator === "add" && user.path === node.path);
    const [meant] = [...found.filter(isSaid), ...found.filter(isAddedAt), ...found.filter(isRead), ...found];
    left = left.filter((each) => each !== meant);
    const name = meant?.[1] ?? "x";
    return [slope, name.endsWith("]") ? slopeNameOf(name) : unique(slopeNameOf(name))];
  }));
}

/**
 * What values would like to be called. The last value of a binding has its name, counted from the block; what leads there has the operator's after it. Slopes
 * are called after the value whose slope they lead to.
 */
export function wantedIn(region: Region, slopeName: (node: Node) => string | undefined, leafPath: (node: Node) => string | undefined): (node: Node, isHelper: boolean) => Wanted {
  const final = new Map<string, Node>();
  const placeOf = (node: Node): string => `${phaseOf(node)} ${node.path}`;
  for (const node of region.nodes) if (phaseOf(node) !== "backward") final.set(placeOf(node), node);
  // Of a layer that is applied often every result has the name, and its place among them as index.
  const counts = new Map<string, number>();
  const keyOf = ({ operator, path }: Node): string => `${operator} ${path}`;
  for (const node of region.nodes) if (final.get(placeOf(node))?.operator === node.operator && phaseOf(node) === "forward") counts.set(keyOf(node), (counts.get(keyOf(node)) ?? 0) + 1);
  const isApplication = (node: Node): boolean => phaseOf(node) === "forward" && (counts.get(keyOf(node)) ?? 0) >= fewestAlike;
  return (node, isHelper) => {
    const slope = isHelper ? undefined : slopeName(node);
    if (slope !== undefined) return { base: familyName(slope), ...(slope.endsWith("]") ? { index: Number(/\d+/.exec(slope.slice(familyName(slope).length))![0]) } : {}) };
    const leaf = isHelper ? undefined : leafPath(node);
    if (leaf !== undefined && isUnder(leaf, region.path)) return { base: `d${upperFirst(camelCase(leaf.slice(leaf.lastIndexOf(".") + 1)))}` };
    // What is written where it is read may stand in another instance of the block: its name is that of its binding alone.
    const path = isHelper ? node.path.slice(node.path.lastIndexOf(".") + 1) : isUnder(node.path, region.path) ? relative(node.path, region.path) : "";
    // What stands in no binding of the block is the block's own value.
    const { base, index } = node.path === region.path || path === "" ? { base: "y", index: undefined } : wantedOf(path, camelCase);
    if (!isHelper && phaseOf(node) === "backward") return { base: `d${upperFirst(base)}`, index };
    // In the function of the whole, what is computed once more stands beside what was computed first.
    const again = phaseOf(node) === "again" && region.phase === "forward" ? suffixOf.again : "";
    const isCalled = phaseOf(node) === "again" && region.children.some((child) => child.path === node.path);
    if (!isHelper && !isCalled && (final.get(placeOf(node)) === node || isApplication(node))) return { base: `${base}${again}`, index };
    return { base: `${base}${upperFirst(camelCase(node.operator.replace("_channels_last", "")))}${again}`, index };
  };
}
