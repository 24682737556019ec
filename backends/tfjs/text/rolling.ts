/**
 * Loops: lines that follow each other several times and differ in numbers alone, which count up or down, are written once. And lists: elements that differ in
 * an index are a part of their family.
 */
import type { Line } from "./body.ts";

/** Fewer rounds are written out. */
const fewestRounds = 3;
const mostLines = 8;

/** Numbers that are no part of a name or of another number. */
const NUMBER = /(?<![\w.$])\d+(?![\w.])/g;

const numbersOf = (text: string): readonly number[] => [...text.matchAll(NUMBER)].map(([each]) => Number(each));
const skeletonOf = ({ text }: Line): string => text.replace(NUMBER, "0");

interface Roll {
  readonly period: number;
  readonly rounds: number;
}

/** Lines with loops. */
export function rolled(lines: readonly Line[]): readonly Line[] {
  const skeletons = lines.map(skeletonOf);
  const done: Line[] = [];
  for (let at = 0; at < lines.length; ) {
    const roll = rollAt(lines, skeletons, at);
    if (!roll) {
      done.push(lines[at++]);
      continue;
    }
    done.push(...loopOf(lines.slice(at, at + roll.period * roll.rounds), roll));
    at += roll.period * roll.rounds;
  }
  return done;
}

/** The roll that saves most of those that begin at a line. */
function rollAt(lines: readonly Line[], skeletons: readonly string[], at: number): Roll | undefined {
  let best: Roll | undefined;
  for (let period = 1; period <= mostLines && at + period * fewestRounds <= lines.length; period++) {
    let rounds = 1;
    while (isRound(lines, skeletons, at, period, rounds)) rounds++;
    if (rounds >= fewestRounds && (!best || rounds * period > best.rounds * best.period)) best = { period, rounds };
  }
  return best;
}

/** Whether the round of a number goes on where the one before ended. */
function isRound(lines: readonly Line[], skeletons: readonly string[], at: number, period: number, round: number): boolean {
  const steps: number[] = [];
  for (let place = 0; place < period; place++) {
    const [first, second, before, own] = [at + place, at + place + period, at + place + (round - 1) * period, at + place + round * period];
    if (own >= lines.length || skeletons[own] !== skeletons[first]) return false;
    // An array is made before the loop.
    if (round > 0 && lines[own].declares) return false;
    const [one, two, last, now] = [first, second, before, own].map((each) => numbersOf(lines[each].text));
    for (const [slot, value] of now.entries()) {
      const step = two[slot] - one[slot];
      if (Math.abs(step) > 1 || value - last[slot] !== step) return false;
      steps.push(step);
    }
  }
  return steps.some((step) => step !== 0);
}

function loopOf(lines: readonly Line[], { period, rounds }: Roll): readonly Line[] {
  const [first, second] = [lines.slice(0, period), lines.slice(period, 2 * period)].map((own) => own.map(({ text }) => numbersOf(text)));
  const moving = first.flatMap((numbers, place) => numbers.map((from, slot) => ({ from, step: second[place][slot] - from }))).find(({ step }) => step !== 0)!;
  const { from, step } = moving;
  const until = from + step * (rounds - 1);
  const head = `for (let i = ${from}; i ${step > 0 ? "<=" : ">="} ${until}; i${step > 0 ? "++" : "--"}) {`;
  const indexText = (value: number, own: number): string => {
    if (own === 0) return String(value);
    const same = own === step;
    const offset = same ? value - from : value + from;
    return same ? (offset === 0 ? "i" : offset > 0 ? `i + ${offset}` : `i - ${-offset}`) : `${offset} - i`;
  };
  const body = lines.slice(0, period).map((line, place): Line => {
    let slot = 0;
    const text = line.text.replace(NUMBER, (own) => {
      const written = indexText(Number(own), second[place][slot] - first[place][slot]);
      slot++;
      return written;
    });
    const isSame = lines.every((each, at) => at % period !== place || each.remark === line.remark);
    return { text: `  ${text}`, remark: isSame ? line.remark : undefined };
  });
  const declared = lines.slice(0, period).flatMap(({ declares }) => (declares ? [{ text: "", declares }] : []));
  return [...declared, { text: head }, ...body, { text: "}" }];
}

/** Columns of a line that disposes several. */
const widestDisposal = 132;

/** Lines that dispose one after another as one, as far as it is not too long. */
export function disposedTogether(lines: readonly Line[]): readonly Line[] {
  const done: Line[] = [];
  for (const line of lines) {
    const last = done[done.length - 1];
    const [before, own] = [last, line].map((each) => disposalIn(each?.text ?? ""));
    const text = before && own && before.indent === own.indent ? `${own.indent}tf.dispose([${before.elements}, ${own.elements}]);` : undefined;
    if (text === undefined || text.length > widestDisposal) done.push(line);
    else done[done.length - 1] = { ...last, text };
  }
  return done;
}

/** What a line disposes, as the elements of a list: a part of a family is spread. */
function disposalIn(text: string): { readonly indent: string; readonly elements: string } | undefined {
  const [, indent, given] = /^(\s*)tf\.dispose\((.*)\);$/.exec(text) ?? [];
  if (given === undefined) return undefined;
  const isPart = /\.(?:slice|reverse)\([\d, ]*\)$/.test(given);
  return { indent, elements: given.startsWith("[") ? given.slice(1, -1) : isPart ? `...${given}` : given };
}

/** Lists and records whose elements are members of a family, in their order or the other way round. */
export function withLists(text: string, library: (name: "numbered") => string): string {
  return text
    .replace(/\{ ((?:\d+: [\w.]+\[\d+\][\w.[\]]+(?:, )?){3,}) \}/g, (all, inner: string) => {
      const parts = inner.split(", ").map((part) => /^(\d+): ([\w.]+)\[(\d+)\](.*)$/.exec(part)!);
      const [, , base, , rest] = parts[0];
      const isField = /^\.\w+$/.test(rest) && parts.every(([, key, own, index, end]) => key === index && own === base && end === rest);
      return isField ? `${library("numbered")}(${base}, "${rest.slice(1)}")` : all;
    })
    .replace(/(?<![\w\])])\[([\w.]+(?:\[\d+\])?[\w.[\]]*(?:, [\w.]+(?:\[\d+\])?[\w.[\]]*){2,})\]/g, (all, inner: string) => {
      const parts = runsOf(inner.split(", "));
      return parts.length === 1 && parts[0].startsWith("...") ? parts[0].slice(3) : parts.length < inner.split(", ").length ? `[${parts.join(", ")}]` : all;
    });
}

/** Elements with those of a family that follow each other as one. */
function runsOf(elements: readonly string[]): readonly string[] {
  const parsed = elements.map((element) => /^([\w.]+)\[(\d+)\]([\w.[\]]*)$/.exec(element));
  const done: string[] = [];
  for (let at = 0; at < elements.length; ) {
    const first = parsed[at];
    let count = 1;
    const step = first && parsed[at + 1] ? Number(parsed[at + 1]![2]) - Number(first[2]) : 0;
    const follows = (own: RegExpExecArray | null | undefined): boolean => !!own && !!first && own[1] === first[1] && own[3] === first[3] && Number(own[2]) === Number(first[2]) + step * count;
    while (Math.abs(step) === 1 && follows(parsed[at + count])) count++;
    if (count < fewestRounds) {
      done.push(elements[at++]);
      continue;
    }
    const [from, to] = [Number(first![2]), Number(first![2]) + step * (count - 1)];
    const part = `${first![1]}.slice(${Math.min(from, to)}, ${Math.max(from, to) + 1})${step < 0 ? ".reverse()" : ""}${first![3] ? `.map((each) => each${first![3]})` : ""}`;
    done.push(`...${part}`);
    at += count;
  }
  return done;
}
