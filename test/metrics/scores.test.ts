/** Scores at the original picture's pixels equal OpenCV's. */
import { expect, it } from "vitest";
import { letterboxOf } from "../../runtime/data/letterbox.ts";
import { scoresAtOriginal, sigmoid } from "../../runtime/metrics/scores.ts";
import { floats, golden } from "./golden.ts";

interface Case {
  readonly mapHeight: number;
  readonly mapWidth: number;
  readonly frameHeight: number;
  readonly frameWidth: number;
  readonly height: number;
  readonly width: number;
  readonly logits: string;
  readonly scores: readonly number[];
}

it.each(golden<readonly Case[]>("original"))("a map of $mapHeight × $mapWidth over a frame of $frameHeight × $frameWidth, at $height × $width", (golden) => {
  const { mapHeight, mapWidth, frameHeight, frameWidth, height, width } = golden;
  const scores = scoresAtOriginal(floats(golden.logits), mapHeight, mapWidth, letterboxOf(height, width, frameHeight, frameWidth));
  expect(scores.length).toBe(height * width);
  expect(Math.max(...golden.scores.map((score, i) => Math.abs(score - scores[i])))).toBeLessThan(1e-6);
  // Masks are equal wherever a score is not within rounding of the threshold.
  for (const [i, score] of golden.scores.entries()) if (Math.abs(score - 0.35) > 1e-6) expect(scores[i] > 0.35).toBe(score > 0.35);
});

it("the sigmoid holds at its ends", () => {
  expect([...sigmoid(Float32Array.of(-200, 0, 200))]).toEqual([0, 0.5, 1]);
});
