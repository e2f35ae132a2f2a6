"""Parity fixture of the GRU from torch.nn.GRU. Ours orders the gates n, r, z; torch r, z, n."""

from torch import nn

from recurrent import SIZES, WINDOW, write

module = nn.GRU(WINDOW["features"], SIZES["units"], SIZES["layers"], batch_first=True)
write("gru.json", module, order=[1, 2, 0], recurrent_bias=True)
