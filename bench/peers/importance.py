"""Isotonic regression and permutation importance in scikit-learn: python bench/peers/importance.py make|measure FOLDER …

`make` writes what both sides read: scores with outcomes, rows with classes, a LightGBM model of 100 rounds.
"""

import json
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import sklearn
from sklearn.inspection import permutation_importance
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss

from rounds import answer, time_task

ROWS, COLUMNS, SHUFFLES = 4_000, 20, 3


def make(folder):
    random = np.random.default_rng(1)
    scores = random.beta(2, 3, 100_000)
    outcomes = (random.random(len(scores)) < scores**1.3).astype(float)
    features = random.normal(size=(ROWS, COLUMNS))
    labels = np.digitize(features[:, 0] + features[:, 1] * features[:, 2] + random.normal(size=ROWS), [-0.7, 0.7])
    parameters = {"objective": "multiclass", "num_class": 3, "num_leaves": 15, "num_threads": 1, "verbosity": -1}
    model = lgb.train({**parameters, "seed": 1, "deterministic": True}, lgb.Dataset(features, labels), 100)
    for name, values in {"scores": scores, "outcomes": outcomes, "features": features, "labels": labels}.items():
        values.astype(float).tofile(folder / f"{name}.f64")
    (folder / "model.txt").write_text(model.model_to_string())
    print(json.dumps({"made": True}))


class Fitted:
    """What permutation_importance wants of a model that is fitted already."""

    def __init__(self, model):
        self.model = model

    def fit(self, x, y):
        return self


def measure(folder, repetitions):
    scores, outcomes, features, labels = (
        np.fromfile(folder / f"{name}.f64") for name in ("scores", "outcomes", "features", "labels")
    )
    features = features.reshape(ROWS, COLUMNS)
    model = Fitted(lgb.Booster(model_file=str(folder / "model.txt"), params={"num_threads": 1}))

    def score(fitted, x, y):
        return -log_loss(y, fitted.model.predict(x, num_threads=1), labels=[0, 1, 2])

    def isotonic():
        return float(IsotonicRegression(out_of_bounds="clip").fit(scores, outcomes).predict(scores)[0])

    def permutation():
        permutation_importance(model, features, labels, scoring=score, n_repeats=SHUFFLES, random_state=1, n_jobs=1)

    answer(
        f"scikit-learn {sklearn.__version__}, LightGBM {lgb.__version__}",
        {
            "isotonic, 100 000 rows": time_task(isotonic, repetitions),
            "permutation importance, 4 000 × 20, 3 shuffles": time_task(permutation, repetitions),
        },
    )


if sys.argv[1] == "make":
    make(Path(sys.argv[2]))
else:
    measure(Path(sys.argv[2]), int(sys.argv[3]))
