"""Independent answers for tests/domain/calibrate, computed with scikit-learn and SciPy.

Python 3.11, numpy==2.4.6, scipy==1.17.1, scikit-learn==1.9.1
Run from the root of the checkout: python tests/oracles/calibration.py
Writes tests/fixtures/calibration.json.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss

FLOOR = 1e-7
ROWS, GRID_ROWS = 300, 60


def clip_rows(p):
    """The project's last step: hold in [FLOOR, 1 - FLOOR], divide by the sum where something was clipped."""
    clipped = np.clip(p, FLOOR, 1 - FLOOR)
    touched = (clipped != p).any(axis=1, keepdims=True)
    return np.where(touched, clipped / clipped.sum(axis=1, keepdims=True), p)


def normalise(p):
    """As CalibratedClassifierCV.predict_proba: divide by the sum, uniform where the sum is zero."""
    total = p.sum(axis=1, keepdims=True)
    return np.divide(p, total, out=np.full_like(p, 1 / 3), where=total != 0)


def overconfident_forecasts(rng, rows):
    """Forecasts too sharp by a factor of two and shifted, with the labels drawn from the truth. Rounded: ties."""
    logits = rng.normal(size=(rows, 3)) * 0.8
    truth = softmax(logits, axis=1)
    labels = np.array([rng.choice(3, p=t) for t in truth])
    given = np.round(softmax(2 * logits + np.array([0.3, -0.2, 0.0]), axis=1), 3)
    return given, labels


def fit_platt(scores, positive):
    """_SigmoidCalibration stops at a gradient of 1e-6; the same loss is then followed to its optimum."""
    start = _SigmoidCalibration().fit(scores, positive)
    count = positive.sum()
    target = np.where(positive == 1, (count + 1) / (count + 2), 1 / (len(positive) - count + 2))

    def loss(ab):
        z = ab[0] * scores + ab[1]
        p = expit(z)
        gradient = np.array([((p - target) * scores).sum(), (p - target).sum()])
        return (np.logaddexp(0, z) - z * target).sum(), gradient

    best = minimize(loss, [-start.a_, -start.b_], jac=True, method="BFGS", options={"gtol": 1e-9}).x
    return start, best


def main():
    rng = np.random.default_rng(20240611)
    fit_p, labels = overconfident_forecasts(rng, ROWS)
    grid = np.vstack([overconfident_forecasts(rng, GRID_ROWS)[0], np.eye(3), [[0.0, 0.001, 0.999], [1 / 3, 1 / 3, 1 / 3]]])

    isotonic = [IsotonicRegression(out_of_bounds="clip").fit(fit_p[:, c], labels == c) for c in range(3)]
    isotonic_grid = normalise(np.column_stack([m.predict(grid[:, c]) for c, m in enumerate(isotonic)]))

    log_odds = lambda p: logit(np.clip(p, FLOOR, 1 - FLOOR))
    platt = [fit_platt(log_odds(fit_p[:, c]), (labels == c).astype(float)) for c in range(3)]
    platt_grid = normalise(np.column_stack([expit(b[0] * log_odds(grid[:, c]) + b[1]) for c, (_, b) in enumerate(platt)]))
    platt_sklearn = normalise(np.column_stack([s.predict(log_odds(grid[:, c])) for c, (s, _) in enumerate(platt)]))

    logs = np.log(np.clip(fit_p, FLOOR, 1 - FLOOR))
    nll = lambda t: -log_softmax(logs / t, axis=1)[np.arange(ROWS), labels].mean()
    temperature = minimize_scalar(nll, bounds=(0.01, 100), method="bounded", options={"xatol": 1e-12}).x
    temperature_grid = softmax(np.log(np.clip(grid, FLOOR, 1 - FLOOR)) / temperature, axis=1)

    fixture = {
        "fit": {"probabilities": fit_p.tolist(), "labels": labels.tolist()},
        "grid": grid.tolist(),
        "isotonic": {
            "curves": [{"x": m.X_thresholds_.tolist(), "y": m.y_thresholds_.tolist()} for m in isotonic],
            "grid": clip_rows(isotonic_grid).tolist(),
        },
        "platt": {
            "curves": [{"slope": b[0], "intercept": b[1]} for _, b in platt],
            "grid": clip_rows(platt_grid).tolist(),
            "sklearnGrid": clip_rows(platt_sklearn).tolist(),
        },
        "temperature": {
            "temperature": temperature,
            "grid": clip_rows(temperature_grid).tolist(),
            "logLoss": log_loss(labels, normalise(softmax(logs / temperature, axis=1))),
        },
    }
    Path("tests/fixtures/calibration.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
