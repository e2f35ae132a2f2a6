"""Training steps and predictions of one net in PyTorch, as users write it: python bench/peers/torch_peer.py JOB

JOB is what bench/nets.ts gives (see measure.py). Form `eager` is plain PyTorch; `compiled` is the trunk by `torch.compile`.
For Mamba `naive` and `chunked` name the scan (selective_scan.py), alone or behind `compiled-`.
"""

import torch
import torch.nn.functional as F
from torch import nn

from measure import BATCH, CLASSES, FEATURES, LOOKBACK, measure, read_job
from torch_nets import trunk_of


def build(job):
    torch.set_num_threads(job["threads"])
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    form = job["form"]
    trunk, width = trunk_of(job["family"], form.removeprefix("compiled-"))
    parameters = sum(p.numel() for p in trunk.parameters()) + (width + 1) * CLASSES
    net = nn.Sequential(torch.compile(trunk) if form.startswith("compiled") else trunk, nn.Linear(width, CLASSES))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    batch = torch.randn(BATCH, LOOKBACK, FEATURES)
    labels = torch.randint(0, CLASSES, (BATCH,))

    def train():
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(batch), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        loss.item()

    def predictor(count):
        net.eval()
        windows = torch.randn(count, LOOKBACK, FEATURES)

        def predict():
            with torch.inference_mode():
                F.softmax(net(windows), -1).numpy()

        return predict

    return parameters, train, predictor


measure(read_job(), f"torch {torch.__version__}", build)
