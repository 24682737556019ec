"""CD2FSAN (Lu et al. 2025) in plain PyTorch, with all variants of table 4: an implementation of the description of the model that shares nothing
with models/cd2fsan.net. `Sizes()` is the full model; `SMALL` is what shrink.ts makes of the .net text.
"""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from torch_clip import Attention, TextTower, VisionTower
from torch_rotation import RotatedConv


@dataclass(frozen=True)
class Sizes:
    image: int = 480
    patch: int = 16
    vision_width: int = 768
    vision_heads: int = 12
    vocabulary: int = 49408
    words: int = 22
    text_width: int = 512
    text_depth: int = 12
    text_heads: int = 8
    selector: tuple = (1024, 256)
    channels: int = 512
    cross_hidden: int = 2048
    decoder: int = 256


SMALL = Sizes(image=96, vision_width=24, vision_heads=3, vocabulary=50, words=12, text_width=32, text_depth=3, text_heads=4,
              selector=(36, 10), channels=32, cross_hidden=48, decoder=12)


@dataclass(frozen=True)
class Variant:
    select: str = "dfsm"  # last | fixed | dfsm
    layers: tuple = (4, 7)
    align: str = "maam"  # none | transformer | maam
    rotated: bool = True


VARIANTS = {
    "a": Variant("last", align="none", rotated=False),
    "b": Variant("fixed", align="none", rotated=False),
    "c": Variant("fixed", (6, 9), align="none", rotated=False),
    "d": Variant(align="none", rotated=False),
    "e": Variant(align="transformer", rotated=False),
    "f": Variant(rotated=False),
    "g": Variant(),
}


def after(norm, *before):
    """What is called Phi: something, batch norm, leaky relu."""
    return nn.Sequential(*before, norm, nn.LeakyReLU(0.1))


def cbr(i, o, kernel=3, stride=1):
    return after(nn.BatchNorm2d(o), nn.Conv2d(i, o, kernel, stride, kernel // 2, bias=False))


def depthwise(c, kernel, dilation=1):
    padding = tuple(dilation * (k - 1) // 2 for k in kernel)
    return nn.Conv2d(c, c, kernel, padding=padding, dilation=dilation, groups=c, bias=False)


class Selector(nn.Module):
    """Two of layers 4..11, for each sample, by their class tokens and the sentence."""

    def __init__(self, s: Sizes):
        super().__init__()
        one, two = s.selector
        self.project = nn.Linear(s.vision_width, s.text_width, bias=False)
        layers = [nn.Linear(8 * s.text_width, one), nn.ReLU(), nn.Linear(one, two), nn.ReLU(), nn.Linear(two, 8), nn.Softmax(1)]
        self.score = nn.Sequential(*layers)

    def choose(self, stacked, sentence):
        scores = self.score((self.project(stacked[:, :, 0]) * sentence[:, None]).flatten(1))
        return scores, scores.topk(2, 1).indices.sort(1).values

    def forward(self, layers, sentence):
        stacked = torch.stack(layers, 1)  # B, 8, tokens, width
        scores, chosen = self.choose(stacked, sentence)
        if self.training:  # straight through: 1 and 0 forward, the softmax's gradient backward
            hard = F.one_hot(chosen, scores.shape[1]).to(scores)
            picked = torch.einsum("bkl,bltc->bktc", hard + (scores - scores.detach())[:, None], stacked)
            return picked[:, 0], picked[:, 1]
        rows = torch.arange(chosen.shape[0], device=chosen.device)
        return stacked[rows, chosen[:, 0]], stacked[rows, chosen[:, 1]]


class Fuse(nn.Module):
    def __init__(self, i, text, o):
        super().__init__()
        self.image = cbr(i, o, 1)
        self.text = after(nn.BatchNorm1d(o), nn.Linear(text, o))
        self.after = after(nn.BatchNorm2d(o))

    def forward(self, x, sentence):
        return self.after(self.image(x) * self.text(sentence)[:, :, None, None])


class Pyramid(nn.Module):
    """V1 at a quarter, V2 at a half, V3 in full; summed from the coarsest up."""

    def __init__(self, i, text, o):
        super().__init__()
        self.down2 = cbr(i, i, stride=2)
        self.down1 = nn.Sequential(cbr(i, i, stride=2), cbr(i, i, stride=2))
        self.fuse1, self.fuse2, self.fuse3 = (Fuse(i, text, o) for _ in range(3))

    def forward(self, v1, v2, v3, sentence):
        l1 = self.fuse1(self.down1(v1), sentence)
        l2 = self.fuse2(self.down2(v2), sentence)
        l3 = self.fuse3(v3, sentence)
        l2 = l2 + F.interpolate(l1, size=l2.shape[2:], mode="nearest")
        return l3 + F.interpolate(l2, size=l3.shape[2:], mode="nearest")


class ImageConvolutions(nn.Module):
    """IMC, eqs. 8 to 12."""

    def __init__(self, c):
        super().__init__()
        self.adjust = cbr(c, c, 1)
        self.branch1 = after(nn.BatchNorm2d(c), depthwise(c, (3, 3)), nn.Conv2d(c, c, 1, bias=False))
        self.branch2, self.branch3 = self.directional(c, (1, 3), (3, 1)), self.directional(c, (3, 1), (1, 3))
        self.merge = cbr(3 * c, c, 1)

    @staticmethod
    def directional(c, first, second):
        strips = (after(nn.BatchNorm2d(c), depthwise(c, kernel)) for kernel in (first, second))
        return nn.Sequential(*strips, after(nn.BatchNorm2d(c), depthwise(c, (3, 3), dilation=5), nn.Conv2d(c, c, 1, bias=False)))

    def forward(self, x):
        y = self.adjust(x)
        return self.merge(torch.cat([self.branch1(y), self.branch2(y), self.branch3(y)], 1)) + y


class TextConvolutions(nn.Module):
    """TMC, eqs. 13 to 15."""

    def __init__(self, c):
        super().__init__()
        self.one = after(nn.BatchNorm1d(c), nn.Conv1d(c, c, 1, bias=False))
        self.two = after(nn.BatchNorm1d(c), nn.Conv1d(2 * c, c, 3, padding=1, bias=False))
        self.three = after(nn.BatchNorm1d(c), nn.Conv1d(2 * c, c, 3, padding=5, dilation=5, bias=False))

    def forward(self, word):
        w = word.transpose(1, 2)
        w1 = self.one(w)
        w2 = self.two(torch.cat([w, w1], 1))
        return (self.three(torch.cat([w1, w2], 1)) + w1).transpose(1, 2)


def sine_positions(channels: int, height: int, width: int):
    """[H W, C] in float64: half of the features for the row, half for the column; coordinates from 1; sin, cos interleaved (Carion et al. 2020)."""
    half = channels // 2
    k = torch.arange(half, dtype=torch.float64)
    period = 10000 ** (2 * (k // 2) / half)

    def features(length):
        angle = torch.arange(1, length + 1, dtype=torch.float64)[:, None] / period
        return torch.stack([angle[:, 0::2].sin(), angle[:, 1::2].cos()], 2).flatten(1)

    rows, columns = features(height), features(width)
    return torch.cat([rows[:, None].expand(-1, width, -1), columns[None].expand(height, -1, -1)], 2).flatten(0, 1)


class SelfLayer(nn.Module):
    def __init__(self, c, positions):
        super().__init__()
        self.register_buffer("positions", positions.to(torch.get_default_dtype()), persistent=False)
        self.attn = Attention(c, 8)
        self.ffn = nn.Sequential(nn.Linear(c, c), nn.ReLU(), nn.Linear(c, c))
        self.norm1, self.norm2, self.norm = nn.LayerNorm(c), nn.LayerNorm(c), nn.LayerNorm(c)

    def forward(self, x):
        placed = x + self.positions
        x = self.norm1(x + self.attn(placed, placed, x))
        return self.norm(self.norm2(x + self.ffn(x)))


class CrossLayer(nn.Module):
    def __init__(self, c, hidden):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(c, c) for _ in range(3))
        self.attn = Attention(c, 8)
        self.ffn = nn.Sequential(nn.Linear(c, hidden), nn.ReLU(), nn.Linear(hidden, c))
        self.norm1, self.norm2 = nn.LayerNorm(c), nn.LayerNorm(c)

    def forward(self, x, word):
        x = self.norm1(x + self.attn(F.relu(self.q(x)), F.relu(self.k(word)), F.relu(self.v(word))))
        return self.norm2(x + self.ffn(x))


class Align(nn.Module):
    def __init__(self, s: Sizes, convolutions: bool):
        super().__init__()
        c, grid = s.channels, s.image // s.patch
        self.image = ImageConvolutions(c) if convolutions else nn.Identity()
        self.words = TextConvolutions(c) if convolutions else nn.Sequential(nn.Linear(s.text_width, c, bias=False), nn.ReLU())
        self.self_attn = SelfLayer(c, sine_positions(c, grid, grid))
        self.cross_attn = CrossLayer(c, s.cross_hidden)

    def forward(self, x, word):
        tokens = self.self_attn(self.image(x).flatten(2).transpose(1, 2))
        return self.cross_attn(tokens, self.words(word)).transpose(1, 2).unflatten(2, x.shape[2:])


class Decoder(nn.Module):
    def __init__(self, i, width, rotated: bool, form: str):
        super().__init__()
        conv = lambda a: RotatedConv(a, width, form=form) if rotated else nn.Conv2d(a, width, 3, padding=1, bias=False)
        self.units = nn.ModuleList(after(nn.BatchNorm2d(width), conv(i if n == 0 else width)) for n in range(5))
        self.logits = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, x):
        for n, unit in enumerate(self.units):
            x = unit(F.interpolate(x, scale_factor=2, mode="nearest") if n >= 2 else x)
        return self.logits(x)[:, 0]


class CD2FSAN(nn.Module):
    """`form` is how the rotated convolution is computed: see torch_rotation.py."""

    def __init__(self, s: Sizes = Sizes(), variant: Variant = Variant(), form: str = "sampled"):
        super().__init__()
        self.variant = variant
        self.grid = s.image // s.patch
        self.image = VisionTower(s.image, s.patch, s.vision_width, 12, s.vision_heads)
        self.text = TextTower(s.vocabulary, s.words, s.text_width, s.text_depth, s.text_heads)
        if variant.select == "dfsm":
            self.select = Selector(s)
        self.neck = (Fuse if variant.select == "last" else Pyramid)(s.vision_width, s.text_width, s.channels)
        if variant.align != "none":
            self.align = Align(s, variant.align == "maam")
        self.decoder = Decoder(s.channels, s.decoder, variant.rotated, form)

    def as_map(self, tokens):
        return tokens[:, 1:].transpose(1, 2).unflatten(2, (self.grid, self.grid))

    def forward(self, image, words):
        layers = self.image(image)
        word, sentence = self.text(words)
        if self.variant.select == "last":
            x = self.neck(self.as_map(layers[12]), sentence)
        else:
            fixed = [layers[i] for i in self.variant.layers]
            v1, v2 = self.select(layers[4:12], sentence) if self.variant.select == "dfsm" else fixed
            x = self.neck(self.as_map(v1), self.as_map(v2), self.as_map(layers[12]), sentence)
        return self.decoder(x if self.variant.align == "none" else self.align(x, word))
