"""Independent answers for tests/domain/evaluate, computed with scikit-learn, SciPy and NumPy.

Python 3.11, numpy==2.4.6, scipy==1.17.1, scikit-learn==1.9.1
Run from the root of the checkout: python tests/oracles/evaluation.py
Writes tests/fixtures/evaluation.json.
"""

import json
from pathlib import Path

import numpy as np
from scipy.special import softmax
from scipy.stats import spearmanr
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, confusion_matrix, log_loss

ROWS, BINS = 240, 10


def ece(p, labels):
    """Guo et al. 2017, equal-width bins [low, high) of the top class's probability, 1 in the last."""
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    parts = [(bins == b) for b in range(BINS)]
    return sum(m.mean() * abs(confidence[m].mean() - correct[m].mean()) for m in parts if m.any())


def reliability(p, outcome):
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    return [
        {"low": b / BINS, "high": (b + 1) / BINS, "count": int((bins == b).sum()), "meanForecast": p[bins == b].mean(), "observedShare": outcome[bins == b].mean()}
        for b in range(BINS)
        if (bins == b).any()
    ]


def main():
    rng = np.random.default_rng(20240612)
    logits = rng.normal(size=(ROWS, 3)) * 0.9
    labels = np.array([rng.choice(3, p=t) for t in softmax(logits, axis=1)])
    p = softmax(np.round(1.3 * logits, 2), axis=1)
    # Coarse returns: ties and zeros. One row in ten has a return but no class (a time-out that the rule drops).
    returns = np.round(0.4 * (p[:, 2] - p[:, 0]) + rng.normal(size=ROWS), 1)
    class_index = np.where(rng.random(ROWS) < 0.1, -1, labels)
    has = class_index >= 0
    score = p[:, 2] - p[:, 0]
    directed = (score != 0) & (returns != 0)

    fixture = {
        "probabilities": p.tolist(),
        "classIndex": class_index.tolist(),
        "returnAtr": returns.tolist(),
        "metrics": {
            "logLoss": log_loss(class_index[has], p[has]),
            "brier": brier_score_loss(class_index[has], p[has], scale_by_half=False),
            "ece": ece(p[has], class_index[has]),
            "balancedAccuracy": balanced_accuracy_score(class_index[has], p[has].argmax(axis=1)),
            "directionalAccuracy": (np.sign(score) == np.sign(returns))[directed].mean(),
            "informationCoefficient": spearmanr(score, returns).statistic,
        },
        "confusion": confusion_matrix(class_index[has], p[has].argmax(axis=1)).tolist(),
        "reliability": [reliability(p[has, c], class_index[has] == c) for c in range(3)],
    }
    Path("tests/fixtures/evaluation.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
