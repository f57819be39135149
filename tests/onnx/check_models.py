#!/usr/bin/env python3
"""Checks every .onnx file of a folder by the rules of ONNX itself: pip install onnx, then

    node tests/onnx/write-models.ts FOLDER && python tests/onnx/check_models.py FOLDER

The full checker, strict shape inference with data propagation, opset 17 and IR version 8 at most, and declared shapes of
the outputs that are the inferred ones. Prints what is wrong, and ends with 1 if anything is."""
import pathlib
import sys

import onnx


def shape_of(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def problems_of(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    problems = []
    opsets = {entry.domain: entry.version for entry in model.opset_import}
    if opsets != {"": 17} or model.ir_version > 8:
        problems.append(f"opsets {opsets}, IR version {model.ir_version}")

    # Without the declarations, inference must find the same shapes by itself.
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    for output in bare.graph.output:
        output.type.tensor_type.ClearField("shape")
    found = onnx.shape_inference.infer_shapes(bare, check_type=True, strict_mode=True, data_prop=True)
    for declared, output in zip(inferred.graph.output, found.graph.output):
        if output.type.tensor_type.HasField("shape"):
            for ours, theirs in zip(shape_of(declared), shape_of(output)):
                if isinstance(theirs, int) and theirs > 0 and ours != theirs:
                    problems.append(f"{declared.name} is declared {shape_of(declared)}, inferred {shape_of(output)}")
    names = [node.name for node in model.graph.node]
    if len(set(names)) != len(names) or "" in names:
        problems.append("nodes without a name of their own")
    return problems


bad = 0
files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for path in files:
    try:
        problems = problems_of(path)
    except Exception as error:  # The checker throws several kinds, all of which are the file's fault.
        problems = [str(error)]
    for problem in problems:
        print(f"{path.name}: {problem}")
    bad += bool(problems)
print(f"onnx {onnx.__version__}: {len(files) - bad} of {len(files)} files are valid")
sys.exit(1 if bad or not files else 0)
