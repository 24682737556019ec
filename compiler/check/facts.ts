/**
 * The facts after `where`: assumed inside a block (for all sizes), proved where it is used (for these sizes).
 * A fact may be guarded by a choice of the program: `not causal or tok == key`.
 */
import type { Assume, Block, Expression, Statement } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import { assume, constant, constantValue, emptyFacts, prove, satisfiability, showSize, substitute, subtract, wordedUnder, type Claim, type Facts } from "../dims/index.ts";
import { suspect } from "./suspicion.ts";
import { alsoNeeded, claimKey, counterexampleNote, conditionNotes, equalClaim, neededClaims, originPlaces, sayable, sizesOfClaim, type Failure } from "./claims.ts";
import { BuildRefusal } from "./build-refusal.ts";
import { stated } from "./remedies.ts";
import { hasCases, proveByCases } from "./case-sizes.ts";
import { evaluate } from "./evaluate.ts";
import { report, sameNames, type Scope } from "./scope.ts";
import { describe, type Assumption, type Value } from "./values.ts";
import type { SizeUse } from "../types/types.ts";
import { sizesNear } from "./nearest-sizes.ts";

/** What a fact says: claims about sizes, or a truth value, or unknown (floats that are not known yet). */
interface Meaning {
  readonly value?: boolean;
  readonly claims?: readonly Claim[];
  readonly known?: Assumption["known"];
  /** A truth value that nothing decides yet: floats that are not known. */
  readonly open?: boolean;
  /** What it is, where it is no fact at all. */
  readonly none?: string;
}

function meaning(scope: Scope, fact: Expression): Meaning {
  if (fact.kind === "Binary" && fact.operator === "==" && fact.left.kind === "Binary" && fact.left.operator === "%") {
    const said = divisibility(evaluate(scope, fact.left.left), evaluate(scope, fact.left.right), evaluate(scope, fact.right));
    if (said) return said;
  }
  return meaningOfValue(evaluate(scope, fact));
}

function meaningOfValue(value: Value): Meaning {
  if (value.kind === "per_axis") {
    const parts = [...value.values.values()].map(meaningOfValue);
    if (parts.some((part) => part.value === false)) return { value: false };
    return { claims: parts.flatMap((part) => part.claims ?? []), known: [] };
  }
  if (value.kind !== "bool") return value.kind === "unknown" ? {} : { none: describe(value) };
  if (value.value !== undefined) return { value: value.value, claims: value.whenTrue?.claims };
  return { claims: value.whenTrue?.claims, known: value.whenTrue?.known, open: !value.whenTrue && !value.symbol };
}

/** `of % divisor == rest`, with a rest that is 0 or less than a divisor that is a number: the claim that the solver understands best. */
function divisibility(of: Value, divisor: Value, rest: Value): Meaning | undefined {
  const left = rest.kind === "int" ? constantValue(rest.use.size) : undefined;
  if (left === undefined || left < 0) return undefined;
  if (of.kind === "per_axis" || divisor.kind === "per_axis") {
    const names = [...(of.kind === "per_axis" ? of.values : (divisor as Extract<Value, { kind: "per_axis" }>).values).keys()];
    const part = (value: Value, name: string): Value => (value.kind === "per_axis" ? (value.values.get(name) ?? value) : value);
    return { claims: names.flatMap((name) => divisibility(part(of, name), part(divisor, name), rest)?.claims ?? []) };
  }
  const size = (value: Value): SizeUse | undefined => (value.kind === "int" ? value.use : value.kind === "axis" ? value.axis.size : undefined);
  const [a, b] = [size(of), size(divisor)];
  if (!a || !b) return {};
  const [x, y] = [constantValue(a.size), constantValue(b.size)];
  if (left > 0 && (y === undefined || left >= y)) return undefined;
  const claims: readonly Claim[] = [{ kind: "divides", divisor: b.size, of: subtract(a.size, left) }];
  return x !== undefined && y !== undefined ? { value: y >= 1 && x % y === left, claims } : { claims };
}

/** Option names (and `padding.Y`) for which the facts state a lower bound; the others are at least 1. */
export function statedLowerBounds(where: readonly Expression[]): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (tree: Expression): void => {
    if (tree.kind === "Name") names.add(tree.text);
    if (tree.kind === "Member" && tree.object.kind === "Name") names.add(tree.object.text).add(`${tree.object.text}.${tree.name.text}`);
  };
  for (const fact of where) {
    if (fact.kind !== "Binary") continue;
    if (fact.operator === ">=" || fact.operator === ">") note(fact.left);
    if (fact.operator === "<=" || fact.operator === "<") note(fact.right);
  }
  return names;
}

// ------------------------------------------------------------------------------------------------------------------- inside the block

/** The scope in which the facts of a declaration hold. Contradictions are reported. */
export function assumeFacts(scope: Scope, where: readonly Expression[]): Scope {
  let facts = scope.facts;
  const guarded: Expression[] = [...scope.guarded];
  const caseFacts: Claim[] = [...(scope.caseFacts ?? [])];
  const known = new Map(scope.known);
  where.forEach((fact, id) => {
    const said = meaning({ ...scope, facts }, fact);
    if (scope.frame.session.mode === "build" || !scope.frame.block) requires(scope, fact, said);
    if (scope.frame.session.mode === "check" && said.value === false) return report(scope, "NET0311", fact.span, { fact: textOf(fact.span) });
    if (!said.claims?.length) {
      if (fact.kind === "Binary" && fact.operator === "or") guarded.push(fact);
      else if (said.none) report(scope, "NET0203", fact.span, { wanted: "a fact about sizes or options", found: said.none, where: "`where`" });
      for (const [symbol, value] of said.known ?? []) known.set(symbol, value);
      return;
    }
    for (const claim of said.claims) {
      if (hasCases(scope.frame.session, claim)) {
        caseFacts.push(claim);
        continue;
      }
      const assumed = assume(facts, claim, id);
      if (assumed.contradiction) report(scope, "NET0311", fact.span, { fact: textOf(fact.span) });
      else facts = assumed.facts;
    }
  });
  return { ...scope, facts, guarded, known, ...(caseFacts.length ? { caseFacts } : {}) };
}

/** Facts that no sizes satisfy make everything provable: they are refused, and so are facts of which no sizes are found. */
export function requireSatisfiable(scope: Scope, where: readonly Expression[], what: string): void {
  const answer = satisfiability(scope.facts);
  if (answer === "no") report(scope, "NET0311", where[0].span, { fact: what });
  if (answer === "unknown") report(scope, "NET0310", where[0].span, { claim: where.map((fact) => textOf(fact.span)).join(", "), reason: "no sizes were found that satisfy these facts together" });
}

/** The scope of an arm: what its condition says is assumed, and guarded facts that it settles begin to hold. */
export function enterArm(scope: Scope, assumption: Assumption | undefined): Scope {
  let facts: Facts = scope.facts;
  const caseFacts: Claim[] = [...(scope.caseFacts ?? [])];
  const known = new Map(scope.known);
  for (const [symbol, value] of assumption?.known ?? []) known.set(symbol, value);
  if (!scope.frame.quiet) {
    for (const claim of assumption?.claims ?? []) {
      if (hasCases(scope.frame.session, claim)) caseFacts.push(claim);
      else facts = assume(facts, claim).facts;
    }
  }
  const arm = sameNames(scope, { facts, known, ...(caseFacts.length ? { caseFacts } : {}) });
  if (scope.guarded.length === 0) return arm;
  for (const fact of scope.guarded) {
    if (fact.kind !== "Binary") continue;
    for (const [side, other] of [[fact.left, fact.right], [fact.right, fact.left]] as const) {
      if (meaning(arm, side).value === false) for (const claim of meaning(arm, other).claims ?? []) facts = assume(facts, claim).facts;
    }
  }
  return { ...arm, facts };
}

/** `assume fact "reason"` in a body: a hypothesis there; what is left of it when sizes are numbers is a requirement of the graph. */
export function assumePromises(scope: Scope, names: Scope, statements: readonly Statement[]): Scope {
  const promises = statements.filter((statement): statement is Assume => statement.kind === "Assume");
  if (promises.length === 0) return scope;
  const { session, quiet } = scope.frame;
  const caseFacts: Claim[] = [...(scope.caseFacts ?? [])];
  let { facts } = scope;
  for (const { fact, reason, span } of promises) {
    const said = meaning({ ...names, facts }, fact);
    if (session.mode === "build") requires(scope, fact, said, reason.value);
    if (session.mode === "build" && said.value === false) throw new BuildRefusal("NET0322", span, { fact: textOf(fact.span), reason: reason.value, values: valuesIn(names, fact) }, namesIn(fact).flatMap((name) => originPlaces(sizeOfName(names, name) ?? nowhere(fact), name, 2)));
    else if (!quiet) {
      report(scope, "NET0323", span, { fact: textOf(fact.span), reason: reason.value });
      if (said.none || (said.value === undefined && !said.claims?.length)) report(scope, "NET0203", fact.span, { wanted: "a fact about sizes", found: said.none ?? "something else", where: "`assume`" });
      if (said.value === false) report(scope, "NET0311", fact.span, { fact: textOf(fact.span) });
    }
    for (const claim of said.claims ?? []) {
      if (hasCases(session, claim)) {
        caseFacts.push(claim);
        continue;
      }
      const assumed = assume(facts, claim);
      if (!assumed.contradiction) ({ facts } = assumed);
      else if (said.value === undefined) report(scope, "NET0311", fact.span, { fact: textOf(fact.span) });
    }
  }
  return sameNames(scope, { facts, ...(caseFacts.length ? { caseFacts } : {}) });
}

/** `T = 5 and S = 6`: the names of a fact with their sizes. */
function valuesIn(scope: Scope, fact: Expression): string {
  const values = namesIn(fact).flatMap((name) => {
    const use = sizeOfName(scope, name);
    return use ? [`${name} = ${showSize(use.size)}`] : [];
  });
  return values.join(" and ") || "it is false";
}

/** Notes what a fact leaves open, or that numbers break it, in the graph that is being built. */
function requires(scope: Scope, fact: Expression, said: Meaning, reason?: string): void {
  if (said.value === true) return;
  const claims = said.claims?.length ? said.claims : said.value === false ? [equalClaim(constant(0), constant(1))] : [];
  const open = claims.filter((claim) => sizesOfClaim(claim).some((size) => constantValue(size) === undefined) || prove(emptyFacts(), claim).kind !== "proved");
  if (open.length) scope.frame.session.requirements.push({ text: textOf(fact.span).replace(/\s+/g, " "), claims: open, span: fact.span, ...(reason === undefined ? {} : { reason }) });
}

// ------------------------------------------------------------------------------------------------------------------- at a use

export type Places = ReadonlyMap<string, { readonly span: Span; readonly literal?: Expression }>;

/** Proves the facts of a called block for the sizes of this call; reports NET0304 for the first that does not hold, with what all of them need. */
export function proveFacts(caller: Scope, callee: Scope, block: Block, places: Places): boolean {
  if (caller.frame.quiet || caller.frame.session.mode === "build") return true;
  for (const [i, fact] of block.where.entries()) {
    const failure = refutation(caller, callee, fact, places);
    if (failure !== undefined) return refuseFact(caller, callee, block, fact, places, failure, () => block.where.slice(i + 1).flatMap((other) => neededBy(refutation(caller, callee, other, places))));
  }
  return true;
}

const neededBy = (failure: Refutation | undefined): readonly Claim[] => (typeof failure === "object" && failure.kind === "sometimes" ? neededClaims(failure.condition) : []);

function refuseFact(caller: Scope, callee: Scope, block: Block, fact: Expression, places: Places, failure: Refutation, others: () => readonly Claim[]): boolean {
  const key = typeof failure === "object" && failure.claim ? claimKey(failure.claim) : undefined;
  if (key !== undefined && caller.frame.refused.has(key)) {
    suspect(caller.frame.session);
    return false;
  }
  if (key !== undefined) caller.frame.refused.add(key);
  reportFact(caller, callee, block, fact, places, failure, others());
  return false;
}

type Refutation = Failure | "false" | { readonly kind: "unproved"; readonly claim: Claim };

function refutation(caller: Scope, callee: Scope, fact: Expression, places: Places): Refutation | undefined {
  if (fact.kind === "Binary" && fact.operator === "or") {
    const left = refutation(caller, callee, fact.left, places);
    if (left === undefined) return undefined;
    // Where the first side is open, the second must hold whenever it is false.
    const open = evaluate(callee, fact.left);
    const otherwise = open.kind === "bool" && open.value === undefined && open.whenFalse ? enterArm(caller, open.whenFalse) : caller;
    return refutation(otherwise, { ...callee, known: otherwise.known }, fact.right, places) && left;
  }
  if (fact.kind === "Binary" && fact.operator === "and") return refutation(caller, callee, fact.left, places) ?? refutation(caller, callee, fact.right, places);
  const said = meaning(callee, fact);
  if (said.value !== undefined) return said.value ? undefined : "false";
  if (said.known?.length) return { kind: "unproved", claim: { kind: "equal", left: constant(0), right: constant(1) } };
  if (said.open && !saidByCaller(caller, fact, places)) return { kind: "unproved", claim: { kind: "equal", left: constant(0), right: constant(1) } };
  for (const claim of said.claims ?? []) {
    const verdict = proveByCases(caller, caller.facts, claim);
    if (verdict.kind === "unknown") return { kind: "unproved", claim };
    if (verdict.kind !== "proved") {
      const rest = alsoNeeded(caller, said.claims!.filter((other) => other !== claim));
      if (verdict.kind !== "sometimes" || !verdict.condition || rest.length === 0) return { ...verdict, claim };
      return { ...verdict, claim, condition: { ...verdict.condition, alternatives: [...neededClaims(verdict.condition), ...rest] } };
    }
  }
  return undefined;
}

/** A fact about floats that are not known yet holds where the caller requires it of what it passes on: `rate: rate` under its own `rate < 1.0`. */
function saidByCaller(caller: Scope, fact: Expression, places: Places): boolean {
  const plain = (text: string): string => text.replace(/\s+/g, "");
  let wanted = textOf(fact.span);
  for (const name of namesIn(fact)) {
    const place = places.get(name);
    if (place) wanted = wanted.replace(new RegExp(`\\b${name}\\b`, "g"), textOf(place.span));
  }
  return caller.frame.block?.where.some((own) => plain(textOf(own.span)) === plain(wanted)) ?? false;
}

function reportFact(caller: Scope, callee: Scope, block: Block, fact: Expression, places: Places, failure: Refutation, others: readonly Claim[]): void {
  const names = namesIn(fact);
  const values = names.flatMap((name) => {
    const use = sizeOfName(callee, name) ?? firstPart(callee, name);
    return use ? [{ name, use }] : [];
  });
  const guilty = names.map((name) => places.get(name.split(".")[0])).find((place) => place?.literal) ?? names.map((name) => places.get(name.split(".")[0])).find(Boolean);
  const span = guilty?.span ?? caller.frame.callers[0] ?? fact.span;
  const shown = wordedUnder(caller.facts, () => values.map(({ name, use }) => `${name} = ${showSize(use.size)}`).join(" and ")) || (typeof failure === "object" && failure.kind === "unproved" ? "it cannot be proved" : "it does not hold");
  const literals = names.filter((name) => places.get(name)?.literal);
  const tried = literals.map((name) => ({ name, near: sizesNear(caller, callee, fact, name) }));
  const legal = tried.find((one) => one.near !== undefined) ?? tried[0];
  const [option, near] = [legal?.name, legal?.near];
  const written = option === undefined ? undefined : places.get(option)?.literal;
  report(
    caller,
    "NET0304",
    span,
    { block: block.name.text, fact: textOf(fact.span).replace(/\s+/g, " "), values: shown, legal: near && `${option} near ${showSize(sizeOfName(callee, option!)!.size)}: ${near.join(", ")}` },
    {
      related: [
        ...wordedUnder(caller.facts, () => values.flatMap(({ name, use }) => originPlaces(use, name, 3))).filter((place) => place.span.start !== span.start || place.span.file !== span.file),
        { span: fact.span, message: `\`${block.name.text}\` requires it here` },
      ],
      notes: typeof failure === "object" && failure.kind !== "unproved" ? failureNotesOf(callee, fact, sayable(caller, failure), others) : [],
      fixes: near?.length && written ? near.slice(0, 2).map((value) => ({ title: `${option}: ${value}`, edits: [{ span: written.span, newText: String(value) }] })) : typeof failure === "object" && failure.kind !== "unproved" ? stated(caller, sayable(caller, failure), others) : [],
    },
  );
}

function failureNotesOf(callee: Scope, fact: Expression, failure: Failure, others: readonly Claim[]): readonly string[] {
  const sides = sidesAt(callee, fact, failure);
  const note = counterexampleNote({ ...failure, ...sides });
  const example = sides || failure.claim?.kind === "divides" ? note : note?.replace(/ (they are|it is) .*/, " it fails");
  return [...(example ? [example.replace(/^they differ/, "it fails").replace(/they are/, "the sides are")] : []), ...(failure.kind === "sometimes" ? conditionNotes(failure, others) : [])];
}

/** The counterexample with the values of the fact's sides as they are written: `shift < window`, not `window >= shift + 1`. */
function sidesAt(callee: Scope, fact: Expression, failure: Failure): Partial<Failure> | undefined {
  if (fact.kind !== "Binary" || failure.claim?.kind === "divides") return undefined;
  const { values } = failure.counterexample;
  const [left, right] = [fact.left, fact.right].map((side) => {
    const value = evaluate(callee, side);
    const size = value.kind === "int" ? value.use.size : value.kind === "axis" ? value.axis.size.size : undefined;
    return size && constantValue(substitute(size, new Map([...values].map(([name, number]) => [name, constant(number)]))));
  });
  return left === undefined || right === undefined ? undefined : { counterexample: { ...failure.counterexample, left, right } };
}

/** Where nothing is known of a name. */
function nowhere(fact: Expression): SizeUse {
  return { size: constant(0), origin: { kind: "literal", span: fact.span } };
}

/** An option of one int for each axis: the first of them. */
function firstPart(callee: Scope, name: string): SizeUse | undefined {
  const binding = callee.bindings.get(name);
  const [part] = binding?.kind === "value" && binding.value.kind === "per_axis" ? binding.value.values.values() : [];
  return part?.kind === "int" ? part.use : undefined;
}

export function sizeOfName(callee: Scope, name: string): SizeUse | undefined {
  const [first, part] = name.split(".");
  const axis = callee.frame.axes.get(first);
  if (axis) return axis.size;
  const binding = callee.bindings.get(first);
  if (binding?.kind !== "value") return undefined;
  const value = part && binding.value.kind === "per_axis" ? binding.value.values.get(part) : binding.value;
  return value?.kind === "int" ? value.use : undefined;
}

/** Names and members (`padding.Y`) that a fact speaks of, in order. */
export function namesIn(fact: Expression): readonly string[] {
  const names: string[] = [];
  const walk = (tree: Expression): void => {
    switch (tree.kind) {
      case "Name":
        names.push(tree.text);
        return;
      case "Member":
        if (tree.object.kind === "Name") names.push(`${tree.object.text}.${tree.name.text}`);
        return;
      case "Unary":
        return walk(tree.operand);
      case "Binary":
        walk(tree.left);
        return walk(tree.right);
      case "Call":
        for (const argument of tree.arguments) if (argument.value.kind !== "SizedName" && argument.value.kind !== "Spread") walk(argument.value);
    }
  };
  walk(fact);
  return [...new Set(names)];
}
