"""The peer of netc's training step: full-size CD2FSAN (variant g) in PyTorch eager, Adam, batch 1, 480 x 480. By hand:

    yes | head -3 | venv/bin/python bench/train_peer.py [THREADS]

Does a step for each line that it reads, and prints a line of JSON: its seconds, those of its threads, and the process's largest resident size in GB. Batch 1 cannot train through a
batch norm over sentences: those use their running statistics.
"""
import json
import os
import pathlib
import resource
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test" / "parity"))

import torch
import torch.nn.functional as F
from torch_cd2fsan import CD2FSAN

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count())
torch.manual_seed(0)
model = CD2FSAN(form="grouped").train()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-5)
image = torch.randn(1, 3, 480, 480)
words = torch.randint(1, 49406, (1, 22))
words[:, 12:] = 0
words[:, 11] = 49407
target = (torch.rand(1, 240, 240) > 0.7).float()


def set_mode(module: torch.nn.Module, given) -> None:
    module.train(given[0].dim() != 2)


def still(module: torch.nn.Module) -> None:
    """Norms over sentences have one value a channel."""
    if isinstance(module, torch.nn.BatchNorm1d):
        module.register_forward_pre_hook(set_mode)


model.apply(still)
for _ in sys.stdin:
    begin, before = time.perf_counter(), time.process_time()
    optimizer.zero_grad(set_to_none=True)
    mask = model(image, words)
    mask = mask.reshape(1, 240, 240)
    p = mask.sigmoid()
    dice = 1 - (2 * (p * target).sum() + 1) / (p.sum() + target.sum() + 1)
    loss = dice + F.binary_cross_entropy_with_logits(mask, target)
    loss.backward()
    optimizer.step()
    seconds, processor = time.perf_counter() - begin, time.process_time() - before
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, "torch": torch.__version__}), flush=True)
