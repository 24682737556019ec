/**
 * `conv` and `conv_transpose`: contractions in which some axes slide. What is called grouped, depthwise or per-sample elsewhere is a matter of which axes the
 * kernel shares with the input; the graph's `conv` has just one group axis, into which they are merged.
 */
import type { Argument, Contraction } from "../../grammar/ast.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { add, constant, constantValue, multiply, negate, showSize, subtract, type Size } from "../dims/index.ts";
import type { Builder } from "../ir/builder.ts";
import type { Node } from "../ir/graph.ts";
import { convolutionSize } from "../operators/convolution-size.ts";
import type { AxisItem, SizeUse } from "../types/types.ts";
import { require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { requirePositive } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import type { Letter } from "./patterns.ts";
import { number } from "./options.ts";
import { refuseFreeWeight } from "./free-weights.ts";
import { decidedBy, inGraph, report, type Scope } from "./scope.ts";
import { unknown, type Value } from "./values.ts";
import type { Span } from "../../grammar/source.ts";
import { nameOf, optionTree, resultLetters, type Lettered, type ResultLetter } from "./contraction-letters.ts";

/** A sliding axis: `Y: ky`. */
interface Slide {
  readonly axis: Letter;
  readonly kernel: Letter;
  readonly span: Span;
}

export function convolution(scope: Scope, tree: Contraction, operands: readonly Lettered[], sizes: ReadonlyMap<Letter, AxisItem>): Value {
  const transposed = tree.operator === "conv_transpose";
  const options = optionTree(scope, tree, ["slide", "stride", "dilation", "padding", ...(transposed ? ["output_padding"] : [])]);
  if (!options) return unknown;
  if (operands.length !== 2) {
    report(scope, "NET0202", tree.operatorSpan, { block: tree.operator, takes: 2, given: operands.length });
    return unknown;
  }
  const [x, kernel] = operands;
  const slides = slidesOf(scope, tree, options.get("slide"), x, kernel);
  if (!slides) return unknown;
  const result = resultLetters(scope, tree, sizes);
  if (!result) return unknown;
  const roles = rolesOf(scope, tree, x, kernel, result, slides);
  if (!roles) return unknown;
  const along = (name: string, fallback: number): readonly (SizeUse | undefined)[] => slides.map((slide) => alongAxis(scope, options.get(name), slide, name, fallback, slides.map((own) => nameOf(own.axis))));
  const [stride, dilation, padding, extra] = [along("stride", 1), along("dilation", 1), along("padding", 0), along("output_padding", 0)];
  if ([...stride, ...dilation, ...padding, ...extra].some((use) => use === undefined)) return unknown;

  // In the graph strides and dilations are numbers: a model may not give a block a free size for one.
  for (const use of [...stride, ...dilation]) {
    decidedBy(scope, [use!.size]);
    if (!scope.frame.weightSizes && !refuseFreeWeight(scope, tree.span, "a stride or dilation", use!)) return unknown;
  }
  const windows: Window[] = slides.map((slide, i) => ({
    slide, size: sizes.get(slide.axis)!.size, kernel: sizes.get(slide.kernel)!.size,
    stride: stride[i]!, dilation: dilation[i]!, padding: padding[i]!, extra: extra[i]!,
  }));
  const axes: AxisItem[] = [];
  for (const entry of result) {
    const window = windows.find((candidate) => candidate.slide.axis === entry.letter);
    if (!window || entry.item.kind === "row") {
      axes.push(entry.item);
      continue;
    }
    const size = slidingSize(scope, tree, window, transposed);
    if (!size) return unknown;
    if (entry.item.label) scope.frame.slid?.add(entry.item.label);
    axes.push({ ...entry.item, size, marks: { ...entry.item.marks, positions: true } });
  }
  const node = inGraph(scope, tree.span, (build) => convolutionNode(build, x, kernel, result, roles, windows, axes, transposed));
  return { kind: "tensor", type: { dtype: x.tensor.type.dtype, axes }, node };
}

interface Window {
  readonly slide: Slide;
  readonly size: SizeUse;
  readonly kernel: SizeUse;
  readonly stride: SizeUse;
  readonly dilation: SizeUse;
  readonly padding: SizeUse;
  readonly extra: SizeUse;
}

function slidesOf(scope: Scope, tree: Contraction, option: Argument | undefined, x: Lettered, kernel: Lettered): readonly Slide[] | undefined {
  if (!option || option.value.kind !== "Record") {
    report(scope, "NET0201", option?.span ?? tree.operatorSpan, { block: tree.operator, missing: "slide: (Y: ky, …)", what: "option" });
    return undefined;
  }
  const slides: Slide[] = [];
  for (const field of option.value.fields) {
    const axis = field.name.text;
    const own = field.value.kind === "Name" ? field.value.text : "";
    if (!x.letters.includes(axis) || !kernel.letters.includes(own)) {
      const wrong = !x.letters.includes(axis);
      report(scope, "NET0312", wrong ? field.name.span : field.value.span, {
        reason: wrong ? `\`${axis}\` is no axis of the input's pattern` : `\`${own}\` is no axis of the kernel's pattern`,
        help: "`slide: (Y: ky)` says that the kernel's axis ky slides along the input's axis Y",
      });
      return undefined;
    }
    slides.push({ axis, kernel: own, span: field.span });
  }
  return slides;
}

interface Roles {
  readonly batch: readonly Letter[];
  readonly group: readonly Letter[];
  readonly contracted: readonly Letter[];
  readonly out: readonly Letter[];
}

function rolesOf(scope: Scope, tree: Contraction, x: Lettered, kernel: Lettered, result: readonly ResultLetter[], slides: readonly Slide[]): Roles | undefined {
  const wanted = result.map((entry) => entry.letter);
  const sliding = slides.map((slide) => slide.axis);
  const sliders = slides.map((slide) => slide.kernel);
  const refuse = (letter: Letter, reason: string): undefined => {
    report(scope, "NET0312", tree.result.span, { reason: `\`${nameOf(letter)}\` ${reason}` });
    return undefined;
  };
  for (const letter of sliding) if (!wanted.includes(letter)) return refuse(letter, "slides, so it stands in the result");
  for (const letter of sliders) if (wanted.includes(letter) || x.letters.includes(letter)) return refuse(letter, "is the kernel's own axis: it is summed");
  const plain = x.letters.filter((letter) => !sliding.includes(letter));
  const own = kernel.letters.filter((letter) => !sliders.includes(letter));
  const both = plain.filter((letter) => own.includes(letter));
  const alone = plain.filter((letter) => !own.includes(letter));
  for (const letter of alone) if (!wanted.includes(letter)) return refuse(letter, "stands in the input alone, so it stays in the result; sum over it first");
  const out = own.filter((letter) => !plain.includes(letter));
  for (const letter of out) if (!wanted.includes(letter)) return refuse(letter, "stands in the kernel alone, so it stays in the result");
  return { batch: alone, group: both.filter((letter) => wanted.includes(letter)), contracted: both.filter((letter) => !wanted.includes(letter)), out };
}

function alongAxis(scope: Scope, option: Argument | undefined, slide: Slide, name: string, fallback: number, sliding: readonly string[]): SizeUse | undefined {
  const literal: SizeUse = { size: constant(fallback), origin: { kind: "literal", span: slide.span } };
  if (!option || option.value.kind === "SizedName" || option.value.kind === "Spread") return literal;
  const value = evaluate(scope, option.value);
  const axis = nameOf(slide.axis);
  const fields = value.kind === "record" ? value.fields : value.kind === "per_axis" ? value.values : undefined;
  const stray = value.kind === "record" ? [...value.fields.keys()].find((key) => !sliding.includes(key)) : undefined;
  if (stray !== undefined) {
    report(scope, "NET0102", option.value.span, { name: stray, block: `\`${name}\``, options: sliding, near: nearestName(stray, sliding) });
    return undefined;
  }
  const own = fields ? fields.get(axis) : value;
  if (!own) {
    report(scope, "NET0201", option.value.span, { block: name, missing: axis, what: "option" });
    return undefined;
  }
  const checked = number(scope, "int", own, option.value.span, `\`${name}\``);
  return checked.kind === "int" ? checked.use : undefined;
}

/** Where an option is given; the whole where it is not. */
function placeOf(tree: Contraction, name: string): Span {
  return tree.options.find((option) => option.name?.text === name)?.value.span ?? tree.span;
}

function slidingSize(scope: Scope, tree: Contraction, window: Window, transposed: boolean): SizeUse | undefined {
  const { size, kernel, stride, dilation, padding, extra } = window;
  const span = multiply(dilation.size, subtract(kernel.size, 1));
  const shown = [
    `kernel ${showSize(kernel.size)}`,
    ...(constantValue(stride.size) === 1 ? [] : [`stride ${showSize(stride.size)}`]),
    ...(constantValue(dilation.size) === 1 ? [] : [`dilation ${showSize(dilation.size)}`]),
    ...(constantValue(padding.size) === 0 ? [] : [`padding ${showSize(padding.size)}`]),
  ].join(", ");
  const made = (value: Size): SizeUse => ({ size: value, origin: { kind: "made", span: tree.span, rule: `${tree.operator} with ${shown}`, from: [size] } });
  const axis = nameOf(window.slide.axis);
  if (!requirePositive(scope, dilation, placeOf(tree, "dilation"), `the dilation along ${axis}`)) return undefined;
  const padded = require(scope, { kind: "at_least", left: padding.size, right: constant(0) }, placeOf(tree, "padding"), (failure) =>
    report(scope, "NET0315", placeOf(tree, "padding"), { what: `the padding along ${axis}`, size: showSize(padding.size), values: "", least: 0, isAxis: false, help: "cut with an index: `x[Y = 1..]`" }, { ...refusal(scope, failure) }),
  );
  if (!padded) return undefined;
  if (transposed) {
    const spanned = require(scope, { kind: "at_least", left: span, right: padding.size }, tree.span, (failure) =>
      report(scope, "NET0309", tree.span, { what: `the padding along ${axis}`, index: showSize(padding.size), size: showSize(add(span, 1)), help: "padding of a transposed convolution is less than what the kernel spans" }, { ...refusal(scope, failure) }),
    );
    if (!spanned) return undefined;
    const value = add(multiply(subtract(size.size, 1), stride.size), span, 1, multiply(-2, padding.size), extra.size);
    const use = made(value);
    return requirePositive(scope, use, tree.span, `axis ${axis}`, "reduce the padding") ? use : undefined;
  }
  // The kernel must fit: floor((n - 1 - span) / stride) + 1 is at least 1 only then, and is meaningless otherwise.
  const room = subtract(add(size.size, multiply(2, padding.size)), span);
  const fits = requirePositive(scope, made(room), tree.span, `the room for the kernel along ${axis}`, `the kernel spans ${showSize(add(span, 1))}: enlarge the input or the padding`);
  if (!fits) return undefined;
  const stepped = requirePositive(scope, stride, placeOf(tree, "stride"), `the stride along ${axis}`);
  if (!stepped) return undefined;
  const value = convolutionSize(size.size, { kernel: kernel.size, stride: stride.size, dilation: dilation.size, low: padding.size, high: padding.size });
  return value === size.size ? size : made(value);
}

function convolutionNode(
  build: Builder, x: Lettered, kernel: Lettered, result: readonly ResultLetter[], roles: Roles, windows: readonly Window[], axes: readonly AxisItem[], transposed: boolean,
): Node {
  const sizeOf = (lettered: Lettered, letters: readonly Letter[]): Size => multiply(...letters.map((letter) => lettered.items[lettered.letters.indexOf(letter)].size.size));
  const sliding = windows.map((window) => window.slide.axis);
  const sliders = windows.map((window) => window.slide.kernel);
  const arrange = (lettered: Lettered, groups: readonly (readonly Letter[])[], last: readonly Letter[]): Node => {
    const order = [...groups.flat(), ...last];
    const moved = build.transpose(lettered.tensor.node!, order.map((letter) => lettered.letters.indexOf(letter)));
    const shape = [...groups.map((group) => sizeOf(lettered, group)), ...last.map((letter) => sizeOf(lettered, [letter]))];
    return build.reshape(moved, shape);
  };
  const input = arrange(x, [roles.batch, roles.group, roles.contracted], sliding);
  let weight = arrange(kernel, [roles.group, roles.out, roles.contracted], sliders);
  const numbers = (uses: readonly SizeUse[]): readonly number[] => uses.map((use) => constantValue(use.size) ?? NaN);
  const ones = windows.map(() => 1);
  const dilation = numbers(windows.map((window) => window.dilation));
  const stride = numbers(windows.map((window) => window.stride));
  let node: Node;
  if (transposed) {
    // The gradient of a convolution: the input is spread by the stride and met by the mirrored kernel.
    weight = build.make("reverse", [weight], { axes: windows.map((_, i) => 3 + i) });
    const full = windows.map((window) => multiply(window.dilation.size, subtract(window.kernel.size, 1)));
    const low = windows.map((window, i) => add(full[i], negate(window.padding.size)));
    const high = windows.map((window, i) => add(full[i], negate(window.padding.size), window.extra.size));
    node = build.make("conv", [input, weight], { stride: ones, dilation, inputDilation: stride, low, high });
  } else {
    const padding = windows.map((window) => window.padding.size);
    node = build.make("conv", [input, weight], { stride, dilation, inputDilation: ones, low: padding, high: padding });
  }
  // [N, G, O, t…] back to letters, then to the order of the result.
  const order = [...roles.batch, ...roles.group, ...roles.out, ...sliding];
  const sizes = order.map((letter) => axes[result.findIndex((entry) => entry.letter === letter)].size.size);
  const split = build.reshape(node, sizes);
  return build.transpose(split, result.map((entry) => order.indexOf(entry.letter)));
}
