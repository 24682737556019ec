/**
 * Easy scenes: two or three large objects on land, each of another colour, and sentences that name colour and kind. They are for trying out a training: a
 * small model that begins with random weights tells them apart after some hundred steps, where the full scenes take it far more.
 */
import type { Random } from "./random.ts";
import { radiusOf, type Scene, type SceneObject, type Surface } from "./scene.ts";
import { kinds, type ColourName } from "./shapes.ts";

const shadesOfGround: readonly ColourName[] = ["gray", "brown", "black"];
const possible = kinds.filter((kind) => kind.ground === "land");

/** A scene with at least two objects, or undefined where they found no place. */
export function drawEasyScene(random: Random): Scene | undefined {
  const surface: Surface = random.pick(["grass", "soil", "urban"] as const);
  const objects: SceneObject[] = [];
  for (let i = random.whole(2, 3); i > 0; i--) {
    const kind = random.pick(possible);
    const free = kind.colours.filter((colour) => !shadesOfGround.includes(colour) && !(surface === "grass" && colour === "green") && objects.every((other) => other.colour !== colour));
    if (free.length === 0) continue;
    const object = placed(random, objects, { kind, colour: random.pick(free), size: "medium" });
    if (object) objects.push(object);
  }
  if (objects.length < 2) return undefined;
  return { surface, shore: undefined, roads: [], fields: [], objects, noise: [random.whole(0, 255), random.whole(0, 255)] };
}

/** An object a third of the frame long, where it meets no other; undefined after many tries. */
function placed(random: Random, objects: readonly SceneObject[], what: Pick<SceneObject, "kind" | "colour" | "size">): SceneObject | undefined {
  for (let attempt = 0; attempt < 60; attempt++) {
    const object: SceneObject = { ...what, x: random.next(), y: random.next(), angle: random.between(0, 2 * Math.PI), length: random.between(0.3, 0.42) };
    const radius = radiusOf(object) + 0.01;
    const isInside = [object.x, object.y].every((place) => place > radius && place < 1 - radius);
    if (isInside && objects.every((other) => Math.hypot(other.x - object.x, other.y - object.y) > radius + radiusOf(other))) return object;
  }
  return undefined;
}
