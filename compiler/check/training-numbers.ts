/** The numbers of a training section lie where training can use them: a batch has at least one sample, a rate is positive, a decay of averages below 1. */
import type { Argument, Expression, Train, TrainCall } from "../../grammar/ast.ts";
import { numberOf } from "./arithmetic.ts";
import { evaluate } from "./evaluate.ts";
import { report, type Scope } from "./scope.ts";
import { describe, type Value } from "./values.ts";

interface Range {
  readonly words: string;
  readonly fits: (value: number) => boolean;
  /** How many numbers in brackets may stand for one; undefined: none. */
  readonly several?: number;
}

const whole: Range = { words: "a whole number, at least 1", fits: (value) => Number.isInteger(value) && value >= 1 };
const positive: Range = { words: "a number greater than 0", fits: (value) => value > 0 };
const notNegative: Range = { words: "a number, at least 0", fits: (value) => value >= 0 };
const share: Range = { words: "a number from 0 up to 1, without 1", fits: (value) => value >= 0 && value < 1 };
const part: Range = { words: "a number between 0 and 1", fits: (value) => value > 0 && value < 1 };
const upToOne: Range = { words: "a number from 0 to 1", fits: (value) => value >= 0 && value <= 1 };

const quantities: Readonly<Record<string, Range>> = { epochs: whole, steps: whole, batch: whole, accumulate: whole, patience: whole, ema: part };
const optimizerNumbers: Readonly<Record<string, Range>> = {
  lr: positive, betas: { words: "two numbers from 0 up to 1, without 1", fits: share.fits, several: 2 }, eps: positive, decay: notNegative, momentum: share, clip: positive,
};
const scheduleNumbers: Readonly<Record<string, Range>> = {
  at: { words: "epochs: numbers greater than 0", fits: positive.fits, several: Infinity }, by: positive, warmup: notNegative, power: positive, floor: upToOne,
};
const thresholds: Range = { words: "numbers from 0 up to 1, without 1", fits: share.fits, several: Infinity };

/** Reports NET0610. `scope`: that of the model in check mode. */
export function checkNumbers(scope: Scope, train: Train): void {
  for (const item of train.items) {
    switch (item.kind) {
      case "NumberItem":
        checkNumber(scope, item.value, item.name.text, quantities[item.name.text]);
        break;
      case "OptimizerItem":
        checkArguments(scope, item.call, optimizerNumbers);
        for (const group of item.groups) checkNumber(scope, group.factor, `the factor of ${group.quantity.text}`, notNegative);
        break;
      case "ScheduleItem":
        checkArguments(scope, item.call, scheduleNumbers);
        break;
      case "MetricsItem":
        for (const metric of item.metrics) if (metric.at) checkNumber(scope, metric.at, metric.name.text, thresholds);
    }
  }
}

function checkArguments(scope: Scope, call: TrainCall, ranges: Readonly<Record<string, Range>>): void {
  for (const argument of call.arguments) {
    if (argument.kind !== "Argument") continue;
    const { name, value } = argument as Argument;
    if (name && name.text in ranges && value.kind !== "SizedName" && value.kind !== "Spread") checkNumber(scope, value, name.text, ranges[name.text]);
  }
}

function checkNumber(scope: Scope, tree: Expression, what: string, range: Range | undefined): void {
  if (!range) return;
  const value = evaluate(scope, tree);
  if (value.kind === "unknown") return;
  const numbers = value.kind === "list" && range.several !== undefined ? value.elements?.map(knownNumber) : [knownNumber(value)];
  const isWhole = range.several === 2 ? numbers?.length === 2 : (numbers?.length ?? 0) > 0;
  if (isWhole && numbers!.every((number) => number !== undefined && range.fits(number))) return;
  const shown = numbers?.every((number) => number !== undefined) ? numbers.join(", ") : describe(value);
  report(scope, "NET0610", tree.span, { what, wanted: range.words, found: shown });
}

/** The number of a value, where it is one and is known. */
export const knownNumber = (value: Value): number | undefined => (value.kind === "int" || value.kind === "float" ? numberOf(value) : undefined);
