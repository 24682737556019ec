"""Numbers that both sides can make: a value is a function of (key, element), by whole-number arithmetic, so that golden files hold results only.

The twin of formula.ts. A slot ties a PyTorch tensor (or a part of one) to the path and the shape that netc gives the same parameter.
"""
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


def unit(key: str, count: int) -> np.ndarray:
    """`count` numbers in [0, 1): FNV-1a of the key, a golden-ratio step for each element, and murmur3's last mixing."""
    start = 0x811C9DC5
    for byte in key.encode():
        start = ((start ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        x = np.uint32(start) + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 4294967296.0


def between(key: str, shape, low: float, high: float) -> np.ndarray:
    return (low + (high - low) * unit(key, int(np.prod(shape)))).reshape(shape)


def parameter(path: str, shape) -> np.ndarray:
    """Sane values for a parameter or state: norms near the identity, variances positive, weights so that the size of activations stays."""
    kind = path.split(".")[-1]
    if kind == "running_variance":
        return between(path, shape, 0.5, 1.5)
    if kind == "scale":
        return between(path, shape, 0.75, 1.25)
    if kind in ("running_mean", "shift", "bias"):
        return between(path, shape, -0.25, 0.25)
    fan = int(np.prod(shape[2:] if len(shape) == 5 else shape[1:]))
    bound = float(np.sqrt(np.float64(4.0) / fan))
    return between(path, shape, -bound, bound)


@dataclass
class Slot:
    """One netc parameter or state: `tensor[part]` of PyTorch, reshaped."""

    path: str
    tensor: torch.Tensor
    shape: tuple
    part: slice

    def fill(self) -> None:
        with torch.no_grad():
            view = self.tensor[self.part]
            view.copy_(torch.from_numpy(parameter(self.path, self.shape)).reshape(view.shape))

    def gradient(self):
        return None if self.tensor.grad is None else self.tensor.grad[self.part].reshape(self.shape)


class Slots:
    """The mapping from PyTorch's modules to netc's paths; every method returns the module that it maps."""

    def __init__(self):
        self.all: list[Slot] = []

    def add(self, path, tensor, shape=None, part=slice(None)):
        self.all.append(Slot(path, tensor, tuple(shape or tensor[part].shape), part))
        return tensor

    def bias(self, path, module):
        if module.bias is not None:
            self.add(f"{path}.bias", module.bias)
        return module

    def linear(self, path, module):
        """A Linear, or a 1 x 1 convolution, which netc writes as one."""
        self.add(f"{path}.weight", module.weight, module.weight.shape[:2])
        return self.bias(path, module)

    def conv(self, path, module: nn.Conv2d):
        out, channels, *kernel = module.weight.shape
        self.add(f"{path}.weight", module.weight, (module.groups, out // module.groups, channels, *kernel))
        return self.bias(path, module)

    def depthwise(self, path, module: nn.Conv2d):
        out, _, *kernel = module.weight.shape
        self.add(f"{path}.weight", module.weight, (out, *kernel))
        return self.bias(path, module)

    def plain(self, path, module):
        """Weights with the same layout on both sides: Conv1d, ConvTranspose2d, Embedding."""
        self.add(f"{path}.weight", module.weight)
        return self.bias(path, module) if hasattr(module, "bias") else module

    def norm(self, path, module):
        self.add(f"{path}.scale", module.weight)
        if getattr(module, "bias", None) is not None:
            self.add(f"{path}.shift", module.bias)
        if getattr(module, "running_mean", None) is not None:
            self.add(f"{path}.running_mean", module.running_mean)
            self.add(f"{path}.running_variance", module.running_var)
        return module

    def attention(self, path, module: nn.MultiheadAttention):
        """PyTorch's own attention, which packs the projections of q, k and v where their inputs have the same width."""
        width = module.embed_dim
        for i, name in enumerate("qkv"):
            part = slice(i * width, (i + 1) * width)
            if module.in_proj_weight is not None:
                self.add(f"{path}.{name}.weight", module.in_proj_weight, part=part)
            else:
                self.add(f"{path}.{name}.weight", getattr(module, f"{name}_proj_weight"))
            if module.in_proj_bias is not None:
                self.add(f"{path}.{name}.bias", module.in_proj_bias, part=part)
        self.linear(f"{path}.out", module.out_proj)
        return module

    def fill(self) -> None:
        paths = [slot.path for slot in self.all]
        assert len(set(paths)) == len(paths), "a path is given twice"
        for slot in self.all:
            slot.fill()
