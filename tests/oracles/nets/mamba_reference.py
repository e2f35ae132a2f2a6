"""The official Mamba (package mamba-ssm) on a processor, without building it.

Its Python files are imported from the unpacked source distribution (`pip download --no-binary :all: --no-deps mamba-ssm`,
folder in MAMBA_SSM). Its CUDA and Triton parts are replaced by empty modules; then `Mamba.forward` takes its slow path in
plain PyTorch, for which `selective_scan_fn` is set to the package's own `selective_scan_ref`. That casts to float32 inside,
so everything runs in float32.
"""

import os
import sys
import types

import torch
from torch import nn


def module(name, **attributes):
    made = types.ModuleType(name)
    vars(made).update(attributes)
    sys.modules[name] = made
    return made


def load():
    folder = os.path.join(os.environ["MAMBA_SSM"], "mamba_ssm")
    module("mamba_ssm", __path__=[folder])
    module("selective_scan_cuda")
    module("mamba_ssm.ops.triton", __path__=[])
    module("mamba_ssm.ops.triton.layer_norm", RMSNorm=None, layer_norm_fn=None, rms_norm_fn=None, _layer_norm_fwd=None)
    from mamba_ssm.modules import mamba_simple
    from mamba_ssm.modules.block import Block
    from mamba_ssm.ops.selective_scan_interface import selective_scan_ref

    mamba_simple.selective_scan_fn = selective_scan_ref
    return mamba_simple.Mamba, Block, selective_scan_ref


Mamba, Block, selective_scan_ref = load()


class Stack(nn.Module):
    """Blocks and last norm in the order of the package's MixerModel.forward (fused_add_norm off), last step out."""

    def __init__(self, sizes):
        super().__init__()
        width = sizes["width"]

        def mixer(dim):
            return Mamba(
                dim,
                d_state=sizes["stateSize"],
                d_conv=sizes["convKernel"],
                expand=sizes["expand"],
                use_fast_path=False,
            )

        def norm(dim):
            return nn.RMSNorm(dim, eps=1e-5)

        self.layers = nn.ModuleList([Block(width, mixer, nn.Identity, norm_cls=norm) for _ in range(sizes["layers"])])
        self.norm_f = norm(width)

    def forward(self, hidden_states):
        residual = None
        for layer in self.layers:
            hidden_states, residual = layer(hidden_states, residual)
        residual = (hidden_states + residual) if residual is not None else hidden_states
        return self.norm_f(residual)[:, -1]


def shake(stack):
    """Norm gains, D and the steps' lengths off their initial values, so that a mistake with them shows."""
    with torch.no_grad():
        for name, value in stack.named_parameters():
            if "norm" in name or name.endswith(".D"):
                value.add_(0.3 * torch.randn_like(value))
            if name.endswith("A_log"):
                value.add_(0.2 * torch.randn_like(value))
            if name.endswith("dt_proj.bias"):
                value.add_(3)


def ours_of(stack):
    """Our names and shapes -> the reference's parameters."""
    ours = {}
    for i, layer in enumerate(stack.layers):
        mixer, name = layer.mixer, f"block{i}"
        signal, gate = mixer.in_proj.weight.chunk(2)
        ours |= {
            f"{name}.norm.gain": layer.norm.weight,
            f"{name}.input.kernel": signal.t(),
            f"{name}.gate.kernel": gate.t(),
            f"{name}.convolution.kernel": mixer.conv1d.weight[:, 0].t(),
            f"{name}.convolution.bias": mixer.conv1d.bias,
            f"{name}.selection.kernel": mixer.x_proj.weight.t(),
            f"{name}.step.kernel": mixer.dt_proj.weight.t(),
            f"{name}.step.bias": mixer.dt_proj.bias,
            f"{name}.logRates": mixer.A_log.t(),
            f"{name}.skip": mixer.D,
            f"{name}.output.kernel": mixer.out_proj.weight.t(),
        }
    return ours | {"norm.gain": stack.norm_f.weight}


def theirs_of(p, layers):
    """The way back, differentiable."""
    theirs = {"norm_f.weight": p["norm.gain"]}
    for i in range(layers):
        name, mixer = f"block{i}", f"layers.{i}.mixer"
        theirs |= {
            f"layers.{i}.norm.weight": p[f"{name}.norm.gain"],
            f"{mixer}.in_proj.weight": torch.cat([p[f"{name}.input.kernel"].t(), p[f"{name}.gate.kernel"].t()]),
            f"{mixer}.conv1d.weight": p[f"{name}.convolution.kernel"].t()[:, None],
            f"{mixer}.conv1d.bias": p[f"{name}.convolution.bias"],
            f"{mixer}.x_proj.weight": p[f"{name}.selection.kernel"].t(),
            f"{mixer}.dt_proj.weight": p[f"{name}.step.kernel"].t(),
            f"{mixer}.dt_proj.bias": p[f"{name}.step.bias"],
            f"{mixer}.A_log": p[f"{name}.logRates"].t(),
            f"{mixer}.D": p[f"{name}.skip"],
            f"{mixer}.out_proj.weight": p[f"{name}.output.kernel"].t(),
        }
    return theirs
