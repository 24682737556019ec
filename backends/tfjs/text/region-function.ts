/**
 * The function of one region. It is given the values that its block reads from outside, under the names of the block's signature; `saved`, the results of
 * the forward function of the same block; `weights`, those of the block; sizes and the training step. It returns what is read outside (records.ts), and
 * disposes what is read for the last time in it: what it made, what its calls returned, what was saved for it.
 */
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import { createAccess, parameterNames, type Access, type Partner } from "./access.ts";
import { createBody, type Body, type Line } from "./body.ts";
import { namesOfRecords, writeCall } from "./calls.ts";
import { familyName } from "./families.ts";
import { leavesOf, plainOutputs } from "../functions/flow.ts";
import { functionMark } from "./holes.ts";
import { isOptionalMask } from "../graph/masks.ts";
import { camelCase, createNames, resultNames, slopeNameOf, wantedIn, wordsTaken } from "./names.ts";
import { phaseOf } from "../functions/phase.ts";
import { isRegion, type Region } from "../functions/regions.ts";
import { commentAt } from "./source-text.ts";
import { slackKey } from "../functions/slack.ts";
import { readableOf, type Readable } from "./readable.ts";
import { createSizeTexts } from "./sizes.ts";
import type { Parameter } from "./templates.ts";
import { squaredNormName } from "../graph/squared-norm.ts";
import { fieldName } from "../functions/paths.ts";
import type { Called, Writing } from "./writing.ts";

/** Bytes that do not count. */
const little = 2 ** 18;

/** A function before it is known whether another is the same. */
export interface Draft extends Omit<Called, "template" | "holes"> {
  readonly parameters: readonly Parameter[];
  /** The sizes of the tensors that it is given, by their texts. */
  readonly readable: Readable;
  readonly lines: readonly Line[];
  readonly unique: (wanted: string) => string;
}

/** Writes the function of a region whose calls are written already. */
export function draftOf(writing: Writing, region: Region): Draft {
  const { graph, plan, flow, records, localNames, called, library } = writing;
  const unique = createNames([...wordsTaken(writing.blocks), ...parameterNames]);
  const access = createAccess(writing, region, unique);
  const results = new Set(flow.results(region));
  const isBackward = region.phase === "backward";
  if (isBackward) records.nameSlopes(region, resultNames(region, records.fields(region), flow.partner(region, "forward"), (each) => called.get(each)?.given, plan, flow.users));
  const recordNames = namesOfRecords(writing, region, unique);
  const body = createBody(plan, {
    access: access.reach, stream: access.stream, unique,
    isDisposedHere: (node) => !results.has(node) && flow.disposer(node) === region,
    wantedFor: wantedIn(region, (node) => (isBackward && results.has(node) ? records.slopeName(region, node) : undefined), records.weightOf),
    named: (node, name) => localNames.set(node, name),
    remarkFor: commentAt,
    sizes: createSizeTexts(writing.variableName),
    library: (of) => (library.add(of), of),
    bytesFor: writing.bytesFor,
    nesting: writing.nesting,
  });
  const slack = writing.slack.get(slackKey(region));
  for (const [at, item] of region.items.entries()) {
    body.allow(Math.max(little, slack?.[at] ?? 0));
    if (isRegion(item)) writeCall(writing, region, item, body, access, recordNames);
    else body.make(item);
  }
  const lines = body.lines(returned(writing, region, body), shortened(writing, region, access.partners));
  const given = inOrder(access.given, region, graph);
  const { uses } = access;
  return {
    lines, unique, given, partners: access.usedPartners().map(({ phase }) => phase), takesWeights: uses.weights, takesStream: uses.stream,
    parameters: parametersOf(writing, region, access, given),
    // A mask may be absent, and say nothing.
    readable: readableOf([...access.reached, ...given.filter(([node]) => !isOptionalMask(node)).map(([node, name]) => [name, node] as const)]),
  };
}

function parametersOf({ called, records, weightTypes }: Writing, region: Region, { uses, usedPartners }: Access, given: Draft["given"]): readonly Parameter[] {
  const names = given.map(([, name]) => name);
  const optional = new Set(given.flatMap(([node, name]) => (isOptionalMask(node) ? [name] : [])));
  return [
    ...(region.parent ? [] : [{ name: "inputs", type: "Inputs" }]),
    ...[...new Set(names.map(familyName))].map((name) => ({ name, type: optional.has(name) ? "Tensor | undefined" : names.includes(name) ? "Tensor" : "readonly Tensor[]" })),
    ...usedPartners().map(({ name, phase, partner }) => ({ name, type: phase === "again" && records.isPlain(partner) ? "Tensor" : `Saved<typeof ${functionMark(called.get(partner)!.template)}>` })),
    ...(uses.weights ? [{ name: "weights", type: weightTypes.nameOf(region.path) }] : []),
    ...(uses.tables ? [{ name: "tables", type: "Tables" }] : []),
    ...(uses.step ? [{ name: "step", type: "number" }] : []),
    ...(uses.stream ? [{ name: "seed", type: "Seed" }] : []),
  ];
}

/** Slopes first, then the values of the signature in its order, then others. */
function inOrder(given: Draft["given"], region: Region, { calls }: Graph): Draft["given"] {
  const names = calls?.get(region.path)?.inputs.map(({ name }) => camelCase(name)) ?? [];
  const rank = ([node, name]: readonly [Node, string]): number => (phaseOf(node) === "backward" ? -1 : names.includes(familyName(name)) ? names.indexOf(familyName(name)) : names.length);
  return given.toSorted((a, b) => rank(a) - rank(b));
}

/** The lines that return what a function gives. */
function returned(writing: Writing, region: Region, body: Body): readonly string[] {
  if (!region.parent) return returnedWhole(writing, region, body);
  const { records, localNames } = writing;
  const fields = records.fields(region);
  if (records.isPlain(region)) return [`return ${body.kept(fields[0])};`];
  if (region.phase === "backward") return [`return { ${[...inOrderOfGiven(writing, region, fields).map((node) => `${records.slopeName(region, node)}: ${body.kept(node)}`), ...records.trees(region, body)].join(", ")} };`];
  const wanted = new Set(fields.map((node) => region.children.find((each) => each.nodes.has(node) && !records.isTensor(each)) ?? node));
  const own = [...new Set([...wanted].map((each) => (isRegion(each) ? familyName(localNames.get(each)!) : body.kept(each))))];
  return [`return { ${[...own, ...records.trees(region, body)].join(", ")} };`];
}

/** Slopes in the order in which the forward function of the block is given their values, so that the order in which they are made makes no difference. */
function inOrderOfGiven({ called, flow, records }: Writing, region: Region, slopes: readonly Node[]): readonly Node[] {
  const forward = flow.partner(region, "forward");
  const names = forward ? called.get(forward)!.given.map(([, name]) => name) : [];
  const rank = (slope: Node): number => names.findIndex((name) => records.slopeName(region, slope) === slopeNameOf(name));
  return [...slopes].sort((a, b) => rank(a) - rank(b));
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
function shortened({ records, localNames, flow }: Writing, region: Region, partners: readonly Partner[]): (dead: readonly string[]) => readonly string[] {
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
