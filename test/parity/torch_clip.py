"""CLIP's two towers in plain PyTorch (Radford et al. 2021), written from the description of the model; every layer's output is kept."""
import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    """softmax(q k / sqrt(d)) v over heads, with projections of its own and biases in all four."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, query, key, value, causal: bool = False):
        def split(x):
            return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(split(self.q(query)), split(self.k(key)), split(self.v(value)), is_causal=causal)
        return self.out(mixed.transpose(1, 2).flatten(2))


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    """x + MHA(LN x); x + MLP(LN x)."""

    def __init__(self, width: int, heads: int, causal: bool):
        super().__init__()
        self.causal = causal
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), QuickGELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        y = self.ln1(x)
        x = x + self.attn(y, y, y, self.causal)
        return x + self.mlp(self.ln2(x))


class VisionTower(nn.Module):
    def __init__(self, image: int, patch: int, width: int, depth: int, heads: int):
        super().__init__()
        self.patch = nn.Conv2d(3, width, patch, stride=patch, bias=False)
        self.cls = nn.Parameter(torch.randn(width) * width**-0.5)
        self.position = nn.Parameter(torch.randn((image // patch) ** 2 + 1, width) * width**-0.5)
        self.ln_pre = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(Block(width, heads, causal=False) for _ in range(depth))

    def forward(self, image):
        grid = self.patch(image).flatten(2).transpose(1, 2)
        cls = self.cls.expand(grid.shape[0], 1, -1)
        outputs = [self.ln_pre(torch.cat([cls, grid], 1) + self.position)]
        for block in self.blocks:
            outputs.append(block(outputs[-1]))
        return outputs


class TextTower(nn.Module):
    def __init__(self, vocabulary: int, words: int, width: int, depth: int, heads: int):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(torch.randn(words, width) * 0.01)
        self.blocks = nn.ModuleList(Block(width, heads, causal=True) for _ in range(depth))
        self.ln_final = nn.LayerNorm(width)

    def forward(self, words):
        x = self.embed(words) + self.position
        for block in self.blocks:
            x = block(x)
        x = self.ln_final(x)
        return x, x[torch.arange(x.shape[0], device=x.device), words.argmax(1)]


def map_attention(slots, path, module: Attention) -> None:
    for name in ("q", "k", "v", "out"):
        slots.linear(f"{path}.{name}", getattr(module, name))


def map_blocks(slots, path, blocks) -> None:
    for i, block in enumerate(blocks, start=1):
        slots.norm(f"{path}.layer.{i}.norm_1", block.ln1)
        map_attention(slots, f"{path}.layer.{i}.attention", block.attn)
        slots.norm(f"{path}.layer.{i}.norm_2", block.ln2)
        slots.linear(f"{path}.layer.{i}.mlp.up", block.mlp[0])
        slots.linear(f"{path}.layer.{i}.mlp.down", block.mlp[2])


def map_vision(slots, path, tower: VisionTower) -> None:
    slots.add(f"{path}.class", tower.cls)
    slots.add(f"{path}.position", tower.position)
    slots.conv(f"{path}.patches", tower.patch)
    slots.norm(f"{path}.norm_pre", tower.ln_pre)
    map_blocks(slots, path, tower.blocks)


def map_text(slots, path, tower: TextTower) -> None:
    slots.add(f"{path}.position", tower.position)
    slots.plain(f"{path}.token", tower.embed)
    map_blocks(slots, path, tower.blocks)
    slots.norm(f"{path}.norm", tower.ln_final)
