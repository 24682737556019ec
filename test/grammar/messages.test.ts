/** The commonest mistakes and what is said about them: the place, one problem, a sentence. */
import { expect, test } from "vitest";
import { parseText } from "./fixtures.ts";

/** A text with ‸ where the problem is said. */
function said(text: string): string {
  return parseText(text)
    .problems.map(({ span, message, related }) => {
      const marked = `${text.slice(0, span.start)}‸${text.slice(span.start, span.end)}${span.end > span.start ? "‸" : ""}${text.slice(span.end)}`;
      const line = marked.split("\n").find((each) => each.includes("‸"))?.trim() ?? "";
      return `${line}\n  ${message}${related === undefined ? "" : ` (opened: ${text.slice(related.start, related.start + 8).split("\n")[0]})`}`;
    })
    .join("\n");
}

const inBody = (statement: string): string => said(`block f(x: f32[B, C]) -> f32[B, C] {\n  ${statement}\n  return y\n}\n`);

test("a bracket is not closed", () => {
  expect(inBody("let y = relu(x, k: [1, 2]")).toMatchInlineSnapshot(`
    "let y = relu(x, k: [1, 2]‸
      expected \`,\` or \`)\`, found \`return\` (opened: (x, k: [)"
  `);
  expect(inBody("let y = f([A, B)")).toMatchInlineSnapshot(`
    "let y = f([A, B‸)
      expected \`,\` or \`]\`, found \`)\` (opened: [A, B))"
  `);
  expect(said("block f(x: f32[B]) -> f32[B] {\n  return x\nblock g(x: f32[B]) -> f32[B] = x")).toMatchInlineSnapshot(`
    "return x‸
      expected a statement or \`}\`, found \`block\` (opened: {)"
  `);
});

test("something is missing", () => {
  expect(inBody("let y =")).toMatchInlineSnapshot(`
    "let y =‸
      expected an expression, found \`return\`"
  `);
  expect(inBody("let y Linear(x)")).toMatchInlineSnapshot(`
    "let y‸ Linear(x)
      expected \`=\`, found \`Linear\`"
  `);
  expect(inBody("let = x")).toMatchInlineSnapshot(`
    "let ‸=‸ x
      expected a name, found \`=\`"
  `);
  expect(inBody("let y = f(x over: C)")).toMatchInlineSnapshot(`
    "let y = f(x‸ over: C)
      expected \`,\`, found \`over\`"
  `);
  expect(inBody("let y = if a then b")).toMatchInlineSnapshot(`
    "let y = if a then b‸
      expected \`else\`, found \`return\`: an \`if\` has both arms, and both are checked"
  `);
  expect(inBody("let y = einsum(q, k[B] -> [B])")).toMatchInlineSnapshot(`
    "let y = einsum(q‸,‸ k[B] -> [B])
      expected the operand's axes, as in \`x[B, C]\`, found \`,\`"
  `);
  expect(said("block f(x: f32[B]) { return x }")).toMatchInlineSnapshot(`
    "block f(x: f32[B])‸ { return x }
      expected \`->\`, found \`{\`: a block says what it gives: \`-> f32[B, C]\`"
  `);
  expect(said("model M { input x f32[B] }")).toMatchInlineSnapshot(`
    "model M { input x‸ f32[B] }
      expected \`:\`, found \`f32\`"
  `);
});

test("habits of other languages", () => {
  expect(inBody("y = relu(x)")).toMatchInlineSnapshot(`
    "‸y‸ = relu(x)
      expected a statement or \`}\`, found \`y\`: a value gets its name with \`let\`"
  `);
  expect(inBody("let y = relu(x);")).toMatchInlineSnapshot(`
    "let y = relu(x)‸;‸
      expected a statement or \`}\`, found \`;\`: nothing stands between statements"
  `);
  expect(inBody("let y = (a, b)")).toMatchInlineSnapshot(`
    "let y = (a‸, b)
      expected \`)\`, found \`,\`: a record names its fields: \`(a: x, b: y)\` (opened: (a, b))"
  `);
  expect(inBody("let y = x[1:3]")).toMatchInlineSnapshot(`
    "let y = x[1‸:3]
      expected \`,\` or \`]\`, found \`:\`: a range is written \`a..b\` (opened: [1:3])"
  `);
  expect(inBody("let y = a ** 2")).toMatchInlineSnapshot(`
    "let y = a *‸*‸ 2
      expected an expression, found \`*\`: a power is written \`a ^ b\`"
  `);
  expect(inBody("let y = a && b")).toMatchInlineSnapshot(`
    "let y = a ‸&&‸ b
      \`&&\` means nothing here: \`and\` is written out in this language"
  `);
  expect(inBody("let y = a || b")).toMatchInlineSnapshot(`
    "let y = a ‸|‸| b
      expected a statement or \`}\`, found \`|\`: write \`or\`"
  `);
  expect(inBody("let y = a @ b")).toMatchInlineSnapshot(`
    "let y = a ‸@‸ b
      expected a statement or \`}\`, found \`@\`: a matrix product is an \`einsum\`: its axes are named"
  `);
  expect(inBody("let y = a < b < c")).toMatchInlineSnapshot(`
    "let y = a < b ‸<‸ c
      comparisons do not chain: write \`a < b and b < c\`"
  `);
  expect(inBody("let y = 1.")).toMatchInlineSnapshot(`
    "let y = 1.‸
      expected a member's name, found \`return\`: a float has a digit after its point: \`1.0\`"
  `);
  expect(inBody("let y = rearrange(x, [(Y, X)] -> [t])")).toMatchInlineSnapshot(`
    "let y = rearrange(x, [(Y‸,‸ X)] -> [t])
      the names of a group stand side by side: \`(Y X)\`"
  `);
  expect(inBody("let y = match k { a => 1, b => 2 }")).toMatchInlineSnapshot(`
    "let y = match k { a => 1‸,‸ b => 2 }
      nothing stands between the arms of a \`match\`"
  `);
  expect(inBody('let y = "abc')).toMatchInlineSnapshot(`
    "let y = ‸"abc‸
      this string is not closed: a string ends with \`"\`, on the line where it begins"
  `);
  expect(inBody("let y: f64[B] = x")).toMatchInlineSnapshot(`
    "let y: ‸f64‸[B] = x
      \`f64\` is no element type: there are \`f32\`, \`f16\`, \`bf16\`, \`i32\`, \`bool\`"
  `);
  expect(said("def f(x): return x")).toMatchInlineSnapshot(`
    "‸def‸ f(x): return x
      expected an item, found \`def\`: a file holds \`import\`, \`block\`, \`model\`, \`choice\`, \`weights\`, \`ablation\` and \`train\`"
  `);
  expect(said("block f(x: f32[B]) -> f32[B] = x\n}")).toMatchInlineSnapshot(`
    "‸}‸
      expected an item, found \`}\`: there is no \`{\` that this closes"
  `);
  expect(said("block f(x: f32[B]) -> f32[B] = x\nimport { a } from \"b\"")).toMatchInlineSnapshot(`
    "‸import‸ { a } from "b"
      imports stand at the head of the file, before everything else"
  `);
});
