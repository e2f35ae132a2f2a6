"""Oracle of the logistic family: scikit-learn on a small set with correlated features, with and without weights.

Pinned: scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 (Python 3.11)
Run:    python tests/oracles/logistic_models.py tests/fixtures

Candlewick minimises mean loss + (l2 / 2) |W|^2, which is scikit-learn's C = 1 / (l2 * sum of weights). The fit is polished
by newton-cholesky to a gradient far below the tolerances of the test.
"""

import json
import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

assert sklearn.__version__ == "1.9.1", sklearn.__version__

ROWS, COLUMNS, L2 = 300, 5, 1e-3


def main(folder: Path) -> None:
    rng = np.random.default_rng(20260802)
    features = rng.normal(size=(ROWS, COLUMNS)) * [1, 0.01, 30, 5, 2] + [0, 1, -40, 0, 3]
    features[:, 3] = 2 * features[:, 0] + 0.05 * features[:, 3]  # nearly collinear with column 0
    features = np.round(features, 4)
    score = features[:, 0] + 0.4 * (features[:, 4] - 3) + rng.normal(size=ROWS)
    labels = np.digitize(score, [-0.6, 0.5]).astype(int)
    weights = np.round(rng.uniform(0.2, 2, ROWS), 3)
    scaler = StandardScaler().fit(features)
    scaled = scaler.transform(features)

    def fit(sample_weight: np.ndarray) -> dict:
        c = 1 / (L2 * sample_weight.sum())
        model = LogisticRegression(C=c, solver="newton-cholesky", tol=1e-12, max_iter=1000)
        model.fit(scaled, labels, sample_weight=sample_weight)
        # Only differences between classes matter to the softmax: fix the free constant of the intercepts.
        intercept = model.intercept_ - model.intercept_.mean()
        return {
            "coefficients": model.coef_.tolist(),
            "intercepts": intercept.tolist(),
            "logLoss": log_loss(labels, model.predict_proba(scaled)),
            "probabilities": model.predict_proba(scaled)[:20].ravel().tolist(),
        }

    fixture = {
        "library": f"scikit-learn {sklearn.__version__}",
        "columns": COLUMNS,
        "l2": L2,
        "features": features.ravel().tolist(),
        "labels": labels.tolist(),
        "weights": weights.tolist(),
        "scaler": {"mean": scaler.mean_.tolist(), "scale": scaler.scale_.tolist()},
        "unweighted": fit(np.ones(ROWS)),
        "weighted": fit(weights),
    }
    (folder / "logistic-models.json").write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
