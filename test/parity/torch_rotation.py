"""Adaptive rotated convolution (Pu et al. 2023) as CD2FSAN uses it, in PyTorch.

The turned kernel is made in two ways: by `grid_sample`, PyTorch's own bilinear sampling (what the golden values use), and by a 9 x 9 matrix of tents
(what exports to ONNX). The per-sample convolution likewise: grouped, or one batched product for each tap, where the batch has to stay free.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn


def turned_places(theta, size: int):
    """Where each tap of the turned kernel reads the base, in units where the border is 1: (x, y), each [..., size, size]."""
    r = (size - 1) // 2
    ticks = torch.arange(-r, r + 1, dtype=theta.dtype, device=theta.device)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    cos, sin = theta.cos()[..., None, None], theta.sin()[..., None, None]
    return (x * cos - y * sin).clamp(-r, r) / r, (x * sin + y * cos).clamp(-r, r) / r


def turn_by_sampling(kernels, theta):
    """kernels [n, o, i, k, k], theta [B, n] -> [B, n, o, i, k, k]."""
    samples, n = theta.shape
    _, o, i, size, _ = kernels.shape
    grid = torch.stack(turned_places(theta, size), -1).flatten(0, 1)
    bases = kernels.flatten(1, 2).repeat(samples, 1, 1, 1)
    return F.grid_sample(bases, grid, mode="bilinear", padding_mode="border", align_corners=True).view(samples, n, o, i, size, size)


def rotation_matrices(theta, size: int):
    """[B, n, tap, place in the base]: tent(u - q_x) tent(v - q_y)."""
    r = (size - 1) // 2
    x, y = (place * r for place in turned_places(theta, size))
    ticks = torch.arange(-r, r + 1, dtype=theta.dtype, device=theta.device)
    tent_x = (1 - (x[..., None] - ticks).abs()).clamp(min=0)
    tent_y = (1 - (y[..., None] - ticks).abs()).clamp(min=0)
    return (tent_y[..., :, None] * tent_x[..., None, :]).flatten(-2).flatten(-3, -2)


class Router(nn.Module):
    def __init__(self, channels: int, bases: int, limit: float = 40.0):
        super().__init__()
        self.limit = limit
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.norm = nn.LayerNorm(channels)
        self.gate = nn.Linear(channels, bases)
        self.angle = nn.Linear(channels, bases, bias=False)

    def forward(self, x):
        y = F.relu(self.norm(self.depthwise(x).permute(0, 2, 3, 1))).mean((1, 2))
        return F.softsign(self.angle(y)) * math.radians(self.limit), torch.sigmoid(self.gate(y))


class RotatedConv(nn.Module):
    def __init__(self, channels: int, out: int, bases: int = 4, size: int = 3, form: str = "sampled"):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(bases, out, channels, size, size) * math.sqrt(2 / (size * size * out)))
        self.router = Router(channels, bases)
        self.form = form  # sampled | grouped | products

    def forward(self, x):
        theta, gate = self.router(x)
        n, o, i, size, _ = self.weight.shape
        if self.form == "sampled":
            kernel = (turn_by_sampling(self.weight, theta) * gate[:, :, None, None, None, None]).sum(1)
        else:
            turn = rotation_matrices(theta, size) * gate[..., None, None]  # B, n, 9, 9
            left = turn.transpose(1, 2).flatten(2).flatten(0, 1)  # 9 B x 9 n
            right = self.weight.flatten(3).permute(0, 3, 1, 2).flatten(2).flatten(0, 1)  # 9 n x o i
            kernel = (left @ right).view(-1, size, size, o, i).permute(0, 3, 4, 1, 2)
        return self.by_products(x, kernel) if self.form == "products" else self.by_groups(x, kernel)

    @staticmethod
    def by_groups(x, kernel):
        samples, o, i, size, _ = kernel.shape
        y = F.conv2d(x.reshape(1, samples * i, *x.shape[2:]), kernel.reshape(samples * o, i, size, size), padding=size // 2, groups=samples)
        return y.view(samples, o, *x.shape[2:])

    @staticmethod
    def by_products(x, kernel):
        size, (height, width) = kernel.shape[-1], x.shape[2:]
        padded = F.pad(x, [size // 2] * 4)
        y = None
        for ky in range(size):
            for kx in range(size):
                term = kernel[..., ky, kx] @ padded[:, :, ky : ky + height, kx : kx + width].flatten(2)
                y = term if y is None else y + term
        return y.unflatten(2, (height, width))


def map_router(slots, path, router: Router) -> None:
    slots.depthwise(f"{path}.local", router.depthwise)
    slots.norm(f"{path}.norm", router.norm)
    slots.linear(f"{path}.theta", router.angle)
    slots.linear(f"{path}.lambda", router.gate)


def map_rotated(slots, path, conv: RotatedConv) -> None:
    slots.add(f"{path}.weight", conv.weight)
    map_router(slots, f"{path}.routing", conv.router)
