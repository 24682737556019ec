/**
 * What an object looks like: polygons in its own frame, x along it from -1/2 to 1/2, y across it in the same unit. The parts of the body make up the
 * mask; the others are drawn on it. **Add a kind here**, and say on what ground it stands.
 */
import type { Colour, Polygon } from "./raster.ts";

export const colours = {
  red: [196, 48, 44], blue: [44, 88, 196], white: [238, 238, 234], black: [30, 30, 34], gray: [138, 138, 142], yellow: [236, 204, 56], green: [44, 148, 84], orange: [230, 128, 44], brown: [128, 82, 52],
} as const satisfies Readonly<Record<string, Colour>>;
export type ColourName = keyof typeof colours;

export type Ground = "land" | "water";

export interface Part {
  readonly polygon: Polygon;
  readonly colour: Colour;
  readonly body: boolean;
}

export interface Kind {
  readonly noun: string;
  readonly ground: Ground;
  /** Its length at medium size, as a share of the frame, and its width as a share of its length. */
  readonly length: number;
  readonly aspect: number;
  readonly colours: readonly ColourName[];
  parts(colour: Colour, aspect: number): readonly Part[];
}

const shade = ([red, green, blue]: Colour, factor: number): Colour => [Math.min(red * factor, 255), Math.min(green * factor, 255), Math.min(blue * factor, 255)];
const box = (x0: number, y0: number, x1: number, y1: number): Polygon => [x0, y0, x1, y0, x1, y1, x0, y1];
const circle = (x: number, y: number, radius: number, corners = 32): Polygon =>
  Array.from({ length: 2 * corners }, (_, i) => (i % 2 ? y + radius * Math.sin((2 * Math.PI * (i >> 1)) / corners) : x + radius * Math.cos((2 * Math.PI * (i >> 1)) / corners)));
const body = (polygon: Polygon, colour: Colour): Part => ({ polygon, colour, body: true });
const drawn = (polygon: Polygon, colour: Colour): Part => ({ polygon, colour, body: false });
const white: Colour = [236, 236, 232];
const glass: Colour = [40, 48, 60];

/** A box drawn as an outline, its line `width` wide. */
const frame = (x0: number, y0: number, x1: number, y1: number, width: number, colour: Colour): readonly Part[] =>
  [box(x0, y0, x1, y0 + width), box(x0, y1 - width, x1, y1), box(x0, y0, x0 + width, y1), box(x1 - width, y0, x1, y1)].map((side) => drawn(side, colour));

export const kinds: readonly Kind[] = [
  {
    noun: "ship", ground: "water", length: 0.2, aspect: 0.3, colours: ["white", "red", "blue", "gray", "yellow", "orange"],
    parts: (colour, w) => [
      body([-0.5, -0.36 * w, -0.42, -0.5 * w, 0.22, -0.5 * w, 0.5, 0, 0.22, 0.5 * w, -0.42, 0.5 * w, -0.5, 0.36 * w], colour),
      drawn([-0.4, -0.34 * w, 0.18, -0.34 * w, 0.36, 0, 0.18, 0.34 * w, -0.4, 0.34 * w], shade(colour, 0.82)),
      drawn(box(-0.36, -0.26 * w, -0.16, 0.26 * w), white), drawn(box(-0.31, -0.14 * w, -0.21, 0.14 * w), glass),
    ],
  },
  {
    noun: "storage tank", ground: "land", length: 0.12, aspect: 1, colours: ["white", "gray", "blue", "green", "red"],
    parts: (colour) => [body(circle(0, 0, 0.5), shade(colour, 0.8)), drawn(circle(0.03, 0.03, 0.44), colour), drawn(circle(0, 0, 0.07, 12), shade(colour, 0.55)), drawn(box(0, -0.02, 0.44, 0.02), shade(colour, 0.6))],
  },
  {
    noun: "tennis court", ground: "land", length: 0.24, aspect: 0.52, colours: ["green", "blue", "red"],
    parts: (colour, w) => [
      body(box(-0.5, -0.5 * w, 0.5, 0.5 * w), shade(colour, 0.75)), drawn(box(-0.4, -0.36 * w, 0.4, 0.36 * w), colour), ...frame(-0.4, -0.36 * w, 0.4, 0.36 * w, 0.015, white),
      drawn(box(-0.4, -0.26 * w, 0.4, -0.24 * w), white), drawn(box(-0.4, 0.24 * w, 0.4, 0.26 * w), white), drawn(box(-0.008, -0.42 * w, 0.008, 0.42 * w), white), drawn(box(-0.2, -0.006, 0.2, 0.006), white),
    ],
  },
  {
    noun: "basketball court", ground: "land", length: 0.21, aspect: 0.56, colours: ["orange", "blue", "gray", "red"],
    parts: (colour, w) => [
      body(box(-0.5, -0.5 * w, 0.5, 0.5 * w), colour), ...frame(-0.46, -0.45 * w, 0.46, 0.45 * w, 0.016, white), drawn(box(-0.008, -0.45 * w, 0.008, 0.45 * w), white),
      drawn(circle(0, 0, 0.1), white), drawn(circle(0, 0, 0.08), colour), drawn(box(-0.46, -0.14 * w, -0.28, 0.14 * w), shade(colour, 0.7)), drawn(box(0.28, -0.14 * w, 0.46, 0.14 * w), shade(colour, 0.7)),
    ],
  },
  {
    noun: "airplane", ground: "land", length: 0.22, aspect: 0.95, colours: ["white", "gray", "blue", "red"],
    parts: (colour, w) => [
      body([0.06, 0, 0.1, -0.05, -0.1, -0.5 * w, -0.19, -0.5 * w, -0.1, -0.05, -0.1, 0.05, -0.19, 0.5 * w, -0.1, 0.5 * w, 0.1, 0.05], shade(colour, 0.9)),
      body([-0.36, 0, -0.34, -0.04, -0.46, -0.2 * w, -0.5, -0.2 * w, -0.46, 0, -0.5, 0.2 * w, -0.46, 0.2 * w, -0.34, 0.04], shade(colour, 0.9)),
      body([0.5, 0, 0.45, -0.05, 0.36, -0.07, -0.36, -0.06, -0.48, -0.015, -0.48, 0.015, -0.36, 0.06, 0.36, 0.07, 0.45, 0.05], colour),
      drawn([0.46, -0.03, 0.42, -0.04, 0.42, 0.04, 0.46, 0.03], glass), drawn(box(-0.48, -0.012, -0.34, 0.012), shade(colour, 0.6)),
    ],
  },
  {
    noun: "house", ground: "land", length: 0.15, aspect: 0.72, colours: ["red", "brown", "gray", "blue", "white"],
    parts: (colour, w) => [
      body(box(-0.5, -0.5 * w, 0.5, 0.5 * w), colour), drawn(box(-0.5, 0, 0.5, 0.5 * w), shade(colour, 0.72)), drawn(box(-0.5, -0.015, 0.5, 0.015), shade(colour, 1.15)), drawn(box(0.2, -0.3 * w, 0.3, -0.12 * w), shade(colour, 0.5)),
    ],
  },
  {
    noun: "car", ground: "land", length: 0.1, aspect: 0.46, colours: ["red", "white", "black", "blue", "yellow"],
    parts: (colour, w) => [
      body([-0.5, -0.4 * w, -0.44, -0.5 * w, 0.42, -0.5 * w, 0.5, -0.34 * w, 0.5, 0.34 * w, 0.42, 0.5 * w, -0.44, 0.5 * w, -0.5, 0.4 * w], colour),
      drawn(box(0.1, -0.4 * w, 0.24, 0.4 * w), glass), drawn(box(-0.4, -0.38 * w, -0.3, 0.38 * w), glass), drawn(box(-0.28, -0.34 * w, 0.08, 0.34 * w), shade(colour, 1.12)),
    ],
  },
  {
    noun: "dock", ground: "water", length: 0.34, aspect: 0.16, colours: ["brown", "gray"],
    parts: (colour, w) => [body(box(-0.5, -0.5 * w, 0.5, 0.5 * w), colour), ...[-0.4, -0.2, 0, 0.2, 0.4].map((x) => drawn(box(x - 0.006, -0.5 * w, x + 0.006, 0.5 * w), shade(colour, 0.7)))],
  },
];
