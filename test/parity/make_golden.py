"""Writes golden/*.json: what PyTorch computes, in float64, for every case of this folder. Run by hand, never by the tests:

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python test/parity/make_golden.py

Parameters and inputs follow from a formula (torch_formula.py, formula.ts), so a file holds results only: for each output and each gradient its shape,
largest magnitude, sum, sum of squares, and some of its elements. The gradients are those of sum(output * weights), the weights being a formula too.
"""
import json
import pathlib
import sys

import torch

sys.dont_write_bytecode = True  # no __pycache__ among the tests
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import torch_layers, torch_attention, torch_functions, torch_architectures  # noqa: E401, E402, F401  (each adds its cases to CASES, in this order)
from torch_cases import CASES, draw, real, whole  # noqa: E402
from torch_cd2fsan import CD2FSAN, SMALL, VARIANTS  # noqa: E402
from torch_cd2fsan_paths import map_model  # noqa: E402
from torch_clip import TextTower, VisionTower, map_text, map_vision  # noqa: E402
from torch_formula import Slots, between  # noqa: E402
from torch_rotation import RotatedConv  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "golden"


def summary(x: torch.Tensor, samples: int) -> dict:
    flat = x.detach().double().reshape(-1)
    count = min(samples, flat.numel())
    at = [i * flat.numel() // count for i in range(count)]
    return {
        "shape": list(x.shape),
        "largest": flat.abs().max().item(),
        "sum": flat.sum().item(),
        "squares": (flat * flat).sum().item(),
        "samples": flat[at].tolist(),
    }


def modules_in(value, seen=None):
    """The modules that a case's function closes over, however deep."""
    if isinstance(value, torch.nn.Module):
        yield value
    for cell in getattr(value, "__closure__", None) or ():
        yield from modules_in(cell.cell_contents)


def golden(name, specs, slots, run, gradient=False, training=False, samples=24, gradient_samples=6) -> dict:
    """Runs one case. `run` is called with the inputs in their order; its modules are in float64, filled, and in the right mode."""
    inputs = {key: draw(key, spec) for key, spec in specs.items()}
    if gradient:
        for x in inputs.values():
            x.requires_grad_(x.is_floating_point())
    outputs = run(*inputs.values())
    result = {"name": name, "inputs": specs, "outputs": {key: summary(y, samples) for key, y in outputs.items()}}
    if training:
        result["training"] = True
        states = [slot for slot in slots.all if slot.path.split(".")[-1].startswith("running")]
        result["updates"] = {slot.path: summary(slot.tensor, samples) for slot in states}
    if gradient:
        total = sum((y * torch.from_numpy(between(f"cotangent:{key}", tuple(y.shape), -1, 1))).sum() for key, y in outputs.items())
        total.backward()
        found = {slot.path: slot.gradient() for slot in slots.all}
        found |= {f"input:{key}": x.grad for key, x in inputs.items()}
        result["gradients"] = {path: summary(g, gradient_samples) for path, g in found.items() if g is not None}
    return result


def library() -> list:
    results = []
    for each in CASES:
        slots = Slots()
        run = each.build(slots)
        for module in modules_in(run):
            module.train(each.training)
        slots.fill()
        results.append(golden(each.name, each.inputs, slots, run, each.gradient, each.training))
    return results


def clip() -> list:
    vision, text = VisionTower(32, 8, 32, 3, 4), TextTower(50, 9, 24, 3, 2)
    results = []
    for name, tower, mapping, specs, run in (
        ("vision", vision, map_vision, {"image": real(2, 3, 32, 32)}, lambda x: {f"layer_{i}": y for i, y in enumerate(vision(x))}),
        ("text", text, map_text, {"words": whole(3, 9, below=50)}, lambda x: dict(zip(("word", "sentence"), text(x)))),
    ):
        slots = Slots()
        mapping(slots, "tower", tower.eval())
        slots.fill()
        results.append(golden(name, specs, slots, run, gradient=True, gradient_samples=3))
    return results


def cd2fsan() -> list:
    results = []
    for name, variant in VARIANTS.items():
        model, slots = CD2FSAN(SMALL, variant).eval(), Slots()
        map_model(slots, model)
        slots.fill()
        specs = {"image": real(3, 3, SMALL.image, SMALL.image), "words": whole(3, SMALL.words, below=SMALL.vocabulary)}
        run = lambda image, words: {"mask": model(image, words)}
        results.append(golden(name, specs, slots, run, gradient=name == "g", samples=48, gradient_samples=3))
        if variant.select == "dfsm":
            assert_clear_choice(model, specs)
        results[-1]["parameters"] = sum(p.numel() for p in model.parameters())
        mapped = {id(slot.tensor) for slot in slots.all}
        unmapped = [key for key, p in model.named_parameters() if id(p) not in mapped]
        assert not unmapped, unmapped
        if variant.rotated:
            for form in ("grouped", "products"):
                agree(model, specs, form)
    return results


def assert_clear_choice(model, specs) -> None:
    """The layers chosen differ between samples, and none is chosen by a hair: rounding must not decide."""
    seen = []
    hook = model.select.register_forward_hook(lambda module, given, _: seen.append(module.choose(torch.stack(given[0], 1), given[1])))
    with torch.no_grad():
        model(*(draw(key, spec) for key, spec in specs.items()))
    hook.remove()
    [(scores, chosen)] = seen
    top = scores.sort(1, descending=True).values
    margin = (top[:, 1] - top[:, 2]).min().item()
    print("chooses", chosen.tolist(), "by", margin)
    assert margin > 1e-3 and len({tuple(pair) for pair in chosen.tolist()}) > 1


def agree(model, specs, form) -> None:
    """The forms that export to ONNX compute the same."""
    inputs = [draw(key, spec) for key, spec in specs.items()]
    with torch.no_grad():
        expected = model(*inputs)
        for module in model.modules():
            if isinstance(module, RotatedConv):
                module.form = form
        difference = (model(*inputs) - expected).abs().max().item()
        for module in model.modules():
            if isinstance(module, RotatedConv):
                module.form = "sampled"
    print(form, "differs by", difference)
    assert difference < 1e-12 * expected.abs().max().item()


def write(name: str, results: list) -> None:
    path = FOLDER / f"{name}.json"
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in results)
    path.write_text(f"[\n{lines}\n]\n")
    print(path.name, len(results), "cases", path.stat().st_size, "bytes")


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    FOLDER.mkdir(exist_ok=True)
    write("library", library())
    write("clip", clip())
    write("cd2fsan", cd2fsan())
