"""Parity fixture of N-HiTS from neuralforecast (PyPI, 3.3.0): its NHITSBlock, which pools, and its _IdentityBasis, which
interpolates, in the doubly residual loop of its NHITS.forward.

Where ours differs: neuralforecast backcasts one series, at full length. Here the first feature goes in as its series and the
others as its past covariates (pooled by the block itself), and the block's basis is made of two _IdentityBasis, one that
interpolates the backcasts of all features and one for the forecast, as the paper has it. A ReLU is put after each block's
first linear layer, where neuralforecast has none and the paper has one.
"""

import math

import torch
from neuralforecast.models.nhits import NHITSBlock, _IdentityBasis
from torch import nn
from torch.func import functional_call

from fixture import write_fixture

torch.manual_seed(3)
window = {"lookback": 10, "features": 3}
sizes = {"poolings": [4, 3, 1], "blocksPerStack": 2, "hidden": 8, "hiddenLayers": 2, "forecastWidth": 6, "dropout": 0}
lookback, features, forecast = window["lookback"], window["features"], sizes["forecastWidth"]
hidden, depth = sizes["hidden"], sizes["hiddenLayers"]


class InterpolatedBoth(nn.Module):
    def __init__(self, backcast_coefficients):
        super().__init__()
        self.size = backcast_coefficients
        self.backcast = _IdentityBasis(0, lookback, "linear", out_features=features)
        self.forecast = _IdentityBasis(0, forecast, "linear", out_features=1)

    def forward(self, theta):
        backcast = None if self.size == 0 else self.backcast(theta[:, : self.size])[1]
        return backcast, self.forecast(theta[:, self.size :])[1]


blocks = []
for stack, pooling in enumerate(sizes["poolings"]):
    for index in range(sizes["blocksPerStack"]):
        last = stack == len(sizes["poolings"]) - 1 and index == sizes["blocksPerStack"] - 1
        backcast = 0 if last else features * math.ceil(lookback / pooling)
        coefficients = math.ceil(forecast / pooling)
        block = NHITSBlock(
            input_size=lookback,
            h=forecast,
            n_theta=backcast + coefficients,
            mlp_units=[[hidden, hidden]] * (depth - 1),
            basis=InterpolatedBoth(backcast),
            futr_input_size=0,
            hist_input_size=features - 1,
            stat_input_size=0,
            n_pool_kernel_size=pooling,
            pooling_mode="MaxPool1d",
            dropout_prob=0.0,
            activation="ReLU",
        )
        first, *rest = block.layers
        block.layers = nn.Sequential(first, nn.ReLU(), *rest)
        blocks.append((f"stack{stack}.block{index}", block, math.ceil(lookback / pooling), backcast, coefficients))

parameters = {}
for name, _, pooled, backcast, coefficients in blocks:
    widths = {f"layer{i}": hidden for i in range(depth)}
    widths |= {"backcast": backcast} if backcast > 0 else {}
    widths |= {"forecast": coefficients}
    for layer, width in widths.items():
        inputs = features * pooled if layer == "layer0" else hidden
        parameters[f"{name}.{layer}.kernel"] = torch.randn(inputs, width) / inputs**0.5
        parameters[f"{name}.{layer}.bias"] = 0.3 * torch.randn(width)


def their_order(kernel, pooled):
    """Rows by feature, then step -> the series' steps, then the covariates by step, then feature."""
    rows = kernel.reshape(features, pooled, -1)
    return torch.cat([rows[0], rows[1:].transpose(0, 1).reshape((features - 1) * pooled, -1)])


def forward(p, windows):
    residual, total = windows, 0
    for name, block, pooled, backcast, _ in blocks:
        theirs = {}
        for i in range(depth):
            kernel = p[f"{name}.layer{i}.kernel"]
            theirs[f"layers.{2 * i}.weight"] = (their_order(kernel, pooled) if i == 0 else kernel).t()
            theirs[f"layers.{2 * i}.bias"] = p[f"{name}.layer{i}.bias"]
        outputs = [f"{name}.backcast"] * (backcast > 0) + [f"{name}.forecast"]
        theirs[f"layers.{2 * depth}.weight"] = torch.cat([p[f"{o}.kernel"].t() for o in outputs])
        theirs[f"layers.{2 * depth}.bias"] = torch.cat([p[f"{o}.bias"] for o in outputs])
        inputs = (residual[..., 0], None, residual[..., 1:], None)
        explained, part = functional_call(block, theirs, inputs)
        if explained is not None:
            residual = residual - explained
        total = total + part.squeeze(-1)
    return total


write_fixture("nhits.json", sizes, window, parameters, forward)
