"""Oracle of the LightGBM family: Python's LightGBM on a small set.

Pinned: lightgbm==4.7.0 numpy==2.4.6 (Python 3.11)
Run:    python tests/oracles/lightgbm_models.py tests/fixtures

Writes lightgbm-training.json (data, parameters, predictions of a model trained with early stopping and of one without)
and lightgbm-model.txt (a committed model text, the early stopped one).
"""

import json
import sys
from pathlib import Path

import lightgbm
import numpy as np

assert lightgbm.__version__ == "4.7.0", lightgbm.__version__

TRAIN_ROWS, STOPPING_ROWS, PREDICT_ROWS, COLUMNS = 500, 200, 60, 8
ROUNDS, PATIENCE = 60, 8
CONTRIBUTION_ROWS = 12


def main(folder: Path) -> None:
    rng = np.random.default_rng(20260801)
    rows = TRAIN_ROWS + STOPPING_ROWS + PREDICT_ROWS
    # Rounded, so that the fixture is small and both sides read the same doubles.
    features = np.round(rng.normal(size=(rows, COLUMNS)) * rng.uniform(0.01, 50, COLUMNS), 3)
    score = features[:, 0] / features[:, 0].std() - 0.7 * np.abs(features[:, 3] / features[:, 3].std())
    score += 0.8 * rng.normal(size=rows)
    labels = np.digitize(score, np.quantile(score, [0.35, 0.6])).astype(int)

    train = slice(0, TRAIN_ROWS)
    stopping = slice(TRAIN_ROWS, TRAIN_ROWS + STOPPING_ROWS)
    predicted = slice(TRAIN_ROWS + STOPPING_ROWS, rows)
    parameters = {
        "objective": "multiclass",
        "num_class": 3,
        "metric": "multi_logloss",
        "learning_rate": 0.25,
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

    def fit(early_stopping: bool) -> lightgbm.Booster:
        names = [f"feature {c}" for c in range(COLUMNS)]
        train_set = lightgbm.Dataset(
            features[train], labels[train], params=parameters, feature_name=[n.replace(" ", "_") for n in names]
        )
        if not early_stopping:
            return lightgbm.train(parameters, train_set, num_boost_round=ROUNDS)
        valid_set = train_set.create_valid(features[stopping], labels[stopping], params=parameters)
        callbacks = [lightgbm.early_stopping(PATIENCE, verbose=False)]
        return lightgbm.train(parameters, train_set, num_boost_round=ROUNDS, valid_sets=[valid_set], callbacks=callbacks)

    stopped, whole = fit(True), fit(False)
    assert 3 < stopped.best_iteration < ROUNDS - PATIENCE, stopped.best_iteration
    fixture = {
        "library": f"lightgbm {lightgbm.__version__}",
        "seed": parameters["seed"],
        "rounds": ROUNDS,
        "earlyStoppingRounds": PATIENCE,
        "columns": COLUMNS,
        "train": part(features[train], labels[train]),
        "stopping": part(features[stopping], labels[stopping]),
        "predict": features[predicted].ravel().tolist(),
        "stopped": {
            "bestIteration": stopped.best_iteration,
            "probabilities": stopped.predict(features[predicted], num_iteration=stopped.best_iteration).ravel().tolist(),
            "gainImportances": stopped.feature_importance("gain", iteration=stopped.best_iteration).tolist(),
            # SHAP values: for each class every feature and then the bias; they sum to the raw scores.
            "contributions": stopped.predict(
                features[predicted][:CONTRIBUTION_ROWS], num_iteration=stopped.best_iteration, pred_contrib=True
            ).ravel().tolist(),
            "rawScores": stopped.predict(
                features[predicted][:CONTRIBUTION_ROWS], num_iteration=stopped.best_iteration, raw_score=True
            ).ravel().tolist(),
        },
        "whole": {"probabilities": whole.predict(features[predicted]).ravel().tolist()},
    }
    (folder / "lightgbm-training.json").write_text(json.dumps(fixture) + "\n")
    (folder / "lightgbm-model.txt").write_text(stopped.model_to_string(num_iteration=stopped.best_iteration))


def part(features: np.ndarray, labels: np.ndarray) -> dict:
    return {"features": features.ravel().tolist(), "labels": labels.tolist()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
