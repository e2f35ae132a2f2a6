"""Parity fixture of the Temporal Fusion Transformer from neuralforecast (Nixtla), the whole trunk.

Its embedding, VariableSelectionNetwork, GLU, GRN and TemporalFusionDecoder (which holds InterpretableMultiHeadAttention) are
called as they are, without contexts, with torch's LSTM as in its TemporalCovariateEncoder; the decoder answers for the last
step. Its norms have epsilon 1e-3; ours 1e-5 is set. Needs: pip install torch neuralforecast
"""

import math

import torch
from neuralforecast.models.tft import GLU, TemporalFusionDecoder, TFTEmbedding, VariableSelectionNetwork
from torch import nn
from torch.func import functional_call

from fixture import write_fixture

torch.manual_seed(4)
window = {"lookback": 6, "features": 3}
sizes = {"width": 8, "heads": 2, "lstmLayers": 2, "dropout": 0}
width, heads, features, steps = sizes["width"], sizes["heads"], window["features"], window["lookback"]
head = width // heads


class Reference(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = TFTEmbedding(width, 0, 0, features, 1)
        self.selection = VariableSelectionNetwork(width, features, dropout=0.0, grn_activation="ELU")
        self.lstm = nn.LSTM(width, width, sizes["lstmLayers"], batch_first=True)
        self.input_gate = GLU(width, width)
        self.input_gate_ln = nn.LayerNorm(width)
        self.decoder = TemporalFusionDecoder(heads, width, steps, steps - 1, 0.0, 0.0, "ELU")

    def forward(self, windows):
        target = torch.zeros(windows.shape[0], windows.shape[1], 1, dtype=windows.dtype)
        _, _, embedded, _ = self.embedding(target, hist_exog=windows)
        selected, _ = self.selection(embedded)
        recurrent, _ = self.lstm(selected)
        temporal = self.input_gate_ln(self.input_gate(recurrent) + selected)
        return self.decoder(temporal, None)[0][:, -1]


reference = Reference().double()
for module in reference.modules():
    if isinstance(module, nn.LayerNorm):
        module.eps = 1e-5


def random(*shape):
    return torch.randn(*shape) / math.sqrt(shape[-2])


parameters = {}


def add_linear(name, *shape):
    parameters[f"{name}.kernel"] = random(*shape)
    parameters[f"{name}.bias"] = 0.3 * torch.randn(*shape[:-2], shape[-1])


def add_norm(name, *shape):
    parameters[f"{name}.gain"] = 1 + 0.3 * torch.randn(*shape)
    parameters[f"{name}.bias"] = 0.3 * torch.randn(*shape)


parameters["selection.embedding.kernel"] = torch.randn(features, width)
parameters["selection.embedding.bias"] = 0.3 * torch.randn(features, width)
add_linear("selection.weights.hidden", features * width, width)
add_linear("selection.weights.inner", width, width)
for role in ("value", "gate"):
    add_linear(f"selection.weights.{role}", width, features)
add_linear("selection.weights.skip", features * width, features)
add_norm("selection.weights.norm", features)
for role in ("hidden", "inner", "value", "gate"):
    add_linear(f"selection.variables.{role}", features, width, width)
add_norm("selection.variables.norm", features, width)
for i in range(sizes["lstmLayers"]):
    parameters[f"lstm{i}.kernel"] = random(width, 4 * width)
    parameters[f"lstm{i}.recurrentKernel"] = random(width, 4 * width)
    parameters[f"lstm{i}.bias"] = 0.3 * torch.randn(4 * width)
for name in ("recurrentGate", "attentionGate", "outputGate", "enrichment", "feedForward"):
    for role in ("value", "gate") + (("hidden", "inner") if name in ("enrichment", "feedForward") else ()):
        add_linear(f"{name}.{role}", width, width)
    add_norm(f"{name}.norm", width)
for role, shape in (
    ("query", (width, width)), ("key", (width, width)), ("value", (width, head)), ("output", (head, width))
):
    parameters[f"attention.{role}.kernel"] = random(*shape)


def linear(p, name, theirs):
    return {f"{theirs}.weight": p[f"{name}.kernel"].t(), f"{theirs}.bias": p[f"{name}.bias"]}


def glu(p, name, theirs):
    return {
        f"{theirs}.lin.weight": torch.cat([p[f"{name}.value.kernel"], p[f"{name}.gate.kernel"]], 1).t(),
        f"{theirs}.lin.bias": torch.cat([p[f"{name}.value.bias"], p[f"{name}.gate.bias"]]),
    }


def norm(p, name, theirs):
    return {f"{theirs}.weight": p[f"{name}.gain"], f"{theirs}.bias": p[f"{name}.bias"]}


def grn(p, name, theirs):
    return (
        linear(p, f"{name}.hidden", f"{theirs}.lin_a")
        | linear(p, f"{name}.inner", f"{theirs}.lin_i")
        | glu(p, name, f"{theirs}.glu")
        | norm(p, f"{name}.norm", f"{theirs}.layer_norm.ln")
    )


def gates(tensor, i):
    """Columns i, f, o, g -> rows i, f, g, o."""
    parts = tensor.split(width, -1)
    return torch.cat([parts[0], parts[1], parts[3], parts[2]], -1)


def forward(p, windows):
    theirs = {
        "embedding.hist_exog_embedding_vectors": p["selection.embedding.kernel"],
        "embedding.hist_exog_embedding_bias": p["selection.embedding.bias"],
    }
    theirs |= grn(p, "selection.weights", "selection.joint_grn")
    theirs |= linear(p, "selection.weights.skip", "selection.joint_grn.out_proj")
    for f in range(features):
        of_feature = {
            name.removeprefix("selection."): value[f]
            for name, value in p.items()
            if name.startswith("selection.variables.")
        }
        theirs |= grn(of_feature, "variables", f"selection.var_grns.{f}")
    for i in range(sizes["lstmLayers"]):
        theirs[f"lstm.weight_ih_l{i}"] = gates(p[f"lstm{i}.kernel"], i).t()
        theirs[f"lstm.weight_hh_l{i}"] = gates(p[f"lstm{i}.recurrentKernel"], i).t()
        theirs[f"lstm.bias_ih_l{i}"] = gates(p[f"lstm{i}.bias"], i)
        theirs[f"lstm.bias_hh_l{i}"] = torch.zeros(4 * width, dtype=torch.float64)
    for ours, gate, ln in (
        ("recurrentGate", "input_gate", "input_gate_ln"),
        ("attentionGate", "decoder.attention_gate", "decoder.attention_ln"),
        ("outputGate", "decoder.decoder_gate", "decoder.decoder_ln"),
    ):
        theirs |= glu(p, ours, gate) | norm(p, f"{ours}.norm", ln)
    theirs |= grn(p, "enrichment", "decoder.enrichment_grn") | grn(p, "feedForward", "decoder.positionwise_grn")
    theirs["decoder.attention.qkv_linears.weight"] = torch.cat(
        [p[f"attention.{role}.kernel"] for role in ("query", "key", "value")], 1
    ).t()
    theirs["decoder.attention.out_proj.weight"] = p["attention.output.kernel"].t()
    unused = ("tgt_embedding", "lin_c")
    missing = {
        name
        for name, _ in reference.named_parameters()
        if name not in theirs and not any(part in name for part in unused)
    }
    if missing or set(theirs) - {name for name, _ in reference.named_parameters()}:
        raise SystemExit(f"not copied: {missing}")
    return functional_call(reference, theirs, (windows,))


write_fixture("tft.json", sizes, window, parameters, forward)
