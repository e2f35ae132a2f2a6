"""CPCV by skfolio, for bench/splits.ts: one job a line, one answer a line.

    python bench/peers/splits_peer.py

A job is JSON: {"rows", "features", "groups", "tested", "labelBars", "embargo"}; the answer has the milliseconds of the
processor for all splits with their index arrays, and sums of the row numbers in them to compare.
"""

import json
import sys
import time

import numpy as np
from skfolio.model_selection import CombinatorialPurgedCV

for line in sys.stdin:
    job = json.loads(line)
    data = np.zeros((job["rows"], job["features"]))
    cv = CombinatorialPurgedCV(
        n_folds=job["groups"],
        n_test_folds=job["tested"],
        purged_size=job["labelBars"],
        embargo_size=job["embargo"],
    )
    start = time.process_time()
    splits = list(cv.split(data))
    ms = 1e3 * (time.process_time() - start)
    train = sum(int(rows.sum()) for rows, _ in splits)
    test = sum(int(rows.sum()) for _, tests in splits for rows in tests)
    print(json.dumps({"ms": ms, "splits": len(splits), "train": train, "test": test}), flush=True)
