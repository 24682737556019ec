/**
 * The function of one region. It is given the values that its block reads from outside, under the names of the block's signature; `saved`, the results of
 * the forward function of the same block; `weights`, those of the block; sizes and the training step. It returns what is read outside (records.ts), and
 * disposes what is read for the last time in it: what it made, what its calls returned, what was saved for it.
 */
import type { Graph, Node, NodeOf } from "../../compiler/ir/graph.ts";
import { createBody, type Body, type Line } from "./body.ts";
import { earlier, leavesOf, plainOutputs, type Earlier, type Flow } from "./flow.ts";
import { functionMark, givenHole, keyHole, variablesMark, type Hole } from "./holes.ts";
import { familiesOf, familyName, plainName, wantedOf, type Wanted } from "./families.ts";
import type { Declaration } from "./joining.ts";
import type { LibraryFunction } from "./library/index.ts";
import { camelCase, createNames, member, nameOfGiven, resultNames, wantedIn, wordsTaken } from "./names.ts";
import { phaseOf, suffixOf } from "./phase.ts";
import type { Plan } from "./plan.ts";
import type { Records } from "./records.ts";
import { isRegion, type Region } from "./regions.ts";
import { commentAt } from "./source-text.ts";
import { slackKey } from "./slack.ts";
import { createSizeTexts } from "./sizes.ts";
import type { Parameter, Templates } from "./templates.ts";
import { squaredNormName } from "./squared-norm.ts";
import { fieldName, isUnder, relative, weightAccess, type WeightTypes } from "./weights.ts";

/** How a region is called. */
export interface Called {
  /** The number of its function, and what stands in its holes. */
  readonly template: number;
  readonly holes: readonly Hole[];
  /** Values that it is given one by one, by their names in it. */
  readonly given: ReadonlyMap<Node, string>;
  /** The phases whose results of the same block it is given. */
  readonly partners: readonly Earlier[];
  readonly takesWeights: boolean;
  readonly takesStep: boolean;
  readonly takesPath: boolean;
}

/** What all functions of a graph are written from. */
export interface Writing {
  readonly graph: Graph;
  /** The function of the whole gives the squared norm of its gradients too. */
  readonly hasSquaredNorm: boolean;
  readonly plan: Plan;
  readonly flow: Flow;
  readonly records: Records;
  readonly localNames: Map<Node | Region, string>;
  readonly called: Map<Region, Called>;
  readonly templates: Templates;
  readonly weightTypes: WeightTypes;
  readonly library: Set<LibraryFunction>;
  readonly tableName: (node: NodeOf<"constant">) => string;
  readonly variableName: (variable: string) => string;
  readonly blocks: readonly string[];
  /** What functions may hold a moment longer than they must, by slackKey. */
  readonly slack: ReadonlyMap<string, number>;
  readonly bytesFor: (node: Node) => number | undefined;
}

/** Bytes that do not count. */
const little = 2 ** 18;

/** What a function calls the results of the phases before its own. */
const partnerNames: { readonly [Each in Earlier]: string } = { forward: "saved", again: "again" };

/** A function before it is known whether another is the same. */
export interface Draft extends Omit<Called, "template" | "holes"> {
  readonly parameters: readonly Parameter[];
  readonly lines: readonly Line[];
  readonly unique: (wanted: string) => string;
}

type Source = NodeOf<"input"> | NodeOf<"parameter"> | NodeOf<"state">;

/** Writes the function of a region whose calls are written already. */
export function draftOf(writing: Writing, region: Region): Draft {
  const { graph, plan, flow, records, localNames, called, weightTypes, library, tableName, variableName, slack } = writing;
  const isRoot = region.parent === undefined;
  const partners = earlier.flatMap((phase) => {
    const partner = flow.partner(region, phase);
    return partner ? [{ phase, partner, name: partnerNames[phase] }] : [];
  });
  const unique = createNames([...wordsTaken(writing.blocks), "inputs", "weights", "tables", "step", "path", ...Object.values(partnerNames)]);
  const given = new Map<Node, string>();
  const uses = { weights: false, step: false, tables: false, path: false };
  const used = new Set<Earlier>();
  const giveName = nameOfGiven(region, flow.reads(region), graph.calls, plan.isGiven, unique);
  const results = new Set(flow.results(region));
  if (region.phase === "backward") records.nameSlopes(region, resultNames(records.fields(region), flow.partner(region, "forward"), (each) => called.get(each)?.given, plan, flow.users));
  const wantedFor = wantedIn(region, (node) => (results.has(node) && region.phase === "backward" ? records.slopeName(region, node) : undefined), records.weightOf);
  const recordNames = namesOfRecords(writing, region, unique);

  function access(node: Node): string {
    const child = region.children.find((each) => each.nodes.has(node));
    if (child) return `${localNames.get(child)}${records.within(child, node)}`;
    if (region.nodes.has(node)) throw new Error(`netc bug: ${node.operator} at ${node.path} is read before it is made`);
    const source = node as Source;
    if ((source.operator === "parameter" || source.operator === "state") && isUnder(source.attributes.path, region.path)) {
      uses.weights = true;
      return `weights${weightAccess(source.attributes.path, region.path)}`;
    }
    if (isRoot && node.operator === "input") return `inputs${member(node.attributes.name)}`;
    if (isRoot) {
      uses.tables = true;
      return `tables.${tableName(node as NodeOf<"constant">)}`;
    }
    for (const { phase, partner, name: own } of partners) {
      if (!partner.nodes.has(node)) continue;
      used.add(phase);
      return `${own}${records.within(partner, node)}`;
    }
    let own = given.get(node);
    if (own === undefined) given.set(node, (own = giveName(node)));
    return own;
  }

  const body = createBody(plan, {
    access,
    isDisposedHere: (node) => !results.has(node) && flow.disposer(node) === region,
    wantedFor, unique,
    named: (node, name) => localNames.set(node, name),
    remarkFor: commentAt,
    sizes: createSizeTexts(variableName),
    library: (of) => (library.add(of), of),
    step: () => ((uses.step = true), "step"),
    key: (key) => (isUnder(key, region.path) ? pathText(key) : keyHole(key)),
    bytesFor: writing.bytesFor,
    allowed: Math.max(little, slack.get(slackKey(region)) ?? 0),
  });
  for (const item of region.items) {
    if (isRegion(item)) callOf(item);
    else body.make(item);
  }

  /** A path of the model, counted from that of the block, which its instances are given. */
  function pathText(path: string): string {
    if (isRoot) return JSON.stringify(path);
    uses.path = true;
    return `\`\${path}.${relative(path, region.path)}\``;
  }

  function callOf(item: Region): void {
    const { template, holes, given: values, partners: phases, takesWeights, takesStep, takesPath } = called.get(item)!;
    const wanted = wantedCall(item, region);
    const texts = [...givenTexts(values, (node) => body.textOf(node)), ...phases.map((phase) => recordFor(item, phase))];
    if (takesWeights) (texts.push(`weights${weightAccess(item.path, region.path)}`), (uses.weights = true));
    if (takesStep) (texts.push("step"), (uses.step = true));
    if (takesPath) texts.push(pathText(item.path));
    const numbers = holes.map(({ value, hint }, place) => givenHole(template, place, value, hint)).join("");
    const text = `${functionMark(template)}(${texts.join(", ")}${numbers}${variablesMark(template)})`;
    const reads = [...flow.reads(item)].filter((node) => !plan.isGiven(node));
    const named = (name: string): void => void localNames.set(item, name);
    const needed = neededOf(writing, region, item);
    if (records.isPlain(item)) return body.call({ text, reads, wanted, named, result: needed[0], unread: [] });
    const only = pickedOf(writing, region, item);
    if (only) {
      records.picked.add(item);
      library.add("pick");
      return body.call({ text: `pick(${text}, "${records.within(item, only).slice(1)}")`, reads, wanted, named, result: only, unread: [] });
    }
    const { name, declares } = recordNames.get(item)!;
    const isNeeded = new Set(needed);
    const isLost = records.fields(item).some((node) => !isNeeded.has(node));
    if (isLost) library.add("disposeOthers");
    body.call({ text, reads, wanted, named, name, declares, unread: isLost ? [`disposeOthers(${name}, [${needed.map((node) => `${name}${records.within(item, node)}`).join(", ")}]);`] : [] });
  }

  /** What the function has of the results of the region of an earlier phase of a block that it calls. */
  function recordFor(item: Region, phase: Earlier): string {
    const inner = flow.partner(item, phase)!;
    if (isRoot) return localNames.get(inner)!;
    used.add(phase);
    return `${partnerNames[phase]}${records.recordWithin(flow.partner(region, phase)!, inner)}`;
  }

  const lines = body.lines(returned(writing, region, body), shortened(writing, region, partners));
  const taken = partners.filter(({ phase }) => used.has(phase));
  const ordered = inOrder(given, region, graph);
  return {
    lines, unique, given: ordered, partners: taken.map(({ phase }) => phase), takesWeights: uses.weights, takesStep: uses.step, takesPath: uses.path,
    parameters: [
      ...(isRoot ? [{ name: "inputs", type: "Inputs" }] : []),
      ...[...new Set([...ordered.values()].map(familyName))].map((name) => ({ name, type: [...ordered.values()].includes(name) ? "Tensor" : "readonly Tensor[]" })),
      ...taken.map(({ name, partner }) => ({ name, type: `Saved<typeof ${functionMark(called.get(partner)!.template)}>` })),
      ...(uses.weights ? [{ name: "weights", type: weightTypes.nameOf(region.path) }] : []),
      ...(uses.tables ? [{ name: "tables", type: "Tables" }] : []),
      ...(uses.step ? [{ name: "step", type: "number" }] : []),
      ...(uses.path ? [{ name: "path", type: "string" }] : []),
    ],
  };
}

/** What of the results of a call is read where it stands. */
const neededOf = ({ flow }: Writing, region: Region, item: Region): readonly Node[] => {
  const results = new Set(flow.results(region));
  return flow.results(item).filter((node) => flow.needed(item).has(node) || results.has(node));
};

/** The one tensor that is kept of a call, where its function gives more for a gradient that is not computed here. */
function pickedOf(writing: Writing, region: Region, item: Region): Node | undefined {
  const { records, flow } = writing;
  const needed = neededOf(writing, region, item);
  if (records.isPlain(item) || needed.length !== 1 || records.hasLeaves(item) || needed.length === flow.results(item).length) return undefined;
  return /^\.\w+$/.test(records.within(item, needed[0])) ? needed[0] : undefined;
}

function wantedCall(item: Region, region: Region): Wanted {
  const wanted = wantedOf(relative(item.path, region.path), camelCase);
  // Of a gradient function all is gradient, but in the function of the whole.
  return { base: `${wanted.base}${item.phase === "backward" && region.phase === "backward" ? "" : suffixOf[item.phase]}`, index: wanted.index };
}

/** Calls that give records are named before all others, because what they hold is reached by their names; those of one family and function stand in an array. */
function namesOfRecords(writing: Writing, region: Region, unique: (wanted: string) => string): ReadonlyMap<Region, { readonly name: string; readonly declares?: Declaration }> {
  const { records, called, localNames } = writing;
  const items = region.children.filter((item) => !records.isPlain(item) && !pickedOf(writing, region, item));
  const templateOf = (item: Region): string => functionMark(called.get(item)!.template);
  const found = familiesOf(items.map((item) => ({ wanted: wantedCall(item, region), expression: templateOf(item) })));
  const isOneFunction = (first: number): boolean => items.every((item, at) => found[at]?.first !== first || templateOf(item) === templateOf(items[first]));
  const families = new Map<number, string>();
  return new Map(items.map((item, at) => {
    const family = found[at] && isOneFunction(found[at].first) ? found[at] : undefined;
    if (family?.first === at) families.set(at, unique(wantedCall(item, region).base));
    const name = family ? `${families.get(family.first)}[${family.index}]` : unique(plainName(wantedCall(item, region)));
    localNames.set(item, name);
    return [item, { name, declares: family?.first === at ? { name: families.get(at)!, type: `Saved<typeof ${templateOf(item)}>[]` } : undefined }];
  }));
}

/** Values for the parameters of a function: those of a list as one. */
function givenTexts(values: ReadonlyMap<Node, string>, textOf: (node: Node) => string): readonly string[] {
  const texts = new Map<string, string[]>();
  for (const [node, name] of values) {
    const [, index] = /\[(\d+)\]$/.exec(name) ?? [];
    const own = texts.get(familyName(name)) ?? [];
    texts.set(familyName(name), own);
    own[index === undefined ? 0 : Number(index)] = textOf(node);
  }
  const names = [...values.values()];
  return [...texts].map(([name, own]) => (names.includes(name) ? own[0] : `[${own.join(", ")}]`));
}

/** Slopes first, then the values of the signature in its order, then others. */
function inOrder(given: ReadonlyMap<Node, string>, region: Region, { calls }: Graph): ReadonlyMap<Node, string> {
  const names = calls?.get(region.path)?.inputs.map(({ name }) => camelCase(name)) ?? [];
  const rank = ([node, name]: readonly [Node, string]): number => (phaseOf(node) === "backward" ? -1 : names.includes(familyName(name)) ? names.indexOf(familyName(name)) : names.length);
  return new Map([...given].sort((a, b) => rank(a) - rank(b)));
}

/** The lines that return what a function gives. */
function returned(writing: Writing, region: Region, body: Body): readonly string[] {
  if (!region.parent) return returnedWhole(writing, region, body);
  const { records, localNames } = writing;
  const fields = records.fields(region);
  if (records.isPlain(region)) return [`return ${body.kept(fields[0])};`];
  if (region.phase === "backward") return [`return { ${[...fields.map((node) => `${records.slopeName(region, node)}: ${body.kept(node)}`), ...records.trees(region, body)].join(", ")} };`];
  const wanted = new Set(fields.map((node) => region.children.find((each) => each.nodes.has(node) && !records.isTensor(each)) ?? node));
  const own = [...new Set([...wanted].map((each) => (isRegion(each) ? familyName(localNames.get(each)!) : body.kept(each))))];
  return [`return { ${[...own, ...records.trees(region, body)].join(", ")} };`];
}

/** A result of the whole that is given, or that is two results, is a tensor of its own all the same. */
function returnedWhole({ graph, plan, records, library, hasSquaredNorm }: Writing, region: Region, body: Body): readonly string[] {
  const seen = new Set<Node>(leavesOf(graph).map(({ node }) => plan.behind(node)));
  const outputs = plainOutputs(graph).map(({ name, node }) => {
    const behind = plan.behind(node);
    const text = body.kept(node);
    const isOwn = !plan.isGiven(behind) && !seen.has(behind);
    seen.add(behind);
    return `${fieldName(name)}: ${isOwn ? text : `tf.clone(${text})`}`;
  });
  const trees = records.trees(region, body);
  const [gradients] = hasSquaredNorm ? trees : [];
  if (gradients === undefined) return [`return { ${[...outputs, ...trees].join(", ")} };`];
  library.add("squaredNorm");
  const start = "gradients: ";
  return [`const gradients = ${gradients.slice(start.length)};`, `return { ${[...outputs, `${squaredNormName}: squaredNorm(gradients)`, "gradients", ...trees.slice(1)].join(", ")} };`];
}

/** The record of a call is disposed as a whole when the last of what it holds is. */
function shortened({ records, localNames, flow }: Writing, region: Region, partners: readonly { readonly partner: Region; readonly name: string }[]): (dead: readonly string[]) => readonly string[] {
  const gone = new Set<string>();
  const recordsHeld = (): readonly { readonly name: string; readonly held: readonly string[] }[] => [
    ...region.children
      .filter((child) => !records.isTensor(child) && !records.hasLeaves(child) && localNames.has(child) && !flow.results(child).some((node) => flow.results(region).includes(node)))
      .map((child) => ({ name: localNames.get(child)!, held: flow.results(child).map((node) => `${localNames.get(child)}${records.within(child, node)}`) })),
    ...partners.filter(({ partner }) => !records.isPlain(partner) && !records.hasLeaves(partner)).map(({ partner, name }) => ({ name, held: flow.results(partner).map((node) => `${name}${records.within(partner, node)}`) })),
  ];
  return (dead) => {
    dead.forEach((text) => gone.add(text));
    let left = [...dead];
    for (const { name: own, held } of recordsHeld()) {
      const now = held.filter((text) => left.includes(text));
      if (now.length > 1 && held.every((text) => gone.has(text))) left = [...left.filter((text) => !now.includes(text)), own];
    }
    return left;
  };
}
