/**
 * The pieces in which the server does what lasts (`bench/editor.ts --pieces`): how many there are, and the longest, in milliseconds of processor time. Within
 * one process, in the order in which a session does them, so the first ones are paid with a cold machine.
 */
import { readFileSync } from "node:fs";
import { finished, type LongWork } from "../compiler/long-work.ts";
import { parse } from "../grammar/parse.ts";
import { createSourceFile } from "../grammar/source.ts";
import { formatEdits } from "../grammar/format/edits.ts";
import { costing } from "../editor/service/costs.ts";
import { building } from "../editor/service/inactive-arms.ts";
import { createProject } from "../editor/service/project.ts";
import { rename } from "../editor/service/rename.ts";
import { copiesOf } from "./scaling.ts";

interface Piece {
  readonly what: string;
  readonly time: number;
}

const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

function timed<Result>(what: string, work: LongWork<Result>): Result {
  const pieces: Piece[] = [];
  for (let next = "the first"; ; ) {
    const from = processor();
    const step = work.next();
    pieces.push({ what: next, time: processor() - from });
    if (step.done) {
      const sorted = [...pieces].sort((a, b) => b.time - a.time);
      console.log(`${what.padEnd(44)} ${pieces.reduce((sum, { time }) => sum + time, 0).toFixed(0).padStart(6)} ms in ${String(pieces.length).padStart(4)} pieces; longest ${sorted.slice(0, 5).map((own) => `${own.time.toFixed(0)} (${own.what})`).join(", ")}`);
      return step.value;
    }
    next = step.value.what;
  }
}

/** Milliseconds of the wall clock, warm: fastest and median of the last 60 of 240 runs. */
function printFormatting(name: string, text: string): void {
  const rows: readonly (readonly [what: string, run: () => unknown])[] = [["formatted", () => formatEdits(text)], ["of which parsed", () => parse(createSourceFile(name, text))]];
  for (const [what, run] of rows) {
    const times = Array.from({ length: 240 }, () => {
      const from = performance.now();
      run();
      return performance.now() - from;
    }).slice(-60).sort((a, b) => a - b);
    console.log(`${`${name}: ${what}`.padEnd(44)} fastest ${times[0].toFixed(1)} ms, median ${times[30].toFixed(1)} ms`);
  }
}

export function printPieces(): void {
  const files = new Map(["models/cd2fsan.net", "models/clip.net"].map((name) => [name, readFileSync(name, "utf8")]));
  files.set("long.net", copiesOf(32));
  const project = createProject({ read: (name) => files.get(name), list: () => files.keys() });
  for (const name of ["models/cd2fsan.net", "long.net"]) {
    project.setText(name, files.get(name)!);
    timed(`${name}: read`, project.looking(name));
    timed(`${name}: checked`, project.checking(name));
    const text = files.get(name)!;
    project.setText(name, text.replace("+ ", "+  "));
    timed(`${name}: checked after an edit`, project.checking(name));
    project.setText(name, text);
    const again = finished(project.checking(name))!;
    timed(`${name}: arms of the variant`, building(again));
    for (const model of again.compilation.models) timed(`${name}: costs`, costing(again.compilation, model, project.chosenVariant(again.compilation, model)));
    timed(`${name}: renamed`, rename(again, text.search(/(?<=^block )\w/m), "Renamed_block"));
  }
  printFormatting("models/cd2fsan.net", files.get("models/cd2fsan.net")!);
}
