/** Draws examples/aerial.png: a small aerial scene (fields, a road, roofs, trees, a pond), the same bytes each time. Run by hand. */
import { writeFileSync } from "node:fs";
import { PNG } from "pngjs";

const size = 480;
const png = new PNG({ width: size, height: size });
let state = 20251124;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const grain = Float64Array.from({ length: size * size }, () => random() - 0.5);

function paint(inside, [r, g, b], texture = 10) {
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const cover = inside(x + 0.5, y + 0.5);
      if (cover <= 0) continue;
      const i = 4 * (y * size + x);
      [r, g, b].forEach((value, c) => {
        const colour = value + texture * grain[(y * size + x + c * 7919) % grain.length];
        png.data[i + c] = Math.max(0, Math.min(255, png.data[i + c] * (1 - cover) + colour * cover));
      });
      png.data[i + 3] = 255;
    }
  }
}

const soft = (distance) => Math.max(0, Math.min(1, 0.5 - distance));
const turned = (cx, cy, w, h, angle) => (x, y) => {
  const [dx, dy] = [x - cx, y - cy];
  const [u, v] = [dx * Math.cos(angle) + dy * Math.sin(angle), dy * Math.cos(angle) - dx * Math.sin(angle)];
  return soft(Math.max(Math.abs(u) - w / 2, Math.abs(v) - h / 2));
};
const disc = (cx, cy, r) => (x, y) => soft(Math.hypot(x - cx, y - cy) - r);
const stripes = (shape, angle, period) => (x, y) => shape(x, y) * (Math.sin(((x * Math.cos(angle) + y * Math.sin(angle)) * 2 * Math.PI) / period) > 0.3 ? 0.35 : 0);

paint(() => 1, [108, 132, 78], 26);
for (const [cx, cy, w, h, angle, colour, rows] of [
  [95, 100, 170, 150, 0.12, [176, 164, 98], [148, 134, 76]],
  [380, 85, 210, 120, -0.2, [92, 128, 66], [72, 104, 52]],
  [110, 395, 180, 130, -0.08, [150, 142, 84], [126, 116, 66]],
]) {
  const field = turned(cx, cy, w, h, angle);
  paint(field, colour, 22);
  paint(stripes(field, angle, 9), rows, 8);
}
paint(disc(408, 398, 46), [62, 92, 112], 8);
paint(disc(378, 420, 30), [62, 92, 112], 8);
const road = (y) => 232 + 38 * Math.sin(y / 90);
paint((x, y) => soft(Math.abs(x - road(y)) - 13), [132, 130, 126], 12);
paint((x, y) => soft(Math.abs(x - road(y)) - 1.1) * (Math.floor(y / 14) % 2), [226, 222, 206], 4);
paint((x, y) => soft(Math.abs(y - (262 + 0.1 * x)) - 9), [138, 134, 128], 12);
for (const [cx, cy, w, h, angle, colour] of [
  [318, 210, 66, 40, 0.25, [168, 68, 52]],
  [352, 288, 52, 36, 0.1, [122, 118, 116]],
  [160, 215, 58, 38, -0.15, [150, 146, 142]],
  [306, 342, 44, 30, -0.3, [174, 92, 62]],
  [72, 232, 40, 28, 0.05, [104, 88, 78]],
]) {
  paint((x, y) => 0.45 * turned(cx + 7, cy + 8, w, h, angle)(x, y), [28, 34, 30], 4);
  paint(turned(cx, cy, w, h, angle), colour, 12);
  paint((x, y) => 0.4 * turned(cx - (h / 4) * Math.sin(-angle), cy + (h / 4) * Math.cos(angle), w, h / 2, angle)(x, y), colour.map((value) => value * 0.72), 6);
}
for (let i = 0; i < 90; i++) {
  const [x, y, r] = [random() * size, random() * size, 4 + 7 * random()];
  if (Math.abs(x - road(y)) < 24 || Math.abs(y - (262 + 0.1 * x)) < 20 || Math.hypot(x - 400, y - 405) < 66) continue;
  paint((u, v) => 0.4 * disc(x + 3, y + 4, r)(u, v), [24, 36, 22], 2);
  paint(disc(x, y, r), [52 + 26 * random(), 88 + 30 * random(), 44], 26);
}
for (let i = 0; i < 9; i++) {
  const y = 30 + 50 * i + 14 * random();
  const side = i % 2 ? 6 : -6;
  paint(turned(road(y) + side, y, 6, 11, -Math.atan((38 / 90) * Math.cos(y / 90))), [[214, 214, 210], [58, 74, 120], [172, 40, 36]][i % 3], 4);
}
writeFileSync("examples/aerial.png", PNG.sync.write(png, { deflateLevel: 9 }));
