/** Models of CLIP's towers, made small; torch_clip.py has the same. */

export const towers: Readonly<Record<string, string>> = {
  vision: `import { ViT } from "./clip.net"
model Vision {
  input image: f32[B, rgb = 3, Y = 32, X = 32]
  let tower = ViT(image, patch: 8, width: 32, depth: 3, heads: 4)
${[0, 1, 2, 3].map((i) => `  output layer_${i}: f32[B, tok = 17, C = 32] = tower.layer[${i}]`).join("\n")}
}`,
  text: `import { TextTransformer } from "./clip.net"
model Text {
  input words: i32[B, T = 9]
  let tower = TextTransformer(words, vocabulary: 50, width: 24, depth: 3, heads: 2)
  output word: f32[B, T = 9, C = 24] = tower.word
  output sentence: f32[B, C = 24] = tower.sentence
}`,
};
