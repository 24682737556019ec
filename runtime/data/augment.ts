/**
 * What is done to a sample by chance in training, as ASDA does it: a mirror image with left and right exchanged in the sentence, saturation and
 * brightness, a small turn, shift, scale and shear. Every number is a function of (seed, epoch, sample), so neither the order in which workers
 * finish nor a resume changes anything.
 */
import { streamOf, uniformAt } from "../../compiler/operators/random.ts";

export interface Augmentation {
  readonly mirrored: boolean;
  /** Factors of HSV saturation and value. */
  readonly saturation: number;
  readonly value: number;
  /** Degrees, counted against the clock. */
  readonly rotation: number;
  readonly scale: number;
  /** Shares of the frame's width and height. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Degrees. */
  readonly shearX: number;
  readonly shearY: number;
}

/** What is drawn for the sample at place `index` of its data set. */
export function drawAugmentation(seed: number, epoch: number, index: number): Augmentation {
  const stream = streamOf(`augment ${seed} ${epoch}`, index);
  const between = (element: number, low: number, high: number): number => low + (high - low) * uniformAt(stream, element);
  return {
    mirrored: uniformAt(stream, 0) < 0.5,
    saturation: between(1, 0.5, 1.5), value: between(2, 0.5, 1.5),
    rotation: between(3, -5, 5), scale: between(4, 0.9, 1.1),
    shiftX: between(5, -0.1, 0.1), shiftY: between(6, -0.1, 0.1),
    shearX: between(7, -2, 2), shearY: between(8, -2, 2),
  };
}

/** `the left ship` → `the right ship`, wherever the letters stand: words such as `upright` are hit as well, as in ASDA. */
export const swapSides = (sentence: string): string =>
  sentence.replace(/left|right/gi, (word) => {
    const other = word.toLowerCase() === "left" ? "right" : "left";
    if (word === word.toUpperCase()) return other.toUpperCase();
    return word[0] === word[0].toUpperCase() ? other[0].toUpperCase() + other.slice(1) : other;
  });

/**
 * The affine map of the frame, from a place in the augmented picture to the one in the frame before: [a, b, c, d, e, f] with u = a x + b y + c and
 * v = d x + e y + f, in pixels whose centres are whole numbers. Turn and scale about the middle of the frame, then the shift, then the shear.
 */
export function inverseAffine({ rotation, scale, shiftX, shiftY, shearX, shearY }: Augmentation, height: number, width: number): readonly [number, number, number, number, number, number] {
  const turn = (rotation * Math.PI) / 180;
  const [cosine, sine] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  const [middleX, middleY] = [width / 2, height / 2];
  const [sx, sy] = [Math.tan((shearX * Math.PI) / 180), Math.tan((shearY * Math.PI) / 180)];
  // turned, scaled, shifted: x' = cosine x + sine y + tx, y' = -sine x + cosine y + ty
  const tx = (1 - cosine) * middleX - sine * middleY + shiftX * width;
  const ty = sine * middleX + (1 - cosine) * middleY + shiftY * height;
  // sheared: x'' = x' + sx y', y'' = sy x' + y'
  const [a, b, c] = [cosine - sx * sine, sine + sx * cosine, tx + sx * ty];
  const [d, e, f] = [sy * cosine - sine, sy * sine + cosine, sy * tx + ty];
  const determinant = a * e - b * d;
  return [e / determinant, -b / determinant, (b * f - e * c) / determinant, -d / determinant, a / determinant, (d * c - a * f) / determinant];
}

/**
 * Scales saturation and value of interleaved RGB in 0 … 255, each clipped at its largest, with the hue kept: in place. A colour is
 * V (1 - S t), where t, the place between its largest and smallest channel, is all of it that the hue knows.
 */
export function scaleColours(data: Float32Array, count: number, saturation: number, value: number): void {
  for (let i = 0; i < 3 * count; i += 3) {
    const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
    const largest = Math.max(red, green, blue);
    const spread = largest - Math.min(red, green, blue);
    const bright = Math.min(largest * value, 255);
    const share = spread > 0 ? Math.min((spread / largest) * saturation, 1) / spread : 0;
    data[i] = bright * (1 - share * (largest - red));
    data[i + 1] = bright * (1 - share * (largest - green));
    data[i + 2] = bright * (1 - share * (largest - blue));
  }
}
