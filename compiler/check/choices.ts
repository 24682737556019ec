/**
 * `if` and `match` choose when the program is compiled. While checking, every arm is checked under what its condition says, and the arms
 * must have one type; while building, only the chosen arm exists. In a table the condition may be a scalar of the table: then both arms
 * are computed and the elements chosen.
 */
import type { Body, Expression, If, Match } from "../../grammar/ast.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { spanBetween, textOf, type Span } from "../../grammar/source.ts";
import { sizeByCases, type SizeCase } from "./case-sizes.ts";
import { constant as integerSize, constantValue, showSize, wordedUnder, type Claim } from "../dims/index.ts";
import { equalClaim, isProved, originPlaces, sizesOfClaim } from "./claims.ts";
import { converted, rearranged } from "./remedies.ts";
import { applyToElements } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { enterArm } from "./facts.ts";
import { withIndices } from "./table-indices.ts";
import { decidedBy, report, sameNames, type Scope } from "./scope.ts";
import { itemName, sameItem, type AxisItem, type SizeUse } from "../types/types.ts";
import { describe, unknown, type Assumption, type ElementValue, type FloatValue, type IntValue, type Value } from "./values.ts";

export function evaluateIf(scope: Scope, tree: If): Value {
  const condition = evaluate(scope, tree.condition);
  switch (condition.kind) {
    case "unknown":
      evaluate(scope, tree.then);
      evaluate(scope, tree.else);
      return unknown;
    case "element": {
      const arms = [evaluate(ofElements(scope, condition, condition.whenTrue), tree.then), evaluate(ofElements(scope, condition, condition.whenFalse), tree.else)];
      return selectElements(scope, condition, arms, tree);
    }
    case "bool": {
      if (condition.value !== undefined) {
        const chosen = evaluate(enterArm(scope, undefined), condition.value ? tree.then : tree.else);
        // In a model the arm that its config does not choose is checked too, as it is when the key has its other value.
        if (scope.frame.session.everyArm && condition.symbol && !scope.frame.quiet) {
          const other = enterArm(scope, { claims: [], known: [[condition.symbol, !condition.value]] });
          const [tried, arm] = [condition.value ? tree.else : tree.then, condition.value ? tree.then : tree.else];
          joinArms(scope, [{ value: chosen, tree: arm, scope }, { value: evaluate(other, tried), tree: tried, scope: other }], tree, textOf(tree.condition.span));
        }
        return chosen;
      }
      for (const claim of [...(condition.whenTrue?.claims ?? []), ...(condition.whenFalse?.claims ?? [])]) decidedBy(scope, sizesOfClaim(claim));
      const arms = ([[condition.whenTrue, tree.then], [condition.whenFalse, tree.else]] as const).map(([assumption, own]): Arm => {
        const arm = enterArm(scope, assumption);
        return { value: evaluate(arm, own), tree: own, scope: arm, assumption };
      });
      return joinArms(scope, arms, tree, textOf(tree.condition.span));
    }
    case "tensor":
      report(scope, "NET0212", tree.condition.span, { what: "`if`" });
      return unknown;
    default:
      report(scope, "NET0203", tree.condition.span, { wanted: "a bool", found: describe(condition), where: "the condition" });
      return unknown;
  }
}

/** The arm of a table's `if`: its elements are used only for the indices of which the condition is true. */
function ofElements(scope: Scope, { table }: ElementValue, assumption: Assumption | undefined): Scope {
  if (!assumption || scope.frame.quiet || scope.frame.session.mode === "build") return scope;
  return enterArm(sameNames(scope, { facts: withIndices(scope.facts, table) }), assumption);
}

function selectElements(scope: Scope, condition: ElementValue, arms: readonly Value[], tree: If): Value {
  const parts: (ElementValue | IntValue | FloatValue)[] = [];
  for (const arm of arms) {
    if (arm.kind === "unknown") return unknown;
    if (arm.kind !== "element" && arm.kind !== "int" && arm.kind !== "float") {
      report(scope, "NET0203", tree.span, { wanted: "a number in each arm", found: describe(arm), where: "an `if` of a table" });
      return unknown;
    }
    parts.push(arm);
  }
  const whole = parts.every((part) => part.kind === "int" || (part.kind === "element" && part.scalar === "int"));
  const bool = parts.every((part) => part.kind === "element" && part.scalar === "bool");
  return applyToElements(scope, "select", [condition, ...parts], bool ? "bool" : whole ? "int" : "float", bool ? "bool" : whole ? "i32" : "f32", tree.span);
}

export interface Arm {
  readonly value: Value;
  readonly tree: Expression | Body;
  /** What holds in the arm: its type need only agree with the others' there. */
  readonly scope: Scope;
  readonly assumption?: Assumption;
}

/**
 * The one value that stands for all arms. Its type is that of one arm, and every other arm's type equals it under that arm's own facts:
 * `if stride == 1 then x else Conv(x, stride: stride)` has the type of the second arm, which is that of the first where stride is 1.
 */
export function joinArms(scope: Scope, arms: readonly Arm[], tree: If | Match, condition: string): Value {
  const known = arms.filter((arm) => arm.value.kind !== "unknown");
  if (known.length === 0) return unknown;
  const uses = known.flatMap(({ value }) => (value.kind === "int" ? [value.use] : value.kind === "axis" ? [value.axis.size] : []));
  if (uses.length === known.length) return joinedInts(scope, known, uses, tree, condition);
  // A block's arms are decided by what its callers give it; a model has no caller.
  if (scope.frame.model && !scope.frame.block && arms.some((arm) => arm.assumption && arm.assumption.claims.length > 0)) {
    const head = tree.kind === "If" ? `if ${condition}` : `match ${condition}`;
    report(scope, "NET0318", tree.kind === "If" ? tree.condition.span : tree.subject.span, { reason: `\`${head.replace(/\s+/g, " ")}\` is not the same arm for every batch, and a graph has one` });
    return unknown;
  }
  let joined = known[0].value;
  for (const [i, arm] of known.slice(1).entries()) {
    const next = joinTwo({ scope, condition, first: known[i].scope, second: arm.scope }, joined, arm.value, tree);
    if (!next) {
      wordedUnder(arm.scope.facts, () => reportArms(scope, { value: joined, tree: known[0].tree }, arm));
      return unknown;
    }
    joined = next;
  }
  return joined;
}

function reportArms(scope: Scope, first: Pick<Arm, "value" | "tree">, other: Pick<Arm, "value" | "tree">): void {
  const [a, b] = [first.value, other.value];
  const axes = a.kind === "tensor" && b.kind === "tensor" ? differing(a.type.axes, b.type.axes) : [];
  report(scope, "NET0206", other.tree.span, { first: describe(a), other: describe(b) }, {
    label: describe(b),
    related: [{ span: first.tree.span, message: describe(a) }, ...axes.flatMap((item) => originPlaces(item.size, itemName(item), 1))],
    fixes: a.kind === "tensor" && b.kind === "tensor" ? [...(a.type.dtype === b.type.dtype ? [] : [...converted(other.tree.span, a.type.dtype), ...converted(first.tree.span, b.type.dtype)]), ...rearranged(other.tree.span, b.type.axes, a.type.axes)] : [],
  });
}

/** The axes in which two types differ: those that one of them lacks, or the two that have different sizes. */
function differing(a: readonly AxisItem[], b: readonly AxisItem[]): readonly AxisItem[] {
  const lacks = (own: readonly AxisItem[], others: readonly AxisItem[]): readonly AxisItem[] => own.filter((item) => !others.some((other) => sameItem(item, other)));
  const alone = [...lacks(a, b), ...lacks(b, a)];
  return alone.length ? alone : a.flatMap((item, i) => (item.size.size === b[i]?.size.size ? [] : [item, ...(b[i] ? [b[i]] : [])]));
}

/** One int for all arms: a size by cases where they differ. */
function joinedInts(scope: Scope, arms: readonly Arm[], uses: readonly SizeUse[], tree: If | Match, condition: string): IntValue {
  if (uses.every((use) => use.size === uses[0].size)) return { kind: "int", use: uses[0] };
  const plain = condition.replace(/\s+/g, " ");
  const shown = uses.map((use) => showSize(use.size));
  const text = tree.kind === "If" ? `if ${plain} then ${shown[0]} else ${shown[1]}` : `match ${plain} { ${tree.arms.slice(0, shown.length).map((arm, i) => `${textOf(arm.pattern.span)} => ${shown[i]}`).join("  ")} }`;
  const cases = arms.map(({ assumption, tree: arm }, i): SizeCase => ({ when: tree.kind === "If" ? (i === 0 ? plain : `not ${plain}`) : `${plain} = ${patternOf(tree, arm)}`, assumption, use: uses[i] }));
  return { kind: "int", use: sizeByCases(scope, text, cases, tree.span) };
}

function patternOf(tree: Match, body: Expression | Body): string {
  const arm = tree.arms.find((candidate) => candidate.body === body);
  return arm ? textOf(arm.pattern.span) : "_";
}

interface Joining {
  readonly scope: Scope;
  readonly condition: string;
  readonly first: Scope;
  readonly second: Scope;
}

function joinTwo(joining: Joining, a: Value, b: Value, tree: Expression): Value | undefined {
  const { scope } = joining;
  if (a.kind === "tensor" && b.kind === "tensor") {
    if (a.type.dtype !== b.type.dtype || a.type.axes.length !== b.type.axes.length) return undefined;
    const agreeIn = (arm: Scope): boolean =>
      a.type.axes.every((item, i) => {
        const other = b.type.axes[i];
        if (!sameItem(item, other) && !(item.kind === "axis" && other.kind === "axis" && !item.label && !other.label)) return false;
        return item.kind === "row" || other.kind === "row" || scope.frame.quiet || isProved(arm, equalClaim(item.size.size, other.size.size));
      });
    if (agreeIn(joining.second)) return { kind: "tensor", type: a.type };
    return agreeIn(joining.first) ? { kind: "tensor", type: b.type } : undefined;
  }
  const isNumber = (value: Value): boolean => value.kind === "int" || value.kind === "float" || value.kind === "axis";
  if (a.kind === "element" && (b.kind === "element" || isNumber(b))) return a;
  if (b.kind === "element" && isNumber(a)) return b;
  if (a.kind === "int" && b.kind === "int") {
    if (a.use.size === b.use.size) return a;
    const { condition, first, second } = joining;
    const claimsOf = (arm: Scope): Assumption => ({ claims: [], known: [...arm.known].filter(([symbol, value]) => scope.known.get(symbol) !== value) });
    const cases = [{ when: condition, assumption: claimsOf(first), use: a.use }, { when: `not ${condition}`, assumption: claimsOf(second), use: b.use }];
    return { kind: "int", use: sizeByCases(scope, `if ${condition} then ${showSize(a.use.size)} else ${showSize(b.use.size)}`, cases, tree.span) };
  }
  if (isNumber(a) && isNumber(b)) {
    const same = a.kind === "float" && b.kind === "float" && a.value !== undefined && a.value === b.value;
    return same ? a : { kind: "float" };
  }
  if (a.kind === "bool" && b.kind === "bool") return a.value === b.value ? a : { kind: "bool" };
  if (a.kind === "choice" && b.kind === "choice") return a.value === b.value ? a : { kind: "choice", choice: a.choice };
  if (a.kind === "record" && b.kind === "record") {
    const fields = new Map<string, Value>();
    if (a.fields.size !== b.fields.size) return undefined;
    for (const [name, own] of a.fields) {
      const other = b.fields.get(name);
      const joined = other && (own.kind === "unknown" ? own : joinTwo(joining, own, other, tree));
      if (!joined) return undefined;
      fields.set(name, joined);
    }
    return { kind: "record", fields };
  }
  if (a.kind === "list" && b.kind === "list") {
    if (!isProved(scope, equalClaim(a.length.size, b.length.size)) || a.first !== b.first) return undefined;
    const [own, other] = [a.elements ?? (a.element ? [a.element] : []), b.elements ?? (b.element ? [b.element] : [])];
    if (own.length !== other.length) return undefined;
    const elements: Value[] = [];
    for (let i = 0; i < own.length; i++) {
      const joined = own[i].kind === "unknown" ? own[i] : joinTwo(joining, own[i], other[i], tree);
      if (!joined) return undefined;
      elements.push(joined);
    }
    return a.elements ? { ...a, elements } : { ...a, element: elements[0] };
  }
  if (a.kind === "init" && b.kind === "init") return { kind: "init" };
  if (a.kind === "per_axis" && b.kind === "per_axis") {
    const values = new Map<string, Value>();
    for (const [name, own] of a.values) {
      const other = b.values.get(name);
      const joined = other && joinTwo(joining, own, other, tree);
      if (!joined) return undefined;
      values.set(name, joined);
    }
    return { kind: "per_axis", values };
  }
  // Layers, blocks and axes are what they are: the arms must mean the same one.
  return a === b || (a.kind === "block" && b.kind === "block" && a.block === b.block) || (a.kind === "axis" && b.kind === "axis" && a.axis.label === b.axis.label && a.axis.size.size === b.axis.size.size) ? a : undefined;
}

// ------------------------------------------------------------------------------------------------------------------- match

export function evaluateMatch(scope: Scope, tree: Match, evaluateBody: (scope: Scope, body: Body) => Value): Value {
  const subject = evaluate(scope, tree.subject);
  const run = (arm: Scope, body: Expression | Body): Value => (body.kind === "Body" ? evaluateBody(arm, body) : evaluate(arm, body));
  if (subject.kind === "int") return matchInt(scope, tree, subject, run);
  if (subject.kind !== "choice") {
    if (subject.kind === "tensor") report(scope, "NET0212", tree.subject.span, { what: "`match`" });
    else if (subject.kind !== "unknown") report(scope, "NET0203", tree.subject.span, { wanted: "an alternative or an int", found: describe(subject), where: "the subject of `match`" });
    for (const arm of tree.arms) run(enterArm(scope, undefined), arm.body);
    return unknown;
  }
  const { alternatives } = subject.choice;
  const covered = new Map<string, Match["arms"][number]>();
  for (const arm of tree.arms) {
    if (arm.pattern.kind !== "Identifier") {
      report(scope, "NET0203", arm.pattern.span, { wanted: `an alternative of ${subject.choice.name}`, found: "a number", where: "a pattern" });
      continue;
    }
    const name = arm.pattern.text;
    if (name === "_") {
      const left = alternatives.filter((alternative) => !covered.has(alternative));
      if (left.length === 0) report(scope, "NET0105", arm.pattern.span, { name: "_", what: "alternative" });
      for (const alternative of left) covered.set(alternative, arm);
    } else if (!alternatives.includes(name)) {
      report(scope, "NET0104", arm.pattern.span, { name, of: subject.choice.name, alternatives, near: nearestName(name, alternatives) });
    } else if (covered.has(name)) report(scope, "NET0105", arm.pattern.span, { name, what: "alternative" });
    else covered.set(name, arm);
  }
  const missing = alternatives.filter((alternative) => !covered.has(alternative));
  if (missing.length) {
    report(scope, "NET0205", headOf(tree), { missing });
    for (const arm of new Set(covered.values())) run(enterArm(scope, undefined), arm.body);
    return unknown;
  }
  const assume = (value: string): Assumption => ({ claims: [], known: subject.symbol ? [[subject.symbol, value]] : [] });
  const chosen = subject.value === undefined ? undefined : covered.get(subject.value);
  if (chosen && !(scope.frame.session.everyArm && subject.symbol)) return run(enterArm(scope, assume(subject.value!)), chosen.body);
  const arms: (Arm & { alternative: string })[] = [];
  const done = new Set<Match["arms"][number]>();
  for (const [alternative, arm] of covered) {
    if (done.has(arm)) continue;
    done.add(arm);
    const own = enterArm(scope, assume(alternative));
    arms.push({ value: run(own, arm.body), tree: arm.body, alternative, scope: own, assumption: assume(alternative) });
  }
  const joined = joinArms(scope, arms, tree, textOf(tree.subject.span));
  return chosen ? (arms.find((arm) => arm.tree === chosen.body)?.value ?? joined) : joined;
}

/** `match by`, without its arms. */
function headOf(tree: Match): Span {
  return spanBetween(tree.span, tree.span.start, tree.subject.span.end);
}

function matchInt(scope: Scope, tree: Match, subject: IntValue, run: (arm: Scope, body: Expression | Body) => Value): Value {
  const number = constantValue(subject.use.size);
  const otherwise = tree.arms.find((arm) => arm.pattern.kind === "Identifier" && arm.pattern.text === "_");
  const patterns = tree.arms.map((arm) => (arm.pattern.kind === "IntegerLiteral" ? String(arm.pattern.value) : arm.pattern.text));
  const twice = patterns.findIndex((pattern, i) => patterns.indexOf(pattern) < i);
  if (twice >= 0) report(scope, "NET0105", tree.arms[twice].pattern.span, { name: patterns[twice], what: "alternative" });
  for (const arm of tree.arms) {
    if (arm.pattern.kind === "Identifier" && arm.pattern.text !== "_") {
      report(scope, "NET0203", arm.pattern.span, { wanted: "an int or `_`", found: `\`${arm.pattern.text}\``, where: "a pattern" });
      return unknown;
    }
  }
  if (!otherwise) {
    report(scope, "NET0205", headOf(tree), { missing: ["_"] });
    return unknown;
  }
  if (number !== undefined) {
    const arm = tree.arms.find((candidate) => candidate.pattern.kind === "IntegerLiteral" && candidate.pattern.value === number) ?? otherwise;
    return run(enterArm(scope, undefined), arm.body);
  }
  decidedBy(scope, [subject.use.size]);
  const arms = tree.arms.map((arm) => {
    const literals = tree.arms.flatMap(({ pattern }) => (pattern.kind === "IntegerLiteral" ? [integerSize(pattern.value)] : []));
    const claims: Claim[] = arm.pattern.kind === "IntegerLiteral" ? [equalClaim(subject.use.size, integerSize(arm.pattern.value))] : literals.map((size) => ({ kind: "not_equal", left: subject.use.size, right: size }));
    const own = enterArm(scope, { claims, known: [] });
    return { value: run(own, arm.body), tree: arm.body, scope: own, assumption: { claims, known: [] } };
  });
  return joinArms(scope, arms, tree, textOf(tree.subject.span));
}


