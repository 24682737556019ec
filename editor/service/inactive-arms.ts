/** Arms that the chosen variant does not have: while it is built each expression is noted, so an arm of which nothing was noted is not there. */
import type { Expression, Node } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import { isTraced, valuesIn } from "../../compiler/why.ts";
import { BuildRefusal } from "../../compiler/check/build-refusal.ts";
import { isSound } from "./diagnostics.ts";
import type { Look } from "./project.ts";
import { rangeOf, type Range } from "./text.ts";

export interface InactiveArm extends Range {
  /** The model and variant in which it is not. */
  readonly variant: string;
}

/** `quick`: nothing where the variant was not built yet. */
export function inactiveArms(look: Look, quick = false): readonly InactiveArm[] {
  const { compilation, project, tree } = look;
  if (look.library || !isSound(look)) return [];
  const models = compilation.rootModels.length ? compilation.rootModels : compilation.models;
  const built = models.map((model) => ({ model, variant: project.chosenVariant(compilation, model) })).filter(({ model, variant }) => !quick || isTraced(compilation, model, variant));
  if (built.length < models.length || built.length === 0) return [];
  const traces = built.flatMap(({ model, variant }) => {
    try {
      return [valuesIn(compilation, model, variant)];
    } catch (error) {
      if (error instanceof BuildRefusal) return [];
      throw error;
    }
  });
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
