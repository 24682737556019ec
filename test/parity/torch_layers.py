"""Cases: layers with weights, as PyTorch's own modules. The texts are in cases.ts."""
from torch import nn

from torch_cases import case, only, real, whole


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
    return lambda x: {"y": norm(x.movedim(1, -1)).movedim(-1, 1)}


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
