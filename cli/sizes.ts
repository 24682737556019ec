/** Which sizes of its inputs a model admits, in a person's words; and what to say to somebody who asks for others. */
import type { Model } from "../grammar/ast.ts";
import { brokenAt, choicesInWords, nearestLegal, requirementsInWords, type Sizes } from "../compiler/admissible.ts";
import type { ModelRun } from "../compiler/check/model.ts";
import { variablesOf } from "../compiler/dims/index.ts";
import type { Requirement } from "../compiler/ir/graph.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { showType } from "../compiler/types/show.ts";
import { ProgramError, UsageError } from "./errors.ts";

/** `image: f32[B, rgb = 3, Y, X]: Y and X must be multiples of 16`, one line per input. */
export function admissibleSizes(model: Model, run: ModelRun): readonly string[] {
  return model.members.flatMap((member) => {
    if (member.kind !== "ModelInput") return [];
    const value = run.inputs.get(member.name.text);
    if (!value) return [];
    const own = run.requirements.filter(({ span }) => member.where.some((fact) => fact.span === span));
    return [`${member.name.text}: ${showType(value.type)}${own.length ? `: ${requirementsInWords(own)}` : ""}`];
  });
}

/** `--size Y=500`: numbers for free sizes. Each must be a free size of an input. */
export function parseSizes(texts: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const text of texts) {
    const [, name, value] = /^(\w+)=(\d+)$/.exec(text) ?? [];
    if (!name || Number(value) < 1) throw new UsageError(`--size takes NAME=NUMBER, not \`${text}\``, "for example: --size B=8");
    sizes.set(name, Number(value));
  }
  return sizes;
}

/** Refuses numbers for sizes that no input has, and numbers that the facts of the inputs do not allow. */
export function requireSizes(model: Model, run: ModelRun, sizes: Sizes): void {
  const free = [...new Set([...run.inputs.values()].flatMap((input) => input.type.axes.flatMap((axis) => [...variablesOf(axis.size.size)])))];
  for (const name of sizes.keys()) {
    if (free.includes(name)) continue;
    const near = nearestName(name, free);
    throw new ProgramError(`no input of ${model.name.text} has the free size ${name}`, `${near ? `did you mean ${near}? ` : ""}free are ${free.join(", ") || "none"}`);
  }
  refuseBroken(model, run.requirements, sizes);
}

/** Refuses numbers that break requirements, with the nearest that do not. */
export function refuseBroken(model: Model, requirements: readonly Requirement[], sizes: Sizes): void {
  const broken = brokenAt(requirements, sizes);
  if (broken.length === 0) return;
  const concerned = new Set(broken.flatMap(({ claims }) => claims.flatMap((claim) => (claim.kind === "divides" ? [claim.of] : [claim.left, claim.right])).flatMap((size) => [...variablesOf(size)])));
  const given = new Map([...sizes].filter(([name]) => concerned.has(name)));
  const near = nearestLegal(requirements, sizes, 3);
  const reasons = broken.flatMap(({ reason }) => (reason === undefined ? [] : [`it is assumed: ${reason}`]));
  throw new ProgramError(
    `${model.name.text} does not take ${choicesInWords([given])}: ${requirementsInWords(broken)}${reasons.length ? ` (${reasons.join("; ")})` : ""}`,
    near.length ? `nearest: ${choicesInWords(near)}` : undefined,
  );
}

