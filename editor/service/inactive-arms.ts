/** Arms that the chosen variant does not have: while it is built each expression is noted, so an arm of which nothing was noted is not there. */
import type { Expression, Model, Node } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import { isTraced, valuesIn } from "../../compiler/why.ts";
import { BuildRefusal } from "../../compiler/check/build-refusal.ts";
import type { Variant } from "../../compiler/compilation.ts";
import type { LongWork } from "../../compiler/long-work.ts";
import { isSound } from "./diagnostics.ts";
import type { Look } from "./project.ts";
import { rangeOf, type Range } from "./text.ts";

export interface InactiveArm extends Range {
  /** The model and variant in which it is not. */
  readonly variant: string;
}

interface Built {
  readonly model: Model;
  readonly variant: Variant;
}

function wanted({ compilation, project }: Look): readonly Built[] {
  const models = compilation.rootModels.length ? compilation.rootModels : compilation.models;
  return models.map((model) => ({ model, variant: project.chosenVariant(compilation, model) }));
}

/** Builds what the arms are read off, a model at a step. */
export function* building(look: Look): LongWork<void> {
  if (look.library || !isSound(look)) return;
  const built = wanted(look);
  for (const [i, own] of built.entries()) {
    yield { part: i / built.length, what: own.model.name.text };
    try {
      valuesIn(look.compilation, own.model, own.variant);
    } catch (error) {
      if (!(error instanceof BuildRefusal)) throw error; // its numbers are refused, which is no matter of arms
    }
  }
}

/** The arms that are not there; none before every variant was built. */
export function inactiveArms(look: Look): readonly InactiveArm[] {
  const { compilation, tree } = look;
  const built = look.library ? [] : wanted(look);
  if (built.length === 0 || !built.every(({ model, variant }) => isTraced(compilation, model, variant))) return [];
  const traces = built.map(({ model, variant }) => valuesIn(compilation, model, variant));
  const noted = (node: Node): boolean => traces.some((values) => values.has(node));
  const variant = built.map((own) => `${own.model.name.text} (${own.variant.name})`).join(", ");
  const found: InactiveArm[] = [];
  walk(tree, (node) => {
    if (node.kind !== "Match" && node.kind !== "If") return true;
    if (node.kind === "If" && speaksOfTraining(node.condition)) return true;
    if (!noted(node)) return true;
    const arms = node.kind === "If" ? [node.then, node.else] : node.arms.map(({ body }) => body);
    const inactive = arms.filter((arm) => !someNoted(arm, noted));
    if (inactive.length < arms.length) for (const arm of inactive) found.push({ ...rangeOf(arm.span), variant });
    return true;
  });
  return found.filter((arm) => !found.some((other) => other !== arm && other.start <= arm.start && arm.end <= other.end && (other.start < arm.start || arm.end < other.end)));
}

function someNoted(tree: Node, noted: (node: Node) => boolean): boolean {
  let found = false;
  walk(tree, (node) => {
    if (noted(node)) found = true;
    return !found;
  });
  return found;
}

/** Both graphs exist: the one that trains has the other arm. */
function speaksOfTraining(condition: Expression): boolean {
  let found = false;
  walk(condition, (node) => void (node.kind === "Name" && node.text === "training" && (found = true)));
  return found;
}
