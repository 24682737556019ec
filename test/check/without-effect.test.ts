/** What has no effect: names that nothing uses, parameters that no result depends on, frozen parameters with a rate, biases that a batch norm subtracts. */
import { describe, expect, it } from "vitest";
import { brief, problemsOf } from "../programs.ts";

type Alarm = readonly [what: string, text: string, found: string];
type Quiet = readonly [what: string, text: string];

const training = (loss: string, optimizer = "adam(lr: 1e-3)", plan = ""): string => `train M {\n  data folder(split: train) { x: f32[B, C = 4]  target: f32[B, C = 4] }\n${plan}  loss ${loss}\n  optimizer ${optimizer}\n}\n`;
const two = "model M {\n  input x: f32[B, C = 4]\n  let body = Linear(x)\n  let head = Linear(relu(body))\n  output y: f32[B, C] = head\n}\n";
const unit = (conv: string, norm: string, result = "relu(norm)"): string => `block Unit(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let conv = ${conv}\n  let norm = ${norm}\n  return ${result}\n}`;

const unused: readonly Alarm[] = [
  ["a branch that was computed and forgotten", "block Layer(x: f32[B, tok, C]) -> f32[B, tok, C] {\n  let norm = LayerNorm(x)\n  let attention = MultiHeadAttention(norm, norm, heads: 1)\n  let mlp = Mlp(norm)\n  return x + mlp\n}", "NET0818 `attention`"],
  ["a norm whose input was used instead", "block Layer(x: f32[B, tok, C]) -> f32[B, tok, C] {\n  let norm = LayerNorm(x)\n  let mlp = Mlp(x)\n  return x + mlp\n}", "NET0818 `norm`"],
  ["the last of a chain, and not the others", "block Layer(x: f32[B, C]) -> f32[B, C] {\n  let a = Linear(x)\n  let b = Linear(a)\n  let c = Linear(x)\n  return c\n}", "NET0818 `b`"],
  ["a family that only its own recurrence uses", "block Layer(x: f32[B, C]; depth: int) -> f32[B, C] {\n  let a[0] = x\n  let a[i] = Linear(a[i - 1]) for i in 1..=depth\n  let c = Linear(x)\n  return c\n}", "NET0818 `a`"],
  ["an input of a block", "block twice(x: f32[B, C], y: f32[B, C]) -> f32[B, C] = x * 2.0", "NET0818 `y`"],
  ["an input of a model", "model M {\n  input x: f32[B, C = 4]\n  input z: f32[B, C = 4]\n  output y: f32[B, C] = Linear(x)\n}", "NET0818 `z`"],
  ["an option that only its own fact mentions", "block Layer(x: f32[B, C]; rate: float) -> f32[B, C] where 0.0 <= rate, rate < 1.0 {\n  let y = Linear(x)\n  return y\n}", "NET0818 `rate`"],
  ["a key of a config, although a row sets it", "model M {\n  config { width: int = 8  depth: int = 3 }\n  input x: f32[B, C = 4]\n  output y: f32[B, C = width] = Linear(x, out: width)\n}\nablation depths of M { deep \"deep\" = { depth: 6 } }", "NET0818 `depth`"],
  ["a state", "block Scale(x: f32[B, C]) -> f32[B, C] {\n  param weight: f32[C] = 1\n  state steps: f32[C] = 0\n  return x * weight\n}", "NET0818 `steps`"],
  ["a parameter", "block Scale(x: f32[B, C]) -> f32[B, C] {\n  param weight: f32[C] = 1\n  param shift: f32[C] = 0\n  return x * weight\n}", "NET0819 `shift`"],
  ["a class token that was not put before the patches", "model M {\n  input x: f32[B, tok = 4, C = 8]\n  param class: f32[C = 8] = 0\n  let layer = EncoderLayer(x, heads: 2)\n  output y: f32[B, tok, C] = layer\n}", "NET0819 `class`"],
];

const used: readonly Quiet[] = [
  ["a name that begins with `_`", "block Layer(x: f32[B, tok, C]; _rate: float = 0.1) -> f32[B, tok, C] {\n  param _scale: f32[C] = 1\n  let _norm = LayerNorm(x)\n  let mlp = Mlp(x)\n  return x + mlp\n}"],
  ["by the training section alone: an auxiliary head", `model M {\n  input x: f32[B, C = 4]\n  let features  = Linear(x)\n  let auxiliary = Linear(features)\n  output y: f32[B, C] = Linear(features)\n}\n${training("squared_error(y, target) + 0.3 * squared_error(auxiliary, target)")}`],
  ["by the training section alone: a temperature", `model M {\n  input x: f32[B, C = 4]\n  param temperature: f32[] = 1\n  output y: f32[B, C] = Linear(x)\n}\n${training("squared_error(y * temperature, target)")}`],
  ["for its size", "block like(x: f32[B, C], y: f32[B, D]) -> f32[B, C = D] = expand(mean(x, over: C), [B, C = D])"],
  ["for a size, in a model", "model M {\n  input x: f32[B, C = 4]\n  input like: f32[B, T]\n  output y: f32[B, T, C = 4] = expand(x, [B, T = like.T, C = 4])\n}"],
  ["in one arm", "block Layer(x: f32[B, C]; wide: bool) -> f32[B, C] {\n  let a = Linear(x)\n  let b = Linear(x, out: 2 * C)\n  let c = Linear(b, out: C)\n  return if wide then c else a\n}"],
  ["in a fact about another key", "model M {\n  config { width: int = 8  groups: int = 2  where width % groups == 0 }\n  input x: f32[B, C = 4]\n  output y: f32[B, C = width] = Linear(x, out: width)\n}"],
  ["one field of a record", "block both(x: f32[B, C]) -> (a: f32[B, C], b: f32[B, C]) = (a: x, b: 2.0 * x)\nblock first(x: f32[B, C]) -> f32[B, C] {\n  let pair = both(x)\n  return pair.a\n}"],
  ["by its own update alone", "block Scale(x: f32[B, C]) -> f32[B, C] {\n  param weight: f32[C] = 1\n  state steps: f32[C] = 0\n  update steps = steps + 1\n  return x * weight\n}"],
];

const plan = (frozen: string): string => `weights pretrained of M from "m.safetensors" {\n  "body.{weight, bias}" -> body.{weight, bias}\n  fresh head\n  freeze ${frozen}\n}\n`;
const tuned = (frozen: string, rate: string): string => two + plan(frozen) + training("squared_error(y, target)", `adam(lr: 1e-3) { ${rate} }`, "  weights pretrained\n");

describe("NET0818 and NET0819, something that nothing uses", () => {
  it.each(unused)("is said of %s", (_, text, found) => expect(brief(problemsOf(text))).toEqual([found]));
  it.each(used)("is not said of what is used %s", (_, text) => expect(brief(problemsOf(text))).toEqual([]));
});

describe("NET0820, a frozen parameter with a rate of its own", () => {
  it("is an error, which points at the plan too", () => {
    const [found, ...others] = problemsOf(tuned("body", "body: lr * 0.1"));
    expect(others).toEqual([]);
    expect(brief([found])).toEqual(["NET0820 `body`"]);
    expect(found.message).toContain("`pretrained`");
    expect(found.related.map(({ message }) => message)).toEqual(["frozen here"]);
  });

  it("is seen when the plan freezes more than the rate names", () => {
    expect(brief(problemsOf(tuned("body", "body.weight: lr * 0.1")))).toEqual(["NET0820 `body.weight`"]);
  });

  it("is not said of a rate for what is trained, or for a group of which a part is", () => {
    expect(problemsOf(tuned("body", "head: lr * 10.0"))).toEqual([]);
    expect(problemsOf(tuned("body.bias", "body: lr * 0.1"))).toEqual([]);
  });
});

describe("NET0821, a bias that the next batch norm cancels", () => {
  it.each<Alarm>([
    ["a convolution", unit("Conv(x)", "BatchNorm(conv)"), "NET0821 `Conv(x)`"],
    ["a linear layer at every pixel", unit("Linear(x)", "BatchNorm(conv)"), "NET0821 `Linear(x)`"],
    ["a layer inside the call", "block Unit(x: f32[B, C]) -> f32[B, C] {\n  let norm = BatchNorm(Linear(x))\n  return relu(norm)\n}", "NET0821 `Linear(x)`"],
    ["an upsampling", "block Unit(x: f32[B, C, Y, X]) -> f32[B, C, Y = 2 * Y, X = 2 * X] {\n  let up = ConvTranspose(x)\n  let norm = BatchNorm(up)\n  return relu(norm)\n}", "NET0821 `ConvTranspose(x)`"],
  ])("is said of %s, with a fix that removes it", (_, text, found) => {
    const [warning, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(brief([warning])).toEqual([found]);
    const [{ span, newText }] = warning.fixes[0].edits;
    expect(problemsOf(text.slice(0, span.start) + newText + text.slice(span.end))).toEqual([]);
  });

  it.each<Quiet>([
    ["`biased: true`", unit("Conv(x, biased: true)", "BatchNorm(conv)")],
    ["a second use, which keeps it", unit("Conv(x)", "BatchNorm(conv)", "conv + relu(norm)")],
    ["an activation between", unit("Conv(x)", "BatchNorm(relu(conv))", "norm")],
    ["a residual between", unit("Conv(x)", "BatchNorm(x + conv)")],
    ["a layer norm, which subtracts the mean of each sample", unit("Conv(x)", "LayerNorm(conv)")],
    ["a depthwise convolution, which has none", unit("DepthwiseConv(x)", "BatchNorm(conv)")],
    ["a norm over another axis than the layer's", "block Unit(x: f32[B, T = 8, C]) -> f32[B, T = 8, C] {\n  let up = Linear(x)\n  let norm = BatchNorm(up, over: T)\n  return relu(norm)\n}"],
  ])("is not said with %s", (_, text) => expect(brief(problemsOf(text))).toEqual([]));
});
