"""Cases: attention, by PyTorch's own attention and pre-norm layer, and rotated convolution. The texts are in cases.ts."""
import torch
import torch.nn.functional as F
from torch import nn

from torch_cases import case, only, real, truth
from torch_rotation import RotatedConv, Router, map_rotated, map_router, turn_by_sampling


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
