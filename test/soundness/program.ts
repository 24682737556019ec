/** A random program: a choice, some blocks, and a model with config, rows of an ablation, inputs and outputs. A function of the seed. */
import { draw, emptyScope, generateBlock, type GeneratedBlock } from "./block.ts";
import { unusedTensors, writeBody } from "./body.ts";
import { random, type Random } from "./random.ts";
import { named, typeText, worldCount, type Axis, type Scope, type Tensor, type TensorType } from "./scope.ts";
import { rowBlocksIn } from "./steps/rows.ts";
import { nameUnnamed } from "./steps/elementwise.ts";

export interface GeneratedProgram {
  readonly seed: number;
  readonly text: string;
  readonly blocks: readonly GeneratedBlock[];
  /** What whole numbers of an input are below. */
  readonly below: ReadonlyMap<string, number>;
}

export function generateProgram(seed: number): GeneratedProgram {
  const chance = random(seed);
  const blocks: GeneratedBlock[] = [];
  const count = chance.pick([0, 1, 1, 2, 2, 3]);
  for (let i = 0; i < count; i++) {
    const block = generateBlock(chance, i, blocks.map(({ signature }) => signature));
    if (block) blocks.push(block);
  }
  const { text, below } = generateModel(chance, blocks);
  const choice = /\bMode\b/.test(text + blocks.map((block) => block.text).join()) ? "choice Mode = one | two | three\n\n" : "";
  return { seed, text: `${choice}${rowBlocksIn(text + blocks.map((block) => block.text).join())}${blocks.map((block) => `${block.text}\n`).join("")}${text}`, blocks, below };
}

interface Config {
  readonly keys: readonly string[];
  /** Value of each key in each configuration; the first is the default. */
  readonly rows: readonly ReadonlyMap<string, number | boolean | string>[];
}

function generateConfig(chance: Random): Config {
  const keys = [...["width", "depth"].filter(() => chance.chance(0.4)), ...["switch", "kindOf"].filter(() => chance.chance(0.2))];
  const value = (key: string): number | boolean | string => (key === "width" ? chance.pick([2, 3, 4, 6, 8]) : key === "depth" ? 1 + chance.below(3) : key === "switch" ? chance.chance(0.5) : chance.pick(["one", "two", "three"]));
  const standard = new Map(keys.map((key) => [key, value(key)]));
  const rows = [standard];
  if (keys.length && chance.chance(0.5)) {
    const key = chance.pick(keys);
    for (let tries = 0; tries < 10 && rows.length < 2; tries++) {
      const other = value(key);
      if (other !== standard.get(key)) rows.push(new Map([...standard, [key, other]]));
    }
  }
  return { keys, rows };
}

function configText({ keys, rows }: Config): string {
  const [standard] = rows;
  const kind = (key: string): string => (key === "switch" ? "bool" : key === "kindOf" ? "Mode" : "int");
  const even = keys.includes("width") && rows.every((row) => (row.get("width") as number) % 2 === 0);
  return keys.length ? `  config { ${keys.map((key) => `${key}: ${kind(key)} = ${standard.get(key)}`).join("  ")}${even ? "  where width % 2 == 0" : ""} }\n` : "";
}

function ablationText({ keys, rows }: Config): string {
  const [standard, ...others] = rows;
  if (others.length === 0) return "";
  const changes = others[0];
  return `\nablation rows of M {\n  a "a" = { ${keys.filter((key) => changes.get(key) !== standard.get(key)).map((key) => `${key}: ${changes.get(key)}`).join(", ")} }\n}\n`;
}

const shapes: readonly (readonly string[])[] = [["B", "C", "Y", "X"], ["B", "C", "Y", "X"], ["B", "T", "C"], ["B", "C"], ["B", "C", "T"], ["B", "D"], ["B", "K", "D"], ["C", "D"], ["B", "Y", "X", "C"], ["B", "N", "C", "Y", "X"]];

function declareAxis(scope: Scope, name: string, declared: Map<string, string>): Axis {
  if (!scope.names.has(name)) {
    const { random: chance } = scope;
    const form = name === "B" ? 0 : chance.below(name === "C" || name === "D" ? 10 : 5);
    if (form <= 1) {
      draw(scope, name);
      declared.set(name, name);
    } else {
      const width = scope.names.has("width") && chance.chance(0.4);
      const value = chance.pick([1, 2, 3, 4, 4, 5, 6, 8, 8, 9, 12]);
      const factor = chance.pick([1, 2]);
      const text = width ? (factor === 1 ? "width" : "2 * width") : String(value);
      scope.names.set(name, Array.from({ length: worldCount }, (_, world) => (width ? factor * (scope.names.get("width")![world] as number) : value)));
      declared.set(name, `${name} = ${text}`);
    }
    scope.axisNames.add(name);
  }
  return { name, size: named(scope, name) };
}

function declareInputs(scope: Scope, below: Map<string, number>): readonly string[] {
  const { random: chance } = scope;
  const lines: string[] = [];
  const count = chance.pick([1, 2, 2, 3, 4]);
  const first = chance.pick(shapes);
  for (let i = 0; i < count; i++) {
    const shape = i === 0 || chance.chance(0.4) ? first : chance.pick(shapes);
    const name = `x${i}`;
    const dtype = i > 0 && chance.chance(0.15) ? "i32" : "f32";
    const declared = new Map<string, string>();
    const axes: Axis[] = shape.map((axis) => declareAxis(scope, axis, declared));
    const written = axes.map((axis) => declared.get(axis.name) ?? axis.name);
    if (dtype === "f32" && chance.chance(0.06)) {
      axes.push({ name: "", size: { text: "3", values: Array.from({ length: worldCount }, () => 3), atom: true } });
      written.push("3");
    }
    const most = 2 + chance.below(3);
    if (dtype === "i32") below.set(name, most);
    lines.push(`input ${name}: ${dtype}[${written.join(", ")}]`);
    scope.tensors.push({ text: name, type: { dtype, axes }, exact: new Set([name]), ...(dtype === "i32" ? { below: most } : {}) });
  }
  return lines;
}

function outputText(scope: Scope, { text, type }: Tensor, i: number): string {
  const dotted: TensorType = { dtype: type.dtype, axes: type.axes.map(({ name, size }) => (scope.random.chance(0.2) ? { name, size: { text: `${text}.${name}`, values: size.values, atom: true } } : { name, size })) };
  return `output y${i}: ${scope.random.chance(0.5) ? typeText(scope, type) : `${type.dtype}[${dotted.axes.map(({ name, size }) => (size.text.includes(`${text}.`) ? `${name} = ${size.text}` : typeText(scope, { dtype: "f32", axes: [{ name, size }] }).slice(4, -1))).join(", ")}]`} = ${text}`;
}

function generateModel(chance: Random, blocks: readonly GeneratedBlock[]): { text: string; below: ReadonlyMap<string, number> } {
  const config = generateConfig(chance);
  const configurationOf = Array.from({ length: worldCount }, (_, world) => world % config.rows.length);
  const scope = emptyScope(chance, "model", blocks.map(({ signature }) => signature), configurationOf);
  for (const key of config.keys) {
    scope.names.set(key, configurationOf.map((row) => config.rows[row].get(key)!));
    if (key === "switch") scope.bools.add(key);
    else if (key === "kindOf") scope.choices.set(key, { choice: "Mode", alternatives: ["one", "two", "three"] });
    else scope.ints.add(key);
  }
  const below = new Map<string, number>();
  const inputs = declareInputs(scope, below);
  nameUnnamed(scope);
  writeBody(scope, 2 + chance.below(7));
  const results = unusedTensors(scope).slice(0, 4);
  const outputs = (results.length ? results : scope.tensors.filter(({ type }) => type.axes.every(({ name }) => name !== "")).slice(-1)).map((tensor, i) => outputText(scope, tensor, i));
  const where = scope.facts.length ? ` where ${scope.facts.join(", ")}` : "";
  const lines = [...inputs.slice(0, -1), `${inputs[inputs.length - 1]}${where}`, ...scope.statements, ...outputs];
  return { text: `model M {\n${configText(config)}${lines.map((line) => `  ${line}\n`).join("")}}\n${ablationText(config)}`, below };
}
