/**
 * Which sizes a model admits: the facts of its inputs in a person's words, whether given numbers break them, and the nearest numbers that do not.
 * Facts about one size alone are solved one by one; what ties several together is tried on the combinations of what is left.
 */
import { constantValue, evaluate, showSize, variablesOf, type Claim } from "./dims/index.ts";
import type { Requirement } from "./ir/graph.ts";

export type Sizes = ReadonlyMap<string, number>;

/** How far from the size asked for a legal one is looked for. */
const reach = 4096;
/** Values of one size that are tried in combination with others. */
const candidatesEach = 48;

/** Whether a claim is true of these numbers; undefined where one of its sizes has none. */
export function holdsAt(claim: Claim, sizes: Sizes): boolean | undefined {
  const [a, b] = claim.kind === "divides" ? [claim.of, claim.divisor] : [claim.left, claim.right];
  const [left, right] = [evaluate(a, sizes), evaluate(b, sizes)];
  if (left === undefined || right === undefined) return undefined;
  switch (claim.kind) {
    case "equal":
      return left === right;
    case "not_equal":
      return left !== right;
    case "at_least":
      return left >= right;
    case "divides":
      return right >= 1 && BigInt(left) % BigInt(right) === 0n;
  }
}

/** The requirements that these numbers break. */
export function brokenAt(requirements: readonly Requirement[], sizes: Sizes): readonly Requirement[] {
  return requirements.filter(({ claims }) => claims.some((claim) => holdsAt(claim, sizes) === false));
}

/** Up to `count` legal choices of the broken sizes, nearest first (by the sum of the distances); other sizes stay. */
export function nearestLegal(requirements: readonly Requirement[], sizes: Sizes, count: number): readonly Sizes[] {
  const claims = requirements.flatMap((requirement) => requirement.claims);
  const broken = new Set(brokenAt(requirements, sizes).flatMap((requirement) => requirement.claims).flatMap(namesOf).filter((name) => sizes.has(name)));
  const free = [...broken].sort();
  if (free.length === 0) return [];
  const alone = (name: string): readonly Claim[] => claims.filter((claim) => namesOf(claim).every((own) => own === name || (sizes.has(own) && !broken.has(own))));
  const choices = free.map((name) => valuesNear(name, alone(name), sizes));
  const found: { readonly sizes: Sizes; readonly distance: number }[] = [];
  const choose = (at: number, chosen: Map<string, number>, distance: number): void => {
    if (at === free.length) {
      if (claims.every((claim) => holdsAt(claim, chosen) !== false)) found.push({ sizes: new Map(free.map((name) => [name, chosen.get(name)!])), distance });
      return;
    }
    for (const value of choices[at]) choose(at + 1, new Map(chosen).set(free[at], value), distance + Math.abs(value - sizes.get(free[at])!));
  };
  choose(0, new Map(sizes), 0);
  return found.sort((a, b) => a.distance - b.distance).slice(0, count).map((entry) => entry.sizes);
}

function valuesNear(name: string, claims: readonly Claim[], sizes: Sizes): readonly number[] {
  const present = sizes.get(name)!;
  const found: number[] = [];
  for (let step = 0; step <= reach && found.length < candidatesEach; step++) {
    for (const value of step === 0 ? [present] : [present - step, present + step]) {
      if (value >= 1 && claims.every((claim) => holdsAt(claim, new Map(sizes).set(name, value)) !== false)) found.push(value);
    }
  }
  return found;
}

function namesOf(claim: Claim): readonly string[] {
  const sizes = claim.kind === "divides" ? [claim.of, claim.divisor] : [claim.left, claim.right];
  return [...new Set(sizes.flatMap((size) => variablesOf(size)))];
}

/** "Y and X must be multiples of 32; T must be at most 77": what the requirements ask of the sizes, those alike together. */
export function requirementsInWords(requirements: readonly Requirement[]): string {
  const byWords = new Map<string, string[]>();
  for (const { claims, text } of requirements) {
    for (const claim of claims) {
      const words = wordsOf(claim);
      const [subject, predicate] = words ?? ["", text];
      const subjects = byWords.get(predicate) ?? [];
      if (!subjects.includes(subject)) subjects.push(subject);
      byWords.set(predicate, subjects);
    }
  }
  return [...byWords]
    .map(([predicate, subjects]) => {
      if (subjects[0] === "") return `\`${predicate}\` must hold`;
      const names = subjects.length === 1 ? subjects[0] : `${subjects.slice(0, -1).join(", ")} and ${subjects[subjects.length - 1]}`;
      return `${names} must be ${subjects.length > 1 ? predicate.replace("a multiple", "multiples") : predicate}`;
    })
    .join("; ");
}

/** Subject and predicate of a claim about one size. */
function wordsOf(claim: Claim): readonly [string, string] | undefined {
  if (claim.kind === "divides") {
    const by = constantValue(claim.divisor);
    return by === undefined || variablesOf(claim.of).length === 0 ? undefined : [showSize(claim.of), `a multiple of ${by}`];
  }
  const [left, right] = [constantValue(claim.left), constantValue(claim.right)];
  if (claim.kind === "at_least") {
    if (right !== undefined) return [showSize(claim.left), `at least ${right}`];
    return left === undefined ? undefined : [showSize(claim.right), `at most ${left}`];
  }
  const relation = claim.kind === "equal" ? "" : "other than ";
  return left === undefined ? [showSize(claim.left), `${relation}${showSize(claim.right)}`] : [showSize(claim.right), `${relation}${left}`];
}

/** "512 × 320, 512 × 352" for Y and X; "T = 77" for other sizes. */
export function choicesInWords(choices: readonly Sizes[]): string {
  return choices
    .map((sizes) => {
      const [y, x] = [sizes.get("Y"), sizes.get("X")];
      const rest = [...sizes].filter(([name]) => !(y !== undefined && x !== undefined && (name === "Y" || name === "X"))).map(([name, value]) => `${name} = ${value}`);
      return [...(y !== undefined && x !== undefined ? [`${y} × ${x}`] : []), ...rest].join(", ");
    })
    .join(sizesAreLong(choices) ? "; " : ", ");
}

const sizesAreLong = (choices: readonly Sizes[]): boolean => choices.some((sizes) => sizes.size > 1 && !(sizes.size === 2 && sizes.has("Y") && sizes.has("X")));
