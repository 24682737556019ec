/** The statements of a body: steps at random, and the tensors that nothing uses yet, which become results. */
import { attempt, bind, type Scope, type Tensor } from "./scope.ts";
import { librarySignatures } from "./signature.ts";
import { callGenerated, libraryCall } from "./steps/calls.ts";
import { chosen, family, guarded, listUse, unequalFamily } from "./steps/control.ts";
import { convolution, einsum } from "./steps/contractions.ts";
import { binary, expansion, mask, renaming, selection, table, unary } from "./steps/elementwise.ts";
import { embedding, linear, normalisation, shared } from "./steps/layers.ts";
import { ends, joining, part, rearrangement, resizing, stacking } from "./steps/layout.ts";
import { alongAxis, looked, picked, pooling, reduction } from "./steps/reductions.ts";
import { rowCall } from "./steps/rows.ts";
import type { Step } from "./steps/step.ts";

const images = librarySignatures.filter(({ block }) => !["attend", "MultiHeadAttention", "EncoderLayer"].includes(block.name.text));
const attention = librarySignatures.filter(({ block }) => ["attend", "MultiHeadAttention", "EncoderLayer"].includes(block.name.text));

/** How often each step is tried. */
const steps: readonly (readonly [number, Step])[] = [
  [3, unary], [4, binary], [2, selection], [1, mask], [2, rowCall], [1, table], [1, expansion], [1, renaming], [3, reduction], [2, alongAxis], [2, picked], [2, looked], [3, pooling],
  [4, rearrangement], [4, part], [3, joining], [2, stacking], [2, ends], [1, resizing], [4, einsum], [5, convolution], [3, linear], [2, normalisation], [1, embedding], [1, shared],
  [4, libraryCall(images)], [2, libraryCall(attention)], [3, chosen], [2, guarded],
];
const wheel: readonly Step[] = steps.flatMap(([weight, step]) => Array.from({ length: weight }, () => step));

export function writeBody(scope: Scope, count: number): void {
  let written = 0;
  for (let tries = 0; written < count && tries < count * 12; tries++) {
    const form = scope.random.below(24);
    const done = attempt(scope, () => {
      if (form < 5 && scope.blocks.length) return callGenerated(scope);
      if (form === 5) return family(scope);
      if (form === 6 && scope.random.chance(0.5)) return unequalFamily(scope);
      if (form === 7) return listUse(scope);
      const made = scope.random.pick(wheel)(scope);
      return made !== undefined && bind(scope, made) !== undefined;
    });
    if (done) written++;
  }
}

/** Tensors that no later statement speaks of, the newest first. */
export function unusedTensors(scope: Scope): readonly Tensor[] {
  const spoken = (text: string): number => {
    const name = text.match(/^\w+/)![0];
    return scope.statements.reduce((sum, statement) => sum + [...statement.matchAll(/[A-Za-z_]\w*/g)].filter(([word]) => word === name).length, 0);
  };
  return [...scope.tensors].reverse().filter(({ text, type }) => type.axes.length > 0 && type.axes.every(({ name, size }) => name !== "" && size.text.length < 80) && spoken(text) <= 1 && /^t\d/.test(text));
}
