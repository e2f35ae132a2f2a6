"""Oracle of trend scanning: the t-values of mlfinpy.

Needs: Python 3.11, numpy 1.26.4, pandas 2.3.3, mlfinpy 0.1.2. No code of the product is read.
Run from the project's root:  python tests/oracles/trend_scanning.py
Writes tests/fixtures/trend-scanning.json, the same bytes each time.

mlfinpy counts closes, the event's own among them, and leaves its longest window out: spans of 5 to 20 bars are its windows
of 6 to 21 closes, asked for with look_forward_window 22. It says nothing of the last event that still has 20 bars after it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from mlfinpy.labeling import trend_scanning_labels

sys.path.insert(0, str(Path(__file__).resolve().parent))
import triple_barrier as plain

OUT = Path(__file__).resolve().parent.parent / "fixtures" / "trend-scanning.json"


def main():
    bars = plain.make_bars()
    series = pd.Series(bars["close"], pd.date_range("2020-01-01", periods=plain.BARS, freq="h"))
    cases = []
    for least, most in ((5, 20), (2, 8)):
        found = trend_scanning_labels(series, None, most + 2, least + 1)["t_value"].to_numpy(dtype=float)
        cases.append({"leastBars": least, "bars": most, "tValues": [None if np.isnan(t) else float(t) for t in found]})
        print(least, most, np.nanmin(found), np.nanmax(found), np.isnan(found).sum())
    fixture = {"script": "tests/oracles/trend_scanning.py", "bars": {k: v.tolist() for k, v in bars.items()}, "cases": cases}
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
