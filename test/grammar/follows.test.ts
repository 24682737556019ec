/** Where recovery goes on after a mistake: what Chevrotain finds when it makes a parser is what is found here when a mistake asks. */
import { expect, it } from "vitest";
import { FileParser } from "../../grammar/parser.ts";
import { ResyncFollows } from "../../grammar/resync-follows.ts";

it("what may follow a rule is what Chevrotain finds, in its order, for every use of a rule in another", () => {
  const whole = new FileParser(true);
  const { resyncFollows } = whole as unknown as { readonly resyncFollows: Readonly<Record<string, readonly { readonly name: string }[]>> };
  const rules = whole.getGAstProductions();
  const follows = new ResyncFollows((name) => rules[name]);
  const uses = Object.keys(resyncFollows);
  expect(uses.length).toBeGreaterThan(100);
  for (const key of uses) {
    const [, ruleName, number, inRule] = /^(.*?)(\d+)_~IN~_(.*)$/.exec(key)!;
    expect(follows.of({ ruleName, idxInCallingRule: Number(number), inRule })?.map(({ name }) => name), key).toEqual(resyncFollows[key].map(({ name }) => name));
  }
});

it("a rule that is not used there has none", () => {
  const rules = new FileParser(false).getGAstProductions();
  expect(new ResyncFollows((name) => rules[name]).of({ ruleName: "file", idxInCallingRule: 0, inRule: "item" })).toBeUndefined();
});
