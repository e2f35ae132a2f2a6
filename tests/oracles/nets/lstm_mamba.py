"""Parity fixture of the LSTM-Mamba hybrid: torch.nn.LSTM and a linear map before the official blocks."""

import torch
from torch import nn
from torch.func import functional_call

from fixture import write_fixture
from mamba_reference import Stack, ours_of, shake, theirs_of

torch.manual_seed(12)
window = {"lookback": 8, "features": 4}
sizes = {
    "lstmUnits": 5,
    "width": 6,
    "stateSize": 3,
    "expand": 2,
    "convKernel": 3,
    "layers": 2,
    "chunk": 3,
    "dropout": 0,
}
units = sizes["lstmUnits"]
lstm = nn.LSTM(window["features"], units, batch_first=True)
projection = nn.Linear(units, sizes["width"])
stack = Stack(sizes)
shake(stack)


def reordered(x, order):
    """Blocks of gates (rows): ours are i, f, o, g; torch's i, f, g, o. The order is its own inverse."""
    return torch.cat([x.split(units)[gate] for gate in order])


ORDER = [0, 1, 3, 2]
parameters = {
    "lstm.kernel": reordered(lstm.weight_ih_l0, ORDER).t(),
    "lstm.recurrentKernel": reordered(lstm.weight_hh_l0, ORDER).t(),
    "lstm.bias": reordered(lstm.bias_ih_l0 + lstm.bias_hh_l0, ORDER),
    "projection.kernel": projection.weight.t(),
    "projection.bias": projection.bias,
    **ours_of(stack),
}


def forward(p, windows):
    theirs = {
        "weight_ih_l0": reordered(p["lstm.kernel"].t(), ORDER),
        "weight_hh_l0": reordered(p["lstm.recurrentKernel"].t(), ORDER),
        "bias_ih_l0": reordered(p["lstm.bias"], ORDER),
        "bias_hh_l0": torch.zeros(4 * units),
    }
    hidden, _ = functional_call(lstm, theirs, (windows,))
    projected = hidden @ p["projection.kernel"] + p["projection.bias"]
    return functional_call(stack, theirs_of(p, sizes["layers"]), (projected,))


write_fixture("lstm-mamba.json", sizes, window, parameters, forward, dtype=torch.float32)
