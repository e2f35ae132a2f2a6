"""Trunks of the nets in PyTorch, as users write them, for torch_peer.py.

The same sizes and parameters as Candlewick's defaults, but for the doubled biases of torch's recurrent layers; no dropout.
A family is added by a builder in FAMILIES: (batch x steps x features) -> (batch x width), and that width.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

from measure import FEATURES, LOOKBACK
from selective_scan import SCANS, Mamba


class Last(nn.Module):
    """(batch x steps x width) -> the last step's (batch x width)."""

    def forward(self, x):
        return x[:, -1]


class Recurrent(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0][:, -1]


class TemporalBlock(nn.Module):
    """locuslab/TCN, without dropout."""

    def __init__(self, inputs, channels, taps, dilation):
        super().__init__()
        self.pad = (taps - 1) * dilation
        self.first = weight_norm(nn.Conv1d(inputs, channels, taps, dilation=dilation))
        self.second = weight_norm(nn.Conv1d(channels, channels, taps, dilation=dilation))
        self.residual = nn.Conv1d(inputs, channels, 1) if inputs != channels else nn.Identity()

    def forward(self, x):
        out = F.relu(self.first(F.pad(x, (self.pad, 0))))
        out = F.relu(self.second(F.pad(out, (self.pad, 0))))
        return F.relu(out + self.residual(x))


class Transposed(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


class Positions(nn.Module):
    def __init__(self, width):
        super().__init__()
        step = torch.arange(LOOKBACK).unsqueeze(1)
        rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        table = torch.zeros(LOOKBACK, width)
        table[:, 0::2], table[:, 1::2] = torch.sin(step * rate), torch.cos(step * rate)
        self.register_buffer("table", table)

    def forward(self, x):
        return x + self.table


class PatchTst(nn.Module):
    """Our variant of PatchTST (domain/models/nets/patchtst.ts) from torch's encoder, which computes all patches."""

    def __init__(self, length=12, stride=6, width=32, heads=4, layers=2, feed_forward=64):
        super().__init__()
        self.length, self.stride, self.width = length, stride, width
        self.embedding = nn.Linear(length, width)
        self.positions = nn.Parameter(0.02 * torch.rand((LOOKBACK - length) // stride + 2, width))
        self.encoder = encoder_of(width, heads, layers, feed_forward)
        self.code = nn.Linear(width, width // 4)
        self.head = nn.Linear(FEATURES * (width // 4 + 2), width)

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        deviation = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + 1e-5)
        series = F.pad(((x - mean) / deviation).transpose(1, 2), (0, self.stride), mode="replicate")
        tokens = self.embedding(series.unfold(-1, self.length, self.stride)) + self.positions
        last = self.encoder(tokens.flatten(0, 1))[:, -1].view(len(x), FEATURES, self.width)
        codes = F.gelu(self.code(last))
        return self.head(torch.cat([codes, mean.transpose(1, 2), deviation.transpose(1, 2)], -1).flatten(1))


class Tft(nn.Module):
    """Parts of neuralforecast (pip install neuralforecast), put together as in tests/oracles/nets/tft.py."""

    def __init__(self, width=16, heads=4, layers=1):
        super().__init__()
        from neuralforecast.models import tft as parts

        self.embedding = parts.TFTEmbedding(width, 0, 0, FEATURES, 1)
        self.selection = parts.VariableSelectionNetwork(width, FEATURES, dropout=0.0, grn_activation="ELU")
        self.lstm = nn.LSTM(width, width, layers, batch_first=True)
        self.gate = parts.GLU(width, width)
        self.norm = nn.LayerNorm(width)
        self.decoder = parts.TemporalFusionDecoder(heads, width, LOOKBACK, LOOKBACK - 1, 0.0, 0.0, "ELU")

    def forward(self, x):
        _, _, embedded, _ = self.embedding(torch.zeros(*x.shape[:2], 1), hist_exog=x)
        selected, _ = self.selection(embedded)
        temporal = self.norm(self.gate(self.lstm(selected)[0]) + selected)
        return self.decoder(temporal, None)[0][:, -1]


class ForecastBlocks(nn.Module):
    """N-BEATS and N-HiTS as in our plans, of torch's layers: the doubly residual chain on (batch x features x steps)."""

    def __init__(self, poolings, hidden, hidden_layers, forecast):
        super().__init__()
        self.poolings, self.forecast = poolings, forecast
        knots = [FEATURES * math.ceil(LOOKBACK / pooling) for pooling in poolings]
        self.bodies = nn.ModuleList(hidden_stack(count, hidden, hidden_layers) for count in knots)
        self.backcasts = nn.ModuleList(nn.Linear(hidden, count) for count in knots[:-1])
        self.forecasts = nn.ModuleList(nn.Linear(hidden, math.ceil(forecast / pooling)) for pooling in poolings)

    def forward(self, x):
        residual, total = x.transpose(1, 2), 0
        for i, pooling in enumerate(self.poolings):
            pooled = residual if pooling == 1 else F.max_pool1d(residual, pooling, ceil_mode=True)
            hidden = self.bodies[i](pooled.flatten(1))
            total = total + interpolated(self.forecasts[i](hidden).unsqueeze(1), self.forecast).squeeze(1)
            if i < len(self.backcasts):
                knots = self.backcasts[i](hidden).view(len(x), FEATURES, -1)
                residual = residual - interpolated(knots, LOOKBACK)
        return total


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of (batch x channels x steps)."""

    def forward(self, x):
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class InceptionModule(nn.Module):
    """hfawaz/InceptionTime with layer norm for batch norm."""

    def __init__(self, inputs, filters, taps, bottleneck):
        super().__init__()
        self.bottleneck = nn.Conv1d(inputs, bottleneck, 1, bias=False)
        self.branches = nn.ModuleList(nn.Conv1d(bottleneck, filters, k, padding="same", bias=False) for k in taps)
        self.pooled = nn.Sequential(nn.MaxPool1d(3, 1, 1), nn.Conv1d(inputs, filters, 1, bias=False))
        self.norm = ChannelNorm(filters * (len(taps) + 1))

    def forward(self, x):
        narrow = self.bottleneck(x)
        return F.relu(self.norm(torch.cat([*(branch(narrow) for branch in self.branches), self.pooled(x)], 1)))


class InceptionTime(nn.Module):
    def __init__(self, filters, taps, bottleneck):
        super().__init__()
        width = filters * (len(taps) + 1)
        inputs = [FEATURES, width, width]
        self.body = nn.Sequential(*(InceptionModule(i, filters, taps, bottleneck) for i in inputs))
        self.shortcut = nn.Sequential(nn.Conv1d(FEATURES, width, 1, bias=False), ChannelNorm(width))

    def forward(self, x):
        x = x.transpose(1, 2)
        return F.relu(self.body(x) + self.shortcut(x)).mean(-1)


def hidden_stack(inputs, hidden, layers):
    widths = [inputs] + [hidden] * layers
    return nn.Sequential(*sum(([nn.Linear(widths[i], hidden), nn.ReLU()] for i in range(layers)), []))


def interpolated(knots, size):
    return knots if knots.shape[-1] == size else F.interpolate(knots, size=size, mode="linear")


def encoder_of(width, heads, layers, feed_forward):
    layer = nn.TransformerEncoderLayer(
        width, heads, feed_forward, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    return nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width), enable_nested_tensor=False)


def mlp(hidden=(128, 64)):
    widths = [LOOKBACK * FEATURES, *hidden]
    layers = [[nn.Linear(i, o), nn.LayerNorm(o), nn.GELU()] for i, o in zip(widths, hidden)]
    return nn.Sequential(nn.Flatten(), *sum(layers, [])), hidden[-1]


def lstm(units=64, layers=1):
    return Recurrent(nn.LSTM(FEATURES, units, layers, batch_first=True)), units


def gru(units=64, layers=1):
    return Recurrent(nn.GRU(FEATURES, units, layers, batch_first=True)), units


def tcn(channels=32, taps=3, blocks=4):
    widths = [FEATURES] + [channels] * blocks
    body = [TemporalBlock(widths[i], channels, taps, 2**i) for i in range(blocks)]
    return nn.Sequential(Transposed(), *body, Transposed(), Last()), channels


def transformer(width=64, heads=4, layers=2, feed_forward=128):
    encoder = encoder_of(width, heads, layers, feed_forward)
    return nn.Sequential(nn.Linear(FEATURES, width), Positions(width), encoder, Last()), width


def patchtst(width=32):
    return PatchTst(width=width), width


def tft(width=16):
    return Tft(width), width


def nhits(poolings=(8, 4, 1), hidden=128, hidden_layers=2, forecast=32):
    return ForecastBlocks(poolings, hidden, hidden_layers, forecast), forecast


def nbeats(blocks=4, hidden=128, hidden_layers=3, forecast=32):
    return ForecastBlocks((1,) * blocks, hidden, hidden_layers, forecast), forecast


def inceptiontime(filters=16, taps=(9, 19, 39), bottleneck=16):
    return InceptionTime(filters, taps, bottleneck), filters * (len(taps) + 1)


class LstmMamba(nn.Module):
    def __init__(self, scan, units, width):
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, units, batch_first=True)
        self.mamba = Mamba(scan, inputs=units, width=width, layers=1)

    def forward(self, x):
        return self.mamba(self.lstm(x)[0])


def mamba(scan, width=32):
    return Mamba(scan, width=width), width


def lstm_mamba(scan, units=32, width=32):
    return LstmMamba(scan, units, width), width


FAMILIES = {
    "mlp": mlp,
    "lstm": lstm,
    "gru": gru,
    "tcn": tcn,
    "transformer": transformer,
    "patchtst": patchtst,
    "tft": tft,
    "nhits": nhits,
    "nbeats": nbeats,
    "inceptiontime": inceptiontime,
}
"""Families with a selective scan, of which there are several."""
SCANNING = {"mamba": mamba, "lstm-mamba": lstm_mamba}


def trunk_of(family, form):
    return SCANNING[family](SCANS[form]) if family in SCANNING else FAMILIES[family]()
