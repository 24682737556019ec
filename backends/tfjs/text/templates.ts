/**
 * Functions while it is not known which are the same. Those of one block and phase whose texts agree, but for what is in their holes, are one; which names
 * they have and what fills their holes is settled when all graphs of a program are written.
 */
import type { LayerCall } from "../../../compiler/ir/graph.ts";
import type { Line } from "./body.ts";
import { filled, fillingOf, holesOf, withoutNumbers, type Filling, type Hole, type Known } from "./holes.ts";
import { createNames } from "./names.ts";
import type { Phase } from "../functions/phase.ts";
import type { Readable } from "./readable.ts";

export interface Parameter {
  readonly name: string;
  readonly type: string;
}

export interface Instance {
  readonly path: string;
  readonly call?: LayerCall;
}

/** A function as text. */
export interface FunctionText {
  readonly name: string;
  /** The block of the source, and where it stands in the model. */
  readonly block: string;
  readonly instances: readonly Instance[];
  readonly phase: Phase;
  /** Whether it computes its block for the gradient, where another function does for evaluation. */
  readonly isInTraining: boolean;
  /** Whether it is the function of a whole. */
  readonly isEntry: boolean;
  /** Which of the program's graphs call it. */
  readonly entries: ReadonlySet<string>;
  readonly parameters: readonly Parameter[];
  /** Variables of sizes that it writes: those that the function of a whole reads off its inputs. */
  readonly variables: readonly string[];
  readonly lines: readonly Line[];
}

/** What names of functions end in that compute a block for its gradient, where another does for evaluation. */
export const trainingEnding = "InTraining";

interface Template {
  readonly block: string;
  readonly phase: Phase;
  readonly parameters: readonly Parameter[];
  readonly unique: (wanted: string) => string;
  lines: readonly Line[];
  readonly holes: (readonly Hole[])[];
  readonly readable: Readable[];
  readonly instances: Instance[];
  readonly entries: Set<string>;
  /** Of the function of a whole. */
  readonly entry?: string;
}

export interface Candidate extends Pick<Template, "block" | "phase" | "parameters" | "unique" | "lines" | "entry"> {
  readonly instance: Instance;
  readonly sizes: Readable;
}

export interface Templates {
  /** The number of a function of the same text, if there is one. */
  readonly find: (of: Candidate) => number | undefined;
  /** Adds an instance, to a function of the same text or to a new one: its number and what is in its holes. */
  readonly add: (of: Candidate, entry: string) => { readonly template: number; readonly holes: readonly Hole[] };
  /** All functions, each after those that it calls. */
  readonly functions: () => readonly FunctionText[];
}

export const textOf = (lines: readonly Line[]): string => lines.map((line) => line.text).join("\n");

/** `variables`: the names of all sizes; `taken`: names that functions cannot have; `training`: which graph trains, if there are others. */
export function createTemplates(variables: () => readonly string[], taken: readonly string[], training: string | undefined): Templates {
  const templates: Template[] = [];
  const known = new Map<string, number>();
  const keyOf = ({ block, phase: own, parameters, lines }: Candidate, phase = own): string => [block, phase, ...parameters.map(({ name, type }) => `${name}: ${type}`), withoutNumbers(textOf(lines))].join("\n");

  /** What is computed again as it was computed first is the same function. */
  const found = (of: Candidate): number | undefined => known.get(keyOf(of)) ?? (of.phase === "again" ? known.get(keyOf(of, "forward")) : undefined);

  const isOfTraining = ({ entries }: Template): boolean => training !== undefined && entries.size === 1 && entries.has(training);
  /** Whether a function computes a block for its gradient and another does for evaluation. */
  const isInTraining = (of: Template): boolean => of.phase === "forward" && isOfTraining(of) && templates.some((each) => each.phase === "forward" && each.block === of.block && !isOfTraining(each));

  /** Functions of evaluation have their blocks' names before those that training alone calls. */
  function names(): readonly string[] {
    const unique = createNames(taken);
    const given = templates.map(({ entry }) => entry);
    const order = [...templates.keys()].sort((a, b) => Number(isOfTraining(templates[a])) - Number(isOfTraining(templates[b])) || a - b);
    for (const at of order) {
      if (given[at] !== undefined) continue;
      const { block, phase } = templates[at];
      const ending = phase === "backward" ? "Gradient" : phase === "again" ? "Again" : isInTraining(templates[at]) ? trainingEnding : "";
      given[at] = unique(`${block}${ending}`);
    }
    return given as readonly string[];
  }

  return {
    find: found,
    add(of, entry) {
      const { instance, sizes, ...own } = of;
      const at = found(of) ?? templates.length;
      known.set(keyOf(of), at);
      if (at === templates.length) templates.push({ ...own, holes: [], readable: [], instances: [], entries: new Set() });
      else templates[at].lines = templates[at].lines.map((line, i) => merged(line, own.lines[i]));
      const holes = holesOf(textOf(own.lines));
      templates[at].holes.push(holes);
      templates[at].readable.push(sizes);
      templates[at].instances.push(instance);
      templates[at].entries.add(entry);
      return { template: at, holes };
    },
    functions() {
      const named = names();
      const fillings: Filling[] = [];
      const all: Known = { name: (of) => named[of], filling: (of) => fillings[of] };
      return templates.map((template, at) => {
        const { lines, parameters, block, phase, holes, readable, unique, instances, entries, entry } = template;
        const filling = fillingOf(textOf(lines), holes, readable, variables(), all.filling, unique);
        fillings.push(filling);
        let from = 0;
        return {
          name: named[at], block, phase, instances, entries, isInTraining: isInTraining(template), isEntry: entry !== undefined, variables: filling.variables,
          parameters: [
            ...parameters.map(({ name, type }) => ({ name, type: filled(type, 0, filling, all) })),
            ...filling.parameters.map(({ name, type }) => ({ name, type })),
            ...(entry === undefined ? filling.variables.map((name) => ({ name, type: "number" })) : []),
          ],
          lines: lines.map((line) => {
            const text = filled(line.text, from, filling, all);
            from += holesOf(line.text).length;
            return { ...line, text, ...(line.declares ? { declares: { ...line.declares, type: filled(line.declares.type, 0, filling, all) } } : {}) };
          }),
        };
      });
    },
  };
}

/** A line of two instances: what is said of one alone is left out. */
function merged(line: Line, other: Line): Line {
  if (!line.remark || !other.remark || line.remark === other.remark) return line;
  const [shapes, others] = [line.remark, other.remark].map((each) => /^([^[]*)\[([^\]]*)\](.*)$/.exec(each));
  if (!shapes || !others) return { ...line, remark: undefined };
  const axes = shapes[2].split(", ").map((axis, i) => (axis === others[2].split(", ")[i] ? axis : "…"));
  return { ...line, remark: `${shapes[1]}[${axes.join(", ")}]${shapes[3] === others[3] ? shapes[3] : ""}` };
}

