/** A random block: inputs over size variables, options, facts that the body came to need, a body, and its result type. */
import type { Random } from "./random.ts";
import { blocksOf, type Signature } from "./signature.ts";
import { bind, demandDivides, demandNotAbove, named, worldCount, type Axis, type Scope, type TensorType } from "./scope.ts";
import { plus, times, type Size } from "./size.ts";
import { unusedTensors, writeBody } from "./body.ts";
import { typeText } from "./scope.ts";

export interface GeneratedBlock {
  readonly text: string;
  readonly signature: Signature;
}

const shapes: readonly (readonly string[])[] = [
  ["B", "C", "Y", "X"], ["B", "C", "Y", "X"], ["B", "T", "C"], ["B", "T", "C"], ["B", "C"], ["B", "C", "T"], ["B", "K", "D"], ["C"], ["Y", "X"], ["B", "Y", "X", "C"], ["B", "T", "K", "D"], ["B", "N", "C", "Y", "X"], ["T", "D"],
];

/** Small, and now and then a multiple; in the first worlds most sizes are 1, so that what fails at a corner is seen to fail. */
function drawn(random: Random, world: number): number {
  if (world === 0) return 1;
  if (world < 96) return random.chance(0.55) ? 1 : random.pick([2, 2, 3, 4, 6, 12, 12]);
  return random.chance(0.35) ? random.pick([4, 6, 8, 12, 16, 24]) : random.chance(0.5) ? 1 + random.below(5) : 1 + random.below(13);
}

export function emptyScope(random: Random, kind: Scope["kind"], blocks: readonly Signature[], configurationOf: readonly number[] = []): Scope {
  return {
    random, kind, blocks, configurationOf, alive: Array.from({ length: worldCount }, () => true), names: new Map(), axisNames: new Set(), ints: new Set(), bools: new Set(), choices: new Map(),
    tensors: [], lists: [], statements: [], facts: [], staticNames: new Set(), exactInputs: new Set(), owns: false, counter: 0, used: new Set(),
  };
}

export const draw = (scope: Scope, name: string): void => void scope.names.set(name, Array.from({ length: worldCount }, (_, world) => drawn(scope.random, world)));

function declareAxis(scope: Scope, name: string): Axis {
  if (!scope.names.has(name)) draw(scope, name);
  scope.axisNames.add(name);
  return { name, size: named(scope, name) };
}

/** Inputs as they are written; some have sizes made of the others. */
function declareInputs(scope: Scope): readonly string[] {
  const { random } = scope;
  const texts: string[] = [];
  const count = random.pick([1, 1, 2, 2, 3]);
  const first = random.pick(shapes);
  for (let i = 0; i < count; i++) {
    const shape = i === 0 || random.chance(0.5) ? first : random.pick(shapes);
    const name = `x${i}`;
    const dtype = i > 0 && random.chance(0.12) ? "i32" : "f32";
    const axes = shape.map((axis) => declareAxis(scope, axis));
    const type: TensorType = { dtype, axes };
    texts.push(`${name}: ${typeText(scope, type)}`);
    scope.tensors.push({ text: name, type, exact: new Set([name]), ...(dtype === "i32" ? { below: 2 } : {}) });
  }
  const sizes = [...scope.axisNames].filter((name) => name !== "B");
  if (random.chance(0.25) && sizes.length >= 1) {
    // An axis whose size is made of the others.
    const [one, two] = [named(scope, random.pick(sizes)), named(scope, random.pick(sizes))];
    const size = random.pick([() => times(one, two), () => plus(times(one, two), { text: "1", values: one.values.map(() => 1), atom: true }), () => times({ text: "2", values: one.values.map(() => 2), atom: true }, one), () => plus(one, two)])();
    const rest = scope.axisNames.has("B") ? [declareAxis(scope, "B")] : [];
    const type: TensorType = { dtype: "f32", axes: [...rest, { name: "E", size }] };
    texts.push(`long: ${typeText(scope, type)}`);
    scope.tensors.push({ text: "long", type, exact: new Set(["long"]) });
  }
  if (random.chance(0.12)) {
    const axes = random.pick([["B", "C"], ["B", "D"], ["C"]]).map((axis) => declareAxis(scope, axis));
    draw(scope, "L");
    scope.axisNames.add("L");
    texts.push(`list: [${typeText(scope, { dtype: "f32", axes })}; L]`);
    scope.tensors.push({ text: "list[0]", type: { dtype: "f32", axes } });
    bind(scope, { text: `stack(list, axis: l)`, type: { dtype: "f32", axes: [{ name: "l", size: named(scope, "L") }, ...axes] } });
  }
  return texts;
}

function declareOptions(scope: Scope): readonly string[] {
  const { random } = scope;
  const texts: string[] = [];
  for (const name of ["n", "m"]) {
    if (!random.chance(0.4)) continue;
    scope.names.set(name, Array.from({ length: worldCount }, (_, world) => (world === 0 || random.chance(0.25) ? 1 : 1 + random.below(random.pick([3, 4, 6, 8])))));
    scope.ints.add(name);
    texts.push(`${name}: int${random.chance(0.4) ? ` = ${1 + random.below(3)}` : ""}`);
  }
  if (random.chance(0.1)) {
    for (const axis of ["Y", "X"]) {
      scope.names.set(`by.${axis}`, Array.from({ length: worldCount }, () => (random.chance(0.25) ? 1 : 1 + random.below(4))));
      scope.ints.add(`by.${axis}`);
    }
    texts.push(`by: int[Y, X]${random.chance(0.5) ? " = 2" : ""}`);
  }
  if (random.chance(0.2)) {
    scope.names.set("flag", Array.from({ length: worldCount }, () => random.chance(0.5)));
    scope.bools.add("flag");
    texts.push(`flag: bool${random.chance(0.5) ? " = false" : ""}`);
  }
  if (random.chance(0.2)) {
    scope.names.set("mode", Array.from({ length: worldCount }, () => random.pick(["one", "two", "three"])));
    scope.choices.set("mode", { choice: "Mode", alternatives: ["one", "two", "three"] });
    texts.push(`mode: Mode${random.chance(0.5) ? " = two" : ""}`);
  }
  return random.shuffled(texts);
}

/** Facts that somebody states before the body needs them. */
function stateFacts(scope: Scope): void {
  const { random } = scope;
  const sizes = [...scope.axisNames].filter((name) => name !== "B" && name !== "L");
  if (sizes.length === 0) return;
  const size = (): Size => named(scope, random.pick(sizes));
  if (random.chance(0.3)) demandDivides(scope, size(), { text: "2", values: Array.from({ length: worldCount }, () => 2), atom: true });
  if (scope.ints.size && random.chance(0.4)) demandDivides(scope, size(), named(scope, random.pick([...scope.ints])));
  if (scope.ints.size && random.chance(0.2)) demandNotAbove(scope, named(scope, random.pick([...scope.ints])), size());
}

/** An axis that the caller chooses, made by a linear layer. */
function declareOut(scope: Scope, options: string[]): void {
  const x = scope.tensors.find(({ type }) => type.dtype === "f32" && type.axes.some(({ name }) => name === "C"));
  if (!x || !scope.random.chance(0.2)) return;
  draw(scope, "out");
  scope.axisNames.add("out");
  options.push("out: axis = C");
  scope.staticNames.add("out").add("C");
  scope.owns = true;
  bind(scope, { text: `Linear(${x.text}, out: out)`, type: { dtype: "f32", axes: x.type.axes.map((axis) => (axis.name === "C" ? { name: "out", size: named(scope, "out") } : axis)) } });
}

export function generateBlock(random: Random, index: number, blocks: readonly Signature[]): GeneratedBlock | undefined {
  const scope = emptyScope(random, "block", blocks);
  const inputs = declareInputs(scope);
  const options = [...declareOptions(scope)];
  stateFacts(scope);
  declareOut(scope, options);
  writeBody(scope, 1 + random.below(5));
  const results = unusedTensors(scope).slice(0, random.chance(0.25) ? 2 : 1);
  if (results.length === 0) return undefined;
  const name = `${scope.owns ? "Block" : "block"}${index}`;
  const record = results.length > 1;
  const fields = results.map((tensor, i) => ({ field: ["low", "high"][i], tensor }));
  const result = record ? `(${fields.map(({ field, tensor }) => `${field}: ${typeText(scope, tensor.type)}`).join(", ")})` : typeText(scope, results[0].type);
  const facts = scope.facts.length ? `\n  where ${scope.facts.join(", ")}` : "";
  const value = record ? `(${fields.map(({ field, tensor }) => `${field}: ${tensor.text}`).join(", ")})` : results[0].text;
  const signature = `block ${name}(${inputs.join(", ")}${options.length ? `; ${options.join(", ")}` : ""}) -> ${result}${facts}`;
  const text = `${signature} {\n${[...scope.statements, `return ${value}`].map((line) => `  ${line}\n`).join("")}}\n`;
  const [block] = blocksOf(text);
  if (!block) throw new Error(`the generator wrote no block:\n${text}`);
  return { text, signature: { block, owns: scope.owns, staticNames: scope.staticNames, exactInputs: scope.exactInputs, choices: new Map([["Mode", ["one", "two", "three"]]]) } };
}
