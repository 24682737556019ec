"""Cases: what has no weights, as PyTorch's own functions where it has them. The texts are in cases.ts."""
import torch
import torch.nn.functional as F

from torch_cases import case, real, truth, whole


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
