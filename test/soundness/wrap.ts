/**
 * A block by itself, in a model that gives it numbers: the smallest that its signature and facts admit, and others. The numbers are found by trying,
 * with the signature's own text, without the solver.
 */
import type { Block, Option, OptionKind, Type } from "../../grammar/ast.ts";
import type { Random } from "./random.ts";
import { namesIn, valueAt, type Scalar } from "./tree-values.ts";

export interface Wrapping {
  readonly model: string;
  readonly values: ReadonlyMap<string, Scalar>;
}

interface Unknowns {
  /** Sizes and ints. */
  readonly numbers: readonly string[];
  readonly switches: readonly { readonly name: string; readonly alternatives: readonly Scalar[] }[];
  /** Rows, with the number of axes that each is tried with. */
  readonly rows: readonly string[];
}

const tensorsIn = (type: Type): readonly Extract<Type, { kind: "TensorType" }>[] => (type.kind === "TensorType" ? [type] : type.kind === "ListType" ? tensorsIn(type.element) : []);

function intNames(kind: OptionKind, name: string): readonly string[] {
  if (kind.kind === "AxisKind") return [name];
  if (kind.kind === "NumberKind" && kind.number === "int") return kind.axes ? kind.axes.map((axis) => `${name}.${axis.text}`) : [name];
  return [];
}

function unknownsOf(block: Block, choices: ReadonlyMap<string, readonly string[]>, given: (option: Option) => boolean): Unknowns {
  const numbers = new Set<string>();
  const rows = new Set<string>();
  const options = block.options.filter(given);
  for (const option of options) for (const name of intNames(option.optionKind, option.name.text)) numbers.add(name);
  const left = new Set(block.options.filter((option) => !given(option)).flatMap((option) => intNames(option.optionKind, option.name.text)));
  for (const { type } of block.inputs) {
    for (const tensor of tensorsIn(type)) {
      for (const axis of tensor.axes) {
        if (axis.kind === "RowAxis" && axis.name) rows.add(axis.name.text);
        if (axis.kind === "NamedAxis" && !axis.size) numbers.add(axis.name.text);
        if (axis.kind === "NamedAxis" && axis.size) for (const name of namesIn(axis.size)) if (!left.has(name)) numbers.add(name);
      }
    }
    if (type.kind === "ListType" && type.length.kind === "Name") numbers.add(type.length.text);
  }
  const switches = options.flatMap(({ name, optionKind: kind }): Unknowns["switches"] => {
    if (kind.kind === "BoolKind") return [{ name: name.text, alternatives: [false, true] }];
    const alternatives = kind.kind === "NamedKind" ? choices.get(kind.name.text) : kind.kind === "ChoiceKind" ? kind.alternatives.map(({ text }) => text) : undefined;
    return alternatives ? [{ name: name.text, alternatives }] : [];
  });
  return { numbers: [...numbers], switches, rows: [...rows] };
}

/** Fills in the defaults of what is not given, and says whether every fact holds. */
function admitted(block: Block, values: Map<string, Scalar>, given: (option: Option) => boolean): boolean {
  const lookup = (name: string): Scalar | undefined => values.get(name);
  for (const option of block.options) {
    const { optionKind: kind, name, default: tree } = option;
    if (kind.kind === "NumberKind" && kind.number === "float") {
      if (tree && tree.kind !== "SizedName" && tree.kind !== "Spread") {
        const value = valueAt(tree, lookup);
        values.set(name.text, typeof value === "number" ? value : 0.5);
      } else values.set(name.text, 0.5);
      continue;
    }
    if (given(option) || !tree || kind.kind === "InitKind") continue;
    if (tree.kind === "Spread") return false;
    if (kind.kind === "AxisKind") {
      if (values.has(name.text)) continue; // it stands in an input
      const own = tree.kind === "Name" ? values.get(tree.text) : tree.kind === "SizedName" ? valueAt(tree.size, lookup) : undefined;
      if (own === undefined) return false;
      values.set(name.text, own);
    } else if (tree.kind === "Name" && (kind.kind === "NamedKind" || kind.kind === "ChoiceKind")) values.set(name.text, tree.text);
    else if (tree.kind !== "SizedName") {
      for (const own of kind.kind === "NumberKind" && kind.axes ? kind.axes.map((axis) => axis.text) : [undefined]) {
        const value = valueAt(tree, lookup, own);
        if (value === undefined) return false;
        values.set(own === undefined ? name.text : `${name.text}.${own}`, value);
      }
    }
  }
  return block.where.every((fact) => {
    const axes = block.options.flatMap(({ name, optionKind: kind }) => (kind.kind === "NumberKind" && kind.axes && namesIn(fact).includes(name.text) ? kind.axes.map((axis) => axis.text) : []));
    return (axes.length ? axes : [undefined]).every((axis) => valueAt(fact, lookup, axis) === true);
  });
}

/** `called`: what the axes of options that are not given are called where the block is used: by the name of their default. */
function typeText(type: Extract<Type, { kind: "TensorType" }>, values: ReadonlyMap<string, Scalar>, rowRank: number, called: ReadonlyMap<string, string> = new Map()): string | undefined {
  const axes = type.axes.flatMap((axis): readonly (string | undefined)[] => {
    if (axis.kind === "RowAxis") return Array.from({ length: rowRank }, (_, i) => `row_${axis.name?.text ?? ""}${i} = ${i + 2}`);
    const value = axis.kind === "NamedAxis" && !axis.size ? values.get(axis.name.text) : valueAt(axis.size!, (name) => values.get(name));
    if (typeof value !== "number" || value < 1 || !Number.isInteger(value)) return [undefined];
    return [axis.kind === "UnnamedAxis" ? String(value) : `${called.get(axis.name.text) ?? axis.name.text} = ${value}`];
  });
  return axes.every((axis) => axis !== undefined) ? `${type.dtype}[${axes.join(", ")}]` : undefined;
}

function optionText({ name, optionKind: kind }: Option, values: ReadonlyMap<string, Scalar>, standing: ReadonlySet<string>): string | undefined {
  if (kind.kind === "AxisKind") return `${name.text}: ${standing.has(name.text) ? name.text : `${name.text} = ${values.get(name.text)}`}`;
  if (kind.kind === "InitKind") return `${name.text}: random.normal(std: 0.5)`;
  if (kind.kind === "NumberKind" && kind.axes) return `${name.text}: (${kind.axes.map((axis) => `${axis.text}: ${values.get(`${name.text}.${axis.text}`)}`).join(", ")})`;
  const value = values.get(name.text);
  return value === undefined ? undefined : `${name.text}: ${typeof value === "number" && kind.kind === "NumberKind" && kind.number === "float" && Number.isInteger(value) ? value.toFixed(1) : value}`;
}

function modelOf(block: Block, values: ReadonlyMap<string, Scalar>, given: (option: Option) => boolean, rowRank: number): string | undefined {
  const lines: string[] = [];
  const inputs: string[] = [];
  const standing = new Set<string>();
  const called = new Map(block.options.flatMap((option): [string, string][] => (!given(option) && option.default && (option.default.kind === "Name" || option.default.kind === "SizedName") && option.optionKind.kind === "AxisKind" ? [[option.name.text, option.default.kind === "Name" ? option.default.text : option.default.name.text]] : [])));
  for (const [name, other] of called) if (called.has(other)) called.set(name, called.get(other)!);
  for (const { name, type } of block.inputs) {
    const [tensor] = tensorsIn(type);
    const text = tensor && typeText(tensor, values, rowRank, called);
    if (!text) return undefined;
    for (const axis of tensor.axes) if (axis.kind === "NamedAxis") standing.add(axis.name.text);
    if (type.kind === "ListType") {
      const length = valueAt(type.length, (each) => values.get(each));
      if (typeof length !== "number") return undefined;
      const names = Array.from({ length }, (_, i) => `in_${name.text}_${i}`);
      lines.push(...names.map((each) => `input ${each}: ${text}`));
      inputs.push(`[${names.join(", ")}]`);
    } else {
      lines.push(`input in_${name.text}: ${text}`);
      inputs.push(`in_${name.text}`);
    }
  }
  const options = block.options.flatMap((option) => (given(option) && (option.optionKind.kind !== "NumberKind" || option.optionKind.number === "int" || !option.default) ? [optionText(option, values, standing)] : []));
  if (options.some((text) => text === undefined)) return undefined;
  const fields = block.result.kind === "RecordResult" ? block.result.fields.map(({ name, type }) => ({ path: `.${name.text}`, type })) : [{ path: "", type: block.result }];
  const outputs = fields.map(({ path, type }, i) => {
    const [tensor] = tensorsIn(type);
    const text = tensor && typeText(tensor, values, rowRank, called);
    return text && `output out_${i}: ${text} = wrapped${path}${type.kind === "ListType" ? "[0]" : ""}`;
  });
  if (outputs.some((text) => !text)) return undefined;
  return `model Wrapped {\n${[...lines, `let wrapped = ${block.name.text}(${[...inputs, ...options].join(", ")})`, ...outputs].map((line) => `  ${line}\n`).join("")}}\n`;
}

/** The lists of `count` whole numbers from 1 up, smallest sum first; not more than `most` of them. */
function* smallestFirst(count: number, most: number): Generator<readonly number[]> {
  let left = most;
  for (let sum = count; left > 0; sum++) {
    const parts: number[] = [];
    const fill = function* (at: number, rest: number): Generator<readonly number[]> {
      if (left <= 0) return;
      if (at === count - 1 || count === 0) {
        left--;
        yield count === 0 ? [] : [...parts.slice(0, at), rest];
        return;
      }
      for (let own = 1; own <= rest - (count - 1 - at); own++) {
        parts[at] = own;
        yield* fill(at + 1, rest - own);
      }
    };
    yield* fill(0, sum);
    if (count === 0) return;
  }
}

/** At the smallest numbers, at others drawn at random; with defaults and without; each alternative of a switch now and then. */
export function wrappings(block: Block, choices: ReadonlyMap<string, readonly string[]>, chance: Random, wanted = 3): readonly Wrapping[] {
  const found = new Map<string, Wrapping>();
  for (const givesAll of block.options.some((option) => option.default) ? [false, true] : [true]) {
    const given = (option: Option): boolean => !option.default || (givesAll && option.optionKind.kind !== "InitKind");
    const { numbers, switches, rows } = unknownsOf(block, choices, given);
    let own = 0;
    const attempt = (sizes: readonly number[], rowRank: number): void => {
      const values = new Map<string, Scalar>(numbers.map((name, i) => [name, sizes[i]]));
      for (const { name, alternatives } of switches) values.set(name, chance.pick(alternatives));
      if (!admitted(block, values, given)) return;
      const model = modelOf(block, values, given, rowRank);
      if (!model || found.has(model)) return;
      for (const row of rows) values.set(`...${row}`, Array.from({ length: rowRank }, (_, i) => i + 2).reduce((product, size) => product * size, 1));
      found.set(model, { model, values });
      own++;
    };
    for (const sizes of smallestFirst(numbers.length, 4_000)) {
      attempt(sizes, 0);
      if (own > 0) break;
    }
    for (let tries = 0; tries < 400 && own < wanted; tries++) attempt(numbers.map(() => (chance.chance(0.8) ? 1 + chance.below(5) : 1 + chance.below(12))), rows.length ? chance.below(3) : 0);
  }
  return [...found.values()];
}
