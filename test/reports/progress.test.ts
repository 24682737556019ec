/** The progress line says what there is room for, and never more. */
import { describe, expect, it } from "vitest";
import { createSmoothedLoss, durationText, progressLine, type TrainingProgress } from "../../runtime/reports/progress.ts";

const usual: TrainingProgress = { step: 120, steps: 480, epoch: 1.25, epochs: 5, loss: 0.73123, rate: 5e-5, stepsPerSecond: 2.4, validation: "mIoU 41.20" };

describe("the line", () => {
  it("has everything where there is room", () => {
    expect(progressLine(usual, 140)).toBe("step 120/480  ━━━━━━──────────────────  epoch 1.3/5  loss 0.7312  rate 5e-5  2.4 steps/s  mIoU 41.20  2 min 30 s left");
    expect(progressLine({ ...usual, skipped: 2 }, 140)).toContain("2 min 30 s left  2 skipped");
  });

  it("leaves out what matters least where there is not, and fits every width", () => {
    expect(progressLine(usual, 80)).toBe("step 120/480  epoch 1.3/5  loss 0.7312  mIoU 41.20  2 min 30 s left");
    expect(progressLine(usual, 30)).toBe("step 120/480  loss 0.7312");
    for (let width = 0; width < 160; width++) expect(progressLine({ ...usual, skipped: 3 }, width).length).toBeLessThanOrEqual(width);
    // What fits at one width is not lost at a greater one.
    for (let width = 1; width < 160; width++) expect(progressLine(usual, width).length).toBeGreaterThanOrEqual(progressLine(usual, width - 1).length);
  });

  it("says nothing that is not known, and holds at the ends", () => {
    expect(progressLine({ step: 0, steps: 10, epoch: 0, loss: NaN, rate: 0, stepsPerSecond: 0 }, 100)).toBe("step 0/10  ────────────────────────  epoch 0.0  loss –  rate 0");
    expect(progressLine({ ...usual, step: 480, epoch: 5 }, 100)).toContain("0 s left");
    expect(progressLine({ ...usual, stepsPerSecond: 0.08, loss: 3.2e-5, rate: 1.23456e-3 }, 200)).toMatch(/loss 3\.20e-5 {2}rate 1\.23e-3 {2}12\.5 s\/step.* 1 h 15 min left/);
  });
});

it("durations are rounded up, and carry", () => {
  expect([0, 0.2, 59.5, 60, 200, 3599.5, 7500, 86399, 86400 * 3 + 3601].map(durationText)).toEqual(["0 s", "1 s", "1 min 00 s", "1 min 00 s", "3 min 20 s", "1 h 00 min", "2 h 05 min", "1 d 00 h", "3 d 02 h"]);
});

it("the smoothed loss is a weighted mean that begins at the first value and passes over what is not finite", () => {
  const loss = createSmoothedLoss(0.5);
  expect(loss.add(NaN)).toBeNaN();
  expect(loss.add(4)).toBe(4);
  expect(loss.add(1)).toBe(2);
  expect(loss.add(Infinity)).toBe(2);
  expect(loss.add(2)).toBeCloseTo((4 * 0.125 + 1 * 0.25 + 2 * 0.5) / 0.875, 12);
});
