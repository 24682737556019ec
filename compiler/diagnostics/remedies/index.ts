/** The table of remedies: for each code what can be looked up for it (`remedy.ts`). A code without a row has all that it needs from the checker. */
import type { Node } from "../../../grammar/ast.ts";
import type { Program } from "../../check/program.ts";
import type { Value } from "../../check/values.ts";
import type { Code } from "../codes.ts";
import type { Diagnostic, Fix, RelatedPlace } from "../diagnostic.ts";
import { dataChooses, missingArgument, missingArms, noReturn, notCallable, sharedSizes, tooManyInputs, twoLayers, wrongKind } from "./calls.ts";
import { mixedBatch, otherAxis, overPositions, scrambled, singleElement, wrongSoftmax } from "./lints.ts";
import { configFact, emptyChange, emptyRow, frozenGroup, lossShape, misfittingField, missingInTraining, noOutput, ruledTwice, unreached, unruled, unsuited } from "./models.ts";
import { blocksInCircle, circle, declaredTwice, filesInCircle, firstLetter, givenTwice, meantWord, strayCharacter, unknownMember } from "./names.ts";
import { caseOf, type RemedyRule } from "./remedy.ts";
import { assumed, axisTwice, badPattern, contradiction, dropped, inexact, inexactSplit, memberTwice, missingMember, notFound, outside, redeclaredSize, unnamedIndex, unproved } from "./shapes.ts";

const rules: Partial<Readonly<Record<Code, RemedyRule>>> = {
  NET0001: strayCharacter, NET0105: declaredTwice, NET0107: filesInCircle, NET0108: blocksInCircle, NET0109: unknownMember, NET0110: circle,
  NET0201: missingArgument, NET0202: tooManyInputs, NET0203: wrongKind, NET0204: firstLetter, NET0205: missingArms, NET0207: twoLayers, NET0208: notCallable, NET0209: givenTwice,
  NET0210: noReturn, NET0211: sharedSizes, NET0212: dataChooses,
  NET0305: inexact, NET0308: inexactSplit, NET0309: outside, NET0310: unproved, NET0311: contradiction, NET0312: badPattern, NET0314: axisTwice, NET0317: notFound, NET0319: unnamedIndex, NET0323: assumed,
  NET0401: missingMember, NET0402: memberTwice,
  NET0501: emptyChange, NET0502: emptyRow, NET0504: configFact, NET0505: noOutput,
  NET0602: lossShape, NET0604: unreached, NET0605: unreached, NET0606: misfittingField, NET0607: missingInTraining,
  NET0701: unruled, NET0702: ruledTwice, NET0703: unsuited,
  NET0811: scrambled, NET0812: mixedBatch, NET0813: wrongSoftmax, NET0814: overPositions, NET0816: dropped, NET0817: singleElement, NET0820: frozenGroup, NET0822: otherAxis,
};

/** More diagnostics than a person reads are left as they are. */
export const mostRemedied = 200;

/** The diagnostic with what can be looked up for it. */
export function remedied(program: Program, valueOf: (tree: Node) => Value | undefined, diagnostic: Diagnostic): Diagnostic {
  const about = caseOf(program, valueOf, diagnostic);
  const remedy = rules[diagnostic.code]?.(about);
  const related = [...diagnostic.related, ...(remedy?.related ?? []).filter((place): place is RelatedPlace => place !== undefined && !isKnown(diagnostic, place))];
  const fixes = distinct([...diagnostic.fixes, ...meantWord(about), ...(remedy?.fixes ?? []).filter((fix) => fix !== undefined)]);
  return {
    ...diagnostic,
    ...(diagnostic.label || remedy?.label ? { label: diagnostic.label ?? remedy?.label } : {}),
    related,
    notes: [...diagnostic.notes, ...(remedy?.notes ?? [])],
    fixes: fixes.length ? fixes : redeclaredSize(about),
  };
}

/** Two fixes that write the same are one. */
function distinct(fixes: readonly Fix[]): readonly Fix[] {
  const keyOf = ({ edits }: Fix): string => edits.map(({ span, newText }) => `${span.file.name}:${span.start}:${span.end}:${newText}`).join("|");
  return [...new Map([...fixes].reverse().map((fix) => [keyOf(fix), fix])).values()].reverse();
}

/** A place that is marked already; the underlined one may be explained once more. */
function isKnown({ span, related }: Diagnostic, place: RelatedPlace): boolean {
  const same = (other: { readonly span: Diagnostic["span"] }): boolean => other.span.file === place.span.file && other.span.start === place.span.start && other.span.end === place.span.end;
  return same({ span }) || related.some(same);
}
