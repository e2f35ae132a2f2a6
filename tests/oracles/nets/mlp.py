"""Parity fixture of the MLP from torch.nn: Linear -> LayerNorm -> GELU, on the flattened window."""

import torch
from torch import nn
from torch.func import functional_call

from fixture import write_fixture

torch.manual_seed(1)
window = {"lookback": 5, "features": 4}
hidden = [7, 6]
modules = []
inputs = window["lookback"] * window["features"]
for width in hidden:
    modules += [nn.Linear(inputs, width), nn.LayerNorm(width), nn.GELU()]
    inputs = width
reference = nn.Sequential(nn.Flatten(), *modules)
for norm in (m for m in reference if isinstance(m, nn.LayerNorm)):
    nn.init.normal_(norm.weight, 1, 0.3)
    nn.init.normal_(norm.bias, 0, 0.3)

parameters = {}
for i in range(len(hidden)):
    linear, norm = reference[1 + 3 * i], reference[2 + 3 * i]
    parameters |= {
        f"layer{i}.kernel": linear.weight.t(),
        f"layer{i}.bias": linear.bias,
        f"norm{i}.gain": norm.weight,
        f"norm{i}.bias": norm.bias,
    }


def forward(p, windows):
    theirs = {}
    for i in range(len(hidden)):
        theirs |= {
            f"{1 + 3 * i}.weight": p[f"layer{i}.kernel"].t(),
            f"{1 + 3 * i}.bias": p[f"layer{i}.bias"],
            f"{2 + 3 * i}.weight": p[f"norm{i}.gain"],
            f"{2 + 3 * i}.bias": p[f"norm{i}.bias"],
        }
    return functional_call(reference, theirs, (windows,))


write_fixture("mlp.json", {"hidden": hidden, "dropout": 0}, window, parameters, forward)
