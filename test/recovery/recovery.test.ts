/**
 * A file in which one token is deleted, doubled or exchanged with the next is still a program: checking ends, tells one to three things, the first of
 * them at the place, and the rest of the file keeps its types. A sample; `npm run bench -- --recovery` goes over every token of the corpus.
 */
import { expect, test } from "vitest";
import { campaign, isNear, shown } from "./campaign.ts";
import { corpusFiles } from "./corpus.ts";
import { mutantsOf } from "./mutant.ts";

const wanted = 300;
const files = corpusFiles();
const step = Math.ceil(files.reduce((sum, file) => sum + mutantsOf(file).length, 0) / wanted);
const figures = campaign(step, 1, files);
const broken = figures.mutants - figures.valid;
const listed = (title: string, cases: Parameters<typeof shown>[0][]): string => [title, ...cases.map(shown)].join("\n");

test("never throws", () => expect(figures.threw.map(shown)).toEqual([]));

test("most mutants are broken programs", () => expect(broken).toBeGreaterThan(wanted * 0.8));

test("one to three diagnostics", () => expect(figures.many.length / broken, listed("more than three:", figures.many)).toBeLessThanOrEqual(0.02));

test("the first is near the place", () => {
  const near = [...figures.distance].reduce((sum, [distance, count]) => sum + (isNear(distance) ? count : 0), 0);
  expect(near / broken, listed("far:", figures.far)).toBeGreaterThanOrEqual(0.97);
});

test("items that do not use the broken one keep their types", () => expect(figures.lost.length, listed("lost:", figures.lost)).toBeLessThanOrEqual(1));
