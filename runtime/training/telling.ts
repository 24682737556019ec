/** What a person is told while a model trains, and how they stop it. */
import { metricNames, namedFigures, printMetric } from "../metrics/names.ts";
import type { SegmentationFigures, SegmentationResult } from "../metrics/segmentation.ts";
import { layOut } from "../reports/columns.ts";
import { createSmoothedLoss, durationText, progressLine } from "../reports/progress.ts";
import { endProgress, grouped, progress, short } from "../terminal.ts";
import { figuresText, hasRun, weightsOfRun, type RunListener, type RunOutcome } from "./run.ts";
import { countOf } from "./shape.ts";
import type { TrainedModel } from "./trained-model.ts";

/** The first interrupt asks the run to stop after its step; the second ends the process. */
export function onInterrupt(): { readonly isStopped: () => boolean; end(): void } {
  let stopped = false;
  const handler = (): void => {
    if (stopped) process.exit(130);
    stopped = true;
    process.stderr.write("\nstopping after this step; once more to end at once\n");
  };
  process.on("SIGINT", handler);
  process.on("SIGTERM", handler);
  return { isStopped: () => stopped, end: () => void (process.off("SIGINT", handler), process.off("SIGTERM", handler)) };
}

/** Tells what happens: what is trained, a line of progress, and a line for each evaluation. */
export function teller(isQuiet: boolean, hasWeights: boolean, label = ""): RunListener {
  const smoothed = createSmoothedLoss(0.9);
  let [begun, first, total, epochs, skipped, loss] = [0, 0, 0, 0, 0, NaN];
  let validation: string | undefined;
  return {
    begun({ trainer, training, validation: judged, resumed, program }) {
      begun = performance.now();
      first = resumed;
      total = trainer.totalSteps;
      epochs = total / trainer.stepsPerEpoch;
      if (isQuiet) return;
      const { section, parameters } = program;
      const count = (some: readonly { readonly shape: readonly number[] }[]): number => some.reduce((sum, { shape }) => sum + countOf(shape), 0);
      const trained = parameters.filter(({ isTrained }) => isTrained);
      process.stderr.write(`${label}${program.model}${program.variant === "default" ? "" : ` (${program.variant})`}: ${short(count(trained))} parameters are trained${trained.length < parameters.length ? ` of ${short(count(parameters))}` : ""}; ${grouped(training)} samples, ${grouped(judged)} to validate; ${grouped(total)} steps of ${section.batch}${section.accumulate > 1 ? ` × ${section.accumulate}` : ""} samples${resumed ? `, from step ${grouped(resumed)} on` : ""}\n`);
      if (section.weightsPlan && !hasWeights && !resumed) process.stderr.write(`note: the weights plan \`${section.weightsPlan}\` is not loaded: every weight begins fresh. \`netc weights\` makes the file for --weights\n`);
    },
    step(report) {
      loss = smoothed.add(report.loss);
      if (report.isSkipped) skipped++;
      if (report.isSkipped && !isQuiet) process.stderr.write(`\nstep ${report.step}: the gradient is not finite; nothing was changed\n`);
      const seconds = (performance.now() - begun) / 1000;
      if (!isQuiet) progress(`${label}${progressLine({ step: report.step, steps: total, epoch: report.epoch, epochs: Number.isInteger(epochs) ? epochs : undefined, loss, rate: report.rate, stepsPerSecond: (report.step - first) / seconds, skipped, validation }, (process.stderr.columns ?? 100) - label.length - 1)}`);
    },
    evaluating: (done, of) => void (isQuiet || progress(`${label}validating: batch ${done} of ${of}`)),
    evaluated({ step, epoch, loss: own, figures, isBest }) {
      endProgress();
      const [[name, value] = []] = figures;
      validation = name === undefined ? undefined : `${name} ${printMetric(name, value!)}`;
      if (!isQuiet) process.stdout.write(`${label}epoch ${epoch.toFixed(1)}, step ${step}: loss ${loss.toFixed(4)}, validation ${own.toFixed(4)}  ${figuresText(figures)}${isBest ? "  best" : ""}\n`);
    },
  };
}

/** What a run did, when it is over. */
export function summaryOf(program: TrainedModel, out: string, { history, steps, waited, seconds }: RunOutcome): string {
  const best = history.filter(({ isBest }) => isBest).at(-1);
  const [metric] = metricNames(program.section.metrics);
  return `${steps} steps in ${durationText(seconds)} (${((100 * waited) / Math.max(seconds, 1e-9)).toFixed(1)} % waiting for data)${best ? `; best ${metric ?? "loss"} after step ${best.step}: ${figuresText(best.figures) || best.loss.toFixed(4)}` : ""}\n${hasRun(out) ? `weights: ${weightsOfRun(out)}\n` : ""}`; // a run that was stopped in its first epoch has none yet
}

/** What an evaluation found: a line, or of maps a table by size and category. */
export function evaluationText(samples: number, { loss, figures, result }: { readonly loss: number; readonly figures: ReadonlyMap<string, number>; readonly result?: SegmentationResult }): string {
  if (!result) return `${grouped(samples)} samples: loss ${loss.toFixed(4)}${figures.size ? `  ${figuresText(figures)}` : ""}\n`;
  const header = ["", "samples", ...figures.keys()];
  const row = (name: string, own: SegmentationFigures): string[] => [name, String(own.samples), ...[...figures.keys()].map((metric) => printMetric(metric, namedFigures(own).get(metric) ?? NaN))];
  const rows = [row("all", result), ...result.sizes.map((bin) => row(bin.name, bin)), ...result.categories.map((category) => row(category.name, category))];
  return `${layOut([header, ...rows], false).join("\n")}\n\nloss ${loss.toFixed(4)}${result.categoryMean === undefined ? "" : `, mean over categories of mIoU ${printMetric("mIoU", result.categoryMean)}`}\n`;
}
