"""Independent oracle for sample weights: brute force over the definitions, a matrix of rows x bars where the product has sums.

Needs: Python 3.11, numpy 2.2.6. Nothing else; no code of the product is read.
Run from the project's root:  python tests/oracles/sample_weights.py
Writes tests/fixtures/sample-weights.json, the same bytes each time.

A label of row r whose deciding bar is e is alive in the bars r + 1 ... e. Source of the definitions: Lopez de Prado (2018),
Advances in Financial Machine Learning, ch. 4.3 (concurrency), 4.4 (average uniqueness), 4.6 (return attribution), 4.7 (decay).
"""

import json
from pathlib import Path

import numpy as np

SEED = 20240918
BARS = 240
OUT = Path(__file__).resolve().parent.parent / "fixtures" / "sample-weights.json"
SETTINGS = [
    {"uniqueness": True, "returnAttribution": False, "timeDecay": None},
    {"uniqueness": False, "returnAttribution": True, "timeDecay": None},
    {"uniqueness": False, "returnAttribution": False, "timeDecay": 0.25},
    {"uniqueness": True, "returnAttribution": False, "timeDecay": 0},
    {"uniqueness": True, "returnAttribution": True, "timeDecay": -0.4},
]


def main():
    rng = np.random.default_rng(SEED)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, BARS)))
    open_ = np.concatenate([[100.0], close[:-1]]) * np.exp(rng.normal(0, 0.003, BARS))
    open_, close = np.round(open_, 4), np.round(close, 4)
    # Rows of two training blocks with holes; nobody is alive in a stretch between them.
    rows = np.array([r for r in range(5, 220) if not 90 <= r < 130 and rng.random() < 0.7])
    last = np.where(rows < 90, 100, BARS - 1)
    ends = np.minimum(rows + rng.integers(1, 25, len(rows)), last)

    bars = np.arange(BARS)
    alive = (bars > rows[:, None]) & (bars <= ends[:, None])
    count = alive.sum(axis=0)
    assert (count[101:130] == 0).all() and count.max() > 5
    share = alive / np.maximum(count, 1)
    uniqueness = share.sum(axis=1) / alive.sum(axis=1)

    moves = np.tile(np.log(close / np.concatenate([[np.nan], close[:-1]])), (len(rows), 1))
    moves[np.arange(len(rows)), rows + 1] = np.log(close[rows + 1] / open_[rows + 1])
    attribution = np.abs(np.where(alive, moves * share, 0).sum(axis=1))

    def decay(oldest):
        x = np.cumsum(uniqueness) / uniqueness.sum()
        if oldest >= 0:
            return np.interp(x, [0, 1], [oldest, 1])
        return np.interp(x, [-oldest, 1], [0, 1])

    cases = []
    for s in SETTINGS:
        weights = attribution if s["returnAttribution"] else uniqueness if s["uniqueness"] else np.ones(len(rows))
        if s["timeDecay"] is not None:
            weights = weights * decay(s["timeDecay"])
        weights = weights / weights.mean()
        cases.append({"settings": s, "weights": [round(float(w), 12) for w in weights]})
        print(s, weights.min().round(4), weights.max().round(4))
    fixture = {
        "script": "tests/oracles/sample_weights.py",
        "open": open_.tolist(),
        "close": close.tolist(),
        "rows": rows.tolist(),
        "ends": ends.tolist(),
        "concurrency": count[rows[0] + 1 : ends.max() + 1].tolist(),
        "uniqueness": [round(float(u), 12) for u in uniqueness],
        "cases": cases,
    }
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
