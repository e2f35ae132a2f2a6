"""Parity fixtures of the TCN from torch.nn: the blocks of the authors' code (locuslab/TCN), all steps computed."""

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils.parametrizations import weight_norm

from fixture import write_fixture


class TemporalBlock(nn.Module):
    def __init__(self, inputs, channels, taps, dilation):
        super().__init__()
        self.pad = nn.ConstantPad1d(((taps - 1) * dilation, 0), 0.0)
        self.conv1 = weight_norm(nn.Conv1d(inputs, channels, taps, dilation=dilation))
        self.conv2 = weight_norm(nn.Conv1d(channels, channels, taps, dilation=dilation))
        self.downsample = nn.Conv1d(inputs, channels, 1) if inputs != channels else None

    def forward(self, x):
        out = torch.relu(self.conv1(self.pad(x)))
        out = torch.relu(self.conv2(self.pad(out)))
        return torch.relu(out + (x if self.downsample is None else self.downsample(x)))


def taps_last(direction):
    """Ours is (taps x inputs x channels), tap 0 the latest step; torch's (channels x inputs x taps), tap 0 the oldest."""
    return direction.permute(2, 1, 0).flip(-1)


def write(file, channels, taps, blocks, window):
    torch.manual_seed(1)
    widths = [window["features"]] + [channels] * blocks
    reference = nn.Sequential(*[TemporalBlock(widths[i], channels, taps, 2**i) for i in range(blocks)])
    parameters = {}
    for i in range(blocks):
        for part, inputs in (("first", widths[i]), ("second", channels)):
            parameters |= {
                f"block{i}.{part}.direction": torch.randn(taps, inputs, channels),
                f"block{i}.{part}.gain": 1 + 0.3 * torch.randn(channels),
                f"block{i}.{part}.bias": 0.3 * torch.randn(channels),
            }
        if widths[i] != channels:
            parameters |= {
                f"block{i}.residual.kernel": 0.4 * torch.randn(widths[i], channels),
                f"block{i}.residual.bias": 0.3 * torch.randn(channels),
            }

    def forward(p, windows):
        theirs = {}
        for i in range(blocks):
            for part, conv in (("first", "conv1"), ("second", "conv2")):
                theirs |= {
                    f"{i}.{conv}.parametrizations.weight.original0": p[f"block{i}.{part}.gain"].reshape(-1, 1, 1),
                    f"{i}.{conv}.parametrizations.weight.original1": taps_last(p[f"block{i}.{part}.direction"]),
                    f"{i}.{conv}.bias": p[f"block{i}.{part}.bias"],
                }
            if widths[i] != channels:
                theirs |= {
                    f"{i}.downsample.weight": p[f"block{i}.residual.kernel"].t()[:, :, None],
                    f"{i}.downsample.bias": p[f"block{i}.residual.bias"],
                }
        return functional_call(reference, theirs, (windows.transpose(1, 2),))[:, :, -1]

    sizes = {"channels": channels, "kernelSize": taps, "blocks": blocks, "dropout": 0}
    write_fixture(file, sizes, window, parameters, forward)


# A window shorter than the receptive field of 29 steps, and one longer than that of 15.
write("tcn-short.json", channels=6, taps=3, blocks=3, window={"lookback": 13, "features": 4})
write("tcn-long.json", channels=5, taps=2, blocks=3, window={"lookback": 20, "features": 5})
