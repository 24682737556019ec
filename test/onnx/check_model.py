"""Checks ONNX files with the official checker and shape inference, by hand: python check_model.py FILE... (needs the onnx package).

Not part of the test run. Beside check_model and strict inference it compares every declared value info with the inferred one.
"""
import sys

import onnx


def shape_of(info):
    return [d.dim_value if d.HasField("dim_value") else d.dim_param for d in info.type.tensor_type.shape.dim]


def check(path):
    problems = []
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path, load_external_data=False)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    declared = {info.name: info for info in list(model.graph.value_info) + list(model.graph.output)}
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.graph.value_info[:]
    guessed = onnx.shape_inference.infer_shapes(bare, strict_mode=True, data_prop=True)
    for info in guessed.graph.value_info:
        own = declared.get(info.name)
        if own is None:
            problems.append(f"{info.name} has no value info")
            continue
        if own.type.tensor_type.elem_type != info.type.tensor_type.elem_type:
            problems.append(f"{info.name}: element type {own.type.tensor_type.elem_type}, inferred {info.type.tensor_type.elem_type}")
        if not info.type.tensor_type.HasField("shape"):
            continue
        ours, theirs = shape_of(own), shape_of(info)
        differs = len(ours) != len(theirs) or any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in zip(ours, theirs))
        if differs:
            problems.append(f"{info.name}: {ours}, inferred {theirs}")
    return problems, len(inferred.graph.node)


failed = 0
for path in sys.argv[1:]:
    try:
        problems, nodes = check(path)
    except Exception as error:  # the checker's own classes differ between versions
        problems, nodes = [str(error)[:300]], 0
    if problems:
        failed += 1
        print(path, "; ".join(problems[:5]))
print(f"{len(sys.argv) - 1} models, {failed} with problems")
sys.exit(1 if failed else 0)
