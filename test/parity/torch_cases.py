"""What a case of the layer library is: inputs, and a function of a Slots (to which it gives the mapping of its parameters) that returns a function
from inputs to outputs. The cases are in torch_layers.py, torch_attention.py, torch_functions.py and torch_architectures.py; the same names in cases.ts hold the .net text.
"""
import math
from dataclasses import dataclass

import torch

from torch_formula import between, unit


@dataclass
class Case:
    name: str
    inputs: dict
    build: object
    gradient: bool = False
    training: bool = False


def real(*shape, low=-1.5, high=1.5):
    return {"kind": "real", "shape": shape, "low": low, "high": high}


def whole(*shape, below):
    return {"kind": "whole", "shape": shape, "below": below}


def truth(*shape, share=0.7):
    return {"kind": "truth", "shape": shape, "share": share}


def draw(name: str, spec: dict) -> torch.Tensor:
    """The value of an input. `truth`: true with probability `share`, and always at the first place of the last axis."""
    key, shape = f"input:{name}", spec["shape"]
    if spec["kind"] == "real":
        return torch.from_numpy(between(key, shape, spec["low"], spec["high"]))
    numbers = torch.from_numpy(unit(key, math.prod(shape))).reshape(shape)
    if spec["kind"] == "whole":
        return (numbers * spec["below"]).floor().long()
    result = numbers < spec["share"]
    result[..., 0] = True
    return result


CASES: list[Case] = []


def case(gradient=False, training=False, **inputs):
    def add(build):
        CASES.append(Case(build.__name__, inputs, build, gradient, training))
        return build

    return add


def only(module):
    """A case whose one output `y` is a module, or a function, of all inputs."""
    return lambda *inputs: {"y": module(*inputs)}
