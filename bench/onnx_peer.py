"""The peer of netc's inference graph: full-size CD2FSAN (variant g) in PyTorch, exported by torch.onnx.export and timed in ONNX Runtime. By hand:

    python3 -m venv venv && venv/bin/pip install torch numpy onnx onnxscript onnxruntime
    venv/bin/python bench/onnx_peer.py FOLDER [THREADS]

Exports twice into FOLDER (about 0.8 GB each; an export that is there already is used again): `fixed.onnx` for batch 1, where the per-sample
convolution is a grouped one; `free.onnx` for any batch, where that cannot be exported (`Conv.group` is a constant) and nine batched products take
its place. Weights are random: neither time nor memory depends on them. Every measurement has a process of its own. Prints one line of JSON: seconds
are medians, peaks are the process's largest resident size in GB.
"""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve()
RUNS = 5


def export(folder: pathlib.Path, name: str) -> dict:
    import torch

    sys.dont_write_bytecode = True  # no __pycache__ among the tests
    sys.path.insert(0, str(HERE.parent.parent / "test" / "parity"))
    from torch_cd2fsan import CD2FSAN

    torch.manual_seed(0)
    model = CD2FSAN(form="grouped" if name == "fixed" else "products").eval()
    batch = 1 if name == "fixed" else 2
    image = torch.randn(batch, 3, 480, 480)
    words = torch.randint(1, 49406, (batch, 22))
    words[:, 12:] = 0
    words[:, 11] = 49407
    dynamic = None if name == "fixed" else {"image": {0: torch.export.Dim("B")}, "words": {0: torch.export.Dim("B")}}
    begin = time.perf_counter()
    torch.onnx.export(model, (image, words), str(folder / f"{name}.onnx"), dynamo=True, external_data=True, dynamic_shapes=dynamic,
                      input_names=["image", "words"], output_names=["mask"], verbose=False)
    seconds = time.perf_counter() - begin

    import onnxruntime

    with torch.no_grad():
        expected = model(image, words).numpy()
    found = session(folder / f"{name}.onnx", os.cpu_count()).run(None, {"image": image.numpy(), "words": words.numpy()})[0]
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": seconds,
        "difference": float(abs(found - expected).max() / abs(expected).max()),
        "onnxruntime": onnxruntime.__version__,
        "torch": torch.__version__,
    }


def session(path, threads: int):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def measure(folder: pathlib.Path, name: str, batch: int, threads: int) -> dict:
    import numpy

    random = numpy.random.default_rng(0)
    words = random.integers(1, 49406, (batch, 22))
    words[:, 11], words[:, 12:] = 49407, 0
    feeds = {"image": random.standard_normal((batch, 3, 480, 480), dtype=numpy.float32), "words": words}
    begin = time.perf_counter()
    run = session(folder / f"{name}.onnx", threads)
    load = time.perf_counter() - begin
    run.run(None, feeds)
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        run.run(None, feeds)
        times.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": statistics.median(times), "fastest": min(times), "load": load, "peak_gb": peak}


def in_a_process(*arguments: str) -> dict:
    done = subprocess.run([sys.executable, str(HERE), "--child", *arguments], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(folder: pathlib.Path, threads: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    report: dict = {"peer": "PyTorch exporter", "model": "CD2FSAN g, 480 x 480, 22 words, float32", "threads": threads}
    for name in ("fixed", "free"):
        kept = folder / f"{name}.json"
        if not kept.exists():
            kept.write_text(json.dumps(in_a_process("export", str(folder), name)))
        report[f"export_{name}"] = json.loads(kept.read_text())
    for name, batch in (("fixed", 1), ("free", 1), ("free", 2), ("free", 3)):
        report[f"{name}_{batch}"] = in_a_process("measure", str(folder), name, str(batch), str(threads))
    print(json.dumps(report))


def child(task: str, folder: str, name: str, *rest: str) -> None:
    result = export(pathlib.Path(folder), name) if task == "export" else measure(pathlib.Path(folder), name, *map(int, rest))
    print(json.dumps(result))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--child":
        child(*sys.argv[2:])
    else:
        main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1)
