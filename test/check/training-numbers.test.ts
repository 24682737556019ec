/** Numbers of a training section: each in its range, said where it stands. */
import { describe, expect, it } from "vitest";
import { textOf } from "../../grammar/source.ts";
import { compileText } from "../programs.ts";

const text = (items: string): string => `model M {
  input x: f32[B, C = 4]
  output y: f32[B, C] = Linear(x)
}
train M {
  data folder(split: train) { x: f32[B, C = 4]  target: f32[B, C = 4] }
  loss squared_error(y, target)
${items}
}
`;

const found = (items: string): readonly string[] => compileText(text(items)).diagnostics().map(({ code, span }) => `${code} ${textOf(span)}`);

describe("numbers of a training section", () => {
  it.each([
    ["optimizer adam(lr: 1e-3)\nbatch 0", "0"], ["optimizer adam(lr: 1e-3)\nbatch 2.5", "2.5"], ["optimizer adam(lr: 1e-3)\nema 1.0", "1.0"], ["optimizer adam(lr: 1e-3)\naccumulate 0", "0"],
    ["optimizer adam(lr: 0.0)", "0.0"], ["optimizer adam(lr: 1e-3, betas: [0.9])", "[0.9]"], ["optimizer adam(lr: 1e-3, betas: [0.9, 1.0])", "[0.9, 1.0]"], ["optimizer sgd(lr: 1e-3, momentum: 1.0)", "1.0"], ["optimizer adam(lr: true)", "true"],
    ["optimizer adam(lr: 1e-3)\nschedule step(at: [0, 3])", "[0, 3]"], ["optimizer adam(lr: 1e-3)\nschedule cosine(floor: 2.0)", "2.0"], ["optimizer adam(lr: 1e-3) { y: lr * -1.0 }", "-1.0"],
    ["optimizer adam(lr: 1e-3)\nmetrics precision@[0.5, 1.5] of y", "[0.5, 1.5]"],
  ])("%s", (items, place) => expect(found(items)).toEqual([`NET0610 ${place}`]));

  it("says nothing of numbers that are well", () => {
    expect(found("optimizer adamw(lr: 1e-3, betas: [0.9, 0.95], eps: 1e-8, decay: 0, clip: 1) { y: lr * 0 }\nschedule step(at: [2, 4.5], by: 0.1, warmup: 0.5)\nepochs 3\nbatch 4\naccumulate 2\nema 0.999\npatience 3")).toEqual([]);
  });
});
