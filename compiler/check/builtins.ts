/** The operators that a program calls by name: how many inputs, which options, and which function gives them meaning. */
import type { Argument, Call } from "../../grammar/ast.ts";
import { isExpression, refuseAxisInput, type BuiltinCall } from "./builtin-call.ts";
import { textOf } from "../../grammar/source.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { evaluate } from "./evaluate.ts";
import { callMath, callMinMax, callRounding, mathFunctions } from "./builtins-math.ts";
import { callCast, callIsFinite, callRandom, callSelect, callStopGradient } from "./builtins-values.ts";
import { callArgmax, callCumsum, callPool, callProduct, callReduce, callTopK } from "./builtins-reductions.ts";
import { callConcat, callExpand, callPad, callRename, callReverse, callRoll, callStack, callTake } from "./builtins-shape.ts";
import { report, type Scope } from "./scope.ts";
import { unknown, type Value } from "./values.ts";

interface Builtin {
  /** At least and at most this many inputs. */
  readonly inputs: readonly [number, number];
  readonly options: readonly string[];
  readonly required?: readonly string[];
  /** `rename(x, key = tok)`: inputs may be `new = old`. */
  readonly names?: boolean;
  /** One line: signature and meaning. */
  readonly doc: string;
  readonly apply: (call: BuiltinCall) => Value;
}

const many = 1_000;

const table: { readonly [name: string]: Builtin } = {
  ...Object.fromEntries([...mathFunctions].map(([name, entry]): [string, Builtin] => [name, { inputs: [1, 1], options: [], doc: `${name}(x): ${entry.doc}`, apply: callMath }])),
  floor: { inputs: [1, 1], options: [], doc: "floor(a / b) between sizes, or floor(x): rounded down", apply: callRounding },
  ceil: { inputs: [1, 1], options: [], doc: "ceil(a / b) between sizes, or ceil(x): rounded up", apply: callRounding },
  max: { inputs: [1, 2], options: ["over"], doc: "max(a, b) element by element; max(x, over: axes) the largest along axes", apply: callMinMax },
  min: { inputs: [1, 2], options: ["over"], doc: "min(a, b) element by element; min(x, over: axes) the smallest along axes", apply: callMinMax },
  sum: { inputs: [1, 1], options: ["over"], required: ["over"], doc: "sum(x, over: axes)", apply: callReduce },
  mean: { inputs: [1, 1], options: ["over"], required: ["over"], doc: "mean(x, over: axes)", apply: callReduce },
  prod: { inputs: [1, 1], options: ["over"], required: ["over"], doc: "prod(x, over: axes): the product along axes", apply: callReduce },
  product: { inputs: [1, 1], options: [], doc: "product([...S, C]): the product of the sizes of axes, an int", apply: callProduct },
  argmax: { inputs: [1, 1], options: ["over"], required: ["over"], doc: "argmax(x, over: axis): the index of the largest, the first of equals; i32", apply: callArgmax },
  top_k: { inputs: [1, 1], options: ["over", "out", "order"], required: ["over", "out"], doc: "top_k(x, over: axis, out: pick = k, order: by_value | by_index): indices of the k largest; i32", apply: callTopK },
  cumsum: { inputs: [1, 1], options: ["over"], required: ["over"], doc: "cumsum(x, over: axis): running sums", apply: callCumsum },
  "pool.max": { inputs: [1, 1], options: ["window", "stride", "padding"], required: ["window"], doc: "pool.max(x, window: (Y: 2, X: 2), stride: …, padding: …): the largest in each window", apply: callPool },
  "pool.average": { inputs: [1, 1], options: ["window", "stride", "padding", "count_padding"], required: ["window"], doc: "pool.average(x, window: (Y: 2, X: 2), stride: …, padding: …): the mean of each window", apply: callPool },
  take: { inputs: [2, 2], options: ["over"], required: ["over"], doc: "take(x, index, over: axis): the entries of x that index names; shared axes line up, the others of index replace the axis", apply: callTake },
  concat: { inputs: [1, many], options: ["over"], required: ["over"], doc: "concat(a, b, …, over: axis), or concat(list, over: axis)", apply: callConcat },
  stack: { inputs: [1, many], options: ["axis", "after"], required: ["axis"], doc: "stack(list, axis: name, after: axis): a new axis, first unless said", apply: callStack },
  expand: { inputs: [2, 2], options: [], doc: "expand(x, [B, tok = 1, C]): x repeated along the axes that it lacks", apply: callExpand },
  rename: { inputs: [2, many], options: [], names: true, doc: "rename(x, new = old, …)", apply: callRename },
  pad: { inputs: [1, 1], options: ["by", "before", "after", "value"], doc: "pad(x, by: (Y: 1, X: 1), value: 0): elements added at both ends; before and after for one end", apply: callPad },
  roll: { inputs: [1, 1], options: ["by"], required: ["by"], doc: "roll(x, by: (Y: 3)): shifted along axes, what leaves at one end comes in at the other", apply: callRoll },
  reverse: { inputs: [1, 1], options: ["over"], required: ["over"], doc: "reverse(x, over: axes)", apply: callReverse },
  select: { inputs: [3, 3], options: [], doc: "select(condition, a, b): a where the condition holds, b elsewhere", apply: callSelect },
  stop_gradient: { inputs: [1, 1], options: [], doc: "stop_gradient(x): x, through which no gradient passes", apply: callStopGradient },
  is_finite: { inputs: [1, 1], options: [], doc: "is_finite(x): neither infinite nor not-a-number", apply: callIsFinite },
  f32: { inputs: [1, 1], options: [], doc: "f32(x): as a 32-bit float", apply: callCast },
  i32: { inputs: [1, 1], options: [], doc: "i32(x): as an integer, rounded toward zero", apply: callCast },
  bool: { inputs: [1, 1], options: [], doc: "bool(x): false where x is 0", apply: callCast },
  float: { inputs: [1, 1], options: [], doc: "float(n): a compile-time int as a float", apply: callCast },
  "random.uniform": { inputs: [0, 1], options: ["bound"], doc: "random.uniform(bound: b) to initialise, within ±b; random.uniform([B, C]) numbers in [0, 1) at every step", apply: callRandom },
  "random.normal": { inputs: [0, 1], options: ["std"], doc: "random.normal(std: s) to initialise; random.normal([B, C]) standard normal numbers at every step", apply: callRandom },
  "random.truncated_normal": { inputs: [0, 0], options: ["std"], doc: "random.truncated_normal(std: s) to initialise, cut at two deviations", apply: callRandom },
};

export const builtinNames: ReadonlySet<string> = new Set(Object.keys(table));

/** What a person must know of an operator that a program can call: its options, and one line of documentation. */
export interface BuiltinDoc {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly string[];
  readonly required: readonly string[];
}

export const builtinDocs: readonly BuiltinDoc[] = Object.entries(table).map(([name, { doc, options, required = [] }]) => ({ name, doc, options, required }));

export function callBuiltin(scope: Scope, name: string, tree: Call): Value {
  const builtin = table[name];
  const inputs: Argument[] = [];
  const options = new Map<string, Argument>();
  let failed = false;
  for (const argument of tree.arguments) {
    if (!argument.name) {
      inputs.push(argument);
      continue;
    }
    const text = argument.name.text;
    if (!builtin.options.includes(text)) {
      report(scope, "NET0102", argument.name.span, { name: text, block: name, options: builtin.options, near: nearestName(text, builtin.options) }, { notes: [builtin.doc] });
      failed = true;
    } else if (options.has(text)) {
      report(scope, "NET0209", argument.name.span, { name: text });
      failed = true;
    } else options.set(text, argument);
  }
  const [least, most] = builtin.inputs;
  if (inputs.length > most) {
    const help = builtin.options.includes("over") ? `say the axis by its name: \`over: ${textOf(inputs[most].span)}\`` : undefined;
    report(scope, "NET0202", inputs[most].span, { block: name, takes: most, given: inputs.length, help }, { notes: [builtin.doc] });
    failed = true;
  } else if (inputs.length < least) {
    report(scope, "NET0201", tree.span, { block: name, missing: `${inputs.length + 1}`, what: "input" }, { notes: [builtin.doc] });
    failed = true;
  }
  for (const option of builtin.required ?? []) {
    if (options.has(option) || failed) continue;
    report(scope, "NET0201", tree.span, { block: name, missing: option, what: "option" }, { notes: [builtin.doc] });
    failed = true;
  }
  if (!builtin.names) {
    for (const input of inputs) {
      if (input.value.kind !== "SizedName" && input.value.kind !== "Spread") continue;
      refuseAxisInput(scope, name, input);
      failed = true;
    }
  }
  if (failed) {
    for (const input of inputs) if (isExpression(input.value) && input.value.kind !== "List") evaluate(scope, input.value);
    return unknown;
  }
  return builtin.apply({ scope, name, tree, inputs, options });
}
