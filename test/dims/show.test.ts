// Sizes as people read them.
import { expect, test } from "vitest";
import { add, ceilDivide, constant, floorDivide, modulo, multiply, negate, power, showSize, subtract, variable } from "../../compiler/dims/index.ts";

const [B, C, H, K, X, Y, heads, m] = [
  variable("B"),
  variable("C"),
  variable("H"),
  variable("K"),
  variable("X"),
  variable("Y"),
  variable("heads"),
  variable("m"),
];

test.each([
  [constant(0), "0"],
  [constant(-3), "-3"],
  [multiply(2, B), "2 * B"],
  [multiply(-2, B), "-2 * B"],
  [add(multiply(X, Y), 1), "X * Y + 1"],
  [subtract(1, K), "1 - K"],
  [subtract(negate(K), 1), "-K - 1"],
  [subtract(X, multiply(2, Y)), "X - 2 * Y"],
  [add(multiply(floorDivide(Y, 16), floorDivide(X, 16)), 1), "floor(X / 16) * floor(Y / 16) + 1"],
  [add(multiply(B, X, Y), B), "B * (X * Y + 1)"],
  [multiply(2, X, add(H, 1)), "2 * X * (H + 1)"],
  [power(X, 2), "X * X"],
  [floorDivide(C, heads), "floor(C / heads)"],
  [floorDivide(add(Y, 3), 8), "floor((Y + 3) / 8)"],
  [floorDivide(C, multiply(heads, m)), "floor(C / (heads * m))"],
  [ceilDivide(H, 32), "ceil(H / 32)"],
  [floorDivide(add(Y, 1), 2), "ceil(Y / 2)"],
  [ceilDivide(H, m), "ceil(H / m)"],
  [floorDivide(add(H, m, -1), m), "ceil(H / m)"],
  [modulo(H, 16), "H - 16 * floor(H / 16)"],
])("%#: %s", (size, text) => expect(showSize(size)).toBe(text));

test("exact floors are divisions", () => {
  const exact = () => true;
  expect(showSize(floorDivide(C, heads), { exact })).toBe("C / heads");
  expect(showSize(multiply(heads, floorDivide(C, heads)), { exact })).toBe("heads * (C / heads)");
  expect(showSize(ceilDivide(H, 32), { exact: (numerator) => numerator === H })).toBe("H / 32");
});

test("names and order can be given", () => {
  expect(showSize(add(multiply(X, Y), 1), { order: ["Y", "X"] })).toBe("Y * X + 1");
  expect(showSize(add(multiply(floorDivide(Y, 16), floorDivide(X, 16)), 1), { order: ["Y", "X"] })).toBe("floor(Y / 16) * floor(X / 16) + 1");
  expect(showSize(add(B, H), { name: (name) => name.toLowerCase() })).toBe("b + h");
});
