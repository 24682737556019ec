// The obligations of a CD2FSAN-like net: 760 of them, warm, in a few milliseconds. The limit here is ten times the aim, for slow and busy machines.
import { expect, test } from "vitest";
import { add, floorDivide, multiply, prove, subtract, variable } from "../../compiler/dims/index.ts";
import type { Facts, Size } from "../../compiler/dims/index.ts";
import { atLeast, convolved, divides, where } from "./claims.ts";

const [B, D, H, T, W, h] = [variable("B"), variable("D"), variable("H"), variable("T"), variable("W"), variable("h")];

function obligations(): readonly (readonly [Size, Size])[] {
  const claims: (readonly [Size, Size])[] = [];
  const same = (a: Size, b: Size): void => void claims.push([a, b]);
  const [rows, columns] = [floorDivide(H, 16), floorDivide(W, 16)];
  const tokens = add(multiply(rows, columns), 1);
  const perHead = floorDivide(D, h);
  for (let layer = 0; layer < 12; layer++) {
    for (const length of [tokens, T]) {
      same(D, D);
      for (let use = 0; use < 4; use++) same(multiply(h, perHead), D);
      same(multiply(B, length, D), multiply(B, length, h, perHead));
      same(length, length);
      same(multiply(4, D), multiply(D, 4));
      same(multiply(B, h, length, perHead), multiply(multiply(B, h), length, perHead));
      for (let use = 0; use < 6; use++) same(add(length, 0), length);
    }
  }
  const down = (size: Size): Size => convolved(size, 3, 2, 1);
  const [h8, w8] = [down(down(down(H))), down(down(down(W)))];
  const [h16, w16] = [down(h8), down(w8)];
  for (let scale = 0; scale < 40; scale++) {
    same(multiply(2, down(h16)), h16);
    same(multiply(2, down(w16)), w16);
    same(multiply(2, h16), h8);
    same(multiply(2, w16), w8);
    same(rows, h16);
    same(columns, w16);
    same(multiply(h16, w16), subtract(tokens, 1));
    same(multiply(16, h16), H);
    same(convolved(h16, 3, 1, 2, 2), h16);
    same(multiply(B, 9, multiply(D, 64)), multiply(B, D, 64, 3, 3));
  }
  return claims;
}

const facts = (): Facts => where("H W B D h T", atLeast(H, 32), atLeast(W, 32), divides(32, H), divides(32, W), divides(h, D));

test("the 760 obligations of a CD2FSAN-like net are proved", () => {
  for (let round = 0; round < 6; round++) {
    const fresh = facts();
    const claims = obligations();
    const proved = claims.filter(([left, right]) => prove(fresh, { kind: "equal", left, right }).kind === "proved");
    expect([claims.length, proved.length]).toEqual([760, 760]);
  }
});
