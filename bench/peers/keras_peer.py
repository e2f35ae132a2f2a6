"""Training steps and predictions of one net in Keras on TensorFlow: python bench/peers/keras_peer.py JOB

JOB is what bench/nets.ts gives (see measure.py). Form `graph` is `tf.function`; `xla` is that with `jit_compile=True`, which
is what Keras's own `fit` chooses where all layers say that they can.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from keras_nets import FAMILIES
from measure import BATCH, CLASSES, FEATURES, LOOKBACK, measure, read_job


def build(job):
    tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(1)
    jit = job["form"] == "xla"
    inputs = keras.Input((LOOKBACK, FEATURES))
    net = keras.Model(inputs, keras.layers.Dense(CLASSES)(FAMILIES[job["family"]](inputs)))
    optimiser = keras.optimizers.AdamW(1e-3, weight_decay=1e-2, global_clipnorm=1.0)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    batch = tf.random.normal((BATCH, LOOKBACK, FEATURES))
    labels = tf.random.uniform((BATCH,), 0, CLASSES, dtype=tf.int32)
    optimiser.build(net.trainable_variables)

    @tf.function(jit_compile=jit)
    def step(windows, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, net(windows, training=True))
        optimiser.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
        return loss

    @tf.function(jit_compile=jit)
    def judge(windows):
        return tf.nn.softmax(net(windows, training=False))

    def predictor(count):
        windows = tf.random.normal((count, LOOKBACK, FEATURES))
        return lambda: judge(windows).numpy()

    parameters = sum(int(tf.size(v)) for v in net.trainable_variables)
    return parameters, lambda: step(batch, labels).numpy(), predictor


measure(read_job(), f"keras {keras.__version__} on tensorflow {tf.__version__}", build)
