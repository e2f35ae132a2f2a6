"""Independent answers for tests/domain/splits/oracle.test.ts, computed with skfolio and scikit-learn.

Python 3.11, numpy==2.4.6, scikit-learn==1.9.1, skfolio==1.12.2
Run from the root of the checkout: python tests/oracles/splits.py
Writes tests/fixtures/splits.json.

skfolio purges a fixed number of rows on both sides of every test group and has no validation part: it is asked about labels
of a fixed length on daily bars, where that is right, and only about which rows training may keep and which fold forecasts
which group on which path. The last group of skfolio takes what is left over, so the rows divide evenly here.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.model_selection import TimeSeriesSplit
from skfolio.model_selection import CombinatorialPurgedCV


def ranges(rows):
    """Half-open ranges of ascending row numbers."""
    rows = np.asarray(rows)
    if len(rows) == 0:
        return []
    cuts = np.flatnonzero(np.diff(rows) != 1) + 1
    return [[int(part[0]), int(part[-1]) + 1] for part in np.split(rows, cuts)]


def combinatorial(rows, groups, tested, label, embargo):
    cv = CombinatorialPurgedCV(n_folds=groups, n_test_folds=tested, purged_size=label, embargo_size=embargo)
    folds = [
        {"train": ranges(train), "test": [ranges(test)[0] for test in tests]}
        for train, tests in cv.split(np.zeros((rows, 1)))
    ]
    return {
        "rows": rows,
        "groups": groups,
        "tested": tested,
        "labelBars": label,
        "embargoDays": embargo,
        "folds": folds,
        "paths": cv.get_path_ids().tolist(),
        "testGroups": cv.test_set_index.tolist(),
    }


def walk_forward(rows, train, validation, test, rolling):
    count = (rows - train - validation) // test
    cv = TimeSeriesSplit(
        n_splits=count, test_size=test, gap=validation, max_train_size=train if rolling else None
    )
    folds = [
        {"train": ranges(train_rows)[0], "test": ranges(test_rows)[0]}
        for train_rows, test_rows in cv.split(np.zeros(rows))
    ]
    return {
        "rows": rows,
        "firstTrainDays": train,
        "validationDays": validation,
        "testDays": test,
        "window": "rolling" if rolling else "anchored",
        "folds": folds,
    }


answers = {
    "combinatorial": [
        combinatorial(120, 6, 2, 3, 2),
        combinatorial(120, 6, 3, 1, 0),
        combinatorial(150, 5, 4, 4, 5),
        combinatorial(200, 10, 2, 5, 1),
    ],
    # Rows behind the last whole test part would move the first fold of TimeSeriesSplit, which counts from the end.
    "walkForward": [walk_forward(100, 40, 10, 10, False), walk_forward(100, 40, 10, 10, True), walk_forward(88, 20, 8, 15, True)],
}
path = Path("tests/fixtures/splits.json")
path.write_text(json.dumps(answers, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
