/** Transformers and recurrent networks of the zoo. The exact numbers were counted with the libraries named as sources. */
import type { ZooEntry } from "./entry.ts";

export const transformerZoo: readonly ZooEntry[] = [
  {
    file: "examples/zoo/vit_b16.net", model: "ViT", parameters: 86_567_656, published: "86,567,656", source: "torchvision vit_b_16, timm vit_base_patch16_224",
    sizes: [{ B: 1 }, { B: 3 }], run: { size: 48, width: 48, depth: 2, heads: 4 },
  },
  {
    file: "examples/zoo/swin_tiny.net", model: "SwinTiny", parameters: 28_288_354, published: "28,288,354", source: "torchvision swin_t, timm swin_tiny_patch4_window7_224",
    sizes: [{ B: 1 }, { B: 2 }], run: { size: 128, window: 2, width: 12 },
  },
  {
    file: "examples/zoo/clip_vit_b16.net", model: "CLIP", parameters: 149_620_737, published: "149,620,737", source: "transformers CLIPModel, openai/clip-vit-base-patch16",
    sizes: [{ N: 1, M: 2 }, { N: 3, M: 1 }], run: { size: 32, width: 32, depth: 2, heads: 4, vocabulary: 99, context: 9, text_width: 16, text_depth: 2, text_heads: 2, embed: 8 },
  },
  {
    file: "examples/zoo/detr.net", model: "DETR", parameters: 41_524_768, published: "41 M", source: "transformers DetrForObjectDetection, facebook/detr-resnet-50 (91 classes)",
    sizes: [{ B: 1, Y: 65, X: 32 }, { B: 2, Y: 40, X: 97 }], run: { stem: 8, width: 32, hidden: 64, depth: 2, slots: 7 },
  },
  {
    file: "examples/zoo/sam_encoder.net", model: "SamEncoder", parameters: 89_670_912, published: "89,670,912", source: "transformers SamModel.vision_encoder, facebook/sam-vit-base",
    sizes: [{ B: 1 }, { B: 2 }], run: { size: 80, window: 3, width: 48, depth: 3, heads: 4, out: 16 },
  },
  {
    file: "examples/zoo/bert_base.net", model: "BERT", parameters: 109_482_240, published: "109,482,240", source: "transformers BertModel, google-bert/bert-base-uncased",
    sizes: [{ B: 1, T: 5 }, { B: 2, T: 12 }], run: { depth: 2, width: 48, heads: 4, vocabulary: 101, context: 12 }, below: { segment: 2, mask: 2 },
  },
  {
    file: "examples/zoo/gpt2_small.net", model: "GPT2", parameters: 124_439_808, published: "124,439,808", source: "transformers GPT2LMHeadModel, openai-community/gpt2",
    sizes: [{ B: 1, T: 5 }, { B: 2, T: 12 }], run: { depth: 2, width: 48, heads: 4, vocabulary: 101, context: 12 },
  },
  {
    file: "examples/zoo/llama.net", model: "Llama", parameters: 1_100_048_384, published: "1,100,048,384", source: "transformers LlamaForCausalLM, TinyLlama/TinyLlama-1.1B",
    sizes: [{ B: 1, T: 5 }, { B: 2, T: 12 }], run: { depth: 2, width: 64, hidden: 96, heads: 8, groups: 2, vocabulary: 101, context: 12 },
  },
  {
    file: "examples/zoo/t5.net", model: "T5", parameters: 60_506_624, published: "60,506,624", source: "transformers T5ForConditionalGeneration, google-t5/t5-small",
    sizes: [{ B: 1, S: 3, T: 1 }, { B: 2, S: 40, T: 150 }], run: { depth: 2, width: 48, heads: 2, hidden: 64, vocabulary: 101 },
  },
  {
    file: "examples/zoo/bilstm.net", model: "BiLSTM", parameters: 198_656, published: "198,656", source: "torch.nn.LSTM(64, 128, bidirectional=True)",
    sizes: [{ B: 1 }, { B: 3 }],
  },
];
