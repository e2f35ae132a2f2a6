"""Parity fixture of PatchTST from Hugging Face transformers: PatchTSTModel with layer norm, pre-norm, no scaling of its own.

Normalisation and the padding of the paper stand in front of it in plain torch (the library's scaler would see the padding),
our head (last patch, means and deviations) behind it. Keys get a random bias, which must make no difference; values none.
Needs: pip install torch transformers
"""

import math

import torch
from torch import nn
from torch.func import functional_call
from transformers import PatchTSTConfig, PatchTSTModel

from fixture import write_fixture

torch.manual_seed(3)
window = {"lookback": 9, "features": 3}
sizes = {"patchLength": 4, "stride": 2, "width": 8, "heads": 2, "layers": 2, "feedForward": 10, "dropout": 0}
width, layers, length, stride = sizes["width"], sizes["layers"], sizes["patchLength"], sizes["stride"]
features, lookback = window["features"], window["lookback"]
patches = (lookback - length) // stride + 2
padded = length + stride * (patches - 1)
code = max(2, math.ceil(width / 4))

model = PatchTSTModel(
    PatchTSTConfig(
        num_input_channels=features,
        context_length=padded,
        patch_length=length,
        patch_stride=stride,
        num_hidden_layers=layers,
        d_model=width,
        num_attention_heads=sizes["heads"],
        ffn_dim=sizes["feedForward"],
        norm_type="layernorm",
        pre_norm=True,
        activation_function="gelu",
        scaling=None,
        do_mask_input=False,
        attention_dropout=0.0,
        positional_dropout=0.0,
        path_dropout=0.0,
        ff_dropout=0.0,
        attn_implementation="eager",
    )
).double()
key_bias = torch.randn(layers, width, dtype=torch.float64)


def random(*shape):
    return torch.randn(*shape) / math.sqrt(shape[0])


parameters = {
    "embedding.kernel": random(length, width),
    "embedding.bias": 0.3 * torch.randn(width),
    "positions": 0.5 * torch.randn(patches, width),
}
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
for name, shape in (("featureHead", (width, code)), ("head", (features * (code + 2), width))):
    parameters[f"{name}.kernel"] = random(*shape)
    parameters[f"{name}.bias"] = 0.3 * torch.randn(shape[1])


def layer_weights(p, i):
    ours, theirs = f"layer{i}", f"encoder.layers.{i}"
    attention = f"{ours}.attention"
    zeros = torch.zeros(width, dtype=torch.float64)
    biases = {
        "query": p[f"{attention}.query.bias"], "key": key_bias[i], "value": zeros, "output": p[f"{attention}.output.bias"]
    }
    weights = {}
    for role, name in (("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("output", "out_proj")):
        weights[f"{theirs}.self_attn.{name}.weight"] = p[f"{attention}.{role}.kernel"].t()
        weights[f"{theirs}.self_attn.{name}.bias"] = biases[role]
    for part, name in (("inner", "ff.0"), ("outer", "ff.3")):
        weights[f"{theirs}.{name}.weight"] = p[f"{ours}.feedForward.{part}.kernel"].t()
        weights[f"{theirs}.{name}.bias"] = p[f"{ours}.feedForward.{part}.bias"]
    for norm, name in (("norm1", "norm_sublayer1"), ("norm2", "norm_sublayer3")):
        weights[f"{theirs}.{name}.weight"] = p[f"{ours}.{norm}.gain"]
        weights[f"{theirs}.{name}.bias"] = p[f"{ours}.{norm}.bias"]
    return weights


def forward(p, windows):
    mean = windows.mean(1, keepdim=True)
    deviation = torch.sqrt(windows.var(1, keepdim=True, unbiased=False) + 1e-5)
    normed = (windows - mean) / deviation
    lengthened = torch.cat([normed, normed[:, -1:].expand(-1, stride, -1)], 1)[:, :padded]
    theirs = {
        "encoder.embedder.input_embedding.weight": p["embedding.kernel"].t(),
        "encoder.embedder.input_embedding.bias": p["embedding.bias"],
        "encoder.positional_encoder.position_enc": p["positions"],
    }
    for i in range(layers):
        theirs |= layer_weights(p, i)
    missing = {name for name, _ in model.named_parameters()} - set(theirs)
    if missing:
        raise SystemExit(f"not copied: {missing}")
    hidden = functional_call(model, theirs, (lengthened,)).last_hidden_state[:, :, -1]  # batch x features x width
    hidden = nn.functional.layer_norm(hidden, (width,), p["finalNorm.gain"], p["finalNorm.bias"])
    codes = nn.functional.gelu(hidden @ p["featureHead.kernel"] + p["featureHead.bias"])
    judged = torch.cat([codes, mean.transpose(1, 2), deviation.transpose(1, 2)], -1).flatten(1)
    return judged @ p["head.kernel"] + p["head.bias"]


write_fixture("patchtst.json", sizes, window, parameters, forward)
