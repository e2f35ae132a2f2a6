"""Training steps of one net in Keras on TensorFlow (tf.function): python bench/peers/keras_step.py FAMILY [STEPS] [THREADS]

The same sizes, batch, loss, clipping and AdamW as bench/net-step.ts, which says what is printed. A family is added by a
builder in FAMILIES.
"""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf
from keras import layers as kl

BATCH, LOOKBACK, FEATURES, CLASSES, WARM_UP = 256, 60, 50, 3, 3


def mlp(x, hidden=(128, 64)):
    x = kl.Flatten()(x)
    for width in hidden:
        x = keras.activations.gelu(kl.LayerNormalization(epsilon=1e-5)(kl.Dense(width)(x)))
    return x


def lstm(x, units=64):
    return kl.LSTM(units)(x)


def gru(x, units=64):
    return kl.GRU(units, reset_after=True)(x)


def tcn(x, channels=32, taps=3, blocks=4):
    """Keras has no weight norm that trains inside a graph at this speed: plain convolutions, which is less work."""
    for i in range(blocks):
        out = kl.Conv1D(channels, taps, padding="causal", dilation_rate=2**i, activation="relu")(x)
        out = kl.Conv1D(channels, taps, padding="causal", dilation_rate=2**i, activation="relu")(out)
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


def main(family="lstm", steps="25", threads="1"):
    tf.config.threading.set_intra_op_parallelism_threads(int(threads))
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(1)
    inputs = keras.Input((LOOKBACK, FEATURES))
    net = keras.Model(inputs, kl.Dense(CLASSES)(FAMILIES[family](inputs)))
    optimiser = keras.optimizers.AdamW(1e-3, weight_decay=1e-2, global_clipnorm=1.0)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(windows, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, net(windows, training=True))
        optimiser.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
        return loss

    windows = tf.random.normal((BATCH, LOOKBACK, FEATURES))
    labels = tf.random.uniform((BATCH,), 0, CLASSES, dtype=tf.int32)
    clock, cpu = [], []
    for _ in range(WARM_UP + int(steps)):
        start, cpu_start = time.perf_counter(), time.process_time()
        step(windows, labels).numpy()
        clock.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (time.process_time() - cpu_start))
    facts = {
        "engine": f"keras {keras.__version__}, tensorflow {tf.__version__}",
        "family": family,
        "parameters": sum(int(tf.size(v)) for v in net.trainable_variables),
        "medianMs": statistics.median(clock[WARM_UP:]),
        "minMs": min(clock[WARM_UP:]),
        "cpuMs": statistics.median(cpu[WARM_UP:]),
        "firstStepMs": clock[0],
    }
    print(json.dumps({k: round(v, 2) if isinstance(v, float) else v for k, v in facts.items()}))


main(*sys.argv[1:])
