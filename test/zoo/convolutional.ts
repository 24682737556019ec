/**
 * Convolutional networks of the zoo. Exact numbers are those of the libraries named as sources (torchvision 0.28, timm 1.0.29); where the source states none,
 * they were counted with a PyTorch definition written after it.
 */
import type { ZooEntry } from "./entry.ts";

export const convolutionalZoo: readonly ZooEntry[] = [
  {
    file: "examples/zoo/resnet50.net", model: "ResNet50", parameters: 25_557_032, published: "25,557,032", source: "torchvision resnet50",
    sizes: [{ B: 1, Y: 64, X: 50 }, { B: 2, Y: 33, X: 65 }],
  },
  {
    file: "examples/zoo/mobilenet_v2.net", model: "MobileNetV2", parameters: 3_504_872, published: "3,504,872", source: "torchvision mobilenet_v2",
    sizes: [{ B: 1, Y: 64, X: 50 }, { B: 2, Y: 33, X: 65 }],
  },
  {
    file: "examples/zoo/densenet121.net", model: "DenseNet121", parameters: 7_978_856, published: "7,978,856", source: "torchvision densenet121",
    sizes: [{ B: 1, Y: 32, X: 64 }, { B: 2, Y: 32, X: 32 }],
  },
  {
    file: "examples/zoo/unet.net", model: "Cells", parameters: 31_030_658, published: "23 convolutional layers; 31,031,685 in the Keras version, which adds a layer", source: "arXiv:1505.04597 figure 1, github.com/zhixuhao/unet",
    sizes: [{ B: 1, Y: 204, X: 188 }, { B: 2, Y: 188, X: 188 }],
  },
  {
    file: "examples/zoo/deeplab_v3_plus.net", model: "DeepLabV3Plus", parameters: 39_761_845, published: "none", source: "github.com/VainF/DeepLabV3Plus-Pytorch deeplabv3plus_resnet50",
    sizes: [{ B: 1, Y: 64, X: 50 }, { B: 2, Y: 33, X: 65 }],
  },
  {
    file: "examples/zoo/fpn.net", model: "FPN", parameters: 26_852_416, published: "26,852,416", source: "torchvision resnet_fpn_backbone(\"resnet50\", norm_layer=BatchNorm2d)",
    sizes: [{ B: 1, Y: 64, X: 50 }, { B: 2, Y: 33, X: 65 }],
  },
  {
    file: "examples/zoo/convnext_tiny.net", model: "ConvNeXtTiny", parameters: 28_589_128, published: "28,589,128", source: "torchvision convnext_tiny",
    sizes: [{ B: 1, Y: 64, X: 32 }, { B: 2, Y: 32, X: 32 }],
  },
  {
    file: "examples/zoo/stylegan2.net", model: "StyleGAN2", parameters: 30_370_060, published: "none", source: "github.com/NVlabs/stylegan2 G_main, config-f, 1024 x 1024",
    sizes: [{ B: 1 }, { B: 2 }], run: { resolution: 4 },
  },
  {
    file: "examples/zoo/squeeze_excitation.net", model: "SEResNet50", parameters: 28_088_024, published: "28,088,024", source: "timm seresnet50",
    sizes: [{ B: 1, Y: 64, X: 50 }, { B: 2, Y: 33, X: 65 }],
  },
  {
    file: "examples/zoo/inception.net", model: "GoogLeNet", parameters: 6_624_904, published: "6,624,904", source: "torchvision googlenet(aux_logits=False)",
    sizes: [{ B: 1, Y: 64, X: 32 }, { B: 2, Y: 32, X: 32 }],
  },
  {
    file: "examples/zoo/wavenet.net", model: "WaveNet", parameters: 1_833_536, published: "1,834,592 with 1,056 that no output reads", source: "github.com/vincentherrmann/pytorch-wavenet WaveNet_demo.ipynb",
    sizes: [{ B: 1, T: 1 }, { B: 2, T: 37 }], below: { sound: 256 },
  },
  {
    file: "examples/zoo/mlp_mixer.net", model: "Mixer", parameters: 59_880_472, published: "59,880,472", source: "timm mixer_b16_224",
    sizes: [{ B: 1 }, { B: 2 }], run: { depth: 2 },
  },
];
