"""Oracle of the models that learn returns: Python's LightGBM regression and scikit-learn's Ridge, and the probabilities that
scikit-learn's LogisticRegression makes of what they say.

Pinned: lightgbm==4.7.0 scikit-learn==1.9.1 numpy==2.4.6 (Python 3.11)
Run:    python tests/oracles/return_models.py tests/fixtures

Reads the features and classes of lightgbm-training.json, draws returns for them, and writes return-models.json. Rows of the
stopping part without a class (-1) have returns like all others; only the link passes over them.
"""

import json
import sys
from pathlib import Path

import lightgbm
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

assert (lightgbm.__version__, sklearn.__version__) == ("4.7.0", "1.9.1")

ROUNDS, PATIENCE, L2, LINK_L2 = 60, 8, 0.02, 1e-6
PARAMETERS = {
    "objective": "regression",
    "metric": "l2",
    "learning_rate": 0.1,
    "num_leaves": 7,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1,
    "max_bin": 63,
    "seed": 77,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


def linked(stopping_returns, stopping_labels, returns):
    has_class = stopping_labels >= 0
    # The penalty is one of returns in standard deviations, so that it weighs the same whatever their size.
    mean, deviation = stopping_returns[has_class].mean(), stopping_returns[has_class].std()
    stopping_returns, returns = (stopping_returns - mean) / deviation, (returns - mean) / deviation
    # scikit-learn's penalty is 1 / 2 * |w|^2 beside C times the sum of losses; ours l2 / 2 * |w|^2 beside their mean.
    link = LogisticRegression(C=1 / (LINK_L2 * has_class.sum()), tol=1e-12, max_iter=10_000)
    link.fit(stopping_returns[has_class, None], stopping_labels[has_class])
    assert list(link.classes_) == [0, 1, 2]
    return link.predict_proba(returns[:, None]).ravel().tolist()


def main(folder: Path) -> None:
    given = json.loads((folder / "lightgbm-training.json").read_text())
    columns = given["columns"]
    x, y = ({}, {})
    rng = np.random.default_rng(20261121)
    for part in ("train", "stopping"):
        x[part] = np.array(given[part]["features"]).reshape(-1, columns)
        labels = np.array(given[part]["labels"])
        # Barriers of 2 ATR, time-outs between them: as labels have returns.
        y[part] = np.round(np.where(labels == 1, rng.uniform(-1.5, 1.5, len(labels)), 2.0 * (labels - 1)), 4)
    unseen = np.array(given["predict"]).reshape(-1, columns)
    stopping_labels = np.array(given["stopping"]["labels"])
    stopping_labels[::9] = -1
    weights = np.round(rng.uniform(0.2, 2, len(y["train"])), 3)

    train_set = lightgbm.Dataset(x["train"], y["train"], weight=weights, params=PARAMETERS)
    valid_set = train_set.create_valid(x["stopping"], y["stopping"], params=PARAMETERS)
    stop = [lightgbm.early_stopping(PATIENCE, verbose=False)]
    booster = lightgbm.train(PARAMETERS, train_set, num_boost_round=ROUNDS, valid_sets=[valid_set], callbacks=stop)
    assert 3 < booster.best_iteration < ROUNDS - PATIENCE, booster.best_iteration
    boosted = {part: booster.predict(rows, num_iteration=booster.best_iteration) for part, rows in x.items()}

    mean, scale = x["train"].mean(axis=0), x["train"].std(axis=0)
    scaled = {part: (rows - mean) / scale for part, rows in {**x, "unseen": unseen}.items()}
    ridge = Ridge(alpha=L2 * weights.sum(), solver="cholesky").fit(scaled["train"], y["train"], sample_weight=weights)

    fixture = {
        "script": "tests/oracles/return_models.py",
        "rounds": ROUNDS,
        "earlyStoppingRounds": PATIENCE,
        "l2": L2,
        "returns": {part: values.tolist() for part, values in y.items()},
        "stoppingLabels": stopping_labels.tolist(),
        "weights": weights.tolist(),
        "lightgbm": {
            "bestIteration": booster.best_iteration,
            "probabilities": linked(
                boosted["stopping"],
                stopping_labels,
                booster.predict(unseen, num_iteration=booster.best_iteration),
            ),
        },
        "ridge": {
            "coefficients": [*ridge.coef_.tolist(), float(ridge.intercept_)],
            "probabilities": linked(
                ridge.predict(scaled["stopping"]), stopping_labels, ridge.predict(scaled["unseen"])
            ),
        },
    }
    (folder / "return-models.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
    print(booster.best_iteration, fixture["ridge"]["coefficients"][:3])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
