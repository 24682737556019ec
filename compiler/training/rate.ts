/** The factor of the learning rate at a step of training: a function of the step alone, so that it does not depend on how often it was asked. */
import type { Schedule } from "./description.ts";

export interface Duration {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/**
 * The factor of the step that begins when `step` steps are done; 0 is the first one's. A warm-up of W steps rises by 1/W with each of them: the first
 * has 1/W, so that it is not lost, and the last one 1. The rest of the schedule counts from the warm-up's end.
 */
export function rateFactor(schedule: Schedule, step: number, { stepsPerEpoch, totalSteps }: Duration): number {
  const [epoch, epochs] = [step / stepsPerEpoch, totalSteps / stepsPerEpoch];
  const rising = schedule.warmup > 0 ? Math.min(1, (step + 1) / (schedule.warmup * stepsPerEpoch)) : 1;
  const left = epochs > schedule.warmup ? 1 - Math.min(1, Math.max(0, (epoch - schedule.warmup) / (epochs - schedule.warmup))) : 1;
  switch (schedule.kind) {
    case "constant":
      return rising;
    case "step":
      return rising * schedule.by ** schedule.at.filter((each) => epoch >= each).length;
    case "cosine":
      return rising * (schedule.floor + (1 - schedule.floor) * 0.5 * (1 - Math.cos(Math.PI * left)));
    case "polynomial":
      return rising * (schedule.floor + (1 - schedule.floor) * left ** schedule.power);
  }
}
