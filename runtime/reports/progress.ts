/** The progress line of a training: from data to one line of text that fits the terminal. What matters least goes first when there is little room. */

export interface TrainingProgress {
  /** Steps done, and all of them. */
  readonly step: number;
  readonly steps: number;
  /** Epochs seen, fractions included, and all of them where the training counts in epochs. */
  readonly epoch: number;
  readonly epochs?: number;
  /** Smoothed. */
  readonly loss: number;
  /** The learning rate. */
  readonly rate: number;
  /** 0 as long as it is not known. */
  readonly stepsPerSecond: number;
  /** Steps whose gradient was not finite. */
  readonly skipped?: number;
  /** The last validation, printed: `mIoU 41.20`. */
  readonly validation?: string;
}

/** A mean of the losses so far in which newer ones count more. */
export interface SmoothedLoss {
  /** The mean with this loss; one that is not finite changes nothing. NaN before the first finite one. */
  add(loss: number): number;
}

/** `decay`: the weight of what came before. The first values are not drawn to zero: weights are divided by their sum, as Adam does. */
export function createSmoothedLoss(decay = 0.95): SmoothedLoss {
  let [sum, weight] = [0, 0];
  return {
    add(loss) {
      if (Number.isFinite(loss)) [sum, weight] = [decay * sum + (1 - decay) * loss, decay * weight + (1 - decay)];
      return weight === 0 ? NaN : sum / weight;
    },
  };
}

/** Cells of a bar at its longest. */
const barLength = 24;

/** One line of at most `width` letters (all of them one column wide). */
export function progressLine(progress: TrainingProgress, width: number): string {
  const { step, steps, epoch, epochs, loss, rate, stepsPerSecond, skipped = 0, validation } = progress;
  const left = stepsPerSecond > 0 ? `${durationText((steps - step) / stepsPerSecond)} left` : undefined;
  const bar = (length: number): string => {
    const full = Math.round(length * Math.min(1, steps > 0 ? step / steps : 0));
    return `${"━".repeat(full)}${"─".repeat(length - full)}`;
  };
  // In their order on the line; a greater number goes earlier when there is no room.
  const parts: readonly (readonly [goes: number, text: string | undefined])[] = [
    [0, `step ${step}/${steps}`],
    [5, bar(barLength)],
    [4, `epoch ${epoch.toFixed(epochs !== undefined && epochs >= 100 ? 0 : 1)}${epochs === undefined ? "" : `/${epochs}`}`],
    [1, `loss ${lossText(loss)}`],
    [7, `rate ${rateText(rate)}`],
    [6, stepsPerSecond > 0 ? speedText(stepsPerSecond) : undefined],
    [3, validation],
    [2, left],
    [1.5, skipped > 0 ? `${skipped} skipped` : undefined],
  ];
  const present = parts.filter((part): part is readonly [number, string] => part[1] !== undefined);
  for (let most = Infinity; ; ) {
    const shown = present.filter(([goes]) => goes < most);
    const line = shown.map(([, text]) => text).join("  ");
    if (line.length <= width || shown.length === 1) return line.slice(0, Math.max(width, 0));
    most = Math.max(...shown.map(([goes]) => goes));
  }
}

const lossText = (loss: number): string => (Number.isFinite(loss) ? (Math.abs(loss) >= 1e4 || (loss !== 0 && Math.abs(loss) < 1e-3) ? loss.toExponential(2) : loss.toFixed(4)) : "–");

/** `5e-5`, `2.35e-5`, `0` */
const rateText = (rate: number): string => (rate === 0 ? "0" : rate.toExponential(2).replace(/\.?0+e/, "e"));

const speedText = (perSecond: number): string => (perSecond >= 1 ? `${perSecond.toFixed(perSecond >= 10 ? 0 : 1)} steps/s` : `${(1 / perSecond).toFixed(1)} s/step`);

/** `45 s`, `3 min 20 s`, `2 h 05 min`, `4 d 03 h`, rounded up. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.ceil(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}
