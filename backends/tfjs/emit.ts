/**
 * A graph as functions: one for each block of the source and phase, and one for the whole, which calls them. A function is given the values that its block
 * reads from outside, in the order in which it first reads them; `saved`, the results of the forward function of the same block; `weights`, those of the
 * block; and sizes. It returns what is read outside: a tensor, or a record in which the records of its calls stand under their names. It disposes what it
 * made or was returned by its calls and is not read outside, behind the last use; what it is given its caller disposes.
 *
 * Instances of a block whose functions have the same text share it. Errors are gathered as refusals, not thrown.
 */
import { positionAt } from "../../grammar/source.ts";
import type { Graph, Node, NodeOf, OperatorName, TensorData } from "../../compiler/ir/graph.ts";
import { createBody, type Line, type Remark } from "./body.ts";
import type { Form, TfjsBackend } from "./form.ts";
import { formOf } from "./forms/table.ts";
import { filled, fillingOf, givenHole, holesOf, withoutNumbers, type Hole } from "./holes.ts";
import { libraryFunctions, type LibraryFunction } from "./library/index.ts";
import { camelCase, createNames, member } from "./names.ts";
import { phaseOf, phases, suffixOf } from "./phase.ts";
import { planOf, type Plan } from "./plan.ts";
import { isRegion, regionsOf, type Region } from "./regions.ts";
import { createSizeTexts } from "./sizes.ts";
import { createWeightTypes, weightAccess, type WeightTypes } from "./weights.ts";

/** An operator that a backend cannot run, or a size that no input shows. */
export interface Refusal {
  readonly operator: string;
  /** `file.net:12:9`, of the source line behind it. */
  readonly place: string;
  readonly path: string;
  /** The backends that can. */
  readonly runsOn: readonly TfjsBackend[];
  readonly needs: string;
}

/** A function as text. */
export interface FunctionText {
  readonly name: string;
  /** The block of the source, and where its first instance stands in the model. */
  readonly block: string;
  readonly path: string;
  readonly phase: Region["phase"];
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly lines: readonly Line[];
}

export interface Emitted {
  /** Those of the blocks, each after those that it calls; then that of the whole, which is given `inputs`, `weights`, `tables` and `step` as far as it uses them. */
  readonly functions: readonly FunctionText[];
  readonly weightTypes: WeightTypes;
  readonly library: ReadonlySet<LibraryFunction>;
  /** Tensors of many numbers that stand in the graph, by the name under which the function is given them. */
  readonly tables: ReadonlyMap<string, TensorData>;
  readonly usesStep: boolean;
  readonly refusals: readonly Refusal[];
}

export interface EmitOptions {
  readonly name: string;
  /** Those that the functions must run on. */
  readonly backends: readonly TfjsBackend[];
  /** Whether blocks are functions of their own. */
  readonly byBlocks: boolean;
}

/** A function whose holes are not filled yet. */
interface Template extends Omit<FunctionText, "lines"> {
  lines: readonly Line[];
  readonly instances: (readonly Hole[])[];
  readonly unique: (wanted: string) => string;
}

/** How a region is called. */
interface Called {
  readonly function: string;
  /** The number of the function, and what stands in its holes. */
  readonly template: number;
  readonly holes: readonly Hole[];
  /** Values that it is given one by one. */
  readonly given: readonly Node[];
  /** The phases whose results of the same block it is given. */
  readonly partners: readonly Earlier[];
  readonly takesWeights: boolean;
  readonly takesStep: boolean;
  readonly variables: readonly string[];
}

/** The phases before the last, and what a function calls their results. */
type Earlier = Exclude<Region["phase"], "backward">;
const earlier: readonly Earlier[] = ["forward", "again"];
const partnerNames: { readonly [Each in Earlier]: string } = { forward: "saved", again: "again" };

type Source = NodeOf<"input"> | NodeOf<"parameter"> | NodeOf<"state">;

export function emit(graph: Graph, { name, backends, byBlocks }: EmitOptions): Emitted {
  const plan = planOf(graph);
  const library = new Set<LibraryFunction>();
  const { nameOf: tableName, tables } = createTables();
  const templates: Template[] = [];
  const known = new Map<string, number>();
  const functionName = createNames([...Object.keys(libraryFunctions), name]);
  const weightTypes = createWeightTypes(graph);
  const flow = flowOf(plan);
  const refusals: Refusal[] = refusalsOf(plan, backends);
  const localNames = new Map<Node | Region, string>();
  const functionOf = new Map<Region, string>();

  const root = regionsOf(plan, byBlocks ? graph.blocks : new Map());

  /** The region of the same block in an earlier phase, whose results a region is given as one. */
  function partnerOf(region: Region, phase: Region["phase"]): Region | undefined {
    if (region.part > 0 || !region.parent || phases.indexOf(phase) >= phases.indexOf(region.phase)) return undefined;
    const { parent } = region;
    const outer = parent.parent === undefined ? parent : partnerOf(parent, phase);
    return outer?.children.find((each) => each.path === region.path && each.phase === phase && each.part === 0);
  }

  /** What follows the text of a region's result to reach a value in it. */
  function within(region: Region, node: Node): string {
    if (flow.results(region).length === 1) return "";
    const child = region.children.find((each) => each.nodes.has(node));
    return child ? `.${localNames.get(child)}${within(child, node)}` : `.${localNames.get(node)}`;
  }

  /** The same for the result of a region inside. */
  function recordWithin(region: Region, inner: Region): string {
    if (region === inner || flow.results(region).length === 1) return "";
    const child = region.children.find((each) => each === inner || isInside(inner, each))!;
    return `.${localNames.get(child)}${recordWithin(child, inner)}`;
  }

  function emitRegion(region: Region): Called {
    const isRoot = region.parent === undefined;
    const calls = new Map<Region, Called>(region.children.map((child) => [child, emitRegion(child)]));
    const partners = earlier.flatMap((phase) => {
      const partner = partnerOf(region, phase);
      return partner ? [{ phase, partner, name: partnerNames[phase] }] : [];
    });
    const local = createNames([...Object.keys(libraryFunctions), ...[...calls.values()].map((each) => each.function), "inputs", "weights", "tables", "step", ...Object.values(partnerNames)]);
    const sizes = createSizeTexts(isRoot ? { inputs: graph.inputs, textOf: (node) => `inputs${member(node.attributes.name)}` } : "parameters", local);
    const given = new Map<Node, string>();
    const uses = { weights: false, step: false };
    const used = new Set<Earlier>();
    const results = flow.results(region);
    const isResult = new Set(results);
    const nameFor = namesIn(region, local);

    function access(node: Node): string {
      const child = region.children.find((each) => each.nodes.has(node));
      if (child) return `${localNames.get(child)}${within(child, node)}`;
      if (region.nodes.has(node)) throw new Error(`netc bug: ${node.operator} at ${node.path} is read before it is made`);
      const source = node as Source;
      if ((source.operator === "parameter" || source.operator === "state") && isUnder(source.attributes.path, region.path)) {
        uses.weights = true;
        return `weights${weightAccess(source.attributes.path, region.path)}`;
      }
      if (isRoot) return node.operator === "input" ? `inputs${member(node.attributes.name)}` : `tables.${tableName(node as NodeOf<"constant">)}`;
      for (const { phase, partner, name: own } of partners) {
        if (!partner.nodes.has(node)) continue;
        used.add(phase);
        return `${own}${within(partner, node)}`;
      }
      let own = given.get(node);
      if (own === undefined) given.set(node, (own = local(plan.isGiven(node) && node.operator !== "input" ? (node.operator === "constant" ? "table" : "weight") : phaseOf(node) === "backward" ? "slope" : "x")));
      return own;
    }

    const body = createBody(plan, {
      access,
      isDisposedHere: (node) => region.nodes.has(node) && !isResult.has(node),
      nameFor: (node, isHelper) => {
        const own = nameFor(node, isHelper);
        if (!isHelper) localNames.set(node, own);
        return own;
      },
      sizes,
      library: (of) => (library.add(of), of),
      step: () => ((uses.step = true), "step"),
    });

    for (const item of region.items) {
      if (!isRegion(item)) {
        body.make(item);
        continue;
      }
      const called = calls.get(item)!;
      const own = local(`${camelCase(relative(item.path, region.path))}${suffixOf[item.phase]}${item.part > 0 ? `Part${item.part + 1}` : ""}`);
      localNames.set(item, own);
      const values = called.given.map((node) => body.textOf(node));
      values.push(...called.partners.map((phase) => recordFor(item, phase)));
      if (called.takesWeights) (values.push(`weights${weightAccess(item.path, region.path)}`), (uses.weights = true));
      if (called.takesStep) (values.push("step"), (uses.step = true));
      values.push(...called.variables.map((variable) => sizes.variable(variable)));
      const numbers = called.holes.map(({ value, hint }, place) => givenHole(called.template, place, value, hint)).join("");
      body.call(`const ${own} = ${called.function}(${values.join(", ")}${numbers});`, flow.reads(item).filter((node) => !plan.isGiven(node)));
    }

    /** What the caller has of the results of the region of an earlier phase of a block that it calls. */
    function recordFor(item: Region, phase: Earlier): string {
      const inner = partnerOf(item, phase)!;
      if (isRoot) return localNames.get(inner)!;
      used.add(phase);
      return `${partnerNames[phase]}${recordWithin(partnerOf(region, phase)!, inner)}`;
    }

    if (isRoot) {
      const seen = new Set<string>();
      const names = [...graph.outputs.map((output) => output.name), ...graph.updates.map((update) => `next/${update.name}`)];
      // A result that is given, or that is two results, is a tensor of its own all the same.
      const returned = plan.roots.map((node) => {
        const text = body.kept(node);
        const isOwn = !plan.isGiven(plan.behind(node)) && !seen.has(text);
        seen.add(text);
        return isOwn ? text : `tf.clone(${text})`;
      });
      for (const variable of sizes.unknown) refusals.push({ operator: "size", place: graph.name, path: "", runsOn: [], needs: `an input with an axis of the size ${variable}` });
      const lines = [...sizes.lines().map((text) => ({ text })), ...body.lines(shortened(region)), ...returnOf(names.map((each, i) => [each, returned[i]]))];
      const isTaken = { inputs: true, weights: uses.weights, tables: tables.size > 0, step: uses.step };
      const types = { inputs: "Inputs", weights: uses.weights ? weightTypes.nameOf("") : "", tables: "Tables", step: "number" };
      const parameters = (Object.keys(types) as (keyof typeof types)[]).filter((each) => isTaken[each]).map((each) => ({ name: each, type: types[each] }));
      templates.push({ name, block: region.block, path: "", phase: "forward", parameters, lines, instances: [holesOf(textOf(lines))], unique: local });
      return { function: name, template: templates.length - 1, holes: [], given: [], partners: [], takesWeights: uses.weights, takesStep: uses.step, variables: [] };
    }

    const wanted = results.map((node) => region.children.find((each) => each.nodes.has(node)) ?? node);
    const fields = [...new Set(wanted)].map((each) => localNames.get(each)!);
    const last: readonly Line[] = results.length === 1 ? [{ text: `return ${body.textOf(results[0])};` }] : [{ text: `return { ${fields.join(", ")} };` }];
    const lines = [...sizes.lines().map((text) => ({ text })), ...body.lines(shortened(region)), ...last];
    const variables = [...sizes.variables];
    const taken = partners.filter(({ phase }) => used.has(phase));
    const parameters = [
      ...[...given.values()].map((own) => ({ name: own, type: "tf.Tensor" })),
      ...taken.map(({ name: own, partner }) => ({ name: own, type: `ReturnType<typeof ${functionOf.get(partner)}>` })),
      ...(uses.weights ? [{ name: "weights", type: weightTypes.nameOf(region.path) }] : []),
      ...(uses.step ? [{ name: "step", type: "number" }] : []),
      ...variables.map((own) => ({ name: own, type: "number" })),
    ];
    const key = [region.block, region.phase, ...parameters.map(({ name: own, type }) => `${own}: ${type}`), withoutNumbers(textOf(lines))].join("\n");
    const holes = holesOf(textOf(lines));
    let at = known.get(key);
    if (at === undefined) {
      at = templates.length;
      known.set(key, at);
      const own = functionName(`${lowerFirst(camelCase(region.block))}${suffixOf[region.phase]}`);
      templates.push({ name: own, block: region.block, path: region.path, phase: region.phase, parameters, lines, instances: [], unique: local });
    } else templates[at].lines = templates[at].lines.map((line, i) => merged(line, lines[i]));
    templates[at].instances.push(holes);
    functionOf.set(region, templates[at].name);
    return { function: templates[at].name, template: at, holes, given: [...given.keys()], partners: taken.map(({ phase }) => phase), takesWeights: uses.weights, takesStep: uses.step, variables };
  }

  /** The record of a call is disposed as a whole when the last of what it holds is. */
  function shortened(region: Region): (dead: readonly string[]) => readonly string[] {
    const gone = new Set<string>();
    const records = region.children
      .filter((child) => flow.results(child).length > 1 && !flow.results(child).some((node) => flow.results(region).includes(node) || plan.roots.includes(node)))
      .map((child) => ({ name: localNames.get(child)!, held: flow.results(child).map((node) => `${localNames.get(child)}${within(child, node)}`) }));
    return (dead) => {
      dead.forEach((text) => gone.add(text));
      let left = [...dead];
      for (const { name: own, held } of records) {
        const now = held.filter((text) => left.includes(text));
        if (now.length > 1 && held.every((text) => gone.has(text))) left = [...left.filter((text) => !now.includes(text)), own];
      }
      return left;
    };
  }

  emitRegion(root);
  const functions = filledIn(templates);
  return { functions, weightTypes, library, tables, usesStep: functions[functions.length - 1].parameters.some((each) => each.name === "step"), refusals };
}

const textOf = (lines: readonly Line[]): string => lines.map((line) => line.text).join("\n");

/** The functions with their holes filled, now that all their instances are known. */
function filledIn(templates: readonly Template[]): readonly FunctionText[] {
  const fillings = templates.map(({ instances, unique }) => fillingOf(instances, unique));
  return templates.map(({ lines, parameters, name, block, path, phase }, at) => {
    let from = 0;
    const own = fillings[at];
    return {
      name, block, path, phase,
      parameters: [...parameters, ...own.parameters.map((each) => ({ name: each.name, type: "number" }))],
      lines: lines.map((line) => {
        const text = filled(line.text, from, own, (of) => fillings[of]);
        from += holesOf(line.text).length;
        return { ...line, text };
      }),
    };
  });
}

const isInside = (inner: Region, outer: Region): boolean => inner.parent !== undefined && (inner.parent === outer || isInside(inner.parent, outer));
const isUnder = (path: string, outer: string): boolean => outer === "" || path.startsWith(`${outer}.`);
const relative = (path: string, outer: string): string => (isUnder(path, outer) && outer !== "" ? path.slice(outer.length + 1) : path);
const lowerFirst = (text: string): string => text[0].toLowerCase() + text.slice(1);

/** Where values go: what a region reads from outside, and what of it is read outside. */
function flowOf(plan: Plan): { readonly results: (region: Region) => readonly Node[]; readonly reads: (region: Region) => readonly Node[] } {
  const users = new Map<Node, Node[]>();
  for (const node of plan.made) {
    for (const read of plan.reads(node)) {
      if (!users.has(read)) users.set(read, []);
      users.get(read)!.push(node);
    }
  }
  const roots = new Set(plan.roots.map((node) => plan.behind(node)));
  const found = new Map<Region, readonly Node[]>();
  const taken = new Map<Region, readonly Node[]>();
  const isResult = (region: Region, node: Node): boolean => (region.parent !== undefined && roots.has(node)) || (users.get(node) ?? []).some((user) => !region.nodes.has(user));
  return {
    results(region) {
      let own = found.get(region);
      if (own === undefined) found.set(region, (own = [...region.nodes].filter((node) => isResult(region, node))));
      return own;
    },
    reads(region) {
      let own = taken.get(region);
      if (own === undefined) taken.set(region, (own = [...new Set([...region.nodes].flatMap((node) => plan.reads(node).filter((read) => !region.nodes.has(read))))]));
      return own;
    },
  };
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
        names.set(value, (own = unique(camelCase(path || "table"))));
        tables.set(own, value);
      }
      return own;
    },
  };
}

function refusalsOf(plan: Plan, backends: readonly TfjsBackend[]): Refusal[] {
  return plan.made.flatMap((node) => {
    const runsOn = (formOf(node.operator) as Form<OperatorName>).runsOn(node as NodeOf<OperatorName>);
    if (backends.every((backend) => runsOn.includes(backend))) return [];
    const { span } = node.location;
    const { line, column } = positionAt(span.file, span.start);
    return [{ operator: node.operator, place: `${span.file.name}:${line}:${column}`, path: node.path, runsOn, needs: `a backend that has its kernels: ${runsOn.join(", ")}` }];
  });
}

/** The last value of a binding has its name, counted from the block; what leads there has the operator's after it, and what belongs to the way back says so. */
function namesIn(region: Region, unique: (wanted: string) => string): (node: Node, isHelper: boolean) => string {
  const final = new Map<string, Node>();
  for (const node of region.nodes) if (phaseOf(node) === "forward") final.set(node.path, node);
  return (node, isHelper) => {
    // What is written where it is read may stand in another instance of the block: its name is that of its binding alone.
    const path = isHelper ? node.path.slice(node.path.lastIndexOf(".") + 1) : relative(node.path, region.path);
    // What stands in no binding of the block is the block's own value.
    const base = node.path === region.path || path === "" ? (region.phase === "backward" ? "x" : "y") : camelCase(path);
    if (!isHelper && final.get(node.path) === node) return unique(base);
    const operator = camelCase(node.operator);
    return unique(`${base}${operator[0].toUpperCase()}${operator.slice(1)}${suffixOf[phaseOf(node)]}`);
  };
}

/** A line of two instances: axes that differ are left open. */
function merged(line: Line, other: Line): Line {
  if (!line.remark || !other.remark) return line;
  const axes = line.remark.axes.map((axis, i) => (axis === other.remark!.axes[i] ? axis : "…"));
  return { ...line, remark: { ...line.remark, axes } };
}

function returnOf(entries: readonly (readonly [name: string, text: string])[]): readonly Line[] {
  const field = ([own, text]: readonly [string, string]): string => (/^[A-Za-z_$][\w$]*$/.test(own) ? (own === text ? own : `${own}: ${text}`) : `${JSON.stringify(own)}: ${text}`);
  return [{ text: "return {" }, ...entries.map((entry) => ({ text: `  ${field(entry)},` })), { text: "};" }];
}

/** ` // [B, tok, C]`, with the element type where it is not f32. */
export const remarkText = ({ dtype, axes }: Remark): string => ` // ${dtype === "f32" ? "" : dtype}[${axes.join(", ")}]`;
