"""Parity fixtures of N-BEATS from neuralforecast (PyPI, 3.3.0).

nbeats.json: many features. neuralforecast's NBEATSBlock with its IdentityBasis on the flattened window; the doubly residual
loop is that of its NBEATS.forward, which itself takes one series only.
nbeats-univariate.json: one feature, by its whole NBEATS model. The model turns the window around and adds the last value to
the forecast; the mapping below undoes both.

In both, a ReLU is put after each block's first linear layer, where neuralforecast has none and the paper has one.
"""

import torch
from neuralforecast.models.nbeats import NBEATS, IdentityBasis, NBEATSBlock
from torch import nn
from torch.func import functional_call

from fixture import write_fixture

torch.manual_seed(2)


def as_in_the_paper(block):
    first, *rest = block.layers
    block.layers = nn.Sequential(first, nn.ReLU(), *rest)
    return block


def names(sizes):
    return [f"stack{s}.block{b}" for s in range(sizes["stacks"]) for b in range(sizes["blocksPerStack"])]


def parameters_of(sizes, flat):
    hidden, forecast = sizes["hidden"], sizes["forecastWidth"]
    found = {}
    blocks = names(sizes)
    for name in blocks:
        outputs = {f"layer{i}": hidden for i in range(sizes["hiddenLayers"])}
        outputs |= {} if name == blocks[-1] else {"backcast": flat}
        outputs |= {"forecast": forecast}
        for layer, width in outputs.items():
            inputs = flat if layer == "layer0" else hidden
            found[f"{name}.{layer}.kernel"] = torch.randn(inputs, width) / inputs**0.5
            found[f"{name}.{layer}.bias"] = 0.3 * torch.randn(width)
    return found


def of_block(p, name, hidden_layers):
    """Our parameters by the names of NBEATSBlock's `layers`; theta is backcast, then forecast."""
    theirs = {}
    for i in range(hidden_layers):
        theirs[f"layers.{2 * i}.weight"] = p[f"{name}.layer{i}.kernel"].t()
        theirs[f"layers.{2 * i}.bias"] = p[f"{name}.layer{i}.bias"]
    outputs = [f"{name}.{part}" for part in ("backcast", "forecast") if f"{name}.{part}.bias" in p]
    theirs[f"layers.{2 * hidden_layers}.weight"] = torch.cat([p[f"{o}.kernel"].t() for o in outputs])
    theirs[f"layers.{2 * hidden_layers}.bias"] = torch.cat([p[f"{o}.bias"] for o in outputs])
    return theirs


def many_features():
    window = {"lookback": 6, "features": 3}
    sizes = {"stacks": 2, "blocksPerStack": 2, "hidden": 9, "hiddenLayers": 3, "forecastWidth": 5, "dropout": 0}
    flat, forecast, depth = window["lookback"] * window["features"], sizes["forecastWidth"], sizes["hiddenLayers"]
    units = [[sizes["hidden"], sizes["hidden"]]] * (depth - 1)
    blocks = []
    for name in names(sizes):
        backcast = 0 if name == names(sizes)[-1] else flat
        basis = IdentityBasis(backcast_size=backcast, forecast_size=forecast, out_features=1)
        block = NBEATSBlock(flat, backcast + forecast, units, basis, dropout_prob=0.0, activation="ReLU")
        blocks.append((name, as_in_the_paper(block)))

    def forward(p, windows):
        residual, total = windows.flatten(1), 0
        for name, block in blocks:
            backcast, part = functional_call(block, of_block(p, name, depth), (residual,))
            if backcast.shape[1] > 0:
                residual = residual - backcast
            total = total + part.squeeze(-1)
        return total

    write_fixture("nbeats.json", sizes, window, parameters_of(sizes, flat), forward)


def one_feature():
    window = {"lookback": 8, "features": 1}
    sizes = {"stacks": 2, "blocksPerStack": 2, "hidden": 7, "hiddenLayers": 2, "forecastWidth": 4, "dropout": 0}
    lookback, forecast, depth = window["lookback"], sizes["forecastWidth"], sizes["hiddenLayers"]
    model = NBEATS(
        h=forecast,
        input_size=lookback,
        stack_types=["identity"] * sizes["stacks"],
        n_blocks=[sizes["blocksPerStack"]] * sizes["stacks"],
        mlp_units=[[sizes["hidden"], sizes["hidden"]]] * (depth - 1),
        shared_weights=False,
    ).double()
    for block in model.blocks:
        as_in_the_paper(block)

    def forward(p, windows):
        theirs = {}
        for i, name in enumerate(names(sizes)):
            turned = dict(p)
            turned[f"{name}.layer0.kernel"] = p[f"{name}.layer0.kernel"].flip(0)
            if f"{name}.backcast.bias" in p:
                turned[f"{name}.backcast.kernel"] = p[f"{name}.backcast.kernel"].flip(1)
                turned[f"{name}.backcast.bias"] = p[f"{name}.backcast.bias"].flip(0)
            else:  # Theirs has a backcast that nothing reads.
                turned[f"{name}.backcast.kernel"] = torch.zeros(sizes["hidden"], lookback, dtype=torch.float64)
                turned[f"{name}.backcast.bias"] = torch.zeros(lookback, dtype=torch.float64)
            theirs |= {f"blocks.{i}.{k}": v for k, v in of_block(turned, name, depth).items()}
        batch = {"insample_y": windows, "insample_mask": torch.ones_like(windows[..., 0])}
        return functional_call(model, theirs, (batch,)).squeeze(-1) - windows[:, -1]

    write_fixture("nbeats-univariate.json", sizes, window, parameters_of(sizes, lookback), forward)


many_features()
one_feature()
