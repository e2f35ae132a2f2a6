"""Independent oracle for feature selection, scalers and principal components.

Needs: Python 3.11, numpy 2.x, scipy 1.x, scikit-learn 1.x (versions used stand in the fixture). No code of the product is read.
Run from the project's root:  python tests/oracles/selection.py
Writes tests/fixtures/selection.json, the same bytes each time.

- correlation clusters: scipy.cluster.hierarchy, complete linkage over 1 - |numpy.corrcoef|, cut at 1 - threshold;
- class separation: eta squared from sklearn.feature_selection.f_classif (F = eta2 / (1 - eta2) * (n - k) / (k - 1));
- permutation importance: sklearn.inspection.permutation_importance with the negative log loss of a softmax regression; the
  orders that it deals the rows out by are written down as well;
- RobustScaler, QuantileTransformer(output_distribution="normal", 101 quantiles), StandardScaler + PCA(n_components=share).
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.decomposition import PCA
from sklearn.feature_selection import f_classif
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler

SEED = 20241121
ROWS = 160
OUT = Path(__file__).resolve().parent.parent / "fixtures" / "selection.json"


def features(rng):
    base = rng.normal(size=(ROWS, 4))
    columns = [
        base[:, 0],
        base[:, 0] + 0.3 * rng.normal(size=ROWS),
        -base[:, 0] + 0.5 * rng.normal(size=ROWS),
        base[:, 1],
        base[:, 1] + 0.7 * rng.normal(size=ROWS),
        rng.standard_t(2, size=ROWS),
        np.exp(base[:, 2]),
        np.round(base[:, 3]),
    ]
    return np.round(np.column_stack(columns), 6)


def chained(rng):
    """a ~ b ~ c, a and c apart: single linkage would keep them together."""
    a, c = rng.normal(size=ROWS), rng.normal(size=ROWS)
    return np.round(np.column_stack([a, (a + c) / np.sqrt(2), c, rng.normal(size=ROWS)]), 6)


def rungs():
    """Moving averages of one walk, each longer than the one before: neighbours are alike, the ends are not."""
    walk = np.cumsum(np.random.default_rng(SEED + 1).normal(size=ROWS + 64))
    means = [np.convolve(walk, np.ones(w) / w, "valid")[-ROWS:] for w in (2, 3, 5, 8, 13, 21, 34, 55)]
    return np.round(np.column_stack([walk[-ROWS:] - mean for mean in means]), 6)


def clusters(x, threshold):
    distance = 1 - np.abs(np.corrcoef(x, rowvar=False))
    np.fill_diagonal(distance, 0)
    label = fcluster(linkage(squareform(distance, checks=False), "complete"), 1 - threshold, "distance")
    return [np.flatnonzero(label == k).tolist() for k in dict.fromkeys(label.tolist())]


def orders(rows, repeats, seed):
    """How scikit-learn deals rows out: of one seed for every column, each time what the last time left."""
    drawn = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
    state, order, dealt, found = np.random.RandomState(drawn), np.arange(rows), np.arange(rows), []
    for _ in range(repeats):
        state.shuffle(order)
        dealt = dealt[order]
        found.append(dealt.tolist())
    return found


def main():
    rng = np.random.default_rng(SEED)
    x = features(rng)
    y = np.clip(np.round(0.8 * x[:, 0] - 0.9 * x[:, 3] + rng.normal(size=ROWS)), -1, 1).astype(int) + 1
    f, _ = f_classif(x, y)
    k = 3
    eta2 = f * (k - 1) / (f * (k - 1) + (ROWS - k))

    model = LogisticRegression(C=1.0, max_iter=1000, tol=1e-10).fit(x, y)
    found = permutation_importance(model, x, y, scoring="neg_log_loss", n_repeats=3, random_state=4)

    unseen = np.vstack([x[:6] + 0.013, x.min(axis=0) - 1, x.max(axis=0) + 1, np.median(x, axis=0)])
    robust = RobustScaler().fit(x)
    quantile = QuantileTransformer(n_quantiles=101, output_distribution="normal", subsample=None).fit(x)
    scaler = StandardScaler().fit(x)
    chain = chained(rng)
    ladder = rungs()
    pca = {}
    for share in (0.5, 0.8, 0.95):
        fitted = PCA(n_components=share, svd_solver="full").fit(scaler.transform(x))
        pca[str(share)] = {
            "components": fitted.components_.tolist(),
            "shares": fitted.explained_variance_ratio_.tolist(),
            "unseen": fitted.transform(scaler.transform(unseen)).tolist(),
        }
    data = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__},
        "features": x.tolist(),
        "classes": y.tolist(),
        "unseen": unseen.tolist(),
        "clusters": [
            *({"on": "features", "threshold": t, "clusters": clusters(x, t)} for t in (0.5, 0.8, 0.9)),
            *({"on": "chain", "threshold": t, "clusters": clusters(chain, t)} for t in (0.6, 0.8)),
            *({"on": "ladder", "threshold": t, "clusters": clusters(ladder, t)} for t in (0.3, 0.6, 0.8)),
        ],
        "chain": chain.tolist(),
        "ladder": ladder.tolist(),
        "separation": eta2.tolist(),
        "permutation": {
            "coefficients": model.coef_.tolist(),
            "intercepts": model.intercept_.tolist(),
            "orders": orders(ROWS, 3, 4),
            "importances": found.importances_mean.tolist(),
        },
        "robust": {"center": robust.center_.tolist(), "scale": robust.scale_.tolist(), "unseen": robust.transform(unseen).tolist()},
        "quantile": {"knots": quantile.quantiles_.T.tolist(), "unseen": quantile.transform(unseen).tolist(), "train": quantile.transform(x).tolist()},
        "pca": pca,
    }
    OUT.write_text(json.dumps(data, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
