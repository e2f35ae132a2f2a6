"""Selective scans and Mamba training steps in PyTorch, for bench/selective-scan.ts, which starts this program.

It reads a line `WHAT FORM STEPS` from standard input and answers one line of JSON with `clockMs` and `cpuMs`, medians of so
many steps. WHAT is `scan` (forward and backward of one scan of 256 x 60 x 64 channels x 8 states) or `net` (training step of
a Mamba of the default sizes: gradient, clipping, AdamW). FORM is one of SCANS, with `compiled-` before it where
`torch.compile` is to compile the whole of it. The first use of a form builds and warms it up.

`naive` is the loop of the reference's selective_scan_ref with the decays computed where they are used, which here is four
times as fast as computing them beforehand. `chunked` is the matrix form of bench/scans/chunked-scan.ts, in
chunks of 2, with which it is faster than with 4 or 10.
"""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH, LOOKBACK, FEATURES, CLASSES = 256, 60, 50, 3
WARM_UP = 3


def naive(lengths, driven, rates, b, c):
    """(batch x steps x channels) twice, (channels x states), (batch x steps x states) twice."""
    h = lengths.new_zeros(len(lengths), *rates.shape)
    outputs = []
    for t in range(lengths.shape[1]):
        h = torch.exp(lengths[:, t, :, None] * rates) * h + driven[:, t, :, None] * b[:, t, None, :]
        outputs.append((h * c[:, t, None, :]).sum(-1))
    return torch.stack(outputs, 1)


def chunked(lengths, driven, rates, b, c, size=2):
    h = lengths.new_zeros(len(lengths), *rates.shape)
    mask = torch.ones(size, size, dtype=torch.bool).tril()[:, :, None, None]
    outputs = []
    for at in range(0, lengths.shape[1], size):
        part = slice(at, at + size)
        sums = lengths[:, part].cumsum(1)
        between = (sums[:, :, None] - sums[:, None])[..., None] * rates
        decays = torch.where(mask[: between.shape[1], : between.shape[1]], between, -torch.inf).exp()
        weighted = decays * (c[:, part, None] * b[:, None, part])[:, :, :, None]
        within = (weighted.sum(-1) * driven[:, None, part]).sum(2)
        to_step = torch.exp(sums[..., None] * rates)
        outputs.append(within + ((to_step * h[:, None]) * c[:, part, None]).sum(-1))
        entering = decays[:, -1] * driven[:, part, :, None] * b[:, part, None]
        h = to_step[:, -1] * h + entering.sum(1)
    return torch.cat(outputs, 1)


SCANS = {"naive": naive, "chunked": chunked}


class Block(nn.Module):
    """mamba_simple.Mamba of state-spaces/mamba with its norm and residual."""

    def __init__(self, scan, width, states, expand, taps):
        super().__init__()
        channels, self.rank, self.states, self.scan = expand * width, -(-width // 16), states, scan
        self.norm = nn.RMSNorm(width, eps=1e-5)
        self.in_proj = nn.Linear(width, 2 * channels, bias=False)
        self.conv1d = nn.Conv1d(channels, channels, taps, groups=channels, padding=taps - 1)
        self.x_proj = nn.Linear(channels, self.rank + 2 * states, bias=False)
        self.dt_proj = nn.Linear(self.rank, channels)
        self.out_proj = nn.Linear(channels, width, bias=False)
        self.A_log = nn.Parameter(torch.log(torch.arange(1.0, states + 1)).repeat(channels, 1))
        self.D = nn.Parameter(torch.ones(channels))
        nn.init.constant_(self.dt_proj.bias, -4)

    def forward(self, residual):
        x, z = self.in_proj(self.norm(residual)).chunk(2, -1)
        x = F.silu(self.conv1d(x.transpose(1, 2))[..., : x.shape[1]].transpose(1, 2))
        low, b, c = torch.split(self.x_proj(x), [self.rank, self.states, self.states], -1)
        lengths = F.softplus(self.dt_proj(low))
        y = self.scan(lengths, lengths * x, -torch.exp(self.A_log), b, c) + self.D * x
        return residual + self.out_proj(y * F.silu(z))


class Mamba(nn.Module):
    """Default sizes of the configuration; (batch x steps x inputs) -> (batch x width)."""

    def __init__(self, scan=naive, inputs=FEATURES, width=32, states=8, expand=2, taps=4, layers=2):
        super().__init__()
        self.embedding = nn.Linear(inputs, width)
        self.blocks = nn.Sequential(*(Block(scan, width, states, expand, taps) for _ in range(layers)))
        self.norm = nn.RMSNorm(width, eps=1e-5)

    def forward(self, x):
        return self.norm(self.blocks(self.embedding(x))[:, -1])


def scan_step(form):
    channels, states = 64, 8
    scan = torch.compile(SCANS[form.split("-")[-1]]) if form.startswith("compiled-") else SCANS[form]
    lengths = (0.1 * torch.rand(BATCH, LOOKBACK, channels)).requires_grad_()
    driven = torch.randn(BATCH, LOOKBACK, channels, requires_grad=True)
    rates = (-torch.arange(1.0, states + 1).repeat(channels, 1)).requires_grad_()
    b, c = (torch.randn(BATCH, LOOKBACK, states, requires_grad=True) for _ in range(2))
    slopes = torch.randn(BATCH, LOOKBACK, channels)
    return lambda: torch.autograd.grad((scan(lengths, driven, rates, b, c) * slopes).sum(), [lengths, driven, rates, b, c])


def net_step(form):
    trunk = Mamba(SCANS[form.split("-")[-1]])
    net = nn.Sequential(torch.compile(trunk) if form.startswith("compiled-") else trunk, nn.Linear(32, CLASSES))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    windows, labels = torch.randn(BATCH, LOOKBACK, FEATURES), torch.randint(0, CLASSES, (BATCH,))

    def step():
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(net(windows), labels).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()

    return step


def serve():
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    steps = {}
    for line in sys.stdin:
        what, form, count = line.split()
        if (what, form) not in steps:
            steps[what, form] = {"scan": scan_step, "net": net_step}[what](form)
            for _ in range(WARM_UP):
                steps[what, form]()
        clock, cpu = [], []
        for _ in range(int(count)):
            start, cpu_start = time.perf_counter(), time.process_time()
            steps[what, form]()
            clock.append(1e3 * (time.perf_counter() - start))
            cpu.append(1e3 * (time.process_time() - cpu_start))
        print(json.dumps({"clockMs": statistics.median(clock), "cpuMs": statistics.median(cpu)}), flush=True)


if __name__ == "__main__":
    serve()
