/** `netc init`: a starter project, which checks, builds and runs as it is. Nothing that exists is overwritten. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ProgramError } from "./errors.ts";
import { writeWhole } from "./output.ts";

const model = `//! A classifier of small images: two convolutions, a mean over positions, a linear layer.

/// Two convolutions, the second at half the resolution.
block Stage(x: f32[B, C, Y, X]; out: axis = C) -> f32[B, out, Y = ceil(Y / 2), X = ceil(X / 2)] {
  let wide = ConvNorm(x, out: out)
  let half = ConvNorm(wide, stride: 2)
  return half
}

model Classifier {
  config { width: int = 32  classes: int = 10 }
  input image: f32[B, rgb = 3, Y = 32, X = 32]

  let stage[1] = Stage(rename(image, C = rgb), out: C = width)
  let stage[i] = Stage(stage[i - 1], out: width * i) for i in 2..=3
  let pooled = mean(stage[3], over: [Y, X])
  output logit: f32[B, class = classes] = Linear(pooled, out: class = classes)
}

ablation size of Classifier {
  small "half the width" = { width: 16 }
  large "twice the width" = { width: 64 }
}
`;

export function init(folder: string): number {
  const file = join(folder, "classifier.net");
  if (existsSync(file)) throw new ProgramError(`${file} exists already`, "choose another folder: netc init FOLDER");
  writeWhole(file, [model]);
  process.stdout.write(`wrote ${file}\n\nnext:\n  netc check ${file}\n  netc summary ${file} --variant all\n  netc build ${file} --target onnx -o classifier.onnx\n`);
  return 0;
}
