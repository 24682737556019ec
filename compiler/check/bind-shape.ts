/**
 * Matching the shape of an argument against the shape in a signature. Order binds, but an axis whose own name also stands in that shape
 * must stand where the name does: this is how swapped axes are caught. Bare names bind sizes; `c * v + k` is solved for v.
 */
import type { AxisNode, Expression, Type } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { showSize, solveLinear, variable, wordedUnder, type Size } from "../dims/index.ts";
import type { Axis, AxisItem, Label, SizeUse, TensorType } from "../types/types.ts";
import { itemName, sameItem } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { equalClaim, isProved, originPlaces, require } from "./claims.ts";
import { requireOneOrder } from "./lints/scramble.ts";
import { converted, refusal, reordered } from "./remedies.ts";
import { evaluate } from "./evaluate.ts";
import { report, type Frame, type Scope } from "./scope.ts";

export interface ShapeContext {
  /** Where the call stands: obligations are reported there. */
  readonly caller: Scope;
  /** Inside the block: names of its signature. */
  readonly callee: Scope;
  readonly block: string;
  /** Axis options that are found by name in an input: name of the option -> the caller's label. */
  readonly optionNames: ReadonlySet<string>;
  /** Comparisons that wait until every input and option is bound. */
  readonly deferred: (() => boolean)[];
  readonly wantedAxes: ReadonlyMap<string, { readonly label: Label | undefined; readonly name: string; readonly span: Span; /** By the call, not by the default. */ readonly given: boolean }>;
}

/** A type as the caller knows its sizes. */
const shown = ({ caller }: ShapeContext, type: TensorType): string => wordedUnder(caller.facts, () => showType(type));

export interface ShapeArgument {
  readonly type: TensorType;
  readonly span: Span;
  /** `the input `x` of `Conv``. */
  readonly what: string;
  readonly declaration: Span;
  /** The type as declared. */
  readonly text?: string;
}

type TensorTypeNode = Extract<Type, { kind: "TensorType" }>;

/** Binds the names of a signature's shape; false after a report. */
export function bindShape(context: ShapeContext, pattern: TensorTypeNode, given: ShapeArgument): boolean {
  const { caller } = context;
  const argument: ShapeArgument = { ...given, text: showPattern(pattern) };
  if (pattern.dtype !== argument.type.dtype) {
    report(caller, "NET0313", argument.span, { operator: argument.what, left: pattern.dtype, right: argument.type.dtype }, {
      label: shown(context, argument.type), related: [{ span: argument.declaration, message: "declared here" }], fixes: converted(argument.span, pattern.dtype),
    });
    return false;
  }
  const places = placeAxes(context, pattern, argument);
  if (!places) return false;
  if (!guardOrder(context, pattern, argument, places)) return false;
  return pattern.axes.every((axis, i) => bindAxis(context, axis, places[i], pattern, argument));
}

/** Which of the argument's axes each part of the pattern stands for. */
function placeAxes(context: ShapeContext, pattern: TensorTypeNode, argument: ShapeArgument): readonly (readonly AxisItem[])[] | undefined {
  const parts = pattern.axes;
  const axes = argument.type.axes;
  const rows = parts.flatMap((part, i) => (part.kind === "RowAxis" ? [i] : []));
  const wrongCount = (): undefined => {
    const fixed = parts.length - rows.length;
    const wanted = `${rows.length ? "at least " : ""}${fixed} ${fixed === 1 ? "axis" : "axes"}`;
    report(context.caller, "NET0306", argument.span, {
      what: argument.what, wanted: showPattern(pattern), found: shown(context, argument.type),
      reason: `it needs ${wanted}, not ${axes.length}`,
    }, { label: shown(context, argument.type), related: [{ span: argument.declaration, message: `declared as ${showPattern(pattern)}` }, ...tooMany(parts, axes)], fixes: fewerAxes(argument, parts, axes) });
    return undefined;
  };
  if (rows.length === 0) return axes.length === parts.length && axes.every((item) => item.kind === "axis") ? axes.map((item) => [item]) : wrongCount();
  const bound = (part: AxisNode): number | undefined => (part.kind === "RowAxis" && part.name ? context.callee.frame.rows.get(part.name.text)?.length : undefined);
  const open = rows.filter((row) => bound(parts[row]) === undefined);
  if (open.length <= 1 && rows.length > open.length) {
    // Rows that another input bound have their length; at most one is left to take the rest.
    const fixed = parts.reduce((sum, part) => sum + (part.kind === "RowAxis" ? (bound(part) ?? 0) : 1), 0);
    const rest = axes.length - fixed;
    if (rest < 0 || (open.length === 0 && rest !== 0)) return wrongCount();
    let at = 0;
    const places = parts.map((part) => axes.slice(at, (at += part.kind === "RowAxis" ? (bound(part) ?? rest) : 1)));
    return places.every((items, i) => rows.includes(i) || items[0].kind === "axis") ? places : wrongCount();
  }
  if (rows.length === 1) {
    const [row] = rows;
    const after = parts.length - row - 1;
    if (axes.length < parts.length - 1) return wrongCount();
    const places: (readonly AxisItem[])[] = [];
    for (let i = 0; i < row; i++) places.push([axes[i]]);
    places.push(axes.slice(row, axes.length - after));
    for (let i = axes.length - after; i < axes.length; i++) places.push([axes[i]]);
    return places.every((items, i) => i === row || items[0].kind === "axis") ? places : wrongCount();
  }
  // Two rows stand only around an axis option, which is found by name.
  const middle = parts.findIndex((part, i) => i > rows[0] && i < rows[1] && part.kind === "NamedAxis" && context.wantedAxes.has(part.name.text));
  const part = parts[middle];
  if (rows.length !== 2 || middle < 0 || part.kind !== "NamedAxis") return wrongCount();
  const wanted = context.wantedAxes.get(part.name.text)!;
  const at = axes.findIndex((item) => item.kind === "axis" && item.label !== undefined && item.label === wanted.label);
  if (at < 0) {
    const names = axes.map(itemName).filter(Boolean);
    report(context.caller, "NET0103", wanted.span, { name: wanted.name, type: shown(context, argument.type), axes: names, near: nearestName(wanted.name, names) }, {
      related: wanted.span === argument.span ? [] : [{ span: argument.span, message: shown(context, argument.type) }],
      notes: [`\`${context.block}\` works along one axis, found by its name: \`${part.name.text}: NAME\``],
    });
    return undefined;
  }
  const before = middle - rows[0] - 1 + rows[0];
  const between = rows[1] - middle - 1;
  const tail = parts.length - rows[1] - 1;
  const places: (readonly AxisItem[])[] = [];
  for (let i = 0; i < rows[0]; i++) places.push([axes[i]]);
  places.push(axes.slice(rows[0], at - (middle - rows[0] - 1)));
  for (let i = at - (middle - rows[0] - 1); i < at; i++) places.push([axes[i]]);
  places.push([axes[at]]);
  for (let i = at + 1; i <= at + between; i++) places.push([axes[i]]);
  places.push(axes.slice(at + 1 + between, axes.length - tail));
  for (let i = axes.length - tail; i < axes.length; i++) places.push([axes[i]]);
  return places.length === parts.length && before >= 0 && places.every((items) => items.every(Boolean)) ? places : wrongCount();
}

/** Axes that the signature has no name for, and where they came from. */
function tooMany(parts: readonly AxisNode[], axes: readonly AxisItem[]): ReturnType<typeof originPlaces> {
  return axes.length <= parts.length ? [] : extraAxes(parts, axes).slice(0, 2).flatMap((item) => originPlaces(item.size, itemName(item), 1));
}

function extraAxes(parts: readonly AxisNode[], axes: readonly AxisItem[]): readonly AxisItem[] {
  const names = new Set(parts.flatMap((part) => (part.kind === "NamedAxis" ? [part.name.text] : [])));
  return axes.filter((item) => !names.has(itemName(item)));
}

/** One axis too many: its mean, or its first element. */
function fewerAxes({ span }: ShapeArgument, parts: readonly AxisNode[], axes: readonly AxisItem[]): readonly Fix[] {
  const [item] = extraAxes(parts, axes);
  const name = item?.kind === "axis" ? itemName(item) : "";
  if (axes.length !== parts.length + 1 || !name) return [];
  const text = textOf(span);
  return [{ title: `the mean over ${name}`, isGuess: true, edits: [{ span, newText: `mean(${text}, over: ${name})` }] }, ...(/^\w+$/.test(text) ? [{ title: `the first along ${name}`, isGuess: true, edits: [{ span, newText: `${text}[${name} = 0]` }] }] : [])];
}

function showPattern(pattern: TensorTypeNode): string {
  return textOf(pattern.span).replace(/\s+/g, " ");
}

/** An axis called `Y` may not stand for `C` when `Y` stands elsewhere in the same shape. */
function guardOrder(context: ShapeContext, pattern: TensorTypeNode, argument: ShapeArgument, places: readonly (readonly AxisItem[])[]): boolean {
  const names = new Set(pattern.axes.flatMap((part) => (part.kind === "NamedAxis" ? [part.name.text] : [])));
  for (let i = 0; i < places.length; i++) {
    const part = pattern.axes[i];
    if (part.kind === "RowAxis") {
      const stray = places[i].find((item) => item.kind === "axis" && item.label && !item.label.hidden && names.has(item.label.name) && !context.wantedAxes.has(item.label.name));
      if (stray) {
        report(context.caller, "NET0306", argument.span, {
          what: argument.what, wanted: showPattern(pattern), found: shown(context, argument.type), reason: `axis ${itemName(stray)} does not stand where ${itemName(stray)} is expected`,
          help: `bring ${itemName(stray)} to its place with \`rearrange\``,
        }, { label: shown(context, argument.type), related: [{ span: argument.declaration, message: `declared as ${showPattern(pattern)}` }, ...originPlaces(stray.size, itemName(stray), 1)] });
        return false;
      }
      continue;
    }
    if (part.kind !== "NamedAxis" || context.wantedAxes.has(part.name.text)) continue;
    const own = places[i][0];
    const name = own.kind === "axis" ? own.label?.name : undefined;
    if (name && name !== part.name.text && names.has(name) && !(own.kind === "axis" && own.label?.hidden)) {
      const order = pattern.axes.map((axis) => (axis.kind === "NamedAxis" ? axis.name.text : "")).filter(Boolean);
      report(context.caller, "NET0306", argument.span, {
        what: argument.what, wanted: showPattern(pattern), found: shown(context, argument.type),
        reason: `axis ${name} stands where ${part.name.text} is expected`,
        help: `bring the axes into this order: \`rearrange(…, [${argument.type.axes.map(itemName).join(", ")}] -> [${order.join(", ")}])\``,
      }, { label: shown(context, argument.type), related: [{ span: argument.declaration, message: `declared as ${showPattern(pattern)}` }, ...originPlaces((own as Axis).size, name, 1)], fixes: reordered(argument.span, argument.type.axes.map(itemName), order) });
      return false;
    }
  }
  return true;
}

function bindAxis(context: ShapeContext, part: AxisNode, items: readonly AxisItem[], pattern: TensorTypeNode, argument: ShapeArgument): boolean {
  const { frame } = context.callee;
  switch (part.kind) {
    case "RowAxis":
      return part.name ? bindRow(context, part.name.text, items, argument) : true;
    case "UnnamedAxis": {
      const wanted = evaluate(context.callee, part.size);
      return wanted.kind === "int" ? agree(context, "without a name", items[0] as Axis, wanted.use, argument) : true;
    }
    case "NamedAxis": {
      const axis = items[0] as Axis;
      const name = part.name.text;
      const wanted = context.wantedAxes.get(name);
      if (wanted?.given && wanted.label && axis.label && axis.label !== wanted.label) {
        const names = argument.type.axes.map(itemName).filter(Boolean);
        report(context.caller, "NET0103", wanted.span, { name: wanted.name, type: shown(context, argument.type), axes: names, near: nearestName(wanted.name, names) }, { related: [{ span: argument.span, message: shown(context, argument.type) }] });
        return false;
      }
      const entry = frame.axes.get(name);
      if (entry) {
        const outside = frame.outside.get(entry.label);
        if (axis.label && outside && axis.label !== outside && !standsForItsTwin(context, name, outside, pattern)) {
          report(context.caller, "NET0306", argument.span, {
            what: argument.what, wanted: showPattern(pattern), found: shown(context, argument.type),
            reason: `${name} is the axis ${outside.name} already, but ${axis.label.name} stands here`,
          }, { label: shown(context, argument.type), related: [{ span: argument.declaration, message: "declared here" }] });
          return false;
        }
        if (!requireOneOrder(context.caller, context.block, { axis: { kind: "axis", label: entry.label, size: entry.size, marks: entry.marks }, span: argument.span }, { axis, span: argument.span })) return false;
        // A size that is written counts alone: `Y = 2 * H` of one input and `Y = H` of another are one name at two sizes.
        return part.size ? solveSize(context, name, axis, part.size, argument) : agree(context, name, axis, entry.size, argument);
      }
      const label: Label = { name, hidden: false };
      frame.labels.set(name, label);
      frame.outside.set(label, axis.label);
      if (part.size && !solveSize(context, name, axis, part.size, argument)) return false;
      frame.axes.set(name, { label, size: axis.size, ...(axis.marks ? { marks: axis.marks } : {}) });
      return true;
    }
  }
}

/**
 * `bias: f32[head, tok, key]` after `query` and `memory` were one tensor: tok and key are one axis of the caller, and a tensor has an axis once, so where both
 * stand the second has another name there. Sizes are still compared.
 */
function standsForItsTwin({ callee }: ShapeContext, name: string, outside: Label, pattern: TensorTypeNode): boolean {
  const names = pattern.axes.flatMap((part) => (part.kind === "NamedAxis" ? [part.name.text] : []));
  return names.some((other) => {
    const entry = other === name ? undefined : callee.frame.axes.get(other);
    return entry !== undefined && callee.frame.outside.get(entry.label) === outside && names.indexOf(other) < names.indexOf(name);
  });
}

function bindRow(context: ShapeContext, name: string, items: readonly AxisItem[], argument: ShapeArgument): boolean {
  const { frame } = context.callee;
  const bound = frame.rows.get(name);
  if (!bound) {
    const inside = items.map((item): AxisItem => {
      if (item.kind === "row") return item;
      const label: Label = { name: item.label?.name ?? "", hidden: true };
      frame.outside.set(label, item.label);
      return { ...item, label };
    });
    frame.rows.set(name, inside);
    return true;
  }
  const outside = bound.map((item) => (item.kind === "axis" && item.label ? { ...item, label: frame.outside.get(item.label) } : item));
  const same = outside.length === items.length && outside.every((item, i) => sameItem(item, items[i]) || (item.kind === "axis" && !item.label && items[i].kind === "axis"));
  if (!same) {
    const show = (list: readonly AxisItem[]): string => `[${list.map(itemName).join(", ")}]`;
    report(context.caller, "NET0306", argument.span, {
      what: argument.what, wanted: `...${name} = ${show(outside)}`, found: shown(context, argument.type), reason: `...${name} is ${show(outside)} already, but ${show(items)} stands here`,
    }, { label: shown(context, argument.type), related: [{ span: argument.declaration, message: "declared here" }] });
    return false;
  }
  return outside.every((item, i) => item.kind === "row" || agree(context, item.label?.name ?? `of ...${name}`, items[i] as Axis, item.size, argument));
}

function agree(context: ShapeContext, name: string, axis: Axis, wanted: SizeUse, argument: ShapeArgument): boolean {
  return require(context.caller, equalClaim(axis.size.size, wanted.size), argument.span, (failure) =>
    report(context.caller, "NET0303", argument.span, { what: argument.what, axis: name, wanted: showSize(wanted.size), found: showSize(axis.size.size) }, {
      label: shown(context, argument.type),
      related: [...originPlaces(axis.size, name), ...originPlaces(wanted, name), { span: argument.declaration, message: argument.text ? `declared as ${argument.text}` : "declared here" }],
      ...refusal(context.caller, failure),
    }),
  );
}

function agreeWithExpression(context: ShapeContext, name: string, axis: Axis, tree: Expression, argument: ShapeArgument): boolean {
  const value = evaluate(context.callee, tree);
  const use = value.kind === "int" ? value.use : value.kind === "axis" ? value.axis.size : undefined;
  return use ? agree(context, name, axis, use, argument) : true;
}

/** `tok = Y * X + 1` in an input: evaluated when its names are bound, else solved for the one that is not. */
function solveSize(context: ShapeContext, name: string, axis: Axis, tree: Expression, argument: ShapeArgument): boolean {
  const { callee } = context;
  const unbound = [...namesOf(tree)].filter((free) => !callee.frame.axes.has(free) && !callee.bindings.has(free));
  if (unbound.length === 0) return agreeWithExpression(context, name, axis, tree, argument);
  if (unbound.length > 1 || context.optionNames.has(unbound[0])) {
    // Options and axes of later inputs are not known yet: compared when they are.
    context.deferred.push(() => {
      const missing = [...namesOf(tree)].find((free) => !callee.frame.axes.has(free) && !callee.bindings.has(free));
      if (missing === undefined) return agreeWithExpression(context, name, axis, tree, argument);
      report(context.caller, "NET0317", argument.span, { name: missing, block: context.block });
      return false;
    });
    return true;
  }
  const [free] = unbound;
  const stand = `${free}′`;
  callee.frame.axes.set(free, { label: { name: free, hidden: false }, size: { size: variable(stand), origin: { kind: "declared", span: tree.span, name: free } } });
  const value = evaluate(callee, tree);
  callee.frame.axes.delete(free);
  const pattern: Size | undefined = value.kind === "int" ? value.use.size : undefined;
  const solved = pattern && solveLinear(pattern, axis.size.size, stand);
  if (!solved) return true;
  for (const claim of solved.needs) {
    if (context.caller.frame.session.mode === "check" && !context.caller.frame.quiet && !isProved(context.caller, claim)) {
      report(context.caller, "NET0303", argument.span, { what: argument.what, axis: name, wanted: textOf(tree.span), found: showSize(axis.size.size) }, {
        label: shown(context, argument.type), related: [...originPlaces(axis.size, name), { span: tree.span, message: `declared as ${argument.text}` }],
      });
      return false;
    }
  }
  callee.frame.axes.set(free, {
    label: { name: free, hidden: false },
    size: { size: solved.value, origin: { kind: "made", span: argument.span, rule: `from ${name} = ${textOf(tree.span)}`, from: [axis.size] } },
  });
  return true;
}

function namesOf(tree: Expression): Set<string> {
  const names = new Set<string>();
  const walk = (part: Expression): void => {
    if (part.kind === "Name") names.add(part.text);
    else if (part.kind === "Binary") [part.left, part.right].forEach(walk);
    else if (part.kind === "Unary") walk(part.operand);
    else if (part.kind === "Member") walk(part.object);
    else if (part.kind === "Call") for (const argument of part.arguments) if (argument.value.kind !== "SizedName" && argument.value.kind !== "Spread") walk(argument.value);
  };
  walk(tree);
  return names;
}

/** The frame's axes for the result of a call, in the caller's names. */
export function outsideItem(frame: Frame, item: AxisItem, create: (name: string) => Label): AxisItem {
  if (item.kind === "row" || item.label === undefined) return item;
  if (frame.outside.has(item.label)) return { ...item, label: frame.outside.get(item.label) };
  return { ...item, label: create(item.label.name) };
}
