"""Writes golden/training.json: what PyTorch computes, in float64, when the small CD2FSAN trains. Run by hand, never by the tests:

    venv/bin/python test/parity/make_golden_training.py

For each variant the loss of one batch and the gradient of every parameter in training mode (batch norm by the batch's statistics, its running ones
updated; the choice of layers with its straight-through gradient; no dropout); then the losses of 100 steps of SGD of variant g, at a rate
so low that rounding does not grow: the choice of layers jumps, and at 20 times this rate PyTorch in single precision leaves itself in double. Of a gradient its norm is
kept, and its products with pseudo-random vectors that both sides can make: a wrong number anywhere changes them.
"""
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.dont_write_bytecode = True  # no __pycache__ among the tests
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from torch_cd2fsan import CD2FSAN, SMALL, VARIANTS  # noqa: E402
from torch_cd2fsan_paths import map_model  # noqa: E402
from torch_formula import Slots, between, unit  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "golden"
BATCH, STEPS, RATE, PROJECTIONS, CANDIDATES = 4, 100, 1e-4, 2, 8


def batch(step: int):
    """Images, words and masks of a step; the masks are discs around a place that the picture shows by its brightness."""
    side, half = SMALL.image, SMALL.image // 2
    image = torch.from_numpy(between(f"image:{step}", (BATCH, 3, side, side), -1.0, 1.0))
    words = torch.from_numpy(np.floor(unit(f"words:{step}", BATCH * SMALL.words) * SMALL.vocabulary).astype(np.int64).reshape(BATCH, SMALL.words))
    place = torch.from_numpy(between(f"place:{step}", (BATCH, 3), 0.2, 0.8))
    ticks = (torch.arange(half, dtype=torch.float64) + 0.5) / half
    distance = (ticks[None, :, None] - place[:, 0, None, None]) ** 2 + (ticks[None, None, :] - place[:, 1, None, None]) ** 2
    target = (distance < (0.4 * place[:, 2, None, None]) ** 2).double()
    return image + F.interpolate(target[:, None], scale_factor=2, mode="nearest"), words, target


def loss_of(logit, target):
    p = torch.sigmoid(logit)
    both, total = (p * target).flatten(1).sum(1), p.flatten(1).sum(1) + target.flatten(1).sum(1)
    return (1 - (2 * both + 1) / (total + 1)).mean() + F.binary_cross_entropy_with_logits(logit, target)


def prepared(variant):
    model, slots = CD2FSAN(SMALL, VARIANTS[variant]).train(), Slots()
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.momentum = 0.999
    map_model(slots, model)
    slots.fill()
    return model, slots


def kept(path: str, x: torch.Tensor) -> list:
    flat = x.detach().reshape(-1)
    products = [(flat * torch.from_numpy(between(f"projection:{i}:{path}", (flat.numel(),), -1, 1))).sum() for i in range(PROJECTIONS)]
    return [float(f"{value.item():.15g}") for value in (flat.norm(), *products)]


def gradients_of(variant, at, dtype=torch.float64, noise=0) -> dict:
    torch.set_default_dtype(torch.float64)
    model, _ = prepared(variant)
    image, words, target = batch(at)
    if noise:
        torch.manual_seed(noise)
        with torch.no_grad():
            for p in model.parameters():
                p.mul_(1 + 3e-7 * torch.randn_like(p))
    torch.set_default_dtype(dtype)
    loss_of(model.to(dtype)(image.to(dtype), words), target.to(dtype)).backward()
    torch.set_default_dtype(torch.float64)
    return {name: p.grad.double() for name, p in model.named_parameters() if p.grad is not None}


def smoothest(variant) -> int:
    """The batch at which single precision, and parameters changed as much as its rounding, move the gradients least: no kink of an activation is near."""
    apart = []
    for at in range(CANDIDATES):
        exact = gradients_of(variant, at)
        floor = 1e-3 * max(x.norm() for x in exact.values())
        others = [gradients_of(variant, at, torch.float32), *(gradients_of(variant, at, noise=seed) for seed in (1, 2, 3))]
        apart.append(max(((x - other[name]).norm() / max(x.norm(), floor)).item() for other in others for name, x in exact.items()))
    print(variant, "is smooth at", int(np.argmin(apart)), ":", min(apart), flush=True)
    return int(np.argmin(apart))


def one_step(variant) -> dict:
    model, slots = prepared(variant)
    at = smoothest(variant)
    image, words, target = batch(at)
    seen = []
    if VARIANTS[variant].select == "dfsm":
        model.select.register_forward_hook(lambda module, given, _: seen.append(module.choose(torch.stack(given[0], 1), given[1])))
    loss = loss_of(model(image, words), target)
    loss.backward()
    if seen:
        [(scores, chosen)] = seen
        top = scores.sort(1, descending=True).values
        print(variant, "chooses", chosen.tolist(), "by", (top[:, 1] - top[:, 2]).min().item())
        assert (top[:, 1] - top[:, 2]).min() > 1e-4, "rounding could decide"
    states = [slot for slot in slots.all if slot.path.split(".")[-1].startswith("running")]
    gradients = {slot.path: kept(slot.path, slot.gradient()) for slot in slots.all if slot not in states and slot.gradient() is not None}
    return {"batch": at, "loss": loss.item(), "gradients": gradients, "states": {slot.path: kept(slot.path, slot.tensor) for slot in states}}


def descent(variant) -> list:
    model, _ = prepared(variant)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
    losses, chosen, least = [], [], [1.0]

    def watch(module, given, _):
        scores, picked = module.choose(torch.stack(given[0], 1), given[1])
        top = scores.sort(1, descending=True).values
        chosen.append(picked.tolist())
        least.append((top[:, 1] - top[:, 2]).min().item())

    model.select.register_forward_hook(watch)
    for step in range(STEPS):
        image, words, target = batch(step % 10)
        optimiser.zero_grad()
        loss = loss_of(model(image, words), target)
        loss.backward()
        optimiser.step()
        losses.append(float(f"{loss.item():.9g}"))
    print("losses", losses[0], losses[-1], "least margin of the choice", min(least), len({str(each) for each in chosen}), "choices")
    return losses


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    variants = {variant: one_step(variant) for variant in VARIANTS}
    result = {"rate": RATE, "batch": BATCH, "variants": variants, "losses": descent("g")}
    paths = sorted({path for each in variants.values() for kind in ("gradients", "states") for path in each[kind]})
    place = {path: i for i, path in enumerate(paths)}
    # Paths stand once; each variant says which of them it has, and their numbers in that order.
    for each in variants.values():
        for kind in ("gradients", "states"):
            table = {path: each[kind][path] for path in sorted(each[kind])}
            each[kind] = {"of": [place[path] for path in table], "kept": list(table.values())}
    path = FOLDER / "training.json"
    path.write_text(json.dumps({"paths": paths, **result}, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
