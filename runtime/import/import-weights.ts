/**
 * A weights plan met with a checkpoint: for every weight of a model where its first values come from, what of the checkpoint nobody takes, and what does
 * not fit. Shapes alone decide; the numbers are read one parameter at a time.
 */
import type { Assignment, Operation, WeightsPlan } from "../../compiler/check/weights-plan.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import { initialiseFloat32 } from "../../compiler/first-values.ts";
import type { Initializer } from "../../compiler/ir/initializer.ts";
import { pathMatches } from "../../compiler/training/groups.ts";
import { CheckpointError, type Checkpoint, type ForeignTensor } from "../checkpoints/checkpoint.ts";
import { countOf, type Shape } from "../training/shape.ts";
import { appliedTo, wantedShape } from "./values.ts";

/** A parameter or state of the model. */
export interface ImportGoal {
  readonly path: string;
  readonly kind: "parameter" | "state";
  readonly axes: readonly string[];
  readonly shape: Shape;
  readonly init: Initializer;
}

/** How a weight gets its first values: by an operation of the plan, from a random generator (`fresh`), or as a state that training will change (`initial`). */
export type Origin = Operation["kind"] | "fresh" | "initial";

export interface ImportRow {
  readonly goal: ImportGoal;
  readonly origin: Origin;
  readonly isFrozen: boolean;
  /** The tensor it comes from; its shape and dtype are unknown without a checkpoint. */
  readonly source?: { readonly name: string; readonly tensor?: ForeignTensor };
}

export interface WeightsImport {
  /** One for each weight of the model, in their order. */
  readonly rows: readonly ImportRow[];
  /** Tensors of the checkpoint that the plan says to ignore, and those that it does not speak of. */
  readonly ignored: readonly string[];
  readonly unused: readonly string[];
  /** What does not fit, a sentence each. */
  readonly problems: readonly string[];
  /** First values of a weight. Throws a CheckpointError when the file does not hold what its table says. */
  valuesOf(row: ImportRow): Float32Array;
}

interface Share {
  readonly assignment: Assignment;
  readonly part: number;
}

/** `seed`: of the weights that the checkpoint does not give. Without a checkpoint the rows say what would be loaded. */
export function importWeights(plan: WeightsPlan, goals: readonly ImportGoal[], checkpoint: Checkpoint | undefined, seed: number): WeightsImport {
  const shares = new Map<string, Share>(plan.assignments.flatMap((assignment) => assignment.targets.map((path, part): [string, Share] => [path, { assignment, part }])));
  const problems = new Set<string>();
  const rows = goals.map((goal): ImportRow => {
    const share = shares.get(goal.path);
    const isFrozen = goal.kind === "parameter" && plan.frozen.some(({ path }) => pathMatches(goal.path, path));
    if (!share) return { goal, isFrozen, origin: goal.kind === "state" ? "initial" : "fresh" };
    const { source, operation } = share.assignment;
    const problem = checkpoint && misfit(checkpoint, share.assignment, goal);
    if (problem) problems.add(problem);
    return { goal, isFrozen, origin: operation.kind, source: { name: source, tensor: checkpoint?.tensors.get(source) } };
  });
  // A tensor for a parameter that another variant has is spoken of, too.
  const spokenOf = new Set(plan.assignments.map(({ source }) => source));
  const rest = [...(checkpoint?.tensors.keys() ?? [])].filter((name) => !spokenOf.has(name));
  const ignored = rest.filter((name) => plan.ignored.some((pattern) => textMatches(name, pattern)));
  return {
    rows, ignored, unused: rest.filter((name) => !ignored.includes(name)), problems: [...problems],
    valuesOf({ goal, source }) {
      const share = shares.get(goal.path);
      if (!share || !source) return initialiseFloat32(goal.path, goal.init, countOf(goal.shape), seed);
      if (!checkpoint || !source.tensor) throw new Error(`netc bug: ${goal.path} has no tensor`);
      const values = checkpoint.read(source.name);
      if (values.some((value) => !Number.isFinite(value))) throw new CheckpointError(`${checkpoint.path}: ${source.name} has numbers that are not finite`, "the training that wrote it had failed: take an earlier checkpoint");
      return appliedTo(values, source.tensor.shape, share.assignment.operation, goal, share.part);
    },
  };
}

const shapeText = (shape: readonly (number | undefined)[]): string => `[${shape.map((size) => size ?? "any").join(", ")}]`;

/** Why a tensor cannot fill a parameter; both are named with their shapes. */
function misfit({ path, tensors }: Checkpoint, { source, targets, operation }: Assignment, goal: ImportGoal): string | undefined {
  const found = tensors.get(source);
  if (!found) {
    const near = nearestName(source, tensors.keys());
    return `${path} has no tensor ${source}${near ? `; did you mean ${near}?` : ""}`;
  }
  if (!["f16", "bf16", "f32", "f64"].includes(found.dtype)) return `${source} holds ${found.dtype} in ${path}, not floats`;
  const wanted = wantedShape(operation, goal, targets.length);
  const fits = found.shape.length === wanted.length && wanted.every((size, i) => size === undefined || size === found.shape[i]);
  const how = operation.kind === "load" ? "" : operation.kind === "resize" ? `, and a resized grid of ${operation.from} × ${operation.from}${operation.keep ? ` with ${operation.keep} kept` : ""} takes ${shapeText(wanted)}` : `, and \`${operation.kind}\` takes ${shapeText(wanted)}`;
  const both = `${source} is ${shapeText(found.shape)} in ${path}, but ${goal.path} is ${shapeText(goal.shape)}`;
  if (!fits) return `${both}${how}`;
  if (operation.kind === "slice") {
    const [axis, size] = [goal.axes.indexOf(operation.axis), goal.shape[goal.axes.indexOf(operation.axis)]];
    if (operation.first + size > found.shape[axis]) return `${both}, and the slice needs ${operation.first + size} along ${operation.axis}`;
  }
  return undefined;
}

/** `*` stands for any characters. */
function textMatches(name: string, pattern: string): boolean {
  const pieces = pattern.split("*");
  if (pieces.length === 1) return name === pattern;
  const [first, last] = [pieces[0], pieces[pieces.length - 1]];
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
