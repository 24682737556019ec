/** `netc train --plan` and `--memory`: what a step takes, part by part, what is computed again for it and where; and a budget that cannot be met. */
import type { Node } from "../compiler/ir/graph.ts";
import { sizeAt } from "../compiler/cost.ts";
import { operatorOf } from "../compiler/operators/table.ts";
import type { StepMemory } from "../compiler/training/step-memory.ts";
import { positionAt } from "../grammar/source.ts";
import { ProgramError } from "./errors.ts";
import { bytesText, short } from "./output.ts";
import { layOut } from "../runtime/reports/columns.ts";

const shareOf = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;

/** `4.11 GB at the most, …` in one line. */
export function memoryLine({ peak, keptBytes, readBytes, recomputedMacs, macs }: StepMemory): string {
  return `${bytesText(peak)} of memory at the most; the backward part keeps ${bytesText(keptBytes)} of the ${bytesText(readBytes)} that it reads, the rest is computed again${recomputedMacs > 0 ? ` (${shareOf(recomputedMacs, macs)} more MACs)` : ""}`;
}

/** All parts, and what is computed again by block, with its place in the source. */
export function memoryTable(memory: StepMemory): string {
  const { held, values, process, peak } = memory;
  const lines: (readonly [string, number])[] = [
    ["weights", held.weights], ["moments of the optimiser", held.moments], ["moving average", held.average], ["sum of the batches' gradients", held.accumulated],
    ["values of a step, at the most", values],
    ["the process itself", process],
  ];
  const parts = layOut([...lines.filter(([, bytes]) => bytes > 0), ["largest, predicted", peak] as const].map(([name, bytes]) => [name, bytesText(bytes)]), false);
  const groups = groupsOf(memory.recomputed);
  const again = groups.length ? layOut([["computed again", "nodes", "MACs", "where"], ...groups.slice(0, 20).map(({ path, count, macs, where }) => [path, String(count), short(macs), where])], false) : [];
  return `${[...parts, "", memoryLine(memory), "", ...again, ...(groups.length > 20 ? [`… and ${groups.length - 20} more`] : [])].join("\n").trimEnd()}\n`;
}

interface Group {
  readonly path: string;
  readonly count: number;
  readonly macs: number;
  readonly where: string;
}

/** Nodes of one path, families as one (`vision.layer[*].mlp`), the most work first. */
function groupsOf(nodes: readonly Node[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const node of nodes) {
    const path = node.path.replace(/\.\d+(?=\.|$)/g, "[*]") || "the loss";
    const { file, start } = node.location.callers.at(-1) ?? node.location.span;
    const own = groups.get(path) ?? { path, count: 0, macs: 0, where: `${file.name}:${positionAt(file, start).line}` };
    const macs = sizeAt(operatorOf(node.operator).cost(node.inputs.map(({ type }) => type), node.attributes as never, node.type).macs, new Map());
    groups.set(path, { ...own, count: own.count + 1, macs: own.macs + macs });
  }
  return [...groups.values()].sort((a, b) => b.macs - a.macs || b.count - a.count || (a.path < b.path ? -1 : 1));
}

/** Throws when the plan takes more than a person allows. */
export function requireWithin(memory: StepMemory, budget: number): void {
  if (memory.peak <= budget) return;
  const { held, values } = memory;
  const always = held.weights + held.moments + held.average + held.accumulated;
  throw new ProgramError(
    `--memory ${bytesText(budget)} is not enough: a step takes ${bytesText(memory.peak)}, with everything computed again that can be: ${bytesText(always)} of weights, moments and the like, ${bytesText(values)} of values, ${bytesText(memory.process)} for the process`,
    values > always ? "a smaller --batch, with `accumulate` in the training section for the same step" : "`optimizer sgd` has one moment or none; `freeze` weights that need no training; or a smaller --batch",
  );
}
