/** The synthetic set: the same bytes from the same seed, masks of what was drawn, and sentences that mean one object, read back by rules of their own. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPickle } from "../../runtime/data/pickle.ts";
import { renderScene } from "../../runtime/data/generate/draw.ts";
import { composeEasyScene, composeScene, drawSample, generateDataSet, splitAt } from "../../runtime/data/generate/generate.ts";
import { formatPickle } from "../../runtime/data/generate/pickle-writer.ts";
import { fillPolygon } from "../../runtime/data/generate/raster.ts";
import type { SceneObject } from "../../runtime/data/generate/scene.ts";
import { kinds } from "../../runtime/data/generate/shapes.ts";
import { sentenceOf } from "../../runtime/data/generate/sentence.ts";
import { dataError, generated, temporary } from "./folders.ts";

function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) if (statSync(join(folder, name)).isFile()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

describe("a generated folder", () => {
  it.each(["rrsisd", "refsegrs", "risbench", "folder"] as const)("as %s has the same bytes each time, and others with another seed", async (layout) => {
    expect(digest(await generated(layout, 6))).toBe(digest(await generated(layout, 6)));
    expect(digest(await generated(layout, 6, 64, 2))).not.toBe(digest(await generated(layout, 6)));
  });

  it("is never half there, and replaces only what was generated", async () => {
    const folder = await generated("folder", 4);
    const options = { layout: "folder", count: 3, size: 64, seed: 9 } as const;
    const before = digest(folder);
    expect((await dataError(() => generateDataSet(folder, options))).message).toBe(`${folder}: it exists already`);
    const stopped = generateDataSet(folder, { ...options, force: true, progress: () => { throw new Error("stopped"); } });
    await expect(stopped).rejects.toThrow("stopped");
    expect(digest(folder)).toBe(before);
    await generateDataSet(`${folder}/`, { ...options, force: true });
    expect(readFileSync(join(folder, "generated.json"), "utf8")).toBe('{"layout":"folder","count":3,"size":64,"seed":9}\n');
    expect(readdirSync(join(folder, ".."))).toEqual(["folder"]);
    const own = join(temporary(), "own");
    mkdirSync(own);
    writeFileSync(join(own, "thesis.txt"), "years of work");
    expect((await dataError(() => generateDataSet(own, { ...options, force: true }))).message).toBe(`${own}: it is not replaced: it has no generated.json, so it was not generated`);
    expect(existsSync(join(own, "thesis.txt"))).toBe(true);
  });

  it("has three splits from three samples on", () => {
    const counts = (count: number): readonly number[] => ["train", "val", "test"].map((split) => Array.from({ length: count }, (_, i) => splitAt(i, count)).filter((own) => own === split).length);
    expect([1, 3, 10, 200].map(counts)).toEqual([[1, 0, 0], [1, 1, 1], [7, 1, 2], [140, 20, 40]]);
  });
});

/** A sentence taken apart again, by its text alone. */
const nouns = kinds.map((kind) => kind.noun).join("|");
const grammar = new RegExp(`^the (?:(leftmost|rightmost|uppermost|lowermost|largest|smallest) )?(?:(small|large) )?(?:(\\w+) )?(${nouns})(?: (in the (?:upper|lower) (?:left|right)|at the (?:top|bottom)|on the (?:left|right)|in the middle))?(?: (to the left of|to the right of|above|below|closest to) the (?:(\\w+) )?(${nouns}))?$`);

/** The objects that a reader with these plain rules would take it to mean. */
function meant(sentence: string, objects: readonly SceneObject[]): readonly SceneObject[] {
  const [, extreme, size, colour, noun, position, relation, otherColour, otherNoun] = grammar.exec(sentence)!;
  const alike = objects.filter((object) => object.kind.noun === noun && (!colour || object.colour === colour));
  const by = (key: (object: SceneObject) => number) => (a: SceneObject, b: SceneObject): number => key(a) - key(b);
  const place = { leftmost: by(({ x }) => x), rightmost: by(({ x }) => -x), uppermost: by(({ y }) => y), lowermost: by(({ y }) => -y), largest: by(({ length }) => -length), smallest: by(({ length }) => length) };
  let found = extreme ? [[...alike].sort(place[extreme as keyof typeof place])[0]] : alike;
  if (size) found = found.filter((object) => object.size === size);
  for (const [word, test] of [["left", ({ x }: SceneObject) => x < 0.5], ["right", ({ x }: SceneObject) => x > 0.5], ["upper", ({ y }: SceneObject) => y < 0.5], ["top", ({ y }: SceneObject) => y < 0.5], ["lower", ({ y }: SceneObject) => y > 0.5], ["bottom", ({ y }: SceneObject) => y > 0.5], ["middle", ({ x, y }: SceneObject) => Math.abs(x - 0.5) < 0.15 && Math.abs(y - 0.5) < 0.15]] as const) {
    if (position?.includes(word)) found = found.filter(test);
  }
  if (!relation) return found;
  const others = objects.filter((object) => object.kind.noun === otherNoun && (!otherColour || object.colour === otherColour));
  if (others.length !== 1) throw new Error(`${others.length} objects are meant by the end of ${sentence}`);
  const [other] = others;
  found = found.filter((object) => object !== other);
  const [dx, dy] = [(object: SceneObject) => object.x - other.x, (object: SceneObject) => object.y - other.y];
  switch (relation) {
    case "to the left of": return found.filter((object) => dx(object) < 0 && Math.abs(dy(object)) < -dx(object));
    case "to the right of": return found.filter((object) => dx(object) > 0 && Math.abs(dy(object)) < dx(object));
    case "above": return found.filter((object) => dy(object) < 0 && Math.abs(dx(object)) < -dy(object));
    case "below": return found.filter((object) => dy(object) > 0 && Math.abs(dx(object)) < dy(object));
    default: return [[...found].sort(by((object) => Math.hypot(dx(object), dy(object))))[0]];
  }
}

describe("a sentence", () => {
  it("means exactly one object, in 400 scenes, in many ways and of every kind", () => {
    const seen = new Map<string, number>();
    const count = (key: string): void => void seen.set(key, (seen.get(key) ?? 0) + 1);
    for (let number = 0; number < 400; number++) {
      const { scene, target, description } = composeScene(3, number);
      const sentence = sentenceOf(description);
      expect(meant(sentence, scene.objects), sentence).toEqual([target]);
      for (const key of Object.keys(description)) count(key);
      count(target.kind.noun);
      if (scene.objects.filter((object) => object.kind === target.kind).length > 1) count("several");
    }
    for (const key of ["colour", "size", "position", "extreme", "relation"]) expect(seen.get(key), key).toBeGreaterThan(50);
    for (const { noun } of kinds) expect(seen.get(noun), noun).toBeGreaterThan(noun === "dock" ? 0 : 10);
    expect(seen.get("several")).toBeGreaterThan(300); // so that the noun alone says which in less than a quarter
  });
});

describe("an easy scene", () => {
  it("has two or three large objects of different colours, of which colour and kind name one", () => {
    const seen = new Map<string, number>();
    for (let number = 0; number < 200; number++) {
      const { scene, target, description } = composeEasyScene(3, number);
      expect([2, 3]).toContain(scene.objects.length);
      expect(new Set(scene.objects.map(({ colour }) => colour)).size).toBe(scene.objects.length);
      expect(sentenceOf(description)).toBe(`the ${target.colour} ${target.kind.noun}`);
      const { mask, split } = drawSample(3, number, 200, 64, true);
      expect(mask.data.reduce((sum, value) => sum + value, 0) / 64 ** 2).toBeGreaterThan(0.02);
      for (const key of [target.kind.noun, target.colour, String(scene.objects.length), split]) seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    for (const key of [...kinds.filter(({ ground }) => ground === "land").map(({ noun }) => noun), "red", "blue", "white", "2", "3", "train", "val", "test"]) expect(seen.get(key), key).toBeGreaterThan(10);
  });

  it("is the same each time, and said in the folder's record", async () => {
    const folders = [join(temporary(), "a"), join(temporary(), "b")];
    for (const folder of folders) await generateDataSet(folder, { layout: "folder", count: 5, size: 64, seed: 2, easy: true });
    expect(digest(folders[0])).toBe(digest(folders[1]));
    expect(readFileSync(join(folders[0], "generated.json"), "utf8")).toBe('{"layout":"folder","count":5,"size":64,"seed":2,"easy":true}\n');
  });
});

describe("a mask", () => {
  it("covers what changes in the picture when its object is not there, and the sizes agree", () => {
    for (let number = 0; number < 12; number++) {
      const { scene, target } = composeScene(4, number);
      const [withIt, without] = [renderScene(scene, target, 160, 0), renderScene({ ...scene, objects: scene.objects.filter((object) => object !== target) }, target, 160, 0)];
      const area = withIt.mask.data.reduce((sum, value) => sum + value, 0);
      expect(area).toBeGreaterThan(20);
      let unchanged = 0;
      withIt.mask.data.forEach((value, i) => {
        const change = Math.max(...[0, 1, 2].map((c) => Math.abs(withIt.pixels.data[3 * i + c] - without.pixels.data[3 * i + c])));
        if (value && change < 6) unchanged++;
      });
      expect(unchanged / area).toBeLessThan(0.1); // a gray roof on gray ground
      const large = drawSample(4, number, 12, 320);
      const share = large.mask.data.reduce((sum, value) => sum + value, 0) / 320 ** 2;
      expect(share / (area / 160 ** 2)).toBeGreaterThan(0.85);
      expect(share / (area / 160 ** 2)).toBeLessThan(1.15);
    }
  });

  it("of a polygon has the pixels that are covered by half or more", () => {
    const canvas = { height: 20, width: 20, data: new Float32Array(1200) };
    const mask = { height: 20, width: 20, data: new Uint8Array(400) };
    fillPolygon(canvas, [3.25, 4, 9.75, 4, 9.75, 10.5, 3.25, 10.5], [200, 100, 50], 1, mask);
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 20; x++) {
        const share = Math.max(0, Math.min(x + 1, 9.75) - Math.max(x, 3.25)) * Math.max(0, Math.min(y + 1, 10.5) - Math.max(y, 4));
        expect(canvas.data[3 * (20 * y + x)]).toBeCloseTo(200 * share, 3);
        expect(mask.data[20 * y + x]).toBe(share >= 0.5 ? 1 : 0);
      }
    }
    const outside = Float32Array.from(canvas.data);
    fillPolygon(canvas, [-50, -50, -40, -50, -40, 90], [1, 2, 3]);
    expect(canvas.data).toEqual(outside);
  });
});

describe("pickles that are written", () => {
  it("are read back", () => {
    const value = [{ text: "ünïcode 🚀", numbers: [0, -5, 2 ** 30], empty: [] }, "x"];
    expect(readPickle(formatPickle(value))).toEqual([new Map<string, unknown>([["text", "ünïcode 🚀"], ["numbers", [0, -5, 2 ** 30]], ["empty", []]]), "x"]);
    expect(() => formatPickle(0.5)).toThrow("0.5 is no whole number of 32 bits");
  });
});
