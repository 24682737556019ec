/** The factor of the learning rate at a moment of training: a function of the epoch, fractions included, so that it does not depend on how often it was asked. */
import type { Schedule } from "./section.ts";

/** `epoch` from 0 (the first step's) up to `epochs`, the end of training. */
export function rateFactor(schedule: Schedule, epoch: number, epochs: number): number {
  const rising = schedule.warmup > 0 ? Math.min(1, epoch / schedule.warmup) : 1;
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
