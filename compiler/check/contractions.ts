/**
 * `einsum`, and `conv`, `conv_transpose`: contractions in which some axes slide. What is called grouped, depthwise or per-sample elsewhere
 * is a matter of which axes the kernel shares with the input; the graph's `conv` has just one group axis, into which they are merged.
 */
import type { Argument, Contraction, Operand, PatternPart } from "../../grammar/ast.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { add, constant, constantValue, multiply, negate, showSize, subtract, type Size } from "../dims/index.ts";
import type { Builder } from "../ir/builder.ts";
import type { Node } from "../ir/graph.ts";
import { convolutionSize } from "../operators/convolution-size.ts";
import type { AxisItem, SizeUse, TensorType } from "../types/types.ts";

import { showType } from "../types/show.ts";
import { equalClaim, originPlaces, require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { requirePositive } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { labelNamed, lettersOf, matchPattern, type Letter } from "./patterns.ts";
import { warnOfBatch } from "./lints/batch.ts";
import { requireOneOrder } from "./lints/scramble.ts";
import { warnOfSoftmax, withoutSoftmax } from "./lints/softmax.ts";
import { number } from "./options.ts";
import { refuseFreeWeight } from "./free-weights.ts";
import { decidedBy, inGraph, report, type Scope } from "./scope.ts";
import { describe, unknown, type TensorValue, type Value } from "./values.ts";
import type { Span } from "../../grammar/source.ts";

/** An operand with one letter per axis. */
interface Lettered {
  readonly tensor: TensorValue;
  readonly letters: readonly Letter[];
  readonly items: readonly AxisItem[];
  readonly tree: Operand;
}

interface ResultLetter {
  readonly letter: Letter;
  readonly item: AxisItem;
}

export function evaluateContraction(scope: Scope, tree: Contraction): Value {
  const operands: Lettered[] = [];
  let failed = false;
  for (const operand of tree.operands) {
    const lettered = letteredOperand(scope, tree, operand);
    if (lettered) operands.push(lettered);
    else failed = true;
  }
  if (failed || isMissing(tree.result.span)) {
    for (const option of tree.options) if (option.value.kind !== "SizedName" && option.value.kind !== "Spread") evaluate(scope, option.value);
    return unknown;
  }
  const dtypes = new Set(operands.map((operand) => operand.tensor.type.dtype));
  if (dtypes.size > 1 || !dtypes.has("f32") || operands.length === 0) {
    const [first, second] = [...dtypes];
    if (operands.length) report(scope, "NET0313", tree.operands[operands.length - 1].span, { operator: tree.operator, left: first, right: second ?? "f32" });
    return unknown;
  }
  const sizes = agreedSizes(scope, tree, operands);
  if (!sizes) return unknown;
  return tree.operator === "einsum" ? einsum(scope, tree, operands, sizes) : convolution(scope, tree, operands, sizes);
}

/** What recovery put where the text has nothing. */
const isMissing = (span: Span): boolean => span.start === span.end;

function letteredOperand(scope: Scope, tree: Contraction, operand: Operand): Lettered | undefined {
  const value = evaluate(scope, operand.value);
  if (value.kind === "unknown") return undefined;
  if (value.kind !== "tensor") {
    report(scope, "NET0203", operand.value.span, { wanted: "a tensor", found: describe(value), where: `an operand of \`${tree.operator}\`` });
    return undefined;
  }
  const matched = matchPattern(scope, value.type, operand.pattern, operand.value.span);
  if (!matched) return undefined;
  const letters: (Letter | undefined)[] = Array.from({ length: value.type.axes.length }, () => undefined);
  for (const entry of matched) {
    if (entry.part.kind === "GroupPart" || entry.part.kind === "SizePart") {
      report(scope, "NET0312", entry.part.span, { reason: `\`${tree.operator}\` takes plain axes`, help: "merge or split with `rearrange` first" });
      return undefined;
    }
    lettersOf(entry).forEach((letter, i) => (letters[entry.positions[i]] = letter));
  }
  const twice = letters.find((letter, i) => letters.indexOf(letter) !== i);
  if (twice !== undefined) {
    report(scope, "NET0312", operand.pattern.span, { reason: `\`${typeof twice === "string" ? twice : twice.name}\` stands twice in one operand` });
    return undefined;
  }
  return { tensor: value, letters: letters as Letter[], items: value.type.axes, tree: operand };
}

const nameOf = (letter: Letter): string => (typeof letter === "string" ? letter : letter.name);

/** One item per letter; a letter of several operands has one size (NET0307 otherwise). */
function agreedSizes(scope: Scope, tree: Contraction, operands: readonly Lettered[]): Map<Letter, AxisItem> | undefined {
  const found = new Map<Letter, { item: AxisItem; operand: Lettered }>();
  for (const operand of operands) {
    for (let i = 0; i < operand.letters.length; i++) {
      const letter = operand.letters[i];
      const item = operand.items[i];
      const first = found.get(letter);
      if (!first) {
        found.set(letter, { item, operand });
        continue;
      }
      if (item.kind === "row" || first.item.kind === "row") continue;
      if (!requireOneOrder(scope, tree.operator, { axis: first.item, span: first.operand.tree.value.span }, { axis: item, span: operand.tree.value.span })) return undefined;
      const agreed = require(scope, equalClaim(first.item.size.size, item.size.size), operand.tree.span, (failure) =>
        report(
          scope, "NET0307", operand.tree.value.span,
          { operator: tree.operator, axis: nameOf(letter), left: showSize(first.item.size.size), right: showSize(item.size.size) },
          {
            label: showType(operand.tensor.type),
            related: [{ span: first.operand.tree.value.span, message: showType(first.operand.tensor.type) }, ...originPlaces(first.item.size, nameOf(letter)), ...originPlaces(item.size, nameOf(letter))],
            ...refusal(scope, failure),
          },
        ),
      );
      if (!agreed) return undefined;
    }
  }
  return new Map([...found].map(([letter, entry]) => [letter, entry.item]));
}

/** The letters of the result with their labels there. Every one must be a letter of an operand. */
function resultLetters(scope: Scope, tree: Contraction, sizes: ReadonlyMap<Letter, AxisItem>): readonly ResultLetter[] | undefined {
  const result: ResultLetter[] = [];
  for (const part of tree.result.parts) {
    const own = resultPart(scope, tree, part, sizes);
    if (!own) return undefined;
    result.push(...own);
  }
  for (let i = 0; i < result.length; i++) {
    const repeated = result.slice(0, i).some((other) => other.letter === result[i].letter || (other.item.kind === "axis" && result[i].item.kind === "axis" && (other.item as { label?: unknown }).label === (result[i].item as { label?: unknown }).label && (other.item as { label?: unknown }).label !== undefined));
    if (repeated) {
      report(scope, "NET0314", tree.result.span, { axis: nameOf(result[i].letter), type: "the result" });
      return undefined;
    }
  }
  return result;
}

function resultPart(scope: Scope, tree: Contraction, part: PatternPart, sizes: ReadonlyMap<Letter, AxisItem>): readonly ResultLetter[] | undefined {
  const missing = (name: string): undefined => {
    const letters = [...sizes.keys()].map(nameOf);
    report(scope, "NET0312", part.span, { reason: `\`${name}\` stands in no operand of \`${tree.operator}\``, help: nearestName(name, letters) && `did you mean \`${nearestName(name, letters)}\`?` });
    return undefined;
  };
  switch (part.kind) {
    case "AxisPart": {
      const item = sizes.get(part.name.text);
      if (!item) return missing(part.name.text);
      return [{ letter: part.name.text, item: item.kind === "axis" ? { ...item, label: labelNamed(scope, part.name.text) } : item }];
    }
    case "RenamedPart": {
      const item = sizes.get(part.from.text);
      if (!item) return missing(part.from.text);
      return [{ letter: part.from.text, item: item.kind === "axis" ? { ...item, label: labelNamed(scope, part.name.text) } : item }];
    }
    case "RowPart": {
      const row = part.name && scope.frame.rows.get(part.name.text);
      const items: readonly AxisItem[] = row ?? [];
      if (!row) return missing(`...${part.name?.text ?? ""}`);
      return items.map((item) => ({ letter: item.kind === "row" ? `...${item.name}` : (item.label ?? "…"), item }));
    }
    default:
      report(scope, "NET0312", part.span, { reason: `the result of \`${tree.operator}\` has plain axes`, help: "merge with `rearrange` afterwards" });
      return undefined;
  }
}

function optionTree(scope: Scope, tree: Contraction, known: readonly string[]): Map<string, Argument> | undefined {
  const given = new Map<string, Argument>();
  for (const option of tree.options) {
    const name = option.name?.text ?? "";
    if (!known.includes(name)) {
      report(scope, "NET0102", option.name?.span ?? option.span, { name, block: tree.operator, options: known, near: nearestName(name, known) });
      return undefined;
    }
    if (given.has(name)) report(scope, "NET0209", option.span, { name });
    given.set(name, option);
  }
  return given;
}

// ------------------------------------------------------------------------------------------------------------------- einsum

function einsum(scope: Scope, tree: Contraction, operands: readonly Lettered[], sizes: ReadonlyMap<Letter, AxisItem>): Value {
  if (!optionTree(scope, tree, [])) return unknown;
  const result = resultLetters(scope, tree, sizes);
  if (!result) return unknown;
  warnOfSoftmax(scope, tree, operands, result.map((entry) => entry.letter));
  warnOfBatch(scope, tree.span, `\`${tree.operator}\` sums over`, [...sizes].flatMap(([letter, item]) => (result.some((entry) => entry.letter === letter) ? [] : [item])));
  const axes = result.map((entry) => withoutSoftmax(entry.item));
  const type: TensorType = { dtype: operands[0].tensor.type.dtype, axes };
  const node = inGraph(scope, tree.span, (build) => einsumNode(build, operands, result));
  return { kind: "tensor", type, node };
}

interface Part {
  readonly node: Node;
  readonly letters: readonly Letter[];
}

function einsumNode(build: Builder, operands: readonly Lettered[], result: readonly ResultLetter[]): Node {
  const wanted = result.map((entry) => entry.letter);
  const parts: Part[] = operands.map((operand) => ({ node: operand.tensor.node!, letters: operand.letters }));
  let current = sumAway(build, parts[0], [...wanted, ...parts.slice(1).flatMap((part) => part.letters)]);
  for (let i = 1; i < parts.length; i++) {
    const later = [...wanted, ...parts.slice(i + 1).flatMap((part) => part.letters)];
    current = contract(build, current, sumAway(build, parts[i], [...later, ...current.letters]), later);
  }
  current = sumAway(build, current, wanted);
  const permutation = wanted.map((letter) => current.letters.indexOf(letter));
  return build.transpose(current.node, permutation);
}

/** Sums over the letters that nothing later needs. */
function sumAway(build: Builder, part: Part, needed: readonly Letter[]): Part {
  const axes = part.letters.flatMap((letter, i) => (needed.includes(letter) ? [] : [i]));
  if (axes.length === 0) return part;
  return { node: build.reduce("sum", part.node, axes), letters: part.letters.filter((letter) => needed.includes(letter)) };
}

function contract(build: Builder, left: Part, right: Part, needed: readonly Letter[]): Part {
  const shared = left.letters.filter((letter) => right.letters.includes(letter));
  const pair = (letter: Letter): readonly [number, number] => [left.letters.indexOf(letter), right.letters.indexOf(letter)];
  const batch = shared.filter((letter) => needed.includes(letter));
  const summed = shared.filter((letter) => !needed.includes(letter));
  const free = (part: Part): readonly Letter[] => part.letters.filter((letter) => !shared.includes(letter));
  const node = build.make("dot", [left.node, right.node], { batch: batch.map(pair), contract: summed.map(pair) });
  return { node, letters: [...batch, ...free(left), ...free(right)] };
}

// ------------------------------------------------------------------------------------------------------------------- convolution

/** A sliding axis: `Y: ky`. */
interface Slide {
  readonly axis: Letter;
  readonly kernel: Letter;
  readonly span: Span;
}

function convolution(scope: Scope, tree: Contraction, operands: readonly Lettered[], sizes: ReadonlyMap<Letter, AxisItem>): Value {
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
