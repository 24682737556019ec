/** The letters of a contraction: which axis of each operand and of the result is which, with one size for each. */
import type { Argument, Contraction, Operand, PatternPart } from "../../grammar/ast.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { showSize } from "../dims/index.ts";
import type { AxisItem } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { equalClaim, originPlaces, require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { evaluate } from "./evaluate.ts";
import { labelNamed, lettersOf, matchPattern, type Letter } from "./patterns.ts";
import { requireOneOrder } from "./lints/scramble.ts";
import { report, type Scope } from "./scope.ts";
import { describe, type TensorValue } from "./values.ts";

/** An operand with one letter per axis. */
export interface Lettered {
  readonly tensor: TensorValue;
  readonly letters: readonly Letter[];
  readonly items: readonly AxisItem[];
  readonly tree: Operand;
}

export interface ResultLetter {
  readonly letter: Letter;
  readonly item: AxisItem;
}

export function letteredOperand(scope: Scope, tree: Contraction, operand: Operand): Lettered | undefined {
  const value = evaluate(scope, operand.value);
  if (value.kind === "unknown") return undefined;
  if (value.kind !== "tensor") {
    report(scope, "NET0203", operand.value.span, { wanted: "a tensor", found: describe(value), where: `an operand of \`${tree.operator}\`` });
    return undefined;
  }
  const matched = matchPattern(scope, value.type, operand.pattern, operand.value.span);
  if (!matched) return undefined;
  const letters: (Letter | undefined)[] = Array.from({ length: value.type.axes.length }, () => undefined);
  for (const entry of matched) {
    if (entry.part.kind === "GroupPart" || entry.part.kind === "SizePart") {
      report(scope, "NET0312", entry.part.span, { reason: `\`${tree.operator}\` takes plain axes`, help: "merge or split with `rearrange` first" });
      return undefined;
    }
    lettersOf(entry).forEach((letter, i) => (letters[entry.positions[i]] = letter));
  }
  const twice = letters.find((letter, i) => letters.indexOf(letter) !== i);
  if (twice !== undefined) {
    report(scope, "NET0312", operand.pattern.span, { reason: `\`${typeof twice === "string" ? twice : twice.name}\` stands twice in one operand` });
    return undefined;
  }
  return { tensor: value, letters: letters as Letter[], items: value.type.axes, tree: operand };
}

export const nameOf = (letter: Letter): string => (typeof letter === "string" ? letter : letter.name);

/** One item per letter; a letter of several operands has one size (NET0307 otherwise). */
export function agreedSizes(scope: Scope, tree: Contraction, operands: readonly Lettered[]): Map<Letter, AxisItem> | undefined {
  const found = new Map<Letter, { item: AxisItem; operand: Lettered }>();
  for (const operand of operands) {
    for (let i = 0; i < operand.letters.length; i++) {
      const letter = operand.letters[i];
      const item = operand.items[i];
      const first = found.get(letter);
      if (!first) {
        found.set(letter, { item, operand });
        continue;
      }
      if (item.kind === "row" || first.item.kind === "row") continue;
      if (!requireOneOrder(scope, tree.operator, { axis: first.item, span: first.operand.tree.value.span }, { axis: item, span: operand.tree.value.span })) return undefined;
      const agreed = require(scope, equalClaim(first.item.size.size, item.size.size), operand.tree.span, (failure) =>
        report(
          scope, "NET0307", operand.tree.value.span,
          { operator: tree.operator, axis: nameOf(letter), left: showSize(first.item.size.size), right: showSize(item.size.size) },
          {
            label: showType(operand.tensor.type),
            related: [{ span: first.operand.tree.value.span, message: showType(first.operand.tensor.type) }, ...originPlaces(first.item.size, nameOf(letter)), ...originPlaces(item.size, nameOf(letter))],
            ...refusal(scope, failure),
          },
        ),
      );
      if (!agreed) return undefined;
    }
  }
  return new Map([...found].map(([letter, entry]) => [letter, entry.item]));
}

/** The letters of the result with their labels there. Every one must be a letter of an operand. */
export function resultLetters(scope: Scope, tree: Contraction, sizes: ReadonlyMap<Letter, AxisItem>): readonly ResultLetter[] | undefined {
  const result: ResultLetter[] = [];
  for (const part of tree.result.parts) {
    const own = resultPart(scope, tree, part, sizes);
    if (!own) return undefined;
    result.push(...own);
  }
  for (let i = 0; i < result.length; i++) {
    const repeated = result.slice(0, i).some((other) => other.letter === result[i].letter || (other.item.kind === "axis" && result[i].item.kind === "axis" && (other.item as { label?: unknown }).label === (result[i].item as { label?: unknown }).label && (other.item as { label?: unknown }).label !== undefined));
    if (repeated) {
      report(scope, "NET0314", tree.result.span, { axis: nameOf(result[i].letter), type: "the result" });
      return undefined;
    }
  }
  return result;
}

function resultPart(scope: Scope, tree: Contraction, part: PatternPart, sizes: ReadonlyMap<Letter, AxisItem>): readonly ResultLetter[] | undefined {
  const missing = (name: string): undefined => {
    const letters = [...sizes.keys()].map(nameOf);
    report(scope, "NET0312", part.span, { reason: `\`${name}\` stands in no operand of \`${tree.operator}\``, help: nearestName(name, letters) && `did you mean \`${nearestName(name, letters)}\`?` });
    return undefined;
  };
  switch (part.kind) {
    case "AxisPart": {
      const item = sizes.get(part.name.text);
      if (!item) return missing(part.name.text);
      return [{ letter: part.name.text, item: item.kind === "axis" ? { ...item, label: labelNamed(scope, part.name.text) } : item }];
    }
    case "RenamedPart": {
      const item = sizes.get(part.from.text);
      if (!item) return missing(part.from.text);
      return [{ letter: part.from.text, item: item.kind === "axis" ? { ...item, label: labelNamed(scope, part.name.text) } : item }];
    }
    case "RowPart": {
      const row = part.name && scope.frame.rows.get(part.name.text);
      const items: readonly AxisItem[] = row ?? [];
      if (!row) return missing(`...${part.name?.text ?? ""}`);
      return items.map((item) => ({ letter: item.kind === "row" ? `...${item.name}` : (item.label ?? "…"), item }));
    }
    default:
      report(scope, "NET0312", part.span, { reason: `the result of \`${tree.operator}\` has plain axes`, help: "merge with `rearrange` afterwards" });
      return undefined;
  }
}

export function optionTree(scope: Scope, tree: Contraction, known: readonly string[]): Map<string, Argument> | undefined {
  const given = new Map<string, Argument>();
  for (const option of tree.options) {
    const name = option.name?.text ?? "";
    if (!known.includes(name)) {
      report(scope, "NET0102", option.name?.span ?? option.span, { name, block: tree.operator, options: known, near: nearestName(name, known) });
      return undefined;
    }
    if (given.has(name)) report(scope, "NET0209", option.span, { name });
    given.set(name, option);
  }
  return given;
}
