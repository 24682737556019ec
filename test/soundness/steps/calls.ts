/**
 * A use of a block: arguments by place, options by name. The names of its signature are bound to the caller's sizes in every sample world, its facts
 * are demanded of the caller, and its result is read off its signature, as a reader of the program would do it.
 */
import type { Expression, Input, Option } from "../../../grammar/ast.ts";
import { axesOfKind, resultTypes, type Signature, type TensorTypeTree } from "../signature.ts";
import { atLeast, bind, demand, equal, freshName, mayBeStatic, number, smallSize, useExact, useStatic, worldCount, type Axis, type Made, type Scope, type Tensor, type TensorType } from "../scope.ts";
import type { Size } from "../size.ts";
import { namesIn, valueAt, written, type Lookup, type Scalar } from "../tree-values.ts";
import type { Step } from "./step.ts";

interface Use {
  readonly scope: Scope;
  readonly signature: Signature;
  /** Values in every world, by the names of the signature. */
  readonly values: Map<string, readonly Scalar[]>;
  /** How they are written where the call stands. */
  readonly texts: Map<string, string>;
  /** What its axes are called where the call stands; "" for an axis without a name. */
  readonly outside: Map<string, string>;
  readonly deferred: (() => boolean)[];
}

const at = (use: Use, world: number): Lookup => (name) => use.values.get(name)?.[world];

function bindName(use: Use, name: string, size: Size): void {
  use.values.set(name, size.values);
  use.texts.set(name, size.text);
}

function valuesOf(use: Use, tree: Expression): readonly number[] | undefined {
  const values: number[] = [];
  for (let world = 0; world < worldCount; world++) {
    const value = valueAt(tree, at(use, world));
    if (typeof value !== "number" && use.scope.alive[world]) return undefined;
    values.push(typeof value === "number" ? value : NaN);
  }
  return values;
}

const agrees = (use: Use, values: readonly number[] | undefined, size: Size): boolean => values !== undefined && equal(use.scope, { text: "", values, atom: true }, size);

function bindShape(use: Use, pattern: TensorTypeTree, tensor: Tensor): boolean {
  const { axes } = tensor.type;
  if (pattern.dtype !== tensor.type.dtype || pattern.axes.length !== axes.length || pattern.axes.some((part) => part.kind !== "NamedAxis")) return false;
  const names = pattern.axes.map((part) => (part.kind === "NamedAxis" ? part.name.text : ""));
  return pattern.axes.every((part, i) => {
    if (part.kind !== "NamedAxis") return false;
    const [name, axis] = [names[i], axes[i]];
    if (axis.name !== name && names.includes(axis.name)) return false;
    const known = use.outside.get(name);
    if (known !== undefined && known !== axis.name && known !== "" && axis.name !== "") return false;
    if (part.size) {
      const { size } = part;
      use.outside.set(name, axis.name);
      use.deferred.push(() => agrees(use, valuesOf(use, size), axis.size));
      if (!use.values.has(name) && !namesIn(size).includes(name)) bindName(use, name, axis.size);
      return true;
    }
    if (use.values.has(name)) return agrees(use, use.values.get(name) as readonly number[], axis.size);
    use.outside.set(name, axis.name);
    bindName(use, name, axis.size);
    return true;
  });
}

/** Names that only sizes like `Y * X` of an input speak of are looked for among the sizes in scope. */
function guessNames(use: Use): void {
  for (const input of use.signature.block.inputs) {
    if (input.type.kind !== "TensorType") continue;
    for (const part of input.type.axes) {
      if (part.kind !== "NamedAxis" || !part.size) continue;
      for (const name of namesIn(part.size)) if (!use.values.has(name) && !use.signature.block.options.some((option) => option.name.text === name)) bindName(use, name, smallSize(use.scope, 4));
    }
  }
}

function argumentsFor(use: Use): readonly string[] | undefined {
  const { scope, signature } = use;
  const texts: string[] = [];
  for (const input of signature.block.inputs) {
    if (input.default && scope.random.chance(0.8)) continue;
    const text = input.type.kind === "ListType" ? listArgument(use, input) : tensorArgument(use, input);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function tensorArgument(use: Use, input: Input): string | undefined {
  const { scope, signature } = use;
  if (input.type.kind !== "TensorType") return undefined;
  const exact = signature.exactInputs.has(input.name.text);
  const candidates = scope.random.shuffled(scope.tensors.filter((tensor) => tensor.type.axes.length === (input.type as TensorTypeTree).axes.length && tensor.type.dtype === (input.type as TensorTypeTree).dtype && (!exact || tensor.exact)));
  for (const tensor of candidates.slice(0, 4)) {
    const before = [new Map(use.values), new Map(use.texts), new Map(use.outside), [...use.deferred]] as const;
    if (bindShape(use, input.type, tensor)) {
      if (exact) useExact(scope, tensor);
      return tensor.text;
    }
    restore(use, before);
  }
  return undefined;
}

function restore(use: Use, [values, texts, outside, deferred]: readonly [Map<string, readonly Scalar[]>, Map<string, string>, Map<string, string>, readonly (() => boolean)[]]): void {
  for (const [own, saved] of [[use.values, values], [use.texts, texts], [use.outside, outside]] as const) {
    own.clear();
    for (const [key, value] of saved as Map<string, never>) (own as Map<string, never>).set(key, value);
  }
  use.deferred.splice(0, use.deferred.length, ...deferred);
}

function listArgument(use: Use, input: Input): string | undefined {
  const { scope } = use;
  if (input.type.kind !== "ListType" || input.type.element.kind !== "TensorType" || input.type.length.kind !== "Name") return undefined;
  const { element } = input.type;
  const length = input.type.length.text;
  const list = scope.lists.length && scope.random.chance(0.6) ? scope.random.pick(scope.lists) : undefined;
  if (list) {
    if (!bindShape(use, element, { text: list.text, type: list.element })) return undefined;
    bindName(use, length, number(list.length));
    return list.text;
  }
  const first = scope.random.pick(scope.tensors.filter((tensor) => tensor.type.axes.length === element.axes.length && tensor.type.dtype === element.dtype));
  if (!first || !bindShape(use, element, first)) return undefined;
  const same = scope.tensors.filter((tensor) => tensor.type.dtype === first.type.dtype && tensor.type.axes.length === first.type.axes.length && tensor.type.axes.every((axis, i) => axis.name === first.type.axes[i].name && equal(scope, axis.size, first.type.axes[i].size)));
  const parts = [first, ...Array.from({ length: scope.random.below(3) }, () => scope.random.pick(same))];
  bindName(use, length, number(parts.length));
  return `[${parts.map((part) => part.text).join(", ")}]`;
}

/** `name: text` for the options that are given; all get their values. */
function optionsFor(use: Use): readonly string[] | undefined {
  const given: string[] = [];
  for (const option of use.signature.block.options) {
    const text = optionText(use, option);
    if (text === undefined) return undefined;
    if (text) given.push(`${option.name.text}: ${text}`);
  }
  return use.scope.random.shuffled(given);
}

/** "" where the default is taken. */
function optionText(use: Use, option: Option): string | undefined {
  const { scope } = use;
  const { random } = scope;
  const { name, optionKind: kind } = option;
  const standard = option.default;
  const byDefault = standard !== undefined && random.chance(0.6);
  switch (kind.kind) {
    case "NumberKind": {
      if (kind.number === "float") return standard ? "" : "0.5";
      const axes = axesOfKind(kind);
      if (byDefault && standard && standard.kind !== "SizedName" && standard.kind !== "Spread") return defaultInts(use, name.text, standard, axes) ? "" : undefined;
      if (!axes) {
        const size = smallSize(scope, 4);
        bindName(use, name.text, size);
        return size.text;
      }
      const sizes = random.chance(0.5) ? axes.map(() => undefined) : axes.map(() => smallSize(scope, 3));
      const one = smallSize(scope, 3);
      axes.forEach((axis, i) => bindName(use, `${name.text}.${axis}`, sizes[i] ?? one));
      return sizes[0] ? `(${axes.map((axis, i) => `${axis}: ${sizes[i]!.text}`).join(", ")})` : one.text;
    }
    case "AxisKind": {
      const fallback = standard?.kind === "Name" ? standard.text : undefined;
      if (byDefault && fallback && use.values.has(fallback)) {
        use.values.set(name.text, use.values.get(fallback)!);
        use.texts.set(name.text, use.texts.get(fallback)!);
        use.outside.set(name.text, use.outside.get(fallback) ?? fallback);
        return "";
      }
      const size = smallSize(scope, 6);
      bindName(use, name.text, size);
      if (fallback && random.chance(0.5)) {
        use.outside.set(name.text, use.outside.get(fallback) ?? fallback);
        return size.text;
      }
      const made = random.chance(0.5) && fallback ? (use.outside.get(fallback) ?? fallback) : freshName(scope, "a");
      use.outside.set(name.text, made);
      return made ? `${made} = ${size.text}` : undefined;
    }
    case "BoolKind": {
      if (byDefault && standard?.kind === "BooleanLiteral") return setAll(use, name.text, standard.value, "");
      const own = scope.bools.size && random.chance(0.4) ? random.pick([...scope.bools]) : undefined;
      if (own) {
        use.values.set(name.text, scope.names.get(own)!);
        use.texts.set(name.text, own);
        return own;
      }
      const value = random.chance(0.5);
      return setAll(use, name.text, value, String(value));
    }
    case "NamedKind": {
      if (byDefault && standard?.kind === "Name") return setAll(use, name.text, standard.text, "");
      const own = [...scope.choices].find(([, { choice }]) => choice === kind.name.text);
      if (own && random.chance(0.6)) {
        use.values.set(name.text, scope.names.get(own[0])!);
        return own[0];
      }
      const alternatives = use.signature.choices.get(kind.name.text);
      const chosen = alternatives && random.pick(alternatives);
      return chosen ? setAll(use, name.text, chosen, chosen) : undefined;
    }
    case "InitKind":
      return standard ? "" : "random.normal(std: 0.5)";
    default:
      return undefined;
  }
}

function setAll(use: Use, name: string, value: Scalar, text: string): string {
  use.values.set(name, Array.from({ length: worldCount }, () => value));
  use.texts.set(name, String(value));
  return text;
}

function defaultInts(use: Use, name: string, tree: Expression, axes: readonly string[] | undefined): boolean {
  for (const axis of axes ?? [undefined]) {
    const values: number[] = [];
    for (let world = 0; world < worldCount; world++) {
      const value = valueAt(tree, at(use, world), axis);
      if (typeof value !== "number" && use.scope.alive[world]) return false;
      values.push(typeof value === "number" ? value : NaN);
    }
    const own = axis === undefined ? name : `${name}.${axis}`;
    use.values.set(own, values);
    const text = written(tree, (each) => use.texts.get(each), axis);
    if (text !== undefined) use.texts.set(own, text);
  }
  return true;
}

function factsHold(use: Use): boolean {
  return use.signature.block.where.every((fact) => {
    const axes = new Set(use.signature.block.options.flatMap((option) => (namesIn(fact).includes(option.name.text) ? (axesOfKind(option.optionKind) ?? []) : [])));
    return (axes.size ? [...axes] : [undefined]).every((axis) => {
      const speaksOfFloats = use.signature.block.options.some(({ name, optionKind }) => optionKind.kind === "NumberKind" && optionKind.number === "float" && namesIn(fact).includes(name.text));
      if (speaksOfFloats) return true;
      const text = written(fact, (name) => use.texts.get(name), axis);
      return demand(use.scope, (world) => valueAt(fact, at(use, world), axis) === true, text?.replace(/^\((.*)\)$/s, "$1"));
    });
  });
}

/** An int is at least 1 unless a fact of the block says otherwise. */
function intsArePositive(use: Use): boolean {
  const stated = new Set(use.signature.block.where.flatMap((fact) => (fact.kind === "Binary" && [">=", "<=", "<", ">"].includes(fact.operator) ? namesIn(fact) : [])));
  return [...use.values].every(([name, values]) => {
    if (stated.has(name) || stated.has(name.split(".")[0]) || typeof values[0] !== "number") return true;
    return atLeast(use.scope, { text: "", values: values as readonly number[], atom: true }, 1);
  });
}

function typeOf(use: Use, tree: TensorTypeTree): TensorType | undefined {
  const axes: Axis[] = [];
  for (const part of tree.axes) {
    if (part.kind !== "NamedAxis") return undefined;
    const name = part.name.text;
    const size: Expression = part.size ?? { kind: "Name", text: name, span: part.span };
    const values = valuesOf(use, size);
    const text = written(size, (each) => use.texts.get(each));
    if (!values || text === undefined) return undefined;
    const outside = use.outside.get(name);
    axes.push({ name: outside ?? name, size: { text: text.replace(/^\((.*)\)$/s, (whole, inner: string) => (balanced(inner) ? inner : whole)), values, atom: /^[\w.]+$/.test(text) } });
  }
  if (new Set(axes.map((axis) => axis.name)).size < axes.length || tree.dtype === "f16" || tree.dtype === "bf16") return undefined;
  return { dtype: tree.dtype, axes };
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const letter of text) {
    if (letter === "(") depth++;
    if (letter === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

/** The text of a call and the types of its results, by field. */
export function callOf(scope: Scope, signature: Signature): { readonly text: string; readonly types: readonly { readonly field: string; readonly type: TensorType }[] } | undefined {
  const use: Use = { scope, signature, values: new Map(), texts: new Map(), outside: new Map(), deferred: [] };
  const inputs = argumentsFor(use);
  if (!inputs) return undefined;
  guessNames(use);
  const options = optionsFor(use);
  if (!options || !use.deferred.every((holds) => holds()) || !intsArePositive(use) || !factsHold(use)) return undefined;
  const statics = [...signature.staticNames].flatMap((name) => (use.values.has(name) ? [{ text: use.texts.get(name) ?? name, values: use.values.get(name) as readonly number[], atom: true }] : []));
  if (!mayBeStatic(scope, statics.filter(({ values }) => typeof values[0] === "number"))) return undefined;
  const types = resultTypes(signature.block).map(({ field, type }) => ({ field, type: typeOf(use, type) }));
  if (types.some(({ type }) => !type || type.axes.some(({ size }) => !atLeast(scope, size, 1)))) return undefined;
  useStatic(scope, statics);
  if (signature.owns) scope.owns = true;
  return { text: `${signature.block.name.text}(${[...inputs, ...options].join(", ")})`, types: types.map(({ field, type }) => ({ field, type: type! })) };
}

/** A use of a block with one result. */
export const libraryCall =
  (signatures: readonly Signature[]): Step =>
  (scope): Made | undefined => {
    const found = callOf(scope, scope.random.pick(signatures));
    return found && found.types.length === 1 ? { text: found.text, type: found.types[0].type } : undefined;
  };

/** A use of a block of the program; the fields of a record become tensors of their own. */
export function callGenerated(scope: Scope): boolean {
  const signature = scope.random.pick(scope.blocks);
  const found = signature && callOf(scope, signature);
  if (!found || found.types.length === 0) return false;
  if (found.types[0].field === "") return bind(scope, { text: found.text, type: found.types[0].type }) !== undefined;
  if (scope.random.chance(0.3) && !found.types.some(({ field }) => scope.used.has(field))) {
    const fields = found.types.map(({ field }) => field);
    for (const field of fields) scope.used.add(field);
    scope.statements.push(`let (${fields.join(", ")}) = ${found.text}`);
    for (const { field, type } of found.types) scope.tensors.push({ text: field, type });
    return true;
  }
  const name = freshName(scope, "r");
  scope.statements.push(`let ${name} = ${found.text}`);
  for (const { field, type } of found.types) scope.tensors.push({ text: `${name}.${field}`, type });
  return true;
}
