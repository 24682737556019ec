"""Writes golden/: a small CLIP in every layout that `netc weights` reads, and what PyTorch computes with it. Run by hand, never by the tests:

    python3 -m venv venv && venv/bin/pip install torch numpy safetensors
    venv/bin/python test/checkpoints/make_golden.py

The towers are written out here with the names of OpenAI's code, the attention being PyTorch's own. Every weight is exact in 8 bits of mantissa, so that
the files in 16 and in 32 bits hold the same numbers, and one set of features serves for all.
"""
import json
import pathlib
import sys
import warnings
from collections import OrderedDict

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

sys.dont_write_bytecode = True  # no __pycache__ among the tests
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "parity"))
from torch_cases import draw, real, whole  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "golden"
WIDTH, DEPTH, HEADS, PATCH, IMAGE, VOCABULARY, WORDS = 16, 2, 2, 8, 32, 40, 12


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.attn = nn.MultiheadAttention(WIDTH, HEADS)
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(OrderedDict(c_fc=nn.Linear(WIDTH, 4 * WIDTH), gelu=QuickGELU(), c_proj=nn.Linear(4 * WIDTH, WIDTH)))
        self.ln_2 = nn.LayerNorm(WIDTH)
        self.attn_mask = mask

    def forward(self, x):
        y = self.ln_1(x)
        mask = None if self.attn_mask is None else self.attn_mask[: x.shape[0], : x.shape[0]].to(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, mask=None):
        super().__init__()
        self.resblocks = nn.Sequential(*(Block(mask) for _ in range(DEPTH)))

    def forward(self, x):
        return self.resblocks(x.transpose(0, 1)).transpose(0, 1)


class Vision(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(WIDTH))
        self.positional_embedding = nn.Parameter(torch.randn((IMAGE // PATCH) ** 2 + 1, WIDTH))
        self.ln_pre, self.transformer, self.ln_post = nn.LayerNorm(WIDTH), Transformer(), nn.LayerNorm(WIDTH)
        self.proj = nn.Parameter(torch.randn(WIDTH, WIDTH))

    def forward(self, image, position):
        x = self.conv1(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(len(x), 1, -1), x], 1) + position
        return self.transformer(self.ln_pre(x))


class CLIP(nn.Module):
    def __init__(self):
        super().__init__()
        self.visual = Vision()
        self.transformer = Transformer(torch.full((WORDS, WORDS), float("-inf")).triu(1))
        self.token_embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.positional_embedding = nn.Parameter(torch.randn(WORDS, WIDTH))
        self.ln_final = nn.LayerNorm(WIDTH)
        self.text_projection = nn.Parameter(torch.randn(WIDTH, WIDTH))
        self.logit_scale = nn.Parameter(torch.ones([]))

    def words(self, words):
        x = self.token_embedding(words) + self.positional_embedding[: words.shape[1]]
        return self.ln_final(self.transformer(x))

    def forward(self, image, words):
        return self.visual(image, self.visual.positional_embedding), self.words(words)


def resized(table, grid, mode):
    first, rest = table[:1], table[1:]
    side = int(len(rest) ** 0.5)
    square = rest.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    square = F.interpolate(square, size=(grid, grid), mode=mode, align_corners=False)
    return torch.cat([first, square.permute(0, 2, 3, 1).reshape(grid * grid, -1)])


def hugging_face(state):
    """The names of transformers' CLIPModel."""
    names = {"class_embedding": "embeddings.class_embedding", "positional_embedding": "embeddings.position_embedding.weight", "conv1.weight": "embeddings.patch_embedding.weight"}
    simple = {
        "ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2", "attn.out_proj": "self_attn.out_proj",
    }
    result = {}
    for name, x in state.items():
        side, rest = ("vision_model", name[len("visual."):]) if name.startswith("visual.") else ("text_model", name)
        if rest.startswith("transformer.resblocks."):
            _, _, i, *tail = rest.split(".")
            part, kind = ".".join(tail[:-1]), tail[-1]
            if kind.startswith("in_proj_"):
                for letter, piece in zip("qkv", x.chunk(3)):
                    result[f"{side}.encoder.layers.{i}.self_attn.{letter}_proj.{kind[len('in_proj_'):]}"] = piece
            else:
                result[f"{side}.encoder.layers.{i}.{simple[part]}.{kind}"] = x
        elif name == "logit_scale":
            result[name] = x
        elif name == "visual.proj":
            result["visual_projection.weight"] = x.T
        elif name == "text_projection":
            result["text_projection.weight"] = x.T
        elif rest.startswith(("ln_pre", "ln_post", "ln_final")):
            layer, kind = rest.split(".")
            result[f"{side}.{dict(ln_pre='pre_layrnorm', ln_post='post_layernorm', ln_final='final_layer_norm')[layer]}.{kind}"] = x
        elif name == "token_embedding.weight":
            result["text_model.embeddings.token_embedding.weight"] = x
        else:
            result[f"{side}.{names[rest]}"] = x
    result["text_model.embeddings.position_ids"] = torch.arange(WORDS)[None]
    return {name: x.contiguous().clone() for name, x in result.items()}


def numbers(x):
    return {"shape": list(x.shape), "data": [float(f"{v:.9g}") for v in x.flatten().tolist()]}


def main():
    torch.manual_seed(0)
    model = CLIP().eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            scale = 0.5 if p.ndim > 1 or "embedding" in name else 0.1
            value = torch.randn_like(p) * scale + (1 if name.endswith(("ln_1.weight", "ln_2.weight", "ln_pre.weight", "ln_post.weight", "ln_final.weight")) else 0)
            value[value.abs() < 2.0**-12] = 0  # exact in half precision, too
            p.copy_(value.bfloat16().float())
    state = {name: x.detach().clone() for name, x in model.state_dict().items()}
    half = {name: x.half() for name, x in state.items()}
    FOLDER.mkdir(exist_ok=True)
    torch.save(state, FOLDER / "openai-f32.pt")
    torch.save(half, FOLDER / "openai-f16.pt")
    # As training programs save it: in a table with other things, names as parallel training makes them; matrices as transposed views, all in one storage.
    flat, at, views = torch.zeros(sum(x.numel() for x in state.values()), dtype=torch.bfloat16), 0, OrderedDict()
    for name, x in state.items():
        order = list(reversed(range(x.ndim)))
        view = flat[at : at + x.numel()].view([x.shape[i] for i in order]).permute(order)
        view.copy_(x)
        views[f"module.{name}"] = view
        at += x.numel()
    torch.save({"epoch": 3, "optimizer": {"lr": 1e-3, "betas": (0.9, 0.999)}, "state_dict": views}, FOLDER / "nested-bf16.pt")
    save_file(state, FOLDER / "openai.safetensors")
    save_file(hugging_face(state), FOLDER / "huggingface.safetensors")
    save_file({name: x.half() if x.is_floating_point() else x for name, x in hugging_face(state).items()}, FOLDER / "huggingface-f16.safetensors")
    image, words = torch.rand(1, 3, IMAGE, IMAGE), torch.randint(VOCABULARY, (1, WORDS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = CLIP().eval()
        traced.load_state_dict(state)
        torch.jit.trace(traced.half(), (image.half(), words)).save(FOLDER / "script-f16.pt")
    torch.save(state, FOLDER / "legacy.pt", _use_new_zipfile_serialization=False)
    (FOLDER / "legacy.pt").write_bytes((FOLDER / "legacy.pt").read_bytes()[:600])

    side, length = 48, 9  # a larger picture and shorter sentences than those of the checkpoint
    image, words = draw("image", real(2, 3, side, side)), draw("words", whole(2, length, below=VOCABULARY))
    clip = CLIP().eval()
    clip.load_state_dict(state)
    clip = clip.double()
    with torch.no_grad():
        result = {"word": numbers(clip.words(words))}
        for mode in ("bilinear", "bicubic"):
            result[mode] = numbers(clip.visual(image, resized(clip.visual.positional_embedding, side // PATCH, mode)))
    resizing = []
    for before, after in ((14, 30), (7, 3), (3, 7), (5, 5), (1, 4)):
        for mode in ("bilinear", "bicubic"):
            table = torch.arange((before * before + 1) * 2, dtype=torch.float64).mul(0.7).sin().reshape(-1, 2)
            y = resized(table, after, mode)
            weights = torch.arange(y.numel(), dtype=torch.float64).mul(1.3).cos().reshape(y.shape)
            resizing.append({"from": before, "to": after, "mode": mode, "sum": y.sum().item(), "product": (y * weights).sum().item(), "last": y[-4:].flatten().tolist()})
    result["resizing"] = resizing
    (FOLDER / "features.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    for path in sorted(FOLDER.iterdir()):
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
