"""Independent answers for tests/domain/promotion and tests/domain/core/student-t, computed with statsmodels, SciPy and NumPy.

Python 3.11, numpy==2.4.6, scipy==1.17.1, statsmodels==0.15.0
Run from the root of the checkout: python tests/oracles/promotion.py
Writes tests/fixtures/promotion.json.

The long-run variance comes from a regression of the differences on a constant with HAC errors, so that no line of it is
shared with the code under test; the correction of Harvey, Leybourne and Newbold (1997) and the t distribution are applied
to its t statistic.
"""

import json
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy.special import softmax
from scipy.stats import entropy, t as student


def paired(champion, challenger, span):
    d = challenger - champion
    n = len(d)
    lags = min(n - 1, max(2 * (span - 1), int(np.floor(4 * (n / 100) ** (2 / 9)))))
    fit = sm.OLS(d, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})
    correction = np.sqrt((n + 1 - 2 * span + span * (span - 1) / n) / n)
    statistic = float(fit.tvalues[0] * correction)
    return {
        "spanBars": span,
        "champion": champion.tolist(),
        "challenger": challenger.tolist(),
        "meanDifference": float(fit.params[0]),
        "standardError": float(fit.bse[0]),
        "statistic": statistic,
        "pWorse": float(student.sf(statistic, n - 1)),
        "lags": lags,
    }


def overlapping(rng, n, span, scale):
    """Noise that neighbours share over `span` rows, as losses of overlapping labels do."""
    return np.convolve(rng.normal(size=n + span - 1), np.ones(span), "valid") / np.sqrt(span) * scale


def main():
    rng = np.random.default_rng(20261121)
    tests = []
    for n, span, shift in [(40, 1, 0.05), (100, 8, -0.02), (250, 20, 0.1), (60, 50, 0.0), (120, 1, 0.0)]:
        champion = np.round(np.abs(1.1 + overlapping(rng, n, span, 0.3)), 6)
        challenger = np.round(np.abs(champion + shift + overlapping(rng, n, span, 0.2)), 6)
        tests.append(paired(champion, challenger, span))

    rows = 200
    labels = rng.choice(3, p=[0.3, 0.45, 0.25], size=rows)
    logits = rng.normal(size=(rows, 3)) * 0.5
    logits[np.arange(rows), labels] += 0.4
    p = np.round(softmax(logits, axis=1), 9)
    shares = np.bincount(labels, minlength=3) / rows
    loss = float(-np.log(p[np.arange(rows), labels]).mean())
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == labels
    bins = np.minimum((confidence * 10).astype(int), 9)
    ece = sum((bins == b).mean() * abs(confidence[bins == b].mean() - correct[bins == b].mean()) for b in range(10) if (bins == b).any())

    tails = [
        {"t": t, "degrees": nu, "upperTail": float(student.sf(t, nu))}
        for t in (-40.0, -3.2, -0.5, 0.0, 1e-6, 0.7, 1.96, 5.0, 30.0)
        for nu in (1, 2, 5.5, 39, 400, 20000)
    ]
    fixture = {
        "tests": tests,
        "scores": {
            "classIndex": labels.tolist(),
            "probabilities": p.tolist(),
            "shares": shares.tolist(),
            "logLoss": loss,
            "baseLogLoss": float(entropy(shares)),
            "skill": 1 - loss / float(entropy(shares)),
            "ece": float(ece),
        },
        "tails": tails,
    }
    Path("tests/fixtures/promotion.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
