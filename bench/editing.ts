/**
 * `npm run bench -- --editing 2000`: an editing session on the flagship. It is typed character by character, then edited at random so many times, each
 * edit undone; after every step the check that remembers is timed, and on every `--step`th compared with a fresh one. Then keystrokes in a file of some
 * 5,000 lines. What an editor waits for beside this (the protocol, the other process) is not in these figures.
 */
import { readFileSync } from "node:fs";
import { createCompilation, createMemory, type CompilationMemory } from "../compiler/compilation.ts";
import { edited, hostOf, randomNumbers, told, type Texts } from "../test/incremental/session.ts";
import { copiesOf } from "./scaling.ts";

export function editing(edits: number, every: number, table: (rows: readonly (readonly string[])[]) => void): number {
  const name = "models/cd2fsan.net";
  const texts: Texts = { [name]: readFileSync(name, "utf8"), "models/clip.net": readFileSync("models/clip.net", "utf8") };
  const memory = createMemory();
  let [steps, compared, differences] = [0, 0, 0];
  const check = (text: string, mayCompare = true): number => {
    const host = hostOf({ ...texts, [name]: text });
    const begin = performance.now();
    const own = createCompilation(host, [name], memory).diagnostics();
    const time = performance.now() - begin;
    if (mayCompare && steps++ % every === 0) {
      compared++;
      const [mine, fresh] = [own, createCompilation(host, [name]).diagnostics()].map((found) => found.map(told).join("\n"));
      if (mine !== fresh && differences++ < 3) console.log(`a difference after step ${steps}:\n${mine}\n--- fresh ---\n${fresh}\n`);
    }
    if (steps % 500 === 0 && process.stderr.isTTY) process.stderr.write(`\r${steps} steps`);
    return time;
  };
  const whole = texts[name];
  const pick = randomNumbers(11);
  const typed = Array.from(whole, (_, i) => check(whole.slice(0, i + 1)));
  const changes = Array.from({ length: edits }, () => [check(edited(whole, pick)), check(whole)]);
  const inBlock = typedInto(whole, whole.indexOf("{\n", whole.indexOf("block Align")) + 2, "  let extra = Linear(relu(x), out: 12)\n", (text) => check(text, false));
  const inModel = typedInto(whole, whole.lastIndexOf("  output mask"), "  let extra = relu(aligned)\n", (text) => check(text, false));
  console.log(`## An editing session on ${name}, all variants: from a keystroke to its diagnostics, within the process\n`);
  table([
    ["", "steps", "p50 ms", "p95 ms", "slowest"],
    row("the whole file, typed", typed),
    row("a statement typed into a block", inBlock),
    row("a statement typed into the model", inModel),
    row("edits at random", changes.map(([edit]) => edit)),
    row("their undoing", changes.map(([, undo]) => undo)),
    row(`keystrokes in ${copiesOf(34).split("\n").length.toLocaleString("en-US")} lines`, longFile()),
  ]);
  console.log(`compared with a fresh check: ${compared} of ${steps} steps, ${differences} differences\n`);
  return differences > 0 ? 1 : 0;
}

function typedInto(text: string, at: number, line: string, check: (text: string) => number): readonly number[] {
  return Array.from({ length: 5 }, () => Array.from(line, (_, i) => check(text.slice(0, at) + line.slice(0, i + 1) + text.slice(at)))).flat();
}

/** A statement typed into the middle of a long file. */
function longFile(): readonly number[] {
  const text = copiesOf(34);
  const memory: CompilationMemory = createMemory();
  const check = (own: string): number => {
    const begin = performance.now();
    createCompilation(hostOf({ "copies.net": own }), ["copies.net"], memory).diagnostics();
    return performance.now() - begin;
  };
  for (let i = 0; i < 5; i++) check(text + " ".repeat(i));
  return typedInto(text, text.indexOf("{\n", text.indexOf("block Align_17")) + 2, "  let extra = Linear(relu(x), out: 12)\n", check);
}

function row(label: string, times: readonly number[]): readonly string[] {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return [label, String(times.length), at(0.5), at(0.95), at(1)];
}
