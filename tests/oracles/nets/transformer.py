"""Parity fixture of the Transformer encoder from torch.nn: Linear, the paper's positions, TransformerEncoder, LayerNorm.

torch has biases of keys and values, ours has not: the key's is set to random numbers, which must make no difference; the
value's to zero (the output's bias does its work).
"""

import math

import torch
from torch import nn
from torch.func import functional_call

from fixture import write_fixture

torch.manual_seed(2)
window = {"lookback": 7, "features": 3}
sizes = {"width": 8, "heads": 2, "layers": 3, "feedForward": 10, "dropout": 0}
width, layers = sizes["width"], sizes["layers"]

encoder = nn.TransformerEncoder(
    nn.TransformerEncoderLayer(
        width, sizes["heads"], sizes["feedForward"], dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    ),
    layers,
    norm=nn.LayerNorm(width),
    enable_nested_tensor=False,
).double()
embedding = nn.Linear(window["features"], width).double()

step = torch.arange(window["lookback"], dtype=torch.float64).unsqueeze(1)
rate = torch.exp(torch.arange(0, width, 2, dtype=torch.float64) * (-math.log(10000.0) / width))
positions = torch.zeros(window["lookback"], width, dtype=torch.float64)
positions[:, 0::2] = torch.sin(step * rate)
positions[:, 1::2] = torch.cos(step * rate)

key_bias = torch.randn(layers, width, dtype=torch.float64)


def random(*shape):
    return torch.randn(*shape) / math.sqrt(shape[0])


parameters = {"embedding.kernel": random(window["features"], width), "embedding.bias": 0.3 * torch.randn(width)}
for i in range(layers):
    layer = f"layer{i}"
    for norm in ("norm1", "norm2"):
        parameters[f"{layer}.{norm}.gain"] = 1 + 0.3 * torch.randn(width)
        parameters[f"{layer}.{norm}.bias"] = 0.3 * torch.randn(width)
    for role in ("query", "key", "value", "output"):
        parameters[f"{layer}.attention.{role}.kernel"] = random(width, width)
    for role in ("query", "output"):
        parameters[f"{layer}.attention.{role}.bias"] = 0.3 * torch.randn(width)
    for part, shape in (("inner", (width, sizes["feedForward"])), ("outer", (sizes["feedForward"], width))):
        parameters[f"{layer}.feedForward.{part}.kernel"] = random(*shape)
        parameters[f"{layer}.feedForward.{part}.bias"] = 0.3 * torch.randn(shape[1])
parameters["finalNorm.gain"] = 1 + 0.3 * torch.randn(width)
parameters["finalNorm.bias"] = 0.3 * torch.randn(width)


def forward(p, windows):
    theirs = {"norm.weight": p["finalNorm.gain"], "norm.bias": p["finalNorm.bias"]}
    for i in range(layers):
        attention = f"layer{i}.attention"
        kernels = [p[f"{attention}.{role}.kernel"].t() for role in ("query", "key", "value")]
        biases = [p[f"{attention}.query.bias"], key_bias[i], torch.zeros(width, dtype=torch.float64)]
        theirs |= {
            f"layers.{i}.self_attn.in_proj_weight": torch.cat(kernels),
            f"layers.{i}.self_attn.in_proj_bias": torch.cat(biases),
            f"layers.{i}.self_attn.out_proj.weight": p[f"{attention}.output.kernel"].t(),
            f"layers.{i}.self_attn.out_proj.bias": p[f"{attention}.output.bias"],
            f"layers.{i}.linear1.weight": p[f"layer{i}.feedForward.inner.kernel"].t(),
            f"layers.{i}.linear1.bias": p[f"layer{i}.feedForward.inner.bias"],
            f"layers.{i}.linear2.weight": p[f"layer{i}.feedForward.outer.kernel"].t(),
            f"layers.{i}.linear2.bias": p[f"layer{i}.feedForward.outer.bias"],
        }
        for norm in ("norm1", "norm2"):
            theirs[f"layers.{i}.{norm}.weight"] = p[f"layer{i}.{norm}.gain"]
            theirs[f"layers.{i}.{norm}.bias"] = p[f"layer{i}.{norm}.bias"]
    embedded = functional_call(
        embedding, {"weight": p["embedding.kernel"].t(), "bias": p["embedding.bias"]}, (windows,)
    )
    return functional_call(encoder, theirs, (embedded + positions,))[:, -1]


write_fixture("transformer.json", sizes, window, parameters, forward)
