/** A file with errors in it is still a program. */
import { expect, test } from "vitest";
import { textOf } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { declaredNames, parseText, spanFaults } from "./fixtures.ts";

const elevenErrors = `import { ViT } from "./clip.net"
choice Activation = relu | gelu
block first(x: f32[B, C]; heads: int) -> f32[B, C] {
  let a = relu(x
  let b = = a
  let c Linear(b)
  let d = [a, b
  let e = c + d
  return e
}
block second(x: f32[B, C) -> f32[B, C] = x
def third(x): return x
block fourth(x: f32[B]) -> f32[B] {
  param w: f32[C] = 
  let f = x.
  state s: f32[C] = 0
  return f
model M {
  config { depth: int = 3 }
  input image f32[B]
  let g = first(image heads: 3)
  output y: f32[B] = g
}
ablation t of M { a "x" = { depth: 3 } }
`;

test("eleven errors: eleven problems, and all names are there", () => {
  const { file, problems } = parseText(elevenErrors);
  expect(problems.map((problem) => `${elevenErrors.slice(0, problem.span.start).split("\n").length}: ${problem.message}`)).toMatchInlineSnapshot(`
    [
      "4: expected \`,\` or \`)\`, found \`let\`",
      "5: expected an expression, found \`=\`: two values are compared with \`==\`",
      "6: expected \`=\`, found \`Linear\`",
      "7: expected \`,\` or \`]\`, found \`let\`",
      "11: expected \`,\` or \`]\`, found \`)\`",
      "12: expected an item, found \`def\`: a file holds \`import\`, \`block\`, \`model\`, \`choice\`, \`weights\`, \`ablation\` and \`train\`",
      "14: expected an expression, found \`let\`",
      "15: expected a member's name, found \`state\`",
      "17: expected a statement or \`}\`, found \`model\`",
      "20: expected \`:\`, found \`f32\`",
      "21: expected \`,\`, found \`heads\`",
    ]
  `);
  expect(declaredNames(file)).toEqual([
    "Activation", "first", "a", "b", "c", "d", "e", "return", "second", "fourth", "w", "f", "s", "return", "M", "image", "g", "y", "t",
  ]);
  expect(file.imports.length).toBe(1);
  expect(spanFaults(file, true)).toEqual([]);
});

test("skipped text is kept as Missing nodes", () => {
  const { file } = parseText("block a(x: f32[B]) -> f32[B] { y = x  return x } ) what is this \nblock b(x: f32[B]) -> f32[B] = x");
  const skipped: string[] = [];
  walk(file, (node) => void (node.kind.startsWith("Missing") ? skipped.push(`${node.kind} ${textOf(node.span)}`) : undefined));
  expect(skipped).toEqual(["MissingStatement y = x", "MissingItem ) what is this"]);
});

test("what is half typed keeps its beginning", () => {
  const { file } = parseText("block f(x: f32[B, C]; heads: int) -> f32[B, C] {\n  let y = Linear(x, out: relu(x).");
  const kinds: string[] = [];
  walk(file, (node) => void kinds.push(node.kind));
  expect(kinds).toEqual(expect.arrayContaining(["Block", "Option", "Let", "Call", "Argument", "Member"]));
});

test("a word of a statement is no member's name on the next line", () => {
  expect(declaredNames(parseText("model M {\n let a = vision.\n let b = a\n output c: f32[B] = b }").file)).toEqual(["M", "a", "b", "c"]);
});
