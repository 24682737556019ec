/**
 * A small model around one block, at sizes that its facts admit: so a block that no model of its file uses, or only at large sizes, is run.
 * The sizes are found by trying, and every declared size is computed here (`arithmetic.ts`), so the probe states what the signature promises.
 */
import type { Compilation } from "../../compiler/compilation.ts";
import type { Block, Choice, File, Option, OptionKind, Type } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { sizeOf, valueOf, type Value, type Values } from "./arithmetic.ts";
import { compile, type Program } from "./corpus.ts";
import { randomNumbers } from "./mutant.ts";

export interface Probe {
  readonly block: string;
  readonly values: Values;
  /** What the signature promises of each output: `f32[2, 6]`; undefined where a size is not whole or less than 1. */
  readonly promised: readonly string[] | undefined;
  /** A file: the blocks and choices of the text, and a model `Probe`. */
  readonly text: string;
}

const tries = 4_000;
/** Small sizes, distinct where they can be, so that one axis in the place of another shows. */
const candidates: readonly number[] = [2, 3, 5, 4, 6, 8, 7, 1, 9, 12, 16, 0];

/** What a signature leaves open: numbers by name (`kernel.Y` for one axis), and options with few values. */
interface Unknowns {
  readonly sizes: readonly string[];
  readonly switches: readonly { readonly name: string; readonly alternatives: readonly (string | boolean)[] }[];
}

const tensorsIn = (type: Type): readonly Extract<Type, { kind: "TensorType" }>[] => (type.kind === "ListType" ? tensorsIn(type.element) : type.kind === "TensorType" ? [type] : []);

function unknownsOf(block: Block, choices: ReadonlyMap<string, Choice>, explicit: boolean): Unknowns {
  const sizes = new Set<string>();
  const switches: { name: string; alternatives: readonly (string | boolean)[] }[] = [];
  for (const input of block.inputs) {
    if (input.type.kind === "ListType" && input.type.length.kind === "Name") sizes.add(input.type.length.text);
    for (const { axes } of tensorsIn(input.type)) {
      for (const axis of axes) {
        if (axis.kind === "NamedAxis" && !axis.size) sizes.add(axis.name.text);
        else if (axis.kind === "RowAxis" && axis.name) sizes.add(`row_${axis.name.text}`);
        else if (axis.kind === "NamedAxis" && axis.size) for (const name of textOf(axis.size.span).match(/\b[A-Za-z_]\w*\b(?![.(])/g) ?? []) sizes.add(name);
      }
    }
  }
  for (const option of block.options) {
    const name = option.name.text;
    sizes.delete(name);
    if (option.optionKind.kind === "AxisKind") sizes.add(name);
    if (option.default && !explicit && isNumber(option.optionKind)) continue;
    for (const each of numbersOf(option.optionKind, name)) sizes.add(each);
    const alternatives = alternativesOf(option.optionKind, choices);
    if (alternatives.length > 0) switches.push({ name, alternatives });
  }
  return { sizes: [...sizes], switches };
}

const isNumber = (kind: OptionKind): boolean => kind.kind === "NumberKind" || kind.kind === "ListKind";

function numbersOf(kind: OptionKind, name: string): readonly string[] {
  if (kind.kind === "NumberKind" && kind.number === "int") return kind.axes ? kind.axes.map((axis) => `${name}.${axis.text}`) : [name];
  return kind.kind === "ListKind" && kind.length.kind === "IntegerLiteral" ? Array.from({ length: kind.length.value }, (_, i) => numbersOf(kind.element, `${name}[${i}]`)).flat() : [];
}

function alternativesOf(kind: OptionKind, choices: ReadonlyMap<string, Choice>): readonly (string | boolean)[] {
  if (kind.kind === "BoolKind") return [false, true];
  if (kind.kind === "ChoiceKind") return kind.alternatives.map((name) => name.text);
  return kind.kind === "NamedKind" ? (choices.get(kind.name.text)?.alternatives.map((name) => name.text) ?? []) : [];
}

/** The values of a signature when its numbers and switches are these; undefined where a default or a size has none, or a fact fails. */
function valuesAt(block: Block, numbers: ReadonlyMap<string, number>, switches: ReadonlyMap<string, string | boolean>, explicit: boolean): Values | undefined {
  const values = new Map<string, Value>([...numbers, ...switches]);
  for (const option of block.options) {
    const { name, optionKind, default: standard } = option;
    const own = gathered(optionKind, name.text, numbers);
    if (own !== undefined && (explicit || !standard || optionKind.kind === "AxisKind")) values.set(name.text, own);
    else if (standard && standard.kind !== "SizedName" && standard.kind !== "Spread" && !values.has(name.text) && optionKind.kind !== "InitKind") {
      const value = valueOf(standard, values);
      if (value === undefined) return undefined;
      values.set(name.text, spread(optionKind, value));
    } else if (optionKind.kind === "NumberKind" && optionKind.number === "float" && !standard) values.set(name.text, 0.5);
  }
  const least = (name: string): number => (bounded(block, name) ? 0 : 1);
  return [...numbers].every(([name, value]) => value >= least(name)) && block.where.every((fact) => valueOf(fact, values) === true) ? values : undefined;
}

/** An int is at least 1 unless a fact compares it with a number that is not positive. */
function bounded({ where }: Block, name: string): boolean {
  return where.some((fact) => fact.kind === "Binary" && /[<>]/.test(fact.operator) && [[fact.left, fact.right], [fact.right, fact.left]].some(([own, bound]) => [name, name.split(".")[0]].includes(textOf(own.span)) && bound.kind === "IntegerLiteral" && bound.value <= 0));
}

/** One number for all axes of `int[Y, X]`. */
const spread = (kind: OptionKind, value: Value): Value =>
  kind.kind === "NumberKind" && kind.axes && typeof value === "number" ? { axes: Object.fromEntries(kind.axes.map((axis) => [axis.text, value])) } : value;

function gathered(kind: OptionKind, name: string, numbers: ReadonlyMap<string, number>): Value | undefined {
  if (kind.kind === "AxisKind") return numbers.get(name);
  if (kind.kind === "ListKind") {
    const elements = Array.from({ length: kind.length.kind === "IntegerLiteral" ? kind.length.value : 0 }, (_, i) => gathered(kind.element, `${name}[${i}]`, numbers));
    return elements.every((element) => element !== undefined) ? (elements as readonly Value[]) : undefined;
  }
  if (kind.kind !== "NumberKind" || kind.number !== "int") return undefined;
  if (!kind.axes) return numbers.get(name);
  const axes = kind.axes.map((axis) => [axis.text, numbers.get(`${name}.${axis.text}`)] as const);
  return axes.every(([, value]) => value !== undefined) ? { axes: Object.fromEntries(axes) as Record<string, number> } : undefined;
}

/** A tensor type with numbers for its sizes: `f32[B = 2, C = 6]`. */
function typeText(type: Extract<Type, { kind: "TensorType" }>, values: Values): string | undefined {
  const axes = type.axes.map((axis) => {
    if (axis.kind === "RowAxis") return `row_${axis.name?.text ?? ""} = ${String(values.get(`row_${axis.name?.text ?? ""}`))}`;
    if (axis.kind === "UnnamedAxis") return sizeOf(axis.size, values)?.toString();
    const own = axis.size ? sizeOf(axis.size, values) : values.get(axis.name.text);
    return typeof own === "number" ? `${axis.name.text} = ${own}` : undefined;
  });
  return axes.every((axis) => axis !== undefined) ? `${type.dtype}[${axes.join(", ")}]` : undefined;
}

function valueText(value: Value): string {
  if (typeof value !== "object") return String(value);
  if ("axes" in value) return `(${Object.entries(value.axes).map(([axis, number]) => `${axis}: ${number}`).join(", ")})`;
  return `[${value.map(valueText).join(", ")}]`;
}

function optionText(option: Option, values: Values, explicit: boolean, standing: ReadonlySet<string>): string | undefined {
  const { name, optionKind, default: standard } = option;
  const value = values.get(name.text);
  if (optionKind.kind === "AxisKind") return `${name.text}: ${standing.has(name.text) ? name.text : `${name.text} = ${valueText(value!)}`}`;
  if (optionKind.kind === "InitKind") return standard ? undefined : `${name.text}: 0.5`;
  if (standard && (!explicit || (optionKind.kind === "NumberKind" && optionKind.number === "float")) && isNumber(optionKind)) return undefined;
  return value === undefined ? undefined : `${name.text}: ${valueText(value)}`;
}

/** The probe of a block at these values; undefined where a size of the signature is none. */
function modelText(block: Block, values: Values, explicit: boolean): { readonly text: string; readonly promised: Probe["promised"] } | undefined {
  const lines: string[] = [];
  const given: string[] = [];
  const standing = new Set<string>();
  for (const input of block.inputs) {
    const tensors = tensorsIn(input.type);
    for (const { axes } of tensors) for (const axis of axes) if (axis.kind === "NamedAxis") standing.add(axis.name.text);
    const text = tensors[0] && typeText(tensors[0], values);
    if (!text) return undefined;
    const name = `in_${input.name.text}`;
    if (input.type.kind !== "ListType") {
      lines.push(`input ${name}: ${text}`);
      given.push(name);
      continue;
    }
    const length = sizeOf(input.type.length, values);
    if (length === undefined || length > 20) return undefined;
    for (let i = 0; i < length; i++) lines.push(`input ${name}_${i}: ${text}`, `let ${name}[${i}] = ${name}_${i}`);
    given.push(`${name}[0..${length}]`);
  }
  const outputs = outputsOf(block, values);
  const options = block.options.flatMap((option) => optionText(option, values, explicit, standing) ?? []);
  lines.push(`let probed = ${block.name.text}(${[...given, ...options].join(", ")})`, ...(outputs ?? []));
  const promised = outputs?.map((line) => /\w+\[.*?\](?= = probed)/.exec(line)![0].replace(/[\w]+ = /g, ""));
  return { text: `model Probe {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`, promised };
}

function outputsOf(block: Block, values: Values): readonly string[] | undefined {
  const fields = block.result.kind === "RecordResult" ? block.result.fields.map((field) => ({ path: `.${field.name.text}`, type: field.type })) : [{ path: "", type: block.result }];
  const lines = fields.map(({ path, type }, i) => {
    const [tensor] = tensorsIn(type);
    const text = tensor && typeText(tensor, values);
    if (!text) return undefined;
    const last = type.kind === "ListType" ? sizeOf(type.length, values) : undefined;
    return `output out_${i}: ${text} = probed${path}${last === undefined ? "" : `[${last - 1}]`}`;
  });
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

/** What is asked of probes: values that are given, how many of each kind of use, and of which values two more. */
export interface ProbeWish {
  readonly given?: ReadonlyMap<string, number>;
  readonly most?: number;
  readonly also?: (values: Values) => boolean;
}

/** Probes of a block at distinct small values that satisfy its facts. */
export function* probesOf(file: File, block: Block, choices: ReadonlyMap<string, Choice>, { given = new Map(), most = 3, also }: ProbeWish = {}): Generator<Probe> {
  const results = block.result.kind === "RecordResult" ? block.result.fields.map((field) => field.type) : [block.result];
  // A number or a truth value is for the compiler: no graph has it.
  if (results.some((type) => tensorsIn(type).length === 0)) return;
  const seen = new Set<string>();
  const blocks = blocksOf(file);
  for (const explicit of [false, true]) {
    const unknowns = unknownsOf(block, choices, explicit);
    const pick = randomNumbers(block.name.text.length * 31 + unknowns.sizes.length);
    for (const switches of combinations(unknowns).slice(0, 16)) {
      let [wanted, special] = [given.size > 0 ? 1 : most, also ? 2 : 0];
      for (let i = 0; i < tries && wanted + special > 0; i++) {
        // First all distinct and in order, then by chance.
        const numbers = new Map(unknowns.sizes.map((name, place) => [name, given.get(name) ?? (i === 0 ? candidates[place % 4] : candidates[pick(i < tries / 2 ? 7 : candidates.length)])]));
        const values = valuesAt(block, numbers, switches, explicit);
        if (!values || [...given].some(([name, value]) => !agrees(values, name, value))) continue;
        const isSpecial = special > 0 && also!(values);
        const model = isSpecial || wanted > 0 ? modelText(block, values, explicit) : undefined;
        if (!model) continue;
        if (isSpecial) special--;
        else wanted--;
        const text = `${blocks}\n\n${model.text}`;
        if (!seen.has(text)) yield { block: block.name.text, values, text, promised: model.promised };
        seen.add(text);
      }
    }
    if (block.options.every((option) => !option.default || !isNumber(option.optionKind))) break;
  }
}

/** Whether the signature has this value under a name, where it has one at all: `kernel.Y`, `layers[0]`, `...S`. */
function agrees(values: Values, name: string, value: number): boolean {
  const own = values.get(name);
  if (typeof own === "number") return own === value;
  const [object, axis] = name.split(".");
  const whole = values.get(object);
  return typeof whole !== "object" || !("axes" in whole) || whole.axes[axis] === value;
}

function combinations({ switches }: Unknowns): readonly ReadonlyMap<string, string | boolean>[] {
  return switches.reduce<readonly ReadonlyMap<string, string | boolean>[]>((all, { name, alternatives }) => all.flatMap((one) => alternatives.map((each) => new Map([...one, [name, each] as const]))), [new Map()]);
}

/** What a probe needs of a file: its imports, blocks and choices. */
export function blocksOf(file: File): string {
  return [...file.imports, ...file.items.filter((item) => item.kind === "Block" || item.kind === "Choice")].map((item) => textOf(item.span)).join("\n\n");
}

/** The choices that a file sees. */
export function choicesOf(compilation: Compilation, file: File): ReadonlyMap<string, Choice> {
  return compilation.program.names.get(file.span.file)?.choices ?? new Map<string, Choice>();
}

/** A probe as a program of its own; what its file imports is compiled with it. */
export function compileProbe(program: Program, probe: Probe): Compilation {
  return compile({ ...program, root: program.target }, probe.text);
}
