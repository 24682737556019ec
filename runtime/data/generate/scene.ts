/**
 * A scene: the ground, and objects on it that do not overlap, at any angle. One kind comes several times, so that its name alone does not say which
 * is meant. Places are shares of the frame, y downwards; whatever the frame's size in pixels, the scene is the same.
 */
import type { Random } from "./random.ts";
import { kinds, type ColourName, type Ground, type Kind } from "./shapes.ts";

export const sizes = { small: 0.66, medium: 1, large: 1.5 } as const;
export type SizeName = keyof typeof sizes;

export interface SceneObject {
  readonly kind: Kind;
  readonly colour: ColourName;
  readonly size: SizeName;
  readonly x: number;
  readonly y: number;
  /** Radians. */
  readonly angle: number;
  readonly length: number;
}

export type Surface = "grass" | "soil" | "urban";

export interface Scene {
  readonly surface: Surface;
  /** Signed distance to the shore, positive in the water, as a share of the frame; undefined where there is no water. */
  readonly shore: { readonly angle: number; readonly offset: number; readonly waves: number } | undefined;
  readonly roads: readonly { readonly from: readonly [number, number]; readonly to: readonly [number, number]; readonly width: number }[];
  readonly fields: readonly { readonly x: number; readonly y: number; readonly length: number; readonly width: number; readonly angle: number; readonly tint: number }[];
  readonly objects: readonly SceneObject[];
  /** For textures. */
  readonly noise: readonly [number, number];
}

/** How far a place is in the water; below 0 on land. */
export function depthAt(shore: Scene["shore"], x: number, y: number): number {
  if (!shore) return -2;
  const [along, across] = [x * Math.cos(shore.angle) + y * Math.sin(shore.angle), -x * Math.sin(shore.angle) + y * Math.cos(shore.angle)];
  return along - shore.offset + 0.015 * Math.sin(shore.waves + 14 * across) + 0.008 * Math.sin(2 * shore.waves + 31 * across);
}

export function drawScene(random: Random): Scene {
  const surface = random.pick(["grass", "soil", "urban"] as const);
  const coast = random.chance(0.4);
  const angle = random.between(0, 2 * Math.PI);
  const middle = 0.5 * Math.cos(angle) + 0.5 * Math.sin(angle);
  const shore = coast ? { angle, offset: middle + random.between(-0.3, 0.15), waves: random.between(0, 6) } : undefined;
  const objects: SceneObject[] = [];
  const grounds: readonly Ground[] = coast ? ["water", "land"] : ["land"];
  const possible = kinds.filter((kind) => grounds.includes(kind.ground) && kind.noun !== "dock");
  const main = coast && random.chance(0.6) ? possible[0] : random.pick(possible);
  if (coast && random.chance(0.6)) place(random, shore, objects, kinds[kinds.length - 1]);
  for (let i = random.whole(2, 4); i > 0; i--) place(random, shore, objects, main);
  for (let i = random.whole(2, 5); i > 0; i--) place(random, shore, objects, random.pick(possible));
  const roads = coast ? [] : Array.from({ length: random.whole(0, 2) }, () => roadAcross(random));
  const fields = surface === "urban" ? [] : Array.from({ length: random.whole(0, 4) }, () => ({ x: random.next(), y: random.next(), length: random.between(0.2, 0.6), width: random.between(0.15, 0.4), angle: random.between(0, Math.PI), tint: random.next() }));
  return { surface, shore, roads, fields, objects, noise: [random.whole(0, 255), random.whole(0, 255)] };
}

function roadAcross(random: Random): Scene["roads"][number] {
  const [a, b] = [random.between(0.1, 0.9), random.between(0.1, 0.9)];
  return random.chance(0.5) ? { from: [a, -0.05], to: [b, 1.05], width: random.between(0.05, 0.09) } : { from: [-0.05, a], to: [1.05, b], width: random.between(0.05, 0.09) };
}

export const radiusOf = ({ kind, length }: Pick<SceneObject, "kind" | "length">): number => (kind.aspect === 1 ? length / 2 : (length / 2) * Math.hypot(1, kind.aspect));

/** Tries some places for an object; where none is free, the scene goes without it. */
function place(random: Random, shore: Scene["shore"], objects: SceneObject[], kind: Kind): void {
  const size = random.pick(Object.keys(sizes) as readonly SizeName[]);
  const colour = random.pick(kind.colours);
  for (let attempt = 0; attempt < 40; attempt++) {
    const length = kind.length * (kind.noun === "dock" ? 1 : sizes[size]) * random.between(0.95, 1.05);
    const object: SceneObject = { kind, colour, size: kind.noun === "dock" ? "medium" : size, x: random.next(), y: random.next(), angle: random.between(0, 2 * Math.PI), length };
    const radius = radiusOf(object) + 0.008;
    const { x, y } = object;
    if (x < radius || y < radius || x > 1 - radius || y > 1 - radius) continue;
    const depth = depthAt(shore, x, y);
    if (kind.ground === "water" ? depth < radius + 0.02 : depth > -radius - 0.02) continue;
    if (objects.some((other) => Math.hypot(other.x - x, other.y - y) < radius + radiusOf(other))) continue;
    objects.push(object);
    return;
  }
}
