/**
 * Sentences that mean exactly one object of a scene. A description holds of an object *clearly* or *at a stretch*; one is taken only where it holds
 * clearly of its object and not even at a stretch of any other, so that no reader could find two.
 */
import type { Random } from "./random.ts";
import type { Scene, SceneObject } from "./scene.ts";

const positions = {
  "in the upper left": [-1, -1], "in the upper right": [1, -1], "in the lower left": [-1, 1], "in the lower right": [1, 1],
  "at the top": [undefined, -1], "at the bottom": [undefined, 1], "on the left": [-1, undefined], "on the right": [1, undefined], "in the middle": [0, 0],
} as const satisfies Readonly<Record<string, readonly [Side | undefined, Side | undefined]>>;
type Side = -1 | 0 | 1;
export type Position = keyof typeof positions;

const directions = { "to the left of": [-1, 0], "to the right of": [1, 0], above: [0, -1], below: [0, 1] } as const;
type Direction = keyof typeof directions;
const extremes = { leftmost: [-1, 0], rightmost: [1, 0], uppermost: [0, -1], lowermost: [0, 1] } as const;
type Extreme = keyof typeof extremes | "largest" | "smallest";

/** What a sentence says of an object. */
export interface Description {
  readonly noun: string;
  readonly colour?: string;
  readonly size?: "small" | "large";
  readonly position?: Position;
  /** Among the objects of this noun and colour. */
  readonly extreme?: Extreme;
  readonly relation?: { readonly word: Direction | "closest to"; readonly noun: string; readonly colour?: string };
}

/** -1 for left or top, 0 for the middle, 1 for right or bottom: whether a place is there. */
function onSide(place: number, side: Side | undefined, clearly: boolean): boolean {
  if (side === undefined) return true;
  if (side === 0) return Math.abs(place - 0.5) < (clearly ? 0.09 : 0.2);
  return side * (place - 0.5) > (clearly ? 0.14 : -0.03);
}

const distance = (a: SceneObject, b: SceneObject): number => Math.hypot(a.x - b.x, a.y - b.y);

/** `a` is to this side of `b`, more than it is off to another side. */
function inDirection(a: SceneObject, b: SceneObject, [dx, dy]: readonly [number, number], clearly: boolean): boolean {
  const along = dx * (a.x - b.x) + dy * (a.y - b.y);
  const across = Math.abs(dx ? a.y - b.y : a.x - b.x);
  return clearly ? along > 0.1 && across < 0.7 * along : along > 0 && across < 1.8 * along;
}

/** Size as the eye compares it. */
const extent = ({ length }: SceneObject): number => length;

function isExtreme(object: SceneObject, others: readonly SceneObject[], extreme: Extreme, clearly: boolean): boolean {
  if (extreme === "largest") return others.every((other) => extent(object) > extent(other) * (clearly ? 1.25 : 0.95));
  if (extreme === "smallest") return others.every((other) => extent(object) * (clearly ? 1.25 : 0.95) < extent(other));
  const [dx, dy] = extremes[extreme];
  return others.every((other) => dx * (object.x - other.x) + dy * (object.y - other.y) > (clearly ? 0.1 : -0.02));
}

const called = (object: SceneObject, { noun, colour }: { readonly noun: string; readonly colour?: string }): boolean => object.kind.noun === noun && (colour === undefined || object.colour === colour);

/** Whether a description holds of an object of a scene: clearly, or at a stretch. */
export function holds(description: Description, object: SceneObject, scene: Scene, clearly: boolean): boolean {
  const { size, position, extreme, relation } = description;
  if (!called(object, description)) return false;
  // A medium one is neither clearly small nor clearly large; at a stretch it is either.
  if (size && object.size !== size && (clearly || object.size !== "medium")) return false;
  if (position && !(onSide(object.x, positions[position][0], clearly) && onSide(object.y, positions[position][1], clearly))) return false;
  const alike = scene.objects.filter((other) => other !== object && called(other, description));
  if (extreme && (alike.length === 0 || !isExtreme(object, alike, extreme, clearly))) return false;
  if (!relation) return true;
  return scene.objects.some((other) => {
    if (other === object || !called(other, relation)) return false;
    if (relation.word !== "closest to") return inDirection(object, other, directions[relation.word], clearly);
    return alike.every((rival) => rival === other || distance(object, other) * (clearly ? 1.4 : 0.9) < distance(rival, other));
  });
}

export const meansOnly = (description: Description, object: SceneObject, scene: Scene): boolean =>
  holds(description, object, scene, true) && scene.objects.every((other) => other === object || !holds(description, other, scene, false)) && relationIsClear(description, scene);

/** What a relation leads to is one object too. */
const relationIsClear = ({ relation }: Description, scene: Scene): boolean => !relation || scene.objects.filter((object) => called(object, relation)).length === 1;

export function sentenceOf({ noun, colour, size, position, extreme, relation }: Description): string {
  const words = ["the", extreme, size, colour, noun, position];
  if (relation) words.push(relation.word, "the", relation.colour, relation.noun);
  return words.filter((word) => word !== undefined).join(" ");
}

/** The ways to say something, of which one is chosen first, so that the common ones do not crowd out the others. */
type Manner = "plain" | "size" | "position" | "extreme" | "relation";

/** A description that means this object alone, chosen by chance; undefined when there is none. */
export function describe(object: SceneObject, scene: Scene, random: Random): Description | undefined {
  const noun = object.kind.noun;
  const manners = new Map<Manner, Description[]>();
  const consider = (manner: Manner, description: Description): void => {
    if (meansOnly(description, object, scene)) manners.set(manner, [...(manners.get(manner) ?? []), description]);
  };
  for (const colour of [undefined, object.colour]) {
    const named: Description = { noun, ...(colour ? { colour } : {}) };
    consider("plain", named);
    if (object.size !== "medium") consider("size", { ...named, size: object.size });
    for (const position of Object.keys(positions) as readonly Position[]) {
      consider("position", { ...named, position });
      if (object.size !== "medium") consider("position", { ...named, size: object.size, position });
    }
    for (const extreme of [...(Object.keys(extremes) as readonly Extreme[]), "largest", "smallest"] as const) consider("extreme", { ...named, extreme });
    for (const relation of relationsTo(object, scene)) {
      consider("relation", { ...named, relation });
      if (object.size !== "medium") consider("relation", { ...named, size: object.size, relation });
    }
  }
  if (manners.size === 0) return undefined;
  return random.pick(manners.get(random.pick([...manners.keys()]))!);
}

/** Relations to every other object that its noun, or its colour and noun, name alone. */
function relationsTo(object: SceneObject, scene: Scene): readonly NonNullable<Description["relation"]>[] {
  const words = [...(Object.keys(directions) as readonly Direction[]), "closest to"] as const;
  return scene.objects.flatMap((other) => {
    if (other === object) return [];
    const names = [{ noun: other.kind.noun }, { noun: other.kind.noun, colour: other.colour }];
    const clear = names.find((name) => scene.objects.filter((candidate) => called(candidate, name)).length === 1);
    return clear ? words.map((word) => ({ word, ...clear })) : [];
  });
}
