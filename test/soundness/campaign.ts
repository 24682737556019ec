/** Many random programs judged: what was accepted, refused, failed. A failure is made as small as it can be. */
import { emptyTally, type Tally } from "./execute.ts";
import { judgeProgram, type JudgeOptions, type Verdict } from "./judge.ts";
import { minimised } from "./minimise.ts";
import { perturbed } from "./perturb.ts";
import { generateProgram, type GeneratedProgram } from "./program.ts";
import { random } from "./random.ts";

export interface CampaignOptions {
  readonly from: number;
  readonly count: number;
  /** Every n-th program runs in ONNX Runtime; so do its wrapped blocks, every m-th time. 0: none. */
  readonly onnxEvery: number;
  readonly onnxOfBlocksEvery: number;
  readonly trainingEvery: number;
  /** Changed versions of every n-th program. */
  readonly changes: number;
  readonly changesEvery: number;
  readonly wraps?: number;
  readonly progress?: (text: string) => void;
}

/** Refused for what a program means (a softmax over one element, a parameter that nothing uses), not because its sizes do not fit. */
export const isAdvice = (codes: readonly string[]): boolean => codes.every((code) => /^NET08[12]/.test(code));

type Failed = Extract<Verdict, { kind: "failed" }>;

export interface Campaign {
  passed: number;
  readonly refused: { readonly seed: number; readonly codes: readonly string[]; readonly message: string }[];
  readonly failures: { readonly seed: number; readonly failure: Failed["failure"]; readonly text: string }[];
  /** Blocks in a model of numbers that their facts admit, which the checker refuses. */
  readonly refusedWraps: { readonly seed: number; readonly text: string }[];
  readonly tally: Tally;
  changed: number;
  changedAccepted: number;
}

const every = (seed: number, step: number): boolean => step > 0 && seed % step === 0;

export async function programCampaign(options: CampaignOptions): Promise<Campaign> {
  const done: Campaign = { passed: 0, refused: [], failures: [], refusedWraps: [], tally: emptyTally(), changed: 0, changedAccepted: 0 };
  for (let seed = options.from; seed < options.from + options.count; seed++) {
    const program = generateProgram(seed);
    const how: JudgeOptions = { onnx: every(seed, options.onnxEvery), onnxOfBlocks: every(seed, options.onnxOfBlocksEvery), training: every(seed, options.trainingEvery), wraps: options.wraps };
    const verdict = await judgeProgram(program, how, done.tally);
    switch (verdict.kind) {
      case "passed":
        done.passed++;
        for (const text of verdict.refusedWraps) done.refusedWraps.push({ seed, text });
        break;
      case "refused":
        done.refused.push({ seed, codes: verdict.diagnostics.map(({ code }) => code), message: verdict.diagnostics[0].message });
        break;
      case "failed": {
        done.failures.push({ seed, failure: verdict.failure, text: await smallest(program, verdict, how) });
      }
    }
    if (every(seed, options.changesEvery)) await judgeChanged(program, how, options.changes, done);
    if ((seed + 1) % 500 === 0) options.progress?.(`${seed + 1 - options.from} programs: ${done.passed} passed, ${done.refused.length} refused, ${done.failures.length} failed`);
  }
  return done;
}

/** A program that fails in the same way. */
function smallest(program: GeneratedProgram, { failure, text }: Failed, how: JudgeOptions): Promise<string> {
  return minimised(text, async (candidate) => {
    const again = await judgeProgram({ ...program, text: candidate }, { ...how, onnx: true, onnxOfBlocks: false });
    return again.kind === "failed" && again.failure.kind === failure.kind;
  });
}

async function judgeChanged(program: GeneratedProgram, how: JudgeOptions, count: number, done: Campaign): Promise<void> {
  const chance = random(program.seed + 4711);
  for (let i = 0; i < count; i++) {
    const text = perturbed(program.text, chance);
    if (text === undefined) continue;
    done.changed++;
    const changed = { ...how, changed: true };
    const verdict = await judgeProgram({ ...program, text }, changed, done.tally);
    if (verdict.kind === "refused") continue;
    done.changedAccepted++;
    if (verdict.kind === "failed") done.failures.push({ seed: program.seed, failure: { ...verdict.failure, where: `changed: ${verdict.failure.where}` }, text: await smallest(program, verdict, changed) });
    else for (const wrap of verdict.refusedWraps) done.refusedWraps.push({ seed: program.seed, text: `changed: ${wrap}` });
  }
}
