/**
 * A graph as one function of tfjs: a line for each tensor that is made, and behind it the disposal of those that nothing reads any more. What the
 * function is given it leaves alone; what it returns are tensors of its own. Errors are gathered as refusals, not thrown.
 */
import { positionAt } from "../../grammar/source.ts";
import { constant, showSize, type Size } from "../../compiler/dims/index.ts";
import { rootsOf, topologicalOrder, type Graph, type Node, type NodeOf, type OperatorName, type TensorData } from "../../compiler/ir/graph.ts";
import { lastUses } from "../../compiler/lifetimes.ts";
import { tfjsDtype, type Form, type FormContext, type TfjsBackend } from "./form.ts";
import { formOf } from "./forms/table.ts";
import { libraryFunctions, type LibraryFunction } from "./library/index.ts";
import { camelCase, createNames, member } from "./names.ts";
import { planRepetition } from "./repetition.ts";
import { createScalarTexts } from "./scalars.ts";
import { createSizeTexts } from "./sizes.ts";

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

export interface EmittedFunction {
  /** Lines of the body, without indentation. */
  readonly lines: readonly string[];
  readonly library: ReadonlySet<LibraryFunction>;
  /** Tensors of many numbers that stand in the graph, by the name under which the function is given them. */
  readonly tables: ReadonlyMap<string, TensorData>;
  readonly usesStep: boolean;
  readonly refusals: readonly Refusal[];
}

/** A tensor of the function: one that a line makes, or one that is given (then `text` says how it is reached). */
interface Made {
  readonly name: string;
  readonly operands: readonly Made[];
  readonly line?: string;
}

/** `backends`: those that the function must run on. */
export function emitFunction(graph: Graph, backends: readonly TfjsBackend[]): EmittedFunction {
  const roots = rootsOf(graph);
  const order = topologicalOrder(roots);
  const library = new Set<LibraryFunction>();
  const tables = new Map<string, TensorData>();
  const tableNames = new Map<TensorData, string>();
  const refusals: Refusal[] = [];
  const name = createNames([...Object.keys(libraryFunctions), "inputs", "weights", "tables", "step"]);
  const tableName = createNames([]);
  const sizes = createSizeTexts(graph.inputs, (node) => `inputs${member(node.attributes.name)}`, name);
  const numberOf = createScalarTexts(sizes.text);
  const repetition = planRepetition(graph, order, (node) => numberOf(node) !== undefined);
  const nameFor = namesOf(order, name);
  const made: Made[] = [];
  const wholes = new Map<Node, Made>();
  const compacts = new Map<Node, Made>();
  let usesStep = false;

  const context = (node: Node): FormContext => ({
    size: sizes.text,
    sizes: (list) => `[${list.map(sizes.text).join(", ")}]`,
    library: (of) => (library.add(of), of),
    source: (source) => (source.operator === "input" ? `inputs${member(source.attributes.name)}` : `weights${member(source.attributes.path)}`),
    table(value, path) {
      const own = tableNames.get(value) ?? tableName(camelCase(path || "table"));
      tableNames.set(value, own);
      tables.set(own, value);
      return `tables${member(own)}`;
    },
    step: () => ((usesStep = true), "step"),
    keepsAxes: node.operator === "reduce" && repetition.keepsAxes(node),
  });

  function line(node: Node, text: string, operands: readonly Made[], shape: readonly Size[] = node.type.shape): Made {
    if (/^(inputs|weights|tables)[.[]/.test(text)) return { name: text, operands: [] };
    const own = nameFor(node);
    const item = { name: own, operands, line: `const ${own} = ${text}; // ${node.type.dtype === "f32" ? "" : node.type.dtype}[${shape.map((size) => showSize(size)).join(", ")}]` };
    made.push(item);
    return item;
  }

  /** A value as a tensor of its shape. */
  function whole(node: Node): Made {
    const known = wholes.get(node);
    if (known) return known;
    const own = makeWhole(node);
    wholes.set(node, own);
    return own;
  }

  function makeWhole(node: Node): Made {
    const number = numberOf(node);
    if (number !== undefined) {
      const dtype = tfjsDtype(node.type.dtype);
      return line(node, node.type.shape.length === 0 ? `tf.scalar(${number}, "${dtype}")` : `tf.fill([${node.type.shape.map(sizes.text).join(", ")}], ${number}, "${dtype}")`, []);
    }
    if (node.operator === "stop_gradient" || (node.operator === "cast" && tfjsDtype(node.type.dtype) === tfjsDtype(node.inputs[0].type.dtype))) return whole(node.inputs[0]);
    const form = formOf(node.operator) as Form<OperatorName>;
    const runsOn = form.runsOn(node as NodeOf<OperatorName>);
    if (backends.some((backend) => !runsOn.includes(backend))) refusals.push({ operator: node.operator, place: placeOf(node), path: node.path, runsOn, needs: `a backend that has its kernels: ${runsOn.join(", ")}` });
    const operands: Made[] = [];
    const texts = repetition.taken(node).map((taken, at) => {
      const input = node.inputs[at];
      if (taken === "number") return numberOf(input)!;
      const own = taken === "compact" ? compact(input as NodeOf<"broadcast">) : whole(input);
      operands.push(own);
      return own.name;
    });
    const own = context(node);
    const kept = own.keepsAxes && node.operator === "reduce" ? node.inputs[0].type.shape.map((size, axis) => (node.attributes.axes.includes(axis) ? one : size)) : undefined;
    return line(node, form.write(node as NodeOf<OperatorName>, texts, own), operands, kept);
  }

  /** What a broadcast repeats, with axes of 1 where it must have them. */
  function compact(node: NodeOf<"broadcast">): Made {
    const known = compacts.get(node as Node);
    if (known) return known;
    const [operand] = node.inputs;
    const { positions, shape } = node.attributes;
    const x = whole(operand);
    const isAligned = positions.every((at, i) => at === shape.length - positions.length + i) || (operand.operator === "reduce" && repetition.keepsAxes(operand));
    const first = positions[0] ?? shape.length;
    const aligned = shape.map((size, axis) => (positions.includes(axis) ? size : one)).slice(first);
    const own = isAligned ? x : line(node as Node, `tf.reshape(${x.name}, [${aligned.map(sizes.text).join(", ")}])`, [x], aligned);
    compacts.set(node as Node, own);
    return own;
  }

  for (const node of order) if (!isMadeWhereRead(node, numberOf)) whole(node);
  const results = roots.map(whole);
  // A result that is given, or that is two results, is a tensor of its own all the same.
  const seen = new Set<Made>();
  const returned = results.map((result) => {
    const isOwn = result.line !== undefined && !seen.has(result);
    seen.add(result);
    return isOwn ? result.name : `tf.clone(${result.name})`;
  });
  for (const variable of sizes.unknown) refusals.push({ operator: "size", place: graph.name, path: "", runsOn: [], needs: `an input with an axis of the size ${variable}` });
  const names = [...graph.outputs.map((output) => output.name), ...graph.updates.map((update) => `next/${update.name}`)];
  return {
    lines: [...sizes.lines(), ...withDisposal(made, results), ...returnLines(names, returned)],
    library, tables, usesStep, refusals,
  };
}

const one = constant(1);

/** Every line, and behind it what it read last. */
function withDisposal(made: readonly Made[], results: readonly Made[]): readonly string[] {
  const last = lastUses(made, ({ operands }) => operands, results);
  return made.flatMap((item, at) => {
    const over = [...new Set([...item.operands, item])].filter((operand) => operand.line !== undefined && (last.get(operand) ?? at) === at).map((operand) => operand.name);
    return [item.line!, ...(over.length === 0 ? [] : [over.length === 1 ? `${over[0]}.dispose();` : `tf.dispose([${over.join(", ")}]);`])];
  });
}

function returnLines(names: readonly string[], values: readonly string[]): readonly string[] {
  const entries = names.map((own, i) => (/^[A-Za-z_$][\w$]*$/.test(own) ? (own === values[i] ? own : `${own}: ${values[i]}`) : `${JSON.stringify(own)}: ${values[i]}`));
  return ["return {", ...entries.map((entry) => `  ${entry},`), "};"];
}

/** Literals, repetition and what is only another name stand where they are read, so that they live no longer than they must. */
const isMadeWhereRead = (node: Node, numberOf: (node: Node) => string | undefined): boolean => ["constant", "broadcast", "iota", "stop_gradient", "input", "parameter", "state"].includes(node.operator) || numberOf(node) !== undefined;

function placeOf({ location: { span } }: Node): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${span.file.name}:${line}:${column}`;
}

/** The last value of a binding has its name; what leads there has the operator's after it, and what belongs to the backward part says so. */
function namesOf(order: readonly Node[], name: (wanted: string) => string): (node: Node) => string {
  const final = new Map<string, Node>();
  for (const node of order) if (!node.location.derived) final.set(node.path, node);
  return (node) => {
    const base = camelCase(node.path || "value");
    const operator = camelCase(node.operator);
    const derived = node.location.derived === undefined ? "" : node.location.derived.includes("gradient") ? "Gradient" : "Again";
    return name(final.get(node.path) === node ? base : `${base}${operator[0].toUpperCase()}${operator.slice(1)}${derived}`);
  };
}
