"""Cases: the layers that architectures have in common (CNN units, gated feed-forwards, rotary positions, recurrent cells), as PyTorch's own modules
where it has them, and otherwise as their papers' code has them. The texts are in cases.ts."""
import torch
import torch.nn.functional as F
from torch import nn

from torch_attention import attend
from torch_cases import case, only, real


# ---------------------------------------------------------------------------------------------------------------- convolutional units


class FrozenNorm(nn.Module):
    """facebookresearch/detr, models/backbone.py: four buffers, of which scale and bias are made before they are applied."""

    def __init__(self, width, eps=1e-5):
        super().__init__()
        self.eps = eps
        for name in ("weight", "bias", "running_mean", "running_var"):
            self.register_buffer(name, torch.ones(width))

    def forward(self, x):
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale[:, None, None] + shift[:, None, None]


@case(x=real(2, 4, 7, 6), gradient=True)
def conv_norm_relu6(s):
    conv = s.conv("layer.conv", nn.Conv2d(4, 6, 3, padding=1, bias=False))
    return only(nn.Sequential(conv, s.norm("layer.norm", nn.BatchNorm2d(6, eps=1e-3)), nn.ReLU6()))


@case(x=real(2, 4, 7, 6), gradient=True)
def conv_norm_linear(s):
    return only(nn.Sequential(s.conv("layer.conv", nn.Conv2d(4, 6, 1, bias=False)), s.norm("layer.norm", nn.BatchNorm2d(6))))


@case(x=real(2, 4, 7, 6), gradient=True)
def conv_norm_frozen(s):
    conv = s.conv("layer.conv", nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False))
    return only(nn.Sequential(conv, s.norm("layer.norm", FrozenNorm(6)), nn.SiLU()))


@case(x=real(2, 4, 9), gradient=True)
def conv_norm_1d_tanh(s):
    conv = s.plain("layer.conv", nn.Conv1d(4, 6, 3, padding=1, bias=False))
    return only(nn.Sequential(conv, s.norm("layer.norm", nn.BatchNorm1d(6, eps=1e-4)), nn.Tanh()))


@case(x=real(2, 6, 3, 4), gradient=True)
def frozen_batch_norm(s):
    return only(s.norm("layer", FrozenNorm(6, 1e-3)))


@case(x=real(4, 25, low=-7.0, high=7.0), gradient=True)
def more_activations(s):
    return lambda x: {"tanh_gelu": F.gelu(x, approximate="tanh"), "six": F.relu6(x), "same": x}


# ---------------------------------------------------------------------------------------------------------------- transformers


@case(x=real(2, 3, 6), gradient=True)
def feed_forward_eps(s):
    norm = s.norm("layer.norm", nn.LayerNorm(6, eps=1e-2))
    up, down = s.linear("layer.mlp.up", nn.Linear(6, 24)), s.linear("layer.mlp.down", nn.Linear(24, 6))
    return lambda x: {"y": x + down(F.gelu(up(norm(x)), approximate="tanh"))}


@case(x=real(2, 5, 12), gradient=True)
def encoder_layer_eps(s):
    layer = nn.TransformerEncoderLayer(12, 3, 48, 0.1, F.gelu, layer_norm_eps=1e-2, batch_first=True, norm_first=True)
    s.norm("layer.norm_1", layer.norm1)
    s.attention("layer.attention", layer.self_attn)
    s.norm("layer.norm_2", layer.norm2)
    s.linear("layer.mlp.up", layer.linear1)
    s.linear("layer.mlp.down", layer.linear2)
    return only(layer)


@case(x=real(2, 5, 12), memory=real(2, 7, 8), value=real(2, 7, 8), gradient=True)
def attention_to_values(s):
    module = s.attention("layer", nn.MultiheadAttention(12, 4, batch_first=True, kdim=8, vdim=8))
    return lambda x, memory, value: {"y": module(x, memory, value, need_weights=False)[0]}


@case(x=real(2, 5, 12), gradient=True)
def attention_without_biases(s):
    module = s.attention("layer", nn.MultiheadAttention(12, 3, batch_first=True, bias=False))
    return lambda x: {"y": attend(module, x, x)}


def gated(s, activation):
    gate, up = s.linear("layer.gate", nn.Linear(6, 10, bias=False)), s.linear("layer.up", nn.Linear(6, 10, bias=False))
    down = s.linear("layer.down", nn.Linear(10, 6, bias=False))
    return lambda x: {"y": down(activation(gate(x)) * up(x))}


@case(x=real(2, 3, 6), gradient=True)
def gated_mlp(s):
    return gated(s, F.silu)


@case(x=real(2, 3, 6), gradient=True)
def gated_mlp_gelu(s):
    return gated(s, F.gelu)


def turned(x, base):
    """Channels p and p + d / 2 of [B, T, head, d] are a complex number, turned by e ^ (i t base ^ (-2 p / d))."""
    _, count, _, size = x.shape
    angle = torch.arange(count)[:, None] / base ** (torch.arange(0, size, 2) / size)
    first, second = x.chunk(2, -1)
    plane = torch.complex(first, second) * torch.polar(torch.ones_like(angle), angle)[:, None]
    return torch.cat((plane.real, plane.imag), -1)


@case(x=real(2, 7, 3, 8), gradient=True)
def rotary(s):
    return lambda x: {"y": turned(x, 10000.0), "z": turned(x, 500.0)}


def grouped(s, heads, groups, base, bias):
    size = 24 // heads
    q, k, v, out = (s.linear(f"layer.{name}", nn.Linear(24, width * size, bias=bias)) for name, width in (("q", heads), ("k", groups), ("v", groups), ("out", heads)))

    def run(x):
        parts = [layer(x).unflatten(2, (-1, size)) for layer in (q, k, v)]
        Q, K, V = turned(parts[0], base).transpose(1, 2), turned(parts[1], base).transpose(1, 2), parts[2].transpose(1, 2)
        mixed = F.scaled_dot_product_attention(Q, K, V, is_causal=True, enable_gqa=True)
        return {"y": out(mixed.transpose(1, 2).flatten(2))}

    return run


@case(x=real(2, 5, 24), gradient=True)
def grouped_query_attention(s):
    return grouped(s, 6, 2, 10000.0, False)


@case(x=real(2, 5, 24), gradient=True)
def multi_query_attention(s):
    return grouped(s, 4, 1, 100.0, True)


@case(x=real(2, 8, 5, 3))
def sine_positions_scaled(s):
    """facebookresearch/detr, models/position_encoding.py, normalize=True, for a mask of ones."""

    def run(x):
        ones = torch.ones(1, *x.shape[2:])
        half = x.shape[1] // 2
        period = 10000 ** (2 * (torch.arange(half) // 2) / half)
        parts = []
        for axis in (1, 2):
            embed = ones.cumsum(axis)
            embed = embed / (embed.narrow(axis, -1, 1) + 1e-6) * (2 * torch.pi)
            angle = embed[..., None] / period
            parts.append(torch.stack((angle[..., 0::2].sin(), angle[..., 1::2].cos()), 4).flatten(3))
        return {"y": x + torch.cat(parts, 3).permute(0, 3, 1, 2)}

    return run


# ---------------------------------------------------------------------------------------------------------------- recurrent cells


def cell(s, module):
    for name, kind in (("input_gates", "ih"), ("state_gates", "hh")):
        s.add(f"layer.{name}.weight", getattr(module, f"weight_{kind}"))
        s.add(f"layer.{name}.bias", getattr(module, f"bias_{kind}"))
    return module


@case(x=real(3, 5), h=real(3, 4), c=real(3, 4), gradient=True)
def lstm_cell(s):
    module = cell(s, nn.LSTMCell(5, 4))
    return lambda x, h, c: dict(zip(("h_next", "c_next"), module(x, (h, c))))


@case(x=real(3, 5), h=real(3, 4), gradient=True)
def gru_cell(s):
    module = cell(s, nn.GRUCell(5, 4))
    return only(module)
