/** A scene as pixels, and the exact mask of one of its objects. Ground first, then fields, roads, shadows, objects; a little noise over all of it. */
import { bitsAt, streamOf } from "../../../compiler/operators/random.ts";
import type { Pixels } from "../decode.ts";
import type { Mask } from "../sample.ts";
import { fillPolygon, type Canvas, type Colour, type Polygon } from "./raster.ts";
import { depthAt, type Scene, type SceneObject, type Surface } from "./scene.ts";
import { colours } from "./shapes.ts";

const grounds: Readonly<Record<Surface, Colour>> = { grass: [92, 122, 66], soil: [150, 124, 92], urban: [128, 126, 120] };
const water: Colour = [38, 76, 104];
const sand: Colour = [196, 178, 136];
const asphalt: Colour = [86, 86, 90];

/** The side of the noise tile: a power of two. */
const tileSide = 256;
let tile: Float32Array | undefined;

/** Value noise in [-1, 1] over a torus: three grids of random values, smoothly interpolated. */
function noiseTile(): Float32Array {
  if (tile) return tile;
  tile = new Float32Array(tileSide * tileSide);
  const stream = streamOf("ground", 0);
  for (const [cell, weight] of [[64, 0.5], [16, 0.3], [4, 0.2]]) {
    const cells = tileSide / cell;
    const value = (row: number, column: number): number => (bitsAt(stream, cell * 65536 + (row % cells) * cells + (column % cells)) >>> 8) / 8388608 - 1;
    const smooth = (t: number): number => t * t * (3 - 2 * t);
    for (let y = 0; y < tileSide; y++) {
      const [row, v] = [Math.floor(y / cell), smooth((y % cell) / cell)];
      for (let x = 0; x < tileSide; x++) {
        const [column, u] = [Math.floor(x / cell), smooth((x % cell) / cell)];
        const above = value(row, column) * (1 - u) + value(row, column + 1) * u;
        const below = value(row + 1, column) * (1 - u) + value(row + 1, column + 1) * u;
        tile[y * tileSide + x] += weight * (above * (1 - v) + below * v);
      }
    }
  }
  return tile;
}

/** The picture of a scene at size × size pixels, and the mask of `target`. */
export function renderScene(scene: Scene, target: SceneObject, size: number, grain: number): { readonly pixels: Pixels; readonly mask: Mask } {
  const canvas: Canvas = { height: size, width: size, data: new Float32Array(3 * size * size) };
  const mask: Mask = { height: size, width: size, data: new Uint8Array(size * size) };
  paintGround(canvas, scene);
  for (const field of scene.fields) paintField(canvas, field, scene);
  for (const road of scene.roads) paintRoad(canvas, road);
  for (const object of scene.objects) {
    const outline = outlineOf(object, size, 0.012 * size);
    for (const polygon of outline) fillPolygon(canvas, polygon, [16, 18, 22], 0.35);
  }
  for (const object of scene.objects) {
    for (const part of object.kind.parts(colours[object.colour], object.kind.aspect)) {
      fillPolygon(canvas, placed(part.polygon, object, size, 0), part.colour, 1, object === target && part.body ? mask : undefined);
    }
  }
  return { pixels: { height: size, width: size, data: withGrain(canvas.data, grain) }, mask };
}

/** A polygon of an object's own frame, in pixels. */
function placed(polygon: Polygon, { x, y, angle, length }: SceneObject, size: number, shift: number): Polygon {
  const [cosine, sine] = [Math.cos(angle) * length * size, Math.sin(angle) * length * size];
  const result = new Array<number>(polygon.length);
  for (let i = 0; i < polygon.length; i += 2) {
    result[i] = x * size + shift + cosine * polygon[i] - sine * polygon[i + 1];
    result[i + 1] = y * size + shift + sine * polygon[i] + cosine * polygon[i + 1];
  }
  return result;
}

const outlineOf = (object: SceneObject, size: number, shift: number): readonly Polygon[] =>
  object.kind.parts(colours[object.colour], object.kind.aspect).filter((part) => part.body).map((part) => placed(part.polygon, object, size, shift));

function paintGround({ data, width, height }: Canvas, { surface, shore, noise }: Scene): void {
  const land = grounds[surface];
  const tones = noiseTile();
  const contrast = surface === "urban" ? 16 : 26;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      // The noise of the ground is the same at every size, the fine one is one of pixels.
      const [u, v] = [Math.floor((220 * x) / width) + noise[0], Math.floor((220 * y) / height) + noise[1]];
      const tone = tones[(v & 255) * tileSide + (u & 255)];
      const depth = shore ? depthAt(shore, (x + 0.5) / width, (y + 0.5) / height) : -1;
      const colour = depth > 0 ? water : depth > -0.025 ? sand : land;
      const amount = depth > 0 ? 10 : contrast;
      data[at] = colour[0] + amount * tone;
      data[at + 1] = colour[1] + amount * tone;
      data[at + 2] = colour[2] + amount * 0.8 * tone;
    }
  }
}

const crops: readonly Colour[] = [[118, 150, 62], [172, 152, 84], [104, 86, 58], [70, 108, 52], [188, 176, 110]];

function paintField(canvas: Canvas, { x, y, length, width, angle, tint }: Scene["fields"][number], { shore }: Scene): void {
  // A field ends before the water does.
  if (depthAt(shore, x, y) > -Math.hypot(length, width) / 2 - 0.03) return;
  const size = canvas.width;
  const colour = crops[Math.floor(tint * crops.length)];
  const along: readonly [number, number] = [Math.cos(angle), Math.sin(angle)];
  const corner = (u: number, v: number): readonly number[] => [size * (x + u * along[0] - v * along[1]), size * (y + u * along[1] + v * along[0])];
  const rectangle = (u0: number, v0: number, u1: number, v1: number): Polygon => [...corner(u0, v0), ...corner(u1, v0), ...corner(u1, v1), ...corner(u0, v1)];
  fillPolygon(canvas, rectangle(-length / 2, -width / 2, length / 2, width / 2), colour, 0.8);
  const rows = 8;
  for (let row = 0; row < rows; row += 2) {
    const v = -width / 2 + (row * width) / rows;
    fillPolygon(canvas, rectangle(-length / 2, v, length / 2, v + width / rows), [colour[0] * 0.85, colour[1] * 0.85, colour[2] * 0.85], 0.5);
  }
}

function paintRoad(canvas: Canvas, { from, to, width }: Scene["roads"][number]): void {
  const size = canvas.width;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const [nx, ny] = [-dy / length, dx / length];
  const strip = (half: number, start: number, end: number): Polygon =>
    [[start, -half], [end, -half], [end, half], [start, half]].flatMap(([t, side]) => [size * (from[0] + t * dx + side * nx), size * (from[1] + t * dy + side * ny)]);
  fillPolygon(canvas, strip(width / 2, 0, 1), asphalt);
  for (let t = 0; t < 1; t += 0.06) fillPolygon(canvas, strip(0.004, t, t + 0.03), [220, 216, 190]);
}

/** Bytes, with a grain of ± 5 over each pixel. */
function withGrain(data: Float32Array, grain: number): Uint8Array {
  const stream = streamOf("grain", grain);
  const bytes = new Uint8Array(data.length);
  for (let i = 0, pixel = 0; i < data.length; i += 3, pixel++) {
    const noise = ((bitsAt(stream, pixel) >>> 24) - 128) / 25;
    for (let c = 0; c < 3; c++) bytes[i + c] = Math.min(Math.max(data[i + c] + noise + 0.5, 0), 255);
  }
  return bytes;
}
