"""Nets in Keras for keras_peer.py, of the same sizes as Candlewick's defaults: (batch x steps x features) in, trunk out.

A family is added by a builder in FAMILIES.
"""

import keras
from keras import layers as kl

from measure import FEATURES, LOOKBACK


def mlp(x, hidden=(128, 64)):
    x = kl.Flatten()(x)
    for width in hidden:
        x = keras.activations.gelu(kl.LayerNormalization(epsilon=1e-5)(kl.Dense(width)(x)))
    return x


def lstm(x, units=64):
    return kl.LSTM(units)(x)


def gru(x, units=64):
    return kl.GRU(units, reset_after=True)(x)


class NormedConvolution(kl.Layer):
    """Causal convolution whose kernel is gain * direction / |direction| for each channel."""

    def __init__(self, channels, taps, dilation):
        super().__init__()
        self.channels, self.taps, self.dilation = channels, taps, dilation

    def build(self, shape):
        self.direction = self.add_weight(shape=(self.taps, shape[-1], self.channels), initializer="he_uniform")
        self.gain = self.add_weight(shape=(self.channels,), initializer="ones")
        self.bias = self.add_weight(shape=(self.channels,), initializer="zeros")

    def call(self, x):
        ops = keras.ops
        kernel = self.direction * (self.gain * ops.rsqrt(ops.sum(ops.square(self.direction), (0, 1))))
        padded = ops.pad(x, ((0, 0), ((self.taps - 1) * self.dilation, 0), (0, 0)))
        return ops.relu(ops.conv(padded, kernel, dilation_rate=self.dilation) + self.bias)


def tcn(x, channels=32, taps=3, blocks=4):
    for i in range(blocks):
        out = NormedConvolution(channels, taps, 2**i)(NormedConvolution(channels, taps, 2**i)(x))
        residual = x if x.shape[-1] == channels else kl.Conv1D(channels, 1)(x)
        x = keras.activations.relu(out + residual)
    return x[:, -1]


def encoder_layer(x, width, heads, feed_forward):
    normed = kl.LayerNormalization(epsilon=1e-5)(x)
    x = x + kl.MultiHeadAttention(heads, width // heads)(normed, normed)
    hidden = kl.Dense(feed_forward, activation=lambda y: keras.activations.gelu(y, approximate=False))
    return x + kl.Dense(width)(hidden(kl.LayerNormalization(epsilon=1e-5)(x)))


def transformer(x, width=64, heads=4, layers=2, feed_forward=128):
    # Positions are a constant; one that adds nothing costs the same.
    x = kl.Dense(width)(x) + keras.ops.zeros((LOOKBACK, width))
    for _ in range(layers):
        x = encoder_layer(x, width, heads, feed_forward)
    return kl.LayerNormalization(epsilon=1e-5)(x)[:, -1]


def patchtst(x, length=12, stride=6, width=32, heads=4, layers=2, feed_forward=64):
    """Our variant of PatchTST (domain/models/nets/patchtst.ts); all patches are computed."""
    ops = keras.ops
    mean = ops.mean(x, 1, keepdims=True)
    deviation = ops.sqrt(ops.var(x, 1, keepdims=True) + 1e-5)
    series = ops.transpose((x - mean) / deviation, (0, 2, 1))
    series = ops.concatenate([series, ops.repeat(series[:, :, -1:], stride, axis=2)], 2)
    count = (LOOKBACK - length) // stride + 2
    patches = ops.stack([series[:, :, i * stride : i * stride + length] for i in range(count)], 2)
    tokens = kl.Dense(width)(ops.reshape(patches, (-1, count, length)))
    tokens = tokens + kl.Embedding(count, width)(ops.arange(count))
    for _ in range(layers):
        tokens = encoder_layer(tokens, width, heads, feed_forward)
    last = kl.LayerNormalization(epsilon=1e-5)(tokens)[:, -1]
    codes = keras.activations.gelu(kl.Dense(width // 4)(last), approximate=False)
    codes = ops.reshape(codes, (-1, FEATURES, width // 4))
    judged = ops.concatenate([codes, ops.transpose(mean, (0, 2, 1)), ops.transpose(deviation, (0, 2, 1))], 2)
    return kl.Dense(width)(ops.reshape(judged, (-1, FEATURES * (width // 4 + 2))))


FAMILIES = {"mlp": mlp, "lstm": lstm, "gru": gru, "tcn": tcn, "transformer": transformer, "patchtst": patchtst}
