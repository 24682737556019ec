/**
 * Graphs as functions: one for each block of the source and phase, and one for the whole of each graph, which calls them. Instances of a block whose
 * functions have the same text share it, within a graph and between graphs: a block that computes in evaluation what it computes in training gives there
 * what its gradient needs as well, so that it is the same function. Errors are gathered as refusals, not thrown.
 */
import { variablesOf } from "../../compiler/dims/index.ts";
import type { Graph, Node, NodeOf, TensorData } from "../../compiler/ir/graph.ts";
import { flowOf, trains } from "./functions/flow.ts";
import type { TfjsBackend } from "./form.ts";
import type { LibraryFunction } from "./library/index.ts";
import { camelCase, createNames, member } from "./text/names.ts";
import { blocksOf } from "./functions/places.ts";
import { planOf, type Plan } from "./functions/plan.ts";
import { createRecords } from "./text/records.ts";
import { refusalsOf, unknownSize, type Refusal } from "./refusals.ts";
import { draftOf, type Draft } from "./text/region-function.ts";
import { regionsOf, type Region } from "./functions/regions.ts";
import { withShortReturn } from "./text/returns.ts";
import { disposedTogether, rolled, withLists } from "./text/rolling.ts";
import { bytesByBlocks, lessSlack, nestingOf, slackOf, type Slack } from "./functions/slack.ts";
import { readingOf } from "./text/sizes.ts";
import { withoutSquaredNorm } from "./graph/squared-norm.ts";
import { createTemplates, type Candidate, type FunctionText } from "./text/templates.ts";
import type { Called, Writing } from "./text/writing.ts";
import { createWeightTypes, type WeightTypes } from "./text/weights.ts";

export interface Entry {
  /** The name of the function of the whole. */
  readonly name: string;
  readonly graph: Graph;
}

export interface Emitted {
  /** Those of the blocks, each after those that it calls, and those of the wholes. */
  readonly functions: readonly FunctionText[];
  readonly weightTypes: WeightTypes;
  readonly library: ReadonlySet<LibraryFunction>;
  /** Tensors of many numbers that stand in the graphs, by the name under which functions are given them. */
  readonly tables: ReadonlyMap<string, TensorData>;
  readonly refusals: readonly Refusal[];
}

export interface EmitOptions {
  /** Those that the functions must run on. */
  readonly backends: readonly TfjsBackend[];
  /** Whether blocks are functions of their own. */
  readonly byBlocks: boolean;
}

/** A region of a graph that is written already, and what its function gives. */
interface Before {
  readonly region: Region;
  readonly results: ReadonlySet<Node>;
}

/** What the functions of all graphs share. */
interface Common extends Pick<Writing, "templates" | "weightTypes" | "library" | "tableName" | "variableName" | "blocks"> {
  slack: Slack;
  nesting: number;
  bytesFor: Writing["bytesFor"];
  /** By path, the forward regions that a graph before had. */
  readonly earlier: Map<string, Before>;
  readonly refusals: Refusal[];
  readonly variables: Map<string, string>;
}

export function emit(entries: readonly Entry[], { backends, byBlocks }: EmitOptions): Emitted {
  const blocks = new Map(entries.flatMap(({ graph }) => [...blocksOf(graph)]));
  const variables = new Map<string, string>();
  const variableNames = createNames([]);
  const { nameOf: tableName, tables } = createTables();
  const library = new Set<LibraryFunction>();
  const names = [...new Set(blocks.values())];
  const common: Common = {
    tableName, library, slack: new Map(), nesting: 1, bytesFor: () => undefined, blocks: [...names, ...entries.map(({ name }) => name)], earlier: new Map(), refusals: [], variables,
    templates: createTemplates(() => [...variables.values()], entries.map(({ name }) => name), entries.length > 1 ? entries.find(({ graph }) => trains(graph))?.name : undefined),
    weightTypes: createWeightTypes(entries.map(({ graph }) => graph)),
    variableName(variable) {
      let own = variables.get(variable);
      if (own === undefined) variables.set(variable, (own = variableNames(variable)));
      return own;
    },
  };
  for (const { graph } of entries) for (const input of graph.inputs) for (const size of input.type.shape) for (const variable of variablesOf(size)) common.variableName(variable);
  // What trains comes first: it decides what the functions of its blocks give.
  const planned = entries.map(plannedOf(byBlocks));
  common.slack = planned.map(({ slack }) => slack).reduce(lessSlack);
  common.nesting = Math.max(...planned.map(({ root }) => nestingOf(root)));
  common.bytesFor = bytesByBlocks(planned.map(({ root }) => root));
  for (const entry of planned.sort((a, b) => Number(trains(b.graph)) - Number(trains(a.graph)))) emitGraph(entry, common, backends);
  const inLoops = (each: FunctionText): FunctionText => ({ ...each, lines: withShortReturn(disposedTogether(rolled(each.lines.map((line) => ({ ...line, text: withLists(line.text, (name) => (library.add(name), name)) }))))) });
  const functions = withSizes(common.templates.functions(), entries, common).map(inLoops);
  return { functions, weightTypes: common.weightTypes, library, tables, refusals: common.refusals };
}

interface Planned extends Entry {
  readonly hasSquaredNorm: boolean;
  readonly plan: Plan;
  readonly root: Region;
  readonly slack: Slack;
}

const plannedOf = (byBlocks: boolean) => (entry: Entry): Planned => {
  const reduced = withoutSquaredNorm(entry.graph);
  const plan = planOf(reduced ?? entry.graph);
  const root = regionsOf(plan, byBlocks ? blocksOf(plan.graph) : new Map());
  return { name: entry.name, graph: plan.graph, hasSquaredNorm: reduced !== undefined, plan, root, slack: slackOf(plan, root) };
};

function emitGraph({ name, graph, plan, root, hasSquaredNorm }: Planned, common: Common, backends: readonly TfjsBackend[]): void {
  common.refusals.push(...refusalsOf(plan, backends));
  const flow = flowOf(plan, root);
  const localNames = new Map<Node | Region, string>();
  const writing: Writing = { ...common, graph, hasSquaredNorm, plan, flow, localNames, records: createRecords(graph, plan, flow, localNames, (of) => (common.library.add(of), of)), called: new Map() };

  const candidateOf = (region: Region, draft: Draft): Candidate => ({
    block: region.block, phase: region.phase, parameters: draft.parameters, lines: draft.lines, unique: draft.unique, sizes: draft.readable,
    instance: { path: region.path, call: graph.calls?.get(region.path) },
  });

  function written(region: Region): void {
    region.children.forEach(written);
    const draft = draftAsBefore(region) ?? draftOf(writing, region);
    const { template, holes } = common.templates.add(candidateOf(region, draft), name);
    const called: Called = { ...draft, template, holes };
    writing.called.set(region, called);
  }

  /** The function of the same block in a graph before, where this block is the same. */
  function draftAsBefore(region: Region): Draft | undefined {
    if (hasFamily(region)) return undefined;
    const before = region.phase === "forward" ? common.earlier.get(keyOf(region)) : undefined;
    const results = before && sameValues(before, region);
    if (!results) return undefined;
    flow.extend(region, results);
    const draft = draftOf(writing, region);
    if (common.templates.find(candidateOf(region, draft)) !== undefined) return draft;
    flow.extend(region, undefined);
    return undefined;
  }

  root.children.forEach(written);
  const draft = draftOf(writing, root);
  common.templates.add({ ...candidateOf(root, draft), entry: name }, name);
  const remember = (region: Region): void => {
    if (region.phase === "forward" && region.parent) common.earlier.set(keyOf(region), { region, results: new Set(flow.results(region)) });
    region.children.forEach(remember);
  };
  remember(root);
}

/** Whether layers of one family follow each other in a region: what they hold for a gradient should not be held until the last of them is done. */
function hasFamily({ path, children }: Region): boolean {
  const families = children.map((child) => child.path.slice(path.length)).filter((own) => /\.\d+$/.test(own));
  return families.length > 1;
}

const keyOf = ({ path, part }: Region): string => `${path} ${part}`;

/** The values of a region that are the given ones of another of the same block; undefined where the two do not compute the same. Texts are compared afterwards. */
function sameValues({ region, results }: Before, own: Region): ReadonlySet<Node> | undefined {
  const keys = ({ nodes }: Region): ReadonlyMap<string, Node> => {
    const counts = new Map<string, number>();
    return new Map([...nodes].map((node) => {
      const key = `${node.operator} ${node.path}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return [`${key} ${counts.get(key)}`, node];
    }));
  };
  const [before, now] = [keys(region), keys(own)];
  if (before.size !== now.size || [...before.keys()].some((key) => !now.has(key))) return undefined;
  return new Set([...before].flatMap(([key, node]) => (results.has(node) ? [now.get(key)!] : [])));
}

/** The functions of wholes begin with the sizes that are written in them. */
function withSizes(functions: readonly FunctionText[], entries: readonly Entry[], { variables, refusals }: Common): readonly FunctionText[] {
  return functions.map((each) => {
    const entry = entries.find(({ name }) => each.isEntry && name === each.name);
    if (!entry) return each;
    const lines = each.variables.map((name) => {
      const [variable] = [...variables].find(([, own]) => own === name)!;
      const reading = readingOf(variable, entry.graph.inputs, (node) => `inputs${member(node.attributes.name)}`);
      if (reading === undefined) refusals.push(unknownSize(variable, entry.graph.name));
      return { text: `const ${name} = ${reading ?? "NaN"};` };
    });
    return { ...each, lines: [...lines, ...each.lines] };
  });
}

function createTables(): { readonly nameOf: (node: NodeOf<"constant">) => string; readonly tables: Map<string, TensorData> } {
  const names = new Map<TensorData, string>();
  const tables = new Map<string, TensorData>();
  const unique = createNames([]);
  return {
    tables,
    nameOf({ attributes: { value }, path }) {
      let own = names.get(value);
      if (own === undefined) {
        const same = [...tables].find(([, each]) => isSameTable(each, value));
        names.set(value, (own = same ? same[0] : unique(camelCase(path || "table"))));
        tables.set(own, value);
      }
      return own;
    },
  };
}

const isSameTable = (a: TensorData, b: TensorData): boolean => a.dtype === b.dtype && a.shape.join() === b.shape.join() && a.data.every((each, i) => Object.is(each, b.data[i]));
