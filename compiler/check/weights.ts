/** Checking a weights plan against the parameters of its model, in all variants: every goal exists and fits, every parameter has one rule. */
import type { Model, Weights } from "../../grammar/ast.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { constantValue } from "../dims/index.ts";
import { pathMatches } from "../training/groups.ts";
import type { InventoryEntry } from "./outline.ts";
import { reportTo, type Session } from "./scope.ts";
import { expandPlan, resizeModes, type Assignment, type WeightsPlan } from "./weights-plan.ts";
import { spanBetween } from "../../grammar/source.ts";

/** `variants` are the weights of the model in each of its variants. Gives what the plan freezes. */
export function checkWeights(session: Session, weights: Weights, model: Model | undefined, variants: readonly (readonly InventoryEntry[])[]): WeightsPlan["frozen"] {
  const target = { sink: session.sink, users: [] };
  if (!model) {
    const models = session.program.names.get(weights.span.file)?.models.keys() ?? [];
    if (weights.model.text) reportTo(target, "NET0101", weights.model.span, { name: weights.model.text, what: "model", near: nearestName(weights.model.text, models) });
    return [];
  }
  const weightsOfModel = new Map<string, InventoryEntry>();
  for (const entries of new Set(variants)) for (const entry of entries) if (!weightsOfModel.has(entry.path)) weightsOfModel.set(entry.path, entry);
  // States may be loaded, such as the statistics of a batch norm; only parameters must be spoken of.
  const parameters = new Map([...weightsOfModel].filter(([, { kind }]) => kind === "parameter"));
  const plan = expandPlan(weights, target);
  let misspelt = false;
  const told = new Set<Assignment["span"]>();
  const covered = new Map<string, Assignment>();
  for (const assignment of plan.assignments) {
    for (const path of assignment.targets) {
      const entry = weightsOfModel.get(path);
      if (!entry) {
        if (told.has(assignment.span)) continue; // one rule, one mistake
        told.add(assignment.span);
        const near = nearestName(path, weightsOfModel.keys());
        misspelt = true;
        reportTo(target, "NET0603", assignment.span, { path, near });
        if (near && !covered.has(near)) covered.set(near, assignment); // the one that was meant is not missing as well
      }
      else if (covered.has(path) && covered.get(path) !== assignment) reportTo(target, "NET0702", assignment.span, { path }, { related: [{ span: covered.get(path)!.span, message: "the other rule" }] });
      else {
        covered.set(path, assignment);
        const reason = misfit(assignment, entry);
        if (reason) reportTo(target, "NET0703", assignment.span, { path, reason });
      }
    }
  }
  const under = (path: string, pattern: string): boolean => pathMatches(path, pattern);
  for (const { path, span } of [...plan.fresh, ...plan.frozen]) {
    if ([...parameters.keys()].some((own) => under(own, path))) continue;
    misspelt = true;
    reportTo(target, "NET0603", span, { path, near: nearestName(path, prefixes(parameters.keys())) });
  }
  for (const { path, span } of plan.fresh) {
    const twice = [...covered.keys()].find((own) => under(own, path));
    if (twice) reportTo(target, "NET0702", span, { path: twice }, { related: [{ span: covered.get(twice)!.span, message: "the other rule" }] });
  }
  const missing = [...parameters.keys()].filter((path) => !covered.has(path) && !plan.fresh.some((own) => under(path, own.path)));
  // A misspelt goal is not missing as well.
  if (missing.length && !misspelt) reportTo(target, "NET0701", weights.name.span, { paths: missing, model: model.name.text }, { fixes: begunFresh(weights, missing, [...parameters.keys()]) });
  return plan.frozen;
}

/** `fresh …` before the closing brace, with the shortest paths that mean these parameters and no others. */
function begunFresh(weights: Weights, missing: readonly string[], all: readonly string[]): readonly Fix[] {
  const wanted = new Set(missing);
  const paths: string[] = [];
  for (const path of missing) {
    if (paths.some((own) => pathMatches(path, own))) continue;
    paths.push(prefixes([path]).find((prefix) => all.every((other) => wanted.has(other) || !pathMatches(other, prefix))) ?? path);
  }
  const end = weights.span.end - 1;
  return [{ title: `begin fresh: ${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ", …" : ""}`, edits: [{ span: spanBetween(weights.span, end, end), newText: `  fresh ${paths.join(", ")}\n` }] }];
}

/** Every path and every beginning of one: what a person may have meant. */
export function prefixes(paths: Iterable<string>): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const segments = path.split(".");
    for (let i = 1; i <= segments.length; i++) found.add(segments.slice(0, i).join("."));
  }
  return [...found];
}

function misfit({ operation }: Assignment, entry: InventoryEntry): string | undefined {
  const sizes = entry.shape.map((size) => constantValue(size));
  const shown = `[${entry.axes.map((axis, i) => `${axis} = ${sizes[i] ?? "?"}`).join(", ")}]`;
  switch (operation.kind) {
    case "transpose":
      return entry.shape.length === 2 ? undefined : `only a matrix can be transposed, but it is ${shown}`;
    case "slice":
      if (!entry.axes.includes(operation.axis)) return `it has no axis ${operation.axis}: it is ${shown}`;
      return operation.count === undefined || operation.count === sizes[entry.axes.indexOf(operation.axis)] ? undefined : `${operation.count} are kept along ${operation.axis}, but it is ${shown}`;
    case "resize": {
      if (!resizeModes.some((mode) => mode === operation.mode)) return `there is no mode ${operation.mode}: ${resizeModes.join(" and ")} are`;
      const wanted = operation.to * operation.to + operation.keep;
      if (sizes[0] === wanted) return undefined;
      return `a grid of ${operation.to} × ${operation.to}${operation.keep ? ` and ${operation.keep} kept` : ""} makes ${wanted} rows, but it is ${shown}`;
    }
    case "load":
    case "split":
    case "cast":
      return undefined;
    case "rearrange": {
      if (operation.from.join() !== entry.axes.join()) return `the pattern names ${operation.from.join(", ")}, but it is ${shown}`;
      const lost = operation.from.find((axis) => !operation.to.includes(axis));
      return lost === undefined && operation.to.length === operation.from.length ? undefined : `the patterns do not have the same axes${lost ? `: ${lost} is lost` : ""}`;
    }
  }
}
