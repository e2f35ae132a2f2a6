"""Parity fixture of the LSTM from torch.nn.LSTM. Ours orders the gates i, f, o, g; torch i, f, g, o."""

from torch import nn

from recurrent import SIZES, WINDOW, write

module = nn.LSTM(WINDOW["features"], SIZES["units"], SIZES["layers"], batch_first=True)
write("lstm.json", module, order=[0, 1, 3, 2], recurrent_bias=False)
