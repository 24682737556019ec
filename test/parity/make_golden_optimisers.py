"""Writes golden/optimisers.json: five steps of PyTorch's optimisers on small vectors, and its schedules. Run by hand, never by the tests:

    venv/bin/python test/parity/make_golden_optimisers.py

Two parameters, `p` and `q`, whose rate is a tenth; their gradients are a formula (torch_formula.py, formula.ts), growing from step to step.
"""
import json
import pathlib
import sys

import torch

sys.dont_write_bytecode = True  # no __pycache__ among the tests
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from torch_formula import between  # noqa: E402

STEPS, EPOCHS = 5, 12
SIZES = {"p": 7, "q": 3}

# Name: the item of a training section, the optimiser, its options, and the largest norm of a gradient.
OPTIMISERS = {
    "adam": ("adam(lr: 1e-2)", torch.optim.Adam, {"lr": 1e-2}, None),
    "adam_decay": ("adam(lr: 1e-2, betas: [0.8, 0.95], eps: 1e-3, decay: 0.1)", torch.optim.Adam, {"lr": 1e-2, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}, None),
    "adamw": ("adamw(lr: 1e-2)", torch.optim.AdamW, {"lr": 1e-2, "weight_decay": 1e-2}, None),
    "adamw_decay": ("adamw(lr: 5e-2, decay: 0.3)", torch.optim.AdamW, {"lr": 5e-2, "weight_decay": 0.3}, None),
    "sgd": ("sgd(lr: 0.1)", torch.optim.SGD, {"lr": 0.1}, None),
    "sgd_momentum": ("sgd(lr: 0.1, momentum: 0.9)", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, None),
    "sgd_decay": ("sgd(lr: 0.1, momentum: 0.8, decay: 0.05)", torch.optim.SGD, {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.05}, None),
    "sgd_clip": ("sgd(lr: 0.1, momentum: 0.9, clip: 2.0)", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, 2.0),
    "adam_clip": ("adam(lr: 1e-2, clip: 1.5)", torch.optim.Adam, {"lr": 1e-2}, 1.5),
}


def steps(kind, options, clip):
    parameters = {name: torch.nn.Parameter(torch.from_numpy(between(name, (size,), -1, 1))) for name, size in SIZES.items()}
    groups = [{"params": [parameters["p"]]}, {"params": [parameters["q"]], "lr": 0.1 * options["lr"]}]
    optimiser = kind(groups, **options)
    found = []
    for step in range(STEPS):
        for name, x in parameters.items():
            x.grad = torch.from_numpy(between(f"gradient:{step}:{name}", tuple(x.shape), -1, 1)) * (step + 0.5)
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(parameters.values(), clip)
        optimiser.step()
        found.append({name: x.detach().tolist() for name, x in parameters.items()})
    return found


def schedules():
    lr = torch.optim.lr_scheduler
    warm = 3
    kinds = {
        "constant": ({"kind": "constant"}, lambda o: lr.ConstantLR(o, factor=1.0)),
        "step": ({"kind": "step", "at": [3, 5, 9], "by": 0.2}, lambda o: lr.MultiStepLR(o, [3, 5, 9], 0.2)),
        "cosine": ({"kind": "cosine"}, lambda o: lr.CosineAnnealingLR(o, EPOCHS)),
        "cosine_floor": ({"kind": "cosine", "floor": 0.1}, lambda o: lr.CosineAnnealingLR(o, EPOCHS, eta_min=0.1)),
        "polynomial": ({"kind": "polynomial", "power": 0.9}, lambda o: lr.PolynomialLR(o, EPOCHS, power=0.9)),
        "warm_cosine": ({"kind": "cosine", "warmup": warm}, lambda o: lr.SequentialLR(o, [lr.LambdaLR(o, lambda e: (e + 1) / warm), lr.CosineAnnealingLR(o, EPOCHS - warm)], [warm])),
        "warm_polynomial": ({"kind": "polynomial", "power": 2, "warmup": warm}, lambda o: lr.SequentialLR(o, [lr.LambdaLR(o, lambda e: (e + 1) / warm), lr.PolynomialLR(o, EPOCHS - warm, power=2)], [warm])),
        "warm_step": ({"kind": "step", "at": [6], "by": 0.1, "warmup": warm}, lambda o: lr.LambdaLR(o, lambda e: min(1, (e + 1) / warm) * (0.1 if e >= 6 else 1))),
    }
    result = {}
    for name, (schedule, make) in kinds.items():
        optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        scheduler = make(optimiser)
        factors = []
        for _ in range(EPOCHS):
            factors.append(optimiser.param_groups[0]["lr"])
            optimiser.step()
            scheduler.step()
        result[name] = {"schedule": schedule, "factors": factors}
    return result


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    result = {
        "epochs": EPOCHS,
        "optimisers": {name: {"item": item, "clip": clip, "steps": steps(kind, options, clip)} for name, (item, kind, options, clip) in OPTIMISERS.items()},
        "schedules": schedules(),
    }
    path = pathlib.Path(__file__).parent / "golden" / "optimisers.json"
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size, "bytes")
