/**
 * Families of bindings: `let layer[0] = x`, `let layer[i] = f(layer[i - 1]) for i in 1..=12`. Over known bounds each member has its own
 * type and is computed when it is used. Over symbolic bounds (a block checked for every depth) the members share one type, by induction.
 */
import type { Let } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { add, assume, constant, constantValue, declare, showSize, substitute, subtract, variable, variablesOf, wordedUnder, type Claim, type Size } from "../dims/index.ts";
import type { SizeUse } from "../types/types.ts";
import { itemName, sameItem } from "../types/types.ts";
import type { RelatedPlace } from "../diagnostics/diagnostic.ts";
import { conditionNotes, isProved, equalClaim, originPlaces, require, type Failure } from "./claims.ts";
import { hasCases } from "./case-sizes.ts";
import { stated } from "./remedies.ts";
import { annotated, asSize, evaluateTensorType, requireType } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { childScope, decidedBy, joinPath, lookUp, report, sameNames, type Binding, type Scope } from "./scope.ts";
import { withinStack } from "./stack.ts";
import { suspect } from "./suspicion.ts";
import { describe, unknown, type TensorValue, type Value } from "./values.ts";

export interface FamilyClause {
  readonly statement: Let;
  readonly order: readonly number[];
}

export const familyLimit = 10_000;

/** The indices that a clause defines. */
type Indices =
  | { readonly kind: "one"; readonly index: number }
  | { readonly kind: "some"; readonly indices: readonly number[] }
  | { readonly kind: "symbolic"; readonly from: SizeUse; readonly to: SizeUse /* exclusive */ }
  | { readonly kind: "unknown" };

export function declareFamily(scope: Scope, name: string, clauses: readonly FamilyClause[]): Binding {
  let resolved: readonly Indices[] | undefined;
  let resolving = false;
  const indices = (): readonly Indices[] => {
    if (resolved) return resolved;
    if (resolving) {
      // Its own range or index asks for it: `for i in a[0].C..3`.
      report(scope, "NET0110", clauses[0].statement.target.span, { name });
      return clauses.map(() => ({ kind: "unknown" }));
    }
    resolving = true;
    try {
      resolved = checkedIndices(scope, name, clauses);
    } finally {
      resolving = false;
    }
    return resolved;
  };
  const members = new Map<number, () => Value>();
  const computing = new Set<number>();
  /** Clauses of which a circle was reported: it is one mistake, however many members have it. */
  const circular = new Set<FamilyClause>();
  /** Clauses with a member that has an error: the other members are made by the same words. */
  const faulty = new Set<FamilyClause>();
  let missed = false;

  const compute = (clause: FamilyClause, index: number): Value => {
    const use: SizeUse = { size: constant(index), origin: { kind: "literal", span: clause.statement.target.span } };
    return evaluateMember(scope, name, clause, { kind: "int", use }, String(index), [index]);
  };
  const memberAt = (index: number): (() => Value) | undefined => {
    const known = members.get(index);
    if (known) return known;
    const at = indices().findIndex((own) => (own.kind === "one" && own.index === index) || (own.kind === "some" && own.indices.includes(index)));
    if (at < 0) return undefined;
    let value: Value | undefined;
    let suspicious = false;
    const force = (): Value => {
      if (value && suspicious) suspect(scope.frame.session);
      if (value) return value;
      if (computing.has(index)) {
        if (!circular.has(clauses[at])) report(scope, "NET0110", clauses[at].statement.target.span, { name: `${name}[${index}]` });
        circular.add(clauses[at]);
        return unknown;
      }
      computing.add(index);
      try {
        const computed = withinStack(scope, `${name}[${index}]`, clauses[at].statement.target.span, () => compute(clauses[at], index), faulty.has(clauses[at]));
        ({ value, suspicious } = computed);
        if (suspicious && clauses[at].statement.family) faulty.add(clauses[at]);
      } finally {
        computing.delete(index);
        value ??= unknown;
      }
      if (suspicious) suspect(scope.frame.session);
      return value;
    };
    members.set(index, force);
    return force;
  };

  const symbolic = (): { clause: FamilyClause; indices: Extract<Indices, { kind: "symbolic" }> } | undefined => {
    const at = indices().findIndex((own) => own.kind === "symbolic");
    return at < 0 ? undefined : { clause: clauses[at], indices: indices()[at] as Extract<Indices, { kind: "symbolic" }> };
  };
  const literal = (): readonly number[] => indices().flatMap((own) => (own.kind === "one" ? [own.index] : own.kind === "some" ? own.indices : [])).sort((a, b) => a - b);

  // The one type of the members of a symbolic family: that of the literal members, kept by every step.
  let template: Value | "computing" | undefined;
  const shared = (): Value => {
    const step = symbolic();
    if (!step) return unknown;
    if (template === "computing") {
      const first = literal()[0];
      if (first !== undefined) return memberAt(first)?.() ?? unknown;
      report(scope, "NET0401", step.clause.statement.target.span, { name, index: showSize(subtract(step.indices.from.size, 1)), defined: definedIndices(indices()) }, { notes: ["a recurrence needs a member to begin with"] });
      return unknown;
    }
    if (template) return template;
    template = "computing";
    const bases = literal().map((index) => memberAt(index)!());
    const found = evaluateStep(scope, name, step.clause, step.indices);
    template = found;
    const other = bases.find((base) => base.kind !== "unknown" && found.kind !== "unknown" && !sameType(scope, base, found));
    const leaks = sizesIn(found).some((size) => variablesOf(size).includes(stepVariable(scope, step.clause)));
    if (other || leaks) {
      const places = [...(other ? sizePlaces(other) : []), ...sizePlaces(found)].slice(0, 3);
      const bases = clauses.filter((clause) => !clause.statement.family).map((clause) => ({ span: clause.statement.value.span, message: other ? describe(other) : "the first member" }));
      wordedUnder(scope.facts, () => report(scope, "NET0404", step.clause.statement.value.span, { name, first: describe(other ?? found), other: other ? describe(found) : "one that depends on the index" }, { label: describe(found), related: [...bases, ...places] }));
      template = unknown;
    }
    return template;
  };

  // A clause that says the type of member i is proved by induction: the members before the range have it at their index, and each step keeps it.
  let proved: boolean | "proving" | "refused" = false;
  const typedMember = (from: Scope, clause: FamilyClause, range: Extract<Indices, { kind: "symbolic" }>, index: SizeUse): Value => {
    if (proved === false) {
      proved = "proving";
      const { sink } = scope.frame.session;
      const before = sink.all().length;
      for (const at of leading(range)) {
        const [own, wanted] = [memberAt(at)!(), typeAt(scope, clause, { size: constant(at), origin: range.from.origin })];
        if (own.kind !== "tensor" || !wanted || own === wanted) continue;
        requireType(scope, own.type, wanted.type, `${name}[${at}]`, (clauses[indices().findIndex((one) => one.kind === "one" && one.index === at)] ?? clause).statement.value.span, clause.statement.type!.span);
      }
      evaluateStep(scope, name, clause, range);
      proved = sink.all().length > before ? "refused" : true;
    }
    if (proved === "refused") return unknown;
    return typeAt(sameNames(scope, { facts: from.facts }), clause, index) ?? unknown;
  };

  /** Members written out that lead up to the range without a gap. */
  const leading = (range: Extract<Indices, { kind: "symbolic" }>): readonly number[] => literal().filter((own, i, all) => isProved(scope, equalClaim(constant(own + all.length - i), range.from.size)));

  const member = (index: SizeUse, span: Span, from: Scope): Value => {
    const number = constantValue(index.size);
    const own = number === undefined ? undefined : memberAt(number);
    if (own) return own();
    if (indices().some((entry) => entry.kind === "unknown")) return unknown;
    const step = symbolic();
    if (step) {
      if ((template === "computing" || proved === "proving") && !isProved(from, { kind: "at_least", left: subtract(variable(stepVariable(scope, step.clause)), 1), right: index.size }) && !isProved(from, { kind: "at_least", left: index.size, right: add(variable(stepVariable(scope, step.clause)), 1) })) {
        report(from, "NET0110", span, { name: `${name}[${showSize(index.size)}]` });
        return unknown;
      }
      const [before] = leading(step.indices);
      const first = before === undefined ? step.indices.from.size : constant(before);
      const refuse = (failure: Failure): void => report(from, "NET0401", span, { name, index: showSize(index.size), defined: definedIndices(indices()) }, { notes: [...indexAt(index.size, failure), ...(failure.kind === "sometimes" ? conditionNotes(failure) : [])], fixes: stated(from, failure) });
      const above = require(from, { kind: "at_least", left: index.size, right: first }, span, refuse);
      const below = above && require(from, { kind: "at_least", left: step.indices.to.size, right: add(index.size, 1) }, span, refuse);
      if (!above || !below) return unknown;
      return step.clause.statement.type ? typedMember(from, step.clause, step.indices, index) : shared();
    }
    if (!missed) report(from, "NET0401", span, { name, index: showSize(index.size), defined: definedIndices(indices()) });
    else suspect(from.frame.session);
    missed = true;
    return unknown;
  };

  /** The one type of all members, where the declared type does not depend on the index. */
  const wholeOfTyped = (clause: FamilyClause, range: Extract<Indices, { kind: "symbolic" }>): Value => {
    const index: SizeUse = { size: variable(stepVariable(scope, clause)), origin: range.from.origin };
    const value = typedMember(stepScope(scope, clause, range), clause, range, index);
    if (!sizesIn(value).some((size) => variablesOf(size).includes(stepVariable(scope, clause)))) return value;
    report(scope, "NET0404", clause.statement.type!.span, { name, first: describe(value), other: "one that depends on the index" });
    return unknown;
  };

  const whole = (): Value => {
    if (indices().some((entry) => entry.kind === "unknown")) return unknown;
    const step = symbolic();
    if (step) {
      const first = literal()[0] ?? constantValue(step.indices.from.size) ?? 0;
      const element = step.clause.statement.type ? wholeOfTyped(step.clause, step.indices) : shared();
      const length: SizeUse = { size: subtract(step.indices.to.size, first), origin: step.indices.to.origin };
      return element.kind === "unknown" ? unknown : { kind: "list", element, length, first };
    }
    const all = literal();
    const elements = all.map((index) => memberAt(index)!());
    return { kind: "list", elements, length: { size: constant(all.length), origin: { kind: "literal", span: clauses[0].statement.target.span } }, first: all[0] ?? 0 };
  };
  const check = (): void => {
    const step = symbolic();
    if (step?.clause.statement.type) typedMember(stepScope(scope, step.clause, step.indices), step.clause, step.indices, { size: variable(stepVariable(scope, step.clause)), origin: step.indices.from.origin });
    else whole();
  };
  return { kind: "family", member, whole, check, at: (index) => memberAt(index)?.(), literal };
}

/** `with depth = 1 and i = 1 the index is 2`. */
function indexAt(index: Size, { counterexample: { values } }: Failure): readonly string[] {
  const number = constantValue(substitute(index, new Map([...values].map(([name, value]) => [name, constant(value)]))));
  const at = [...values].map(([name, value]) => `${name} = ${value}`).join(" and ");
  return number === undefined || !at ? [] : [`with ${at} the index is ${number}`];
}

/** Where the sizes of a member came from, of those that are no names. */
function sizePlaces(value: Value): readonly RelatedPlace[] {
  return value.kind === "tensor" ? value.type.axes.filter((item) => item.size.origin.kind === "made" || showSize(item.size.size) !== itemName(item)).flatMap((item) => originPlaces(item.size, itemName(item), 1)) : [];
}

function definedIndices(indices: readonly Indices[]): string {
  const parts = indices.flatMap((own) => {
    if (own.kind === "one") return [String(own.index)];
    if (own.kind === "some") return own.indices.length > 3 ? [`${own.indices[0]}..=${own.indices[own.indices.length - 1]}`] : own.indices.map(String);
    return own.kind === "symbolic" ? [`${showSize(own.from.size)}..=${showSize(subtract(own.to.size, 1))}`] : [];
  });
  return parts.join(", ") || "none";
}

function checkedIndices(scope: Scope, name: string, clauses: readonly FamilyClause[]): readonly Indices[] {
  const seen = new Set<number>();
  let ranges = 0;
  return clauses.map((clause) => {
    const own = indicesOf(scope, name, clause);
    if (own.kind === "symbolic" && ++ranges > 1) {
      report(scope, "NET0402", clause.statement.target.span, { name, index: `${showSize(own.from.size)}..${showSize(own.to.size)}` }, { notes: ["a family has one range with symbolic bounds"] });
      return { kind: "unknown" };
    }
    const numbers = own.kind === "one" ? [own.index] : own.kind === "some" ? own.indices : [];
    for (const number of numbers) {
      if (seen.has(number)) {
        report(scope, "NET0402", clause.statement.target.span, { name, index: String(number) });
        return { kind: "unknown" };
      }
      seen.add(number);
    }
    return own;
  });
}

function indicesOf(scope: Scope, name: string, { statement }: FamilyClause): Indices {
  const { target, family } = statement;
  if (target.kind !== "MemberTarget") return { kind: "unknown" };
  if (!family) {
    const use = asSize(scope, evaluate(scope, target.index), target.index.span, "an index");
    const index = use && constantValue(use.size);
    if (use && index === undefined) report(scope, "NET0203", target.index.span, { wanted: "a number, or a variable with `for … in`", found: showSize(use.size), where: "the index" });
    return index === undefined ? { kind: "unknown" } : { kind: "one", index };
  }
  if (target.index.kind !== "Name" || target.index.text !== family.variable.text) {
    report(scope, "NET0203", target.index.span, { wanted: `the variable \`${family.variable.text}\``, found: "another expression", where: "the index of the member" });
    return { kind: "unknown" };
  }
  const range = evaluate(scope, family.range);
  if (range.kind === "list" && range.elements) {
    const indices = range.elements.flatMap((element) => (element.kind === "int" ? [constantValue(element.use.size)] : [])).filter((index) => index !== undefined);
    return { kind: "some", indices };
  }
  if (range.kind !== "range" || !range.from || !range.to) {
    if (range.kind !== "unknown") report(scope, "NET0203", family.range.span, { wanted: "a range with both ends, or a list of ints", found: describe(range), where: "`for … in`" });
    return { kind: "unknown" };
  }
  const [from, to] = [constantValue(range.from.size), constantValue(range.to.size)];
  if (from === undefined || to === undefined) {
    decidedBy(scope, [range.from.size, range.to.size]);
    return { kind: "symbolic", from: range.from, to: range.to };
  }
  if (to - from > familyLimit) {
    report(scope, "NET0403", family.range.span, { name, count: String(to - from), limit: familyLimit });
    return { kind: "unknown" };
  }
  return { kind: "some", indices: Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i) };
}

function evaluateMember(scope: Scope, name: string, { statement, order }: FamilyClause, index: Value, shown: string, place: readonly number[]): Value {
  const inner = (statement.family ? childScope : sameNames)(scope, {
    path: joinPath(scope.path, `${name}.${shown}`),
    order: [...order, ...place],
    statement: { expression: statement.value, bound: true },
    ofMember: statement.family !== undefined && index.kind === "int" && constantValue(index.use.size) !== undefined,
  });
  if (statement.family) inner.bindings.set(statement.family.variable.text, { kind: "value", value: index });
  const value = annotated(inner, statement, evaluate(inner, statement.value), `${name}[${shown}]`);
  scope.frame.session.record?.(statement, value, inner);
  return value;
}

/** The solver's variable for the index of a step: the name as written, unless that is a size here already. */
function stepVariable(scope: Scope, clause: FamilyClause): string {
  const name = clause.statement.family!.variable.text;
  return scope.frame.axes.has(name) || lookUp(scope, name) ? `${name}′` : name;
}

function sizesIn(value: Value): readonly Size[] {
  switch (value.kind) {
    case "tensor":
      return value.type.axes.map((item) => item.size.size);
    case "record":
      return [...value.fields.values()].flatMap(sizesIn);
    case "list":
      return [value.length.size, ...(value.elements ?? (value.element ? [value.element] : [])).flatMap(sizesIn)];
    case "int":
      return [value.use.size];
    default:
      return [];
  }
}

/** The scope of a step: what holds of its index. */
function stepScope(scope: Scope, clause: FamilyClause, indices: Extract<Indices, { kind: "symbolic" }>): Scope {
  const name = stepVariable(scope, clause);
  let facts = declare(scope.facts, name, { lower: -Infinity });
  const caseFacts: Claim[] = [...(scope.caseFacts ?? [])];
  for (const claim of [{ kind: "at_least", left: variable(name), right: indices.from.size }, { kind: "at_least", left: subtract(indices.to.size, 1), right: variable(name) }] as const) {
    if (hasCases(scope.frame.session, claim)) caseFacts.push(claim);
    else facts = assume(facts, claim).facts;
  }
  return sameNames(scope, { facts, ...(caseFacts.length ? { caseFacts } : {}) });
}

/** The declared type of a member, at an index. */
function typeAt(scope: Scope, { statement }: FamilyClause, index: SizeUse): TensorValue | undefined {
  const inner = childScope(scope);
  inner.bindings.set(statement.family!.variable.text, { kind: "value", value: { kind: "int", use: index } });
  const type = evaluateTensorType(inner, statement.type!);
  return type && { kind: "tensor", type };
}

/** A step of a symbolic family, for an index that may be anything in its range. */
function evaluateStep(scope: Scope, name: string, clause: FamilyClause, indices: Extract<Indices, { kind: "symbolic" }>): Value {
  const variableName = stepVariable(scope, clause);
  const index: Size = variable(variableName);
  const use: SizeUse = { size: index, origin: { kind: "declared", span: clause.statement.family!.span, name: clause.statement.family!.variable.text } };
  return evaluateMember(stepScope(scope, clause, indices), name, clause, { kind: "int", use }, variableName, []);
}

/** Whether two values have one type: the same axes with provably equal sizes, field by field and element by element. */
export function sameType(scope: Scope, first: Value, other: Value): boolean {
  if (first.kind === "unknown" || other.kind === "unknown") return true;
  if (first.kind === "record" && other.kind === "record") {
    return first.fields.size === other.fields.size && [...first.fields].every(([name, field]) => other.fields.has(name) && sameType(scope, field, other.fields.get(name)!));
  }
  if (first.kind === "list" && other.kind === "list") {
    const [own, others] = [first.elements ?? [first.element ?? unknown], other.elements ?? [other.element ?? unknown]];
    return isProved(scope, equalClaim(first.length.size, other.length.size)) && own.length === others.length && own.every((element, i) => sameType(scope, element, others[i]));
  }
  if (first.kind !== "tensor" || other.kind !== "tensor") return first.kind === other.kind;
  if (first.type.dtype !== other.type.dtype || first.type.axes.length !== other.type.axes.length) return false;
  return first.type.axes.every((item, i) => {
    const own = other.type.axes[i];
    if (!sameItem(item, own)) return item.kind === "axis" && own.kind === "axis" && !item.label && !own.label;
    return item.kind === "row" || own.kind === "row" || isProved(scope, equalClaim(item.size.size, own.size.size));
  });
}
