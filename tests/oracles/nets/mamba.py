"""Parity fixture of Mamba: a linear embedding before the official blocks (see mamba_reference.py)."""

import torch
from torch import nn
from torch.func import functional_call

from fixture import write_fixture
from mamba_reference import Stack, ours_of, shake, theirs_of

torch.manual_seed(11)
window = {"lookback": 9, "features": 4}
sizes = {"width": 20, "stateSize": 4, "expand": 2, "convKernel": 4, "layers": 2, "chunk": 4, "dropout": 0}
embedding = nn.Linear(window["features"], sizes["width"])
stack = Stack(sizes)
shake(stack)
parameters = {"embedding.kernel": embedding.weight.t(), "embedding.bias": embedding.bias, **ours_of(stack)}


def forward(p, windows):
    embedded = windows @ p["embedding.kernel"] + p["embedding.bias"]
    return functional_call(stack, theirs_of(p, sizes["layers"]), (embedded,))


write_fixture("mamba.json", sizes, window, parameters, forward, dtype=torch.float32)
