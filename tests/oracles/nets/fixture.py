"""Writes a parity fixture of a net: forward and gradients of a reference implementation, by our parameter names.

A fixture holds what tests/domain/models/nets/support/net-suite.ts reads. Gradients are those of
sum(output * projection). Usage, in an oracle of one net:

    parameters = {"layer0.kernel": reference.weight.t(), ...}        # our name -> tensor of our shape
    write_fixture("mlp.json", sizes, window, parameters, forward)    # forward(parameters, windows) -> (batch x width)

`forward` must compute from the tensors in `parameters` (leaves that require gradients), with reference code: for a torch
module use `functional_call`, mapping our shapes to the module's inside, so that gradients come back in our shapes.
The reference computes in double precision (`dtype`), so that its own rounding does not use up the tolerance.
"""

import json
from pathlib import Path

import numpy
import torch

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "nets"


def numbers(tensor):
    """float32 values, row-major, with the 9 significant digits that name a float32 exactly."""
    flat = tensor.detach().to(torch.float32).reshape(-1).numpy()
    return [float(f"{value:.9g}") for value in flat]


def write_fixture(file, sizes, window, parameters, forward, batch=3, seed=7, tolerance=None, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    leaves = {
        name: value.detach().to(torch.float32).to(dtype).contiguous().requires_grad_()
        for name, value in parameters.items()
    }
    shape = (batch, window["lookback"], window["features"])
    windows = torch.randn(shape, generator=generator).to(dtype).requires_grad_()
    output = forward(leaves, windows)
    projection = torch.randn(output.shape, generator=generator).to(dtype)
    (output * projection).sum().backward()
    for name, leaf in leaves.items():
        if leaf.grad is None:
            raise SystemExit(f"{file}: no gradient reached parameter {name}")
    fixture = {
        "sizes": sizes,
        "window": window,
        "parameters": {name: {"shape": list(leaf.shape), "data": numbers(leaf)} for name, leaf in leaves.items()},
        "batch": batch,
        "windows": numbers(windows),
        "output": numbers(output),
        "projection": numbers(projection),
        "gradients": {name: numbers(leaf.grad) for name, leaf in leaves.items()},
        "inputGradient": numbers(windows.grad),
    }
    if tolerance is not None:
        fixture["tolerance"] = tolerance
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / file
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes, torch {torch.__version__}, numpy {numpy.__version__}")
