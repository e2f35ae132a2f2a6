"""Parity fixtures of InceptionTime from tsai (PyPI, 1.0.1), without its last linear layer.

inceptiontime.json: tsai's InceptionBlock of three modules as it is, but for each BatchNorm1d a layer norm over the channels
of a step, which is our difference to the paper.
inceptiontime-short-group.json: four modules, so that the second group has one only; tsai, like the paper, gives it no
shortcut and ours does, so that tsai's ConvBlock and sum are put there. Convolutions of even length and a bottleneck of
another width than the branches (tsai has one width for both) are torch's own Conv1d in tsai's modules.
"""

import torch
from torch import nn
from torch.func import functional_call
from tsai.models.InceptionTime import InceptionBlock
from tsai.models.layers import ConvBlock, GAP1d

from fixture import write_fixture

torch.manual_seed(4)


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of (batch x channels x steps)."""

    def forward(self, x):
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


def with_layer_norm(module):
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm1d):
            setattr(module, name, ChannelNorm(child.num_features))
        else:
            with_layer_norm(child)
    return module


class GroupedInceptionBlock(InceptionBlock):
    """Its loop, with a shortcut after a last group of fewer than three modules too."""

    def forward(self, x):
        res = x
        for d in range(self.depth):
            x = self.inception[d](x)
            if d % 3 == 2 or d == self.depth - 1:
                res = x = self.act(self.add(x, self.shortcut[d // 3](res)))
        return x


class Reference(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.block, self.gap = block, GAP1d(1)

    def forward(self, windows):
        return self.gap(self.block(windows.transpose(1, 2)))


def module_names(depth, branches):
    """Our name -> tsai's, of the kernels, and of the norms."""
    kernels, norms = {}, {}
    for d in range(depth):
        kernels[f"block{d}.bottleneck"] = f"block.inception.{d}.bottleneck"
        kernels |= {f"block{d}.branch{i}": f"block.inception.{d}.convs.{i}" for i in range(branches)}
        kernels[f"block{d}.pooled"] = f"block.inception.{d}.maxconvpool.1"
        norms[f"block{d}.norm"] = f"block.inception.{d}.bn"
        if d % 3 == 2 or d == depth - 1:
            kernels[f"shortcut{d // 3}"] = f"block.shortcut.{d // 3}.0"
            norms[f"shortcut{d // 3}.norm"] = f"block.shortcut.{d // 3}.1"
    return kernels, norms


def write(file, sizes, window, block):
    reference = Reference(with_layer_norm(block))
    kernels, norms = module_names(sizes["blocks"], len(sizes["kernelSizes"]))
    state = dict(reference.named_parameters())
    # torch: (outputs x inputs x taps); ours: (taps x inputs x outputs).
    parameters = {f"{ours}.kernel": state[f"{theirs}.weight"].permute(2, 1, 0) for ours, theirs in kernels.items()}
    for ours, theirs in norms.items():
        width = state[f"{theirs}.weight"].shape
        parameters[f"{ours}.gain"] = 1 + 0.3 * torch.randn(width)
        parameters[f"{ours}.bias"] = 0.3 * torch.randn(width)
    assert len(parameters) == len(state), (sorted(parameters), sorted(state))

    def forward(p, windows):
        theirs = {f"{name}.weight": p[f"{ours}.kernel"].permute(2, 1, 0) for ours, name in kernels.items()}
        for ours, name in norms.items():
            theirs |= {f"{name}.weight": p[f"{ours}.gain"], f"{name}.bias": p[f"{ours}.bias"]}
        return functional_call(reference, theirs, (windows,))

    write_fixture(file, sizes, window, parameters, forward)


def as_published():
    window = {"lookback": 17, "features": 5}
    filters, depth = 3, 3
    # tsai: 15 taps, 15 // 2 = 7 and 15 // 4 = 3, the longest first.
    sizes = {"filters": filters, "kernelSizes": [15, 7, 3], "bottleneck": filters, "blocks": depth, "dropout": 0}
    block = InceptionBlock(window["features"], filters, depth=depth, ks=15)
    write("inceptiontime.json", sizes, window, block)


def with_short_group():
    window = {"lookback": 9, "features": 3}
    filters, bottleneck, kernel_sizes, depth = 3, 4, [3, 4, 8], 4
    sizes = {"filters": filters, "kernelSizes": kernel_sizes, "bottleneck": bottleneck, "blocks": depth, "dropout": 0}
    block = GroupedInceptionBlock(window["features"], filters, depth=depth, ks=15)
    for d, module in enumerate(block.inception):
        inputs = window["features"] if d == 0 else 4 * filters
        module.bottleneck = nn.Conv1d(inputs, bottleneck, 1, bias=False)
        module.convs = nn.ModuleList(
            nn.Conv1d(bottleneck, filters, taps, padding="same", bias=False) for taps in kernel_sizes
        )
    block.shortcut.append(ConvBlock(4 * filters, 4 * filters, 1, act=None))
    write("inceptiontime-short-group.json", sizes, window, block)


as_published()
with_short_group()
