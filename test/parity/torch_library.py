"""The cases of the layer library in PyTorch, its own modules and functions wherever it has them. The same names in cases.ts hold the .net text.

A case is a function of a Slots (to which it gives the mapping of its parameters) that returns a function from inputs to outputs.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from torch_formula import between, unit
from torch_rotation import RotatedConv, Router, map_rotated, map_router, turn_by_sampling


@dataclass
class Case:
    name: str
    inputs: dict
    build: object
    gradient: bool = False
    training: bool = False


def real(*shape, low=-1.5, high=1.5):
    return {"kind": "real", "shape": shape, "low": low, "high": high}


def whole(*shape, below):
    return {"kind": "whole", "shape": shape, "below": below}


def truth(*shape, share=0.7):
    return {"kind": "truth", "shape": shape, "share": share}


def draw(name: str, spec: dict) -> torch.Tensor:
    """The value of an input. `truth`: true with probability `share`, and always at the first place of the last axis."""
    key, shape = f"input:{name}", spec["shape"]
    if spec["kind"] == "real":
        return torch.from_numpy(between(key, shape, spec["low"], spec["high"]))
    numbers = torch.from_numpy(unit(key, math.prod(shape))).reshape(shape)
    if spec["kind"] == "whole":
        return (numbers * spec["below"]).floor().long()
    result = numbers < spec["share"]
    result[..., 0] = True
    return result


CASES: list[Case] = []


def case(gradient=False, training=False, **inputs):
    def add(build):
        CASES.append(Case(build.__name__, inputs, build, gradient, training))
        return build

    return add


def only(module):
    """A case whose one output `y` is a module, or a function, of all inputs."""
    return lambda *inputs: {"y": module(*inputs)}


def channels_last(x):
    return x.movedim(1, -1)


# ---------------------------------------------------------------------------------------------------------------- linear layers


@case(x=real(2, 3, 5), gradient=True)
def linear(s):
    return only(s.linear("layer", nn.Linear(5, 4)))


@case(x=real(2, 5, 3, 4), gradient=True)
def linear_on_map(s):
    return only(s.linear("layer", nn.Conv2d(5, 3, 1, bias=False)))


@case(x=real(2, 7, 4), gradient=True)
def linear_over_words(s):
    layer = s.linear("layer", nn.Linear(7, 3))
    return lambda x: {"y": layer(x.transpose(1, 2)).transpose(1, 2)}


@case(index=whole(3, 5, below=11), gradient=True)
def embedding(s):
    return only(s.plain("layer", nn.Embedding(11, 6)))


def two_layers(s, path, width, hidden, out, activation):
    up, down = s.linear(f"{path}.up", nn.Linear(width, hidden)), s.linear(f"{path}.down", nn.Linear(hidden, out))
    return nn.Sequential(up, activation, down)


@case(x=real(2, 3, 5), gradient=True)
def mlp(s):
    return only(two_layers(s, "layer", 5, 20, 5, nn.GELU()))


@case(x=real(2, 3, 5), gradient=True)
def mlp_silu(s):
    return only(two_layers(s, "layer", 5, 7, 3, nn.SiLU()))


@case(x=real(2, 3, 6), gradient=True)
def feed_forward(s):
    norm, layers = s.norm("layer.norm", nn.LayerNorm(6)), two_layers(s, "layer.mlp", 6, 24, 6, nn.Tanh())
    return lambda x: {"y": x + layers(norm(x))}


# ---------------------------------------------------------------------------------------------------------------- norms


@case(x=real(2, 3, 6), gradient=True)
def layer_norm(s):
    return only(s.norm("layer", nn.LayerNorm(6)))


@case(x=real(2, 6, 3, 4), gradient=True)
def layer_norm_on_map(s):
    norm = s.norm("layer", nn.LayerNorm(6, eps=1e-3))
    return lambda x: {"y": norm(channels_last(x)).movedim(-1, 1)}


@case(x=real(2, 3, 6), gradient=True)
def rms_norm(s):
    return only(s.norm("layer", nn.RMSNorm(6, eps=1e-6)))


@case(x=real(2, 6, 3, 4), gradient=True)
def batch_norm(s):
    return only(s.norm("layer", nn.BatchNorm2d(6)))


@case(x=real(4, 6), gradient=True)
def batch_norm_of_vectors(s):
    return only(s.norm("layer", nn.BatchNorm1d(6)))


@case(x=real(3, 6, 3, 4), gradient=True, training=True)
def batch_norm_training(s):
    return only(s.norm("layer", nn.BatchNorm2d(6, momentum=0.2)))


@case(x=real(4, 6), gradient=True, training=True)
def batch_norm_of_vectors_training(s):
    return only(s.norm("layer", nn.BatchNorm1d(6, momentum=0.999)))


@case(x=real(2, 6, 3, 4), gradient=True)
def group_norm(s):
    return only(s.norm("layer", nn.GroupNorm(3, 6)))


# ---------------------------------------------------------------------------------------------------------------- convolutions


@case(x=real(2, 4, 5, 7), gradient=True)
def conv(s):
    return only(s.conv("layer", nn.Conv2d(4, 3, 3, padding=1)))


@case(x=real(2, 4, 7, 8), gradient=True)
def conv_stride(s):
    return only(s.conv("layer", nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False)))


@case(x=real(2, 4, 9, 8), gradient=True)
def conv_dilation(s):
    return only(s.conv("layer", nn.Conv2d(4, 4, 3, dilation=2, padding=2)))


@case(x=real(2, 6, 5, 4), gradient=True)
def conv_groups(s):
    return only(s.conv("layer", nn.Conv2d(6, 9, 3, padding=1, groups=3)))


@case(x=real(2, 4, 9, 8), gradient=True)
def conv_asymmetric(s):
    return only(s.conv("layer", nn.Conv2d(4, 6, (3, 2), stride=(2, 3), dilation=(1, 2), padding=(0, 2), groups=2)))


@case(x=real(2, 3, 8, 12), gradient=True)
def conv_patches(s):
    return only(s.conv("layer", nn.Conv2d(3, 5, 4, stride=4, bias=False)))


@case(x=real(2, 4, 6, 5), gradient=True)
def depthwise(s):
    return only(s.depthwise("layer", nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False)))


@case(x=real(2, 4, 8, 9), gradient=True)
def depthwise_asymmetric(s):
    return only(s.depthwise("layer", nn.Conv2d(4, 4, (1, 3), stride=(1, 2), dilation=(1, 3), padding=(0, 3), groups=4)))


@case(x=real(2, 4, 7, 6), gradient=True)
def depthwise_separable(s):
    depth = s.depthwise("layer.depth", nn.Conv2d(4, 4, 3, padding=5, dilation=5, groups=4, bias=False))
    return only(nn.Sequential(depth, s.linear("layer.point", nn.Conv2d(4, 3, 1, bias=False))))


@case(x=real(2, 4, 9), gradient=True)
def conv_1d(s):
    return only(s.plain("layer", nn.Conv1d(4, 3, 3, padding=1)))


@case(x=real(2, 4, 12), gradient=True)
def conv_1d_wide(s):
    return only(s.plain("layer", nn.Conv1d(4, 6, 3, stride=2, dilation=5, padding=5, bias=False)))


@case(x=real(2, 4, 3, 5), gradient=True)
def conv_transpose(s):
    return only(s.plain("layer", nn.ConvTranspose2d(4, 3, 2, stride=2)))


@case(x=real(2, 4, 3, 5), gradient=True)
def conv_transpose_overlapping(s):
    return only(s.plain("layer", nn.ConvTranspose2d(4, 3, (3, 4), stride=(2, 1))))


@case(x=real(2, 4, 7, 6), gradient=True)
def conv_norm(s):
    conv = s.conv("layer.conv", nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2, bias=False))
    return only(nn.Sequential(conv, s.norm("layer.norm", nn.BatchNorm2d(6)), nn.LeakyReLU(0.1)))


@case(x=real(2, 4, 9), gradient=True)
def conv_norm_1d(s):
    conv = s.plain("layer.conv", nn.Conv1d(4, 6, 5, padding=4, dilation=2, bias=False))
    return only(nn.Sequential(conv, s.norm("layer.norm", nn.BatchNorm1d(6)), nn.ReLU()))


# ---------------------------------------------------------------------------------------------------------------- attention


def attend(module, query, memory, **options):
    return module(query, memory, memory, need_weights=False, **options)[0]


def no_future(count):
    return torch.ones(count, count, dtype=torch.bool).triu(1)


@case(x=real(2, 5, 12), gradient=True)
def self_attention(s):
    module = s.attention("layer", nn.MultiheadAttention(12, 3, batch_first=True))
    return lambda x: {"y": attend(module, x, x)}


@case(x=real(2, 5, 12), memory=real(2, 7, 8), gradient=True)
def cross_attention(s):
    module = s.attention("layer", nn.MultiheadAttention(12, 4, batch_first=True, kdim=8, vdim=8))
    return lambda x, memory: {"y": attend(module, x, memory)}


@case(x=real(2, 6, 8), gradient=True)
def causal_attention(s):
    module = s.attention("layer", nn.MultiheadAttention(8, 2, batch_first=True))
    return lambda x: {"y": attend(module, x, x, attn_mask=no_future(6))}


@case(x=real(3, 5, 8), memory=real(3, 7, 8), visible=truth(3, 7), gradient=True)
def masked_attention(s):
    module = s.attention("layer", nn.MultiheadAttention(8, 2, batch_first=True))
    return lambda x, memory, visible: {"y": attend(module, x, memory, key_padding_mask=~visible)}


def transformer_layer(s, path, width, heads, activation):
    """PyTorch's own pre-norm layer."""
    layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, activation, batch_first=True, norm_first=True)
    s.norm(f"{path}.norm_1", layer.norm1)
    s.attention(f"{path}.attention", layer.self_attn)
    s.norm(f"{path}.norm_2", layer.norm2)
    s.linear(f"{path}.mlp.up", layer.linear1)
    s.linear(f"{path}.mlp.down", layer.linear2)
    return layer


@case(x=real(2, 5, 12), gradient=True)
def encoder_layer(s):
    return only(transformer_layer(s, "layer", 12, 3, F.gelu))


@case(x=real(2, 6, 8), gradient=True)
def encoder_layer_causal(s):
    layer = transformer_layer(s, "layer", 8, 2, lambda x: x * torch.sigmoid(1.702 * x))
    return lambda x: {"y": layer(x, src_mask=no_future(6))}


# ---------------------------------------------------------------------------------------------------------------- rotation


@case(angle=real(2, 6, low=-0.78, high=0.78), weight=real(6, 2, 3, 3, 3))
def rotated_kernels(s):
    """Kernels turned one by one: the 9 x 9 matrices of the closed form, applied."""
    return lambda angle, weight: {"y": turn_by_sampling(weight, angle)}


@case(angle=real(2, 3, low=-3.2, high=3.2), weight=real(3, 2, 2, 5, 5))
def rotated_kernels_of_5(s):
    return lambda angle, weight: {"y": turn_by_sampling(weight, angle)}


@case(x=real(3, 6, 5, 4), gradient=True)
def routing(s):
    router = Router(6, 4)
    map_router(s, "layer", router)

    def run(x):
        angle, gate = router(x)
        assert (angle < 0).any() and (angle > 0).any(), "angles of both signs"
        return {"angle": angle, "gate": gate}

    return run


def rotated(s, channels, out):
    module = RotatedConv(channels, out)
    map_rotated(s, "layer", module)
    return only(module)


@case(x=real(1, 4, 6, 5), gradient=True)
def rotated_conv_1(s):
    return rotated(s, 4, 3)


@case(x=real(2, 4, 6, 5), gradient=True)
def rotated_conv_2(s):
    return rotated(s, 4, 3)


@case(x=real(3, 4, 6, 5), gradient=True)
def rotated_conv_3(s):
    return rotated(s, 4, 3)


# ---------------------------------------------------------------------------------------------------------------- resolution and positions


def resized(mode, *sizes):
    options = {} if mode == "nearest" else {"align_corners": False}
    return lambda x: {f"y{i}": F.interpolate(x, size=size, mode=mode, **options) for i, size in enumerate(sizes)}


@case(x=real(2, 3, 8, 8), gradient=True)
def resize_nearest(s):
    return resized("nearest", (15, 15), (16, 16), (4, 4), (5, 3), (11, 2))


@case(x=real(2, 3, 8, 8), gradient=True)
def resize_bilinear(s):
    return resized("bilinear", (15, 15), (16, 16), (4, 4), (5, 3), (11, 2))


@case(x=real(2, 12, 3, 4), gradient=True)
def pixel_shuffle(s):
    return lambda x: {"y": F.pixel_shuffle(x, 2)}


@case(x=real(2, 3, 6, 4), gradient=True)
def pixel_unshuffle(s):
    return lambda x: {"y": F.pixel_unshuffle(x, 2)}


@case(x=real(2, 5, 6))
def sine_sequence(s):
    """PE(t, 2i) = sin(t / 10000^(2i / C)), PE(t, 2i + 1) = cos of the same (Vaswani et al. 2017, section 3.5)."""

    def run(x):
        _, length, width = x.shape
        table = torch.zeros(length, width, dtype=torch.float64)
        at = torch.arange(length, dtype=torch.float64)[:, None]
        period = torch.pow(10000.0, torch.arange(0, width, 2, dtype=torch.float64) / width)
        table[:, 0::2], table[:, 1::2] = torch.sin(at / period), torch.cos(at / period)
        return {"y": x + table}

    return run


@case(x=real(2, 8, 5, 3))
def sine_positions_of_map(s):
    """Per row and per column as Carion et al. 2020 have it: cumulative sums of a mask of ones are the coordinates, from 1."""

    def run(x):
        ones = torch.ones(1, *x.shape[2:], dtype=torch.float64)
        half = x.shape[1] // 2
        period = 10000 ** (2 * (torch.arange(half, dtype=torch.float64) // 2) / half)
        parts = []
        for axis in (1, 2):
            angle = ones.cumsum(axis)[..., None] / period
            parts.append(torch.stack((angle[..., 0::2].sin(), angle[..., 1::2].cos()), 4).flatten(3))
        return {"y": x + torch.cat(parts, 3).permute(0, 3, 1, 2)}

    return run


# ---------------------------------------------------------------------------------------------------------------- functions


@case(x=real(4, 25, low=-6.0, high=6.0), gradient=True)
def activations(s):
    return lambda x: {
        "relu_": F.relu(x),
        "leaky": F.leaky_relu(x),
        "leaky_tenth": F.leaky_relu(x, 0.1),
        "gelu_": F.gelu(x),
        "quick": x * torch.sigmoid(1.702 * x),
        "silu_": F.silu(x),
        "softplus_": F.softplus(x, threshold=1e9),
        "softsign_": F.softsign(x),
        "tanh_": torch.tanh(x),
        "clamped": x.clamp(-2.5, 1.25),
        "soft": F.softmax(x, 1),
        "log_soft": F.log_softmax(x, 0),
    }


@case(logit=real(3, 5, 4, low=-4.0, high=4.0), target=truth(3, 5, 4, share=0.4), gradient=True)
def mask_losses(s):
    def run(logit, target):
        t = target.double()
        p = torch.sigmoid(logit)
        both, total = (p * t).flatten(1).sum(1), p.flatten(1).sum(1) + t.flatten(1).sum(1)
        return {
            "bce": F.binary_cross_entropy_with_logits(logit, t),
            "dice_": (1 - (2 * both + 1) / (total + 1)).mean(),
            "squares": F.mse_loss(logit, t),
        }

    return run


@case(logit=real(3, 5, 4, low=-4.0, high=4.0), target=truth(3, 5, 4, share=0.4), gradient=True)
def focal(s):
    def run(logit, target):
        t = target.double()
        p = torch.sigmoid(logit)
        hit = torch.where(target, p, 1 - p)
        return {"y": ((1 - hit) ** 1.5 * F.binary_cross_entropy_with_logits(logit, t, reduction="none")).mean()}

    return run


@case(logit=real(3, 6, 4, low=-4.0, high=4.0), target=whole(3, 4, below=6), gradient=True)
def cross_entropy(s):
    return lambda logit, target: {"y": F.cross_entropy(logit, target)}
