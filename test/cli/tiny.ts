/** A small model of pictures and sentences with an ablation, to be trained by commands. */

/** `items`: further lines of its training section. */
export const tiny = (items: string): string => `choice Width = narrow | wide

/// A picture and the mean of a sentence's words: which pixels are meant.
model Tiny {
  config { width: Width = narrow }
  input image: f32[B, rgb = 3, Y = 32, X = 32]
  input words: i32[B, T = 8]
  let token = Embedding(words, rows: 49408, out: C = 4)
  let sentence = mean(token, over: T)
  let one = relu(Conv(image, out: C = match width { narrow => 8  wide => 16 }))
  let scale = Linear(sentence, out: C = match width { narrow => 8  wide => 16 })
  let two = dropout(relu(BatchNorm(Conv(one * scale))), rate: 0.1)
  output mask: f32[B, Y = 32, X = 32] = Conv(two, out: 1)[C = 0]
}

ablation widths of Tiny {
  a "Narrow" = {}
  b "(a) + width" = a with { width: wide }
}

train Tiny {
  data folder(split: train, image: 32, words: 8) {
    image: f32[B, rgb = 3, Y = 32, X = 32] in [0, 1] normalised by clip
    words: i32[B, T = 8]
    target: f32[B, Y = 32, X = 32] in [0, 1]
  }
  loss dice(mask, target) + bce_with_logits(mask, target)
  optimizer adam(lr: 1e-2)
${items}
  metrics oIoU, mIoU, precision@[0.5, 0.9] of sigmoid(mask) > 0.5 at original
}
`;
