"""What the oracles of lstm and gru share: torch.nn's layers with our parameters."""

import torch
from torch.func import functional_call

from fixture import write_fixture

SIZES = {"units": 6, "layers": 2, "dropout": 0}
WINDOW = {"lookback": 7, "features": 5}


def random_parameters(gates, recurrent_bias):
    torch.manual_seed(1)
    units = SIZES["units"]
    parameters = {}
    for i in range(SIZES["layers"]):
        inputs = WINDOW["features"] if i == 0 else units
        parameters |= {
            f"layer{i}.kernel": torch.randn(inputs, gates * units) * 0.4,
            f"layer{i}.recurrentKernel": torch.randn(units, gates * units) * 0.4,
            f"layer{i}.bias": torch.randn(gates * units) * 0.4,
        }
        if recurrent_bias:
            parameters[f"layer{i}.recurrentBias"] = torch.randn(units) * 0.4
    return parameters


def gates_in_order(tensor, order):
    """Our gate columns, put into torch's order, as rows."""
    blocks = tensor.split(SIZES["units"], dim=-1)
    return torch.cat([blocks[i] for i in order], dim=-1).t() if tensor.ndim == 2 else torch.cat([blocks[i] for i in order])


def write(file, module, order, recurrent_bias):
    def forward(p, windows):
        theirs = {}
        for i in range(SIZES["layers"]):
            bias = p[f"layer{i}.bias"]
            second = torch.zeros_like(bias)
            if recurrent_bias:
                # torch's second bias of r and z would only repeat the first; the candidate's is the one that differs.
                second = torch.cat([torch.zeros_like(bias[: 2 * SIZES["units"]]), p[f"layer{i}.recurrentBias"]])
            theirs |= {
                f"weight_ih_l{i}": gates_in_order(p[f"layer{i}.kernel"], order),
                f"weight_hh_l{i}": gates_in_order(p[f"layer{i}.recurrentKernel"], order),
                f"bias_ih_l{i}": gates_in_order(bias, order),
                f"bias_hh_l{i}": second,
            }
        return functional_call(module.double(), theirs, (windows,))[0][:, -1]

    write_fixture(file, SIZES, WINDOW, random_parameters(len(order), recurrent_bias), forward)
